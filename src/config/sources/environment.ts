import { parse } from 'dotenv';
import { nearest } from '../nearest.ts';
import { SETTINGS } from '../schema.ts';
import { readFoundText } from '../text-file.ts';
import { broken, type Entry, NOTHING, type Source } from './source.ts';

const BY_ENV = new Map(SETTINGS.map((setting) => [setting.env, setting]));
const NAMES = [...BY_ENV.keys()];

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Reads the settings in an environment. An empty value counts as none, as in a `.env` that was only half filled. */
export function environmentSource(variables: Environment, place: string): Source {
  const entries: Entry[] = [];
  const problems: string[] = [];
  for (const [name, value] of Object.entries(variables)) {
    const setting = BY_ENV.get(name);
    const origin = `${name} in ${place}`;
    if (setting !== undefined) {
      if (value !== undefined && value !== '') entries.push({ key: setting.key, value, origin });
    } else if (name.startsWith('SNOWSTREAM_')) {
      // MYSQL_ and SNOWFLAKE_ belong to others as well, so only our own prefix can be held to our names.
      const near = nearest(name, NAMES);
      problems.push(`${origin} is not a setting${near === undefined ? '' : `: did you mean ${near}?`}`);
    }
  }
  return { entries, problems };
}

/** Reads a `.env` file, if it is there, without touching the environment of the process. */
export function dotenvSource(path: string): { readonly source: Source; readonly variables: Environment } {
  const file = readFoundText(path);
  if (file.text === undefined) {
    return { source: file.isMissing ? NOTHING : broken(`cannot read .env: ${file.problem}`), variables: {} };
  }
  const variables = parse(file.text);
  return { source: { ...environmentSource(variables, '.env'), file: { path, ...file.exposure } }, variables };
}

/**
 * Finds a variable whose name looks like a mistyped form of another: `SNOWFLAKE_USR` for `SNOWFLAKE_USER`.
 * Names that mean something of their own are excluded.
 */
export function lookalike(name: string, variables: Environment): string | undefined {
  const prefix = name.slice(0, name.indexOf('_') + 1);
  const strangers = Object.keys(variables).filter((other) => other.startsWith(prefix) && !BY_ENV.has(other));
  return strangers.find((stranger) => nearest(stranger, NAMES) === name);
}
