import { nearest } from '../nearest.ts';
import { SETTINGS } from '../schema.ts';
import type { Entry, Source } from './source.ts';

const BY_FLAG = new Map(SETTINGS.map((setting) => [setting.flagKey, setting]));

/** An empty value counts as none, as in the environment: `--mysql-port "$PORT"` where there is no PORT. */
function withoutEmpty(value: unknown): unknown {
  if (!Array.isArray(value)) return value === '' ? undefined : value;
  const given = value.filter((item) => item !== '');
  return given.length === 0 && value.length > 0 ? undefined : given;
}

/** Reads flags as a parser of the command line hands them over: `{ mysqlHost: '127.0.0.1', table: ['people'] }`. */
export function flagSource(flags: Readonly<Record<string, unknown>>): Source {
  const entries: Entry[] = [];
  const problems: string[] = [];
  for (const [name, value] of Object.entries(flags)) {
    const setting = BY_FLAG.get(name);
    if (setting === undefined) {
      const flag = `--${name.replace(/[A-Z]/gu, (letter) => `-${letter.toLowerCase()}`)}`;
      const near = nearest(
        flag,
        SETTINGS.map((known) => known.flag),
      );
      problems.push(`${flag} is not an option${near === undefined ? '' : `: did you mean ${near}?`}`);
    } else {
      const given = withoutEmpty(value);
      if (given !== undefined) entries.push({ key: setting.key, value: given, origin: setting.flag });
    }
  }
  return { entries, problems };
}
