import { loadSettings } from '../../src/config/load.ts';
import { startEnds } from '../e2e/local.ts';

/** A database of Snowflake that the tests may fill: in a real account, or in a local Snowflake. */
export interface TestTarget extends AsyncDisposable {
  /** `a real account` or `the local Snowflake`, for the names of the tests. */
  readonly what: string;
  /** Settings that lead to it, in the words of the environment. */
  readonly env: NodeJS.ProcessEnv;
  /** The current directory, where settings files are looked for. */
  readonly cwd: string;
}

/** Whether `npm run test:account` has asked for a real account. */
export const isAccountAsked = process.env.TEST_ACCOUNT === '1';

/** Why there is no real account to test in; `undefined` when its settings are complete, or when none was asked for. */
export function whyNoAccount(): string | undefined {
  if (!isAccountAsked) return undefined;
  if (!process.env.SNOWFLAKE_DATABASE)
    return 'SNOWFLAKE_DATABASE is not set: name a database in which the role may create a schema';
  try {
    loadSettings({ env: { ...process.env, ...GIVEN }, flags: { table: ['people'] } });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** What is required beside the login, and given by the tests. */
const GIVEN = { MYSQL_URL: 'mysql://reader@127.0.0.1/shop', SNOWFLAKE_SCHEMA: 'PUBLIC' };

export async function openTestTarget(): Promise<TestTarget> {
  if (isAccountAsked)
    return {
      what: 'a real account',
      env: process.env,
      cwd: process.cwd(),
      [Symbol.asyncDispose]: async () => undefined,
    };
  const ends = await startEnds();
  const { env, cwd } = ends;
  return { what: 'the local Snowflake', env, cwd, [Symbol.asyncDispose]: () => ends[Symbol.asyncDispose]() };
}
