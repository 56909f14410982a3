import { describe, expect, it } from 'vitest';
import { inspectSettings, loadSettings } from '../../src/config/load.ts';
import { SnowstreamError } from '../../src/errors.ts';
import { rsaForms } from './keys.ts';
import { workspace } from './workspace.ts';

const key = rsaForms();

/** What may be given to log in with. */
const SECRETS = {
  SNOWFLAKE_PRIVATE_KEY: key.base64,
  SNOWFLAKE_PASSWORD: 'a password',
  SNOWFLAKE_TOKEN: 'an-access-token',
  SNOWFLAKE_OAUTH_CLIENT_ID: 'app',
  SNOWFLAKE_OAUTH_CLIENT_SECRET: 'an oauth secret',
  SNOWFLAKE_OAUTH_REFRESH_TOKEN: 'a-refresh-token',
};
type Secret = keyof typeof SECRETS;
const NAMES = Object.keys(SECRETS) as Secret[];
const AUTHENTICATORS = [undefined, 'SNOWFLAKE_JWT', 'OAUTH', 'PASSWORD'] as const;
type Authenticator = (typeof AUTHENTICATORS)[number];

const REST = {
  MYSQL_HOST: 'h',
  MYSQL_USER: 'u',
  MYSQL_DATABASE: 'd',
  SNOWSTREAM_TABLES: 't',
  SNOWFLAKE_ACCOUNT: 'acct',
  SNOWFLAKE_USER: 'U',
  SNOWFLAKE_DATABASE: 'DB',
  SNOWFLAKE_SCHEMA: 'S',
};

/** Every choice of what is given, with every authenticator. */
const CASES = AUTHENTICATORS.flatMap((authenticator) =>
  Array.from({ length: 2 ** NAMES.length }, (_, bits) => ({
    authenticator,
    given: new Set(NAMES.filter((_name, index) => bits & (1 << index))),
  })),
);

function environment(authenticator: Authenticator, given: ReadonlySet<Secret>): Record<string, string> {
  const secrets = Object.fromEntries([...given].map((name) => [name, SECRETS[name]]));
  return { ...REST, ...secrets, ...(authenticator && { SNOWFLAKE_AUTHENTICATOR: authenticator }) };
}

/** As docs/real-account.md says: how SQL logs in, and what is missing for it. */
function sqlLogin(authenticator: Authenticator, given: ReadonlySet<Secret>) {
  const way =
    authenticator ??
    (given.has('SNOWFLAKE_PRIVATE_KEY')
      ? 'SNOWFLAKE_JWT'
      : given.has('SNOWFLAKE_OAUTH_CLIENT_ID') || given.has('SNOWFLAKE_TOKEN')
        ? 'OAUTH'
        : given.has('SNOWFLAKE_PASSWORD')
          ? 'PASSWORD'
          : 'SNOWFLAKE_JWT');
  const isComplete =
    way === 'SNOWFLAKE_JWT'
      ? given.has('SNOWFLAKE_PRIVATE_KEY')
      : way === 'PASSWORD'
        ? given.has('SNOWFLAKE_PASSWORD')
        : given.has('SNOWFLAKE_TOKEN') || hasOauthClient(given);
  return { way, isComplete };
}

/** Streaming takes OAuth when asked for it, else a key, else OAuth; never a password or an access token. */
function canStream(authenticator: Authenticator, given: ReadonlySet<Secret>): boolean {
  if (authenticator === 'OAUTH') return hasOauthClient(given);
  return given.has('SNOWFLAKE_PRIVATE_KEY') || hasOauthClient(given);
}

const hasOauthClient = (given: ReadonlySet<Secret>): boolean =>
  NAMES.filter((name) => name.startsWith('SNOWFLAKE_OAUTH')).every((name) => given.has(name));

function attempt<T>(work: () => T): T | SnowstreamError {
  try {
    return work();
  } catch (error) {
    if (error instanceof SnowstreamError) return error;
    throw error;
  }
}

describe('every login, with every authenticator', () => {
  it('of check, plan, channels and doctor: what SQL needs is enough', () => {
    using at = workspace();
    for (const { authenticator, given } of CASES) {
      const name = `${authenticator ?? 'no authenticator'} with ${[...given].join(', ') || 'nothing'}`;
      const options = { env: environment(authenticator, given), cwd: at.cwd, home: at.home, sqlOnly: true };
      const loaded = attempt(() => loadSettings({ ...options, local: false, sqlOnly: true }));
      const inspected = inspectSettings(options);
      const { way, isComplete } = sqlLogin(authenticator, given);
      if (loaded instanceof SnowstreamError) {
        expect(isComplete, `${name}: ${loaded.message}`).toBe(false);
        expect(loaded.code, name).toBe('CONFIG_MISSING');
        expect(inspected.problems.length, name).toBeGreaterThan(0);
        if (given.size === 0 && authenticator === undefined)
          expect(loaded.message).toContain('put it or SNOWFLAKE_PRIVATE_KEY or SNOWFLAKE_PASSWORD in .env');
      } else {
        expect(isComplete, name).toBe(true);
        expect(loaded.snowflake.sql.authenticator, name).toBe(way);
        expect(loaded.snowflake.streaming !== undefined, name).toBe(canStream(authenticator, given));
        expect(inspected.problems, name).toEqual([]);
        expect(inspected.settings.snowflake, name).toEqual(loaded.snowflake);
      }
    }
  });

  it('of run, retry-rejects and channels drop: streaming has to log in, too', () => {
    using at = workspace();
    for (const { authenticator, given } of CASES) {
      const name = `${authenticator ?? 'no authenticator'} with ${[...given].join(', ') || 'nothing'}`;
      const env = environment(authenticator, given);
      const loaded = attempt(() => loadSettings({ env, cwd: at.cwd, home: at.home, local: false }));
      const isComplete = sqlLogin(authenticator, given).isComplete && canStream(authenticator, given);
      if (loaded instanceof SnowstreamError) {
        expect(isComplete, `${name}: ${loaded.message}`).toBe(false);
        expect(loaded.code, name).toBe('CONFIG_MISSING');
      } else {
        expect(isComplete, name).toBe(true);
        expect(loaded.snowflake.streaming, name).toBeDefined();
      }
    }
  });
});
