import { type DataType, displayType } from '../../catalog/data-type.ts';
import { duckText } from '../../store/duck-text.ts';
import { compilationError } from '../error.ts';
import { once } from './once.ts';

/**
 * How strict a conversion is: `cast` fails on bad values and cuts texts, `try` gives NULL, `assign` (into a
 * column) fails on texts that are too long as well.
 */
export type CastMode = 'cast' | 'try' | 'assign';

/** Snowflake's message around the offending text, and its code and state. */
export interface Failure {
  readonly code: string;
  readonly before: string;
  readonly after: string;
}

/** `attempt`, which is NULL for a bad value; unless trying, a bad value then raises Snowflake's error. */
export function checked(
  source: string,
  attempt: (name: string) => string,
  mode: CastMode,
  { code, before, after }: Failure,
): string {
  if (mode === 'try') return once(source, attempt);
  const failed = (name: string): string =>
    `sf_fail_value(${name}, '${code}', ${duckText(before)}, ${duckText(after)})`;
  return once(source, (name) => `coalesce(${attempt(name)}, ${failed(name)})`);
}

/** The texts of what text-like values hold; any other type cannot be converted. */
export function asText(sql: string, from: DataType, to: DataType): string {
  if (from.kind === 'TEXT') return sql;
  if (from.kind === 'VARIANT') return `sf_json_text(${sql})`;
  throw compilationError(
    '002023',
    '22000',
    `Invalid conversion from ${displayType(from)} to ${displayType(to)}`,
  );
}
