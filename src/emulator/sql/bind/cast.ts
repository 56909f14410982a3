import {
  type DataType,
  displayType,
  isSemiStructured,
  isTimestamp,
  MAX_TEXT_LENGTH,
  storageType,
} from '../../catalog/data-type.ts';
import { duckText } from '../../catalog/identifier.ts';
import { compilationError } from '../error.ts';
import type { Environment } from './environment.ts';
import { once, onceEach } from './once.ts';
import { formatTime } from './time-format.ts';
import { nullValue, type Typed, typed } from './typed.ts';

/**
 * How strict a conversion is: `cast` fails on bad values and cuts texts, `try` gives NULL, `assign` (into a
 * column) fails on texts that are too long as well.
 */
export type CastMode = 'cast' | 'try' | 'assign';

/** Converts a value to a type, as CAST, TRY_CAST and INSERT do. */
export function cast(value: Typed, to: DataType, environment: Environment, mode: CastMode = 'cast'): Typed {
  if (value.untyped) return nullValue(to);
  const nullable = value.nullable || mode === 'try';
  return { ...typed(convert(value, to, environment, mode), to, nullable) };
}

function convert(value: Typed, to: DataType, environment: Environment, mode: CastMode): string {
  const { sql, type: from } = value;
  switch (to.kind) {
    case 'FIXED':
      return toFixed(sql, from, to, mode);
    case 'REAL':
      return toReal(sql, from, mode);
    case 'TEXT':
      return limitText(toText(value, environment), from, to.length, mode);
    case 'BOOLEAN':
      return toBoolean(sql, from, mode);
    case 'BINARY':
      if (from.kind === 'BINARY') return sql;
      return checked(asText(sql, from, to), (name) => `sf_text_binary(${name})`, mode, HEX);
    case 'DATE':
      return toDate(sql, from, environment, mode);
    case 'TIME':
      return cut(toTime(sql, from, environment, mode), from, to.scale, 'BIGINT');
    case 'TIMESTAMP_NTZ':
    case 'TIMESTAMP_LTZ':
    case 'TIMESTAMP_TZ':
      return toTimestamp(sql, from, to, environment, mode);
    case 'VARIANT':
      return toVariant(value, environment);
    case 'OBJECT':
    case 'ARRAY':
      return toContainer(sql, from, to.kind, mode);
  }
}

/** Snowflake's message around the offending text, and its code and state. */
interface Failure {
  readonly code: string;
  readonly before: string;
  readonly after: string;
}

const NUMERIC: Failure = { code: '100038|22018', before: "Numeric value '", after: "' is not recognized" };
const BOOLEAN: Failure = { code: '100037|22018', before: "Boolean value '", after: "' is not recognized" };
const DATE: Failure = { code: '100040|22007', before: "Date '", after: "' is not recognized" };
const TIME: Failure = { code: '100108|22007', before: "Time '", after: "' is not recognized" };
const TIMESTAMP: Failure = { code: '100035|22007', before: "Timestamp '", after: "' is not recognized" };
const HEX: Failure = {
  code: '100115|22018',
  before: "The following string is not a legal hex-encoded value: '",
  after: "'",
};

/** `attempt`, which is NULL for a bad value; unless trying, a bad value then raises Snowflake's error. */
function checked(
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
function asText(sql: string, from: DataType, to: DataType): string {
  if (from.kind === 'TEXT') return sql;
  if (from.kind === 'VARIANT') return `sf_json_text(${sql})`;
  throw compilationError(
    '002023',
    '22000',
    `Invalid conversion from ${displayType(from)} to ${displayType(to)}`,
  );
}

function toFixed(
  sql: string,
  from: DataType,
  to: Extract<DataType, { kind: 'FIXED' }>,
  mode: CastMode,
): string {
  const storage = storageType(to);
  const narrow = mode === 'try' ? 'TRY_CAST' : 'CAST';
  switch (from.kind) {
    case 'FIXED':
      if (from.precision === to.precision && from.scale === to.scale) return sql;
      return `${narrow}(${sql} AS ${storage})`;
    case 'REAL':
      return `${narrow}(${sql} AS ${storage})`;
    case 'BOOLEAN':
      return `CAST(CAST(${sql} AS INTEGER) AS ${storage})`;
    default: {
      const source = from.kind === 'VARIANT' ? variantNumberText(sql) : asText(sql, from, to);
      return checked(source, (name) => `TRY_CAST(${name} AS ${storage})`, mode, NUMERIC);
    }
  }
}

/** JSON true and false count as 1 and 0. */
function variantNumberText(sql: string): string {
  return once(
    sql,
    (name) => `CASE ${name} WHEN 'true' THEN '1' WHEN 'false' THEN '0' ELSE sf_json_text(${name}) END`,
  );
}

function toReal(sql: string, from: DataType, mode: CastMode): string {
  if (from.kind === 'REAL') return sql;
  if (from.kind === 'FIXED') return `CAST(${sql} AS DOUBLE)`;
  if (from.kind === 'BOOLEAN') return `CAST(CAST(${sql} AS INTEGER) AS DOUBLE)`;
  const source = asText(sql, from, { kind: 'REAL' });
  return checked(source, (name) => `TRY_CAST(${name} AS DOUBLE)`, mode, NUMERIC);
}

function toBoolean(sql: string, from: DataType, mode: CastMode): string {
  if (from.kind === 'BOOLEAN') return sql;
  if (from.kind === 'FIXED' || from.kind === 'REAL') return `(${sql} <> 0)`;
  const source = asText(sql, from, { kind: 'BOOLEAN' });
  return checked(source, (name) => `sf_text_boolean(${name})`, mode, BOOLEAN);
}

/** The digits of a NUMBER. */
export function fixedText(sql: string, { precision, scale }: { precision: number; scale: number }): string {
  return precision === scale ? `sf_fixed_text(${sql})` : `CAST(${sql} AS VARCHAR)`;
}

/** Any value as text, in the session's output formats. */
function toText(value: Typed, environment: Environment): string {
  const { sql, type } = value;
  switch (type.kind) {
    case 'TEXT':
      return sql;
    case 'FIXED':
      return fixedText(sql, type);
    case 'REAL':
      return `sf_real_text(${sql})`;
    case 'BOOLEAN':
      return `CAST(${sql} AS VARCHAR)`;
    case 'BINARY':
      return `hex(${sql})`;
    case 'VARIANT':
      return `sf_json_text(${sql})`;
    case 'OBJECT':
    case 'ARRAY':
      return `sf_json_compact(${sql})`;
    default:
      return formatTime(value, outputFormat(type, environment), environment);
  }
}

/** The session's output format for a date or time. */
export function outputFormat(type: DataType, environment: Environment): string {
  if (type.kind === 'DATE') return environment.parameter('DATE_OUTPUT_FORMAT');
  if (type.kind === 'TIME') return environment.parameter('TIME_OUTPUT_FORMAT');
  return (
    environment.parameter(`${type.kind}_OUTPUT_FORMAT`) || environment.parameter('TIMESTAMP_OUTPUT_FORMAT')
  );
}

function limitText(sql: string, from: DataType, length: number, mode: CastMode): string {
  const fits = from.kind === 'TEXT' ? from.length <= length : length >= 64 && !isSemiStructured(from);
  if (fits || length >= MAX_TEXT_LENGTH) return sql;
  if (mode === 'cast' && from.kind === 'TEXT') return `left(${sql}, ${length})`;
  return once(sql, (name) => {
    const tooLong = `length(${name}) > ${length}`;
    if (mode === 'try') return `CASE WHEN NOT ${tooLong} THEN ${name} END`;
    const message = `'String ''' || ${name} || ''' is too long and would be truncated'`;
    return `CASE WHEN ${tooLong} THEN sf_fail('100078|22000', ${message}) ELSE ${name} END`;
  });
}

/** A wall clock (nanoseconds) for types that have one. */
export function wallClock(sql: string, from: DataType, environment: Environment): string {
  switch (from.kind) {
    case 'DATE':
      return `sf_date_ns(${sql})`;
    case 'TIMESTAMP_NTZ':
      return sql;
    case 'TIMESTAMP_LTZ':
      return toLocal(sql, environment);
    case 'TIMESTAMP_TZ':
      return `sf_tz_wall(${sql})`;
    default:
      return `CAST(${sql} AS HUGEINT)`;
  }
}

function toLocal(sql: string, { timezone }: Environment): string {
  return isUtc(timezone) ? sql : `sf_to_local(${sql}, ${duckText(timezone)})`;
}

function toUtc(sql: string, { timezone }: Environment): string {
  return isUtc(timezone) ? sql : `sf_to_utc(${sql}, ${duckText(timezone)})`;
}

function offsetAt(sql: string, { timezone }: Environment): string {
  return isUtc(timezone) ? `CAST(0 AS SMALLINT)` : `sf_zone_offset(${sql}, ${duckText(timezone)})`;
}

function isUtc(timezone: string): boolean {
  return timezone === 'UTC' || timezone === 'Etc/UTC';
}

function toDate(sql: string, from: DataType, environment: Environment, mode: CastMode): string {
  if (from.kind === 'DATE') return sql;
  if (isTimestamp(from)) return `sf_ns_date(${wallClock(sql, from, environment)})`;
  const source = asText(sql, from, { kind: 'DATE' });
  return checked(source, (name) => `sf_ns_date(sf_wall_ns(${name}, 'AUTO'))`, mode, DATE);
}

function toTime(sql: string, from: DataType, environment: Environment, mode: CastMode): string {
  if (from.kind === 'TIME') return sql;
  if (isTimestamp(from)) return `sf_ns_time(${wallClock(sql, from, environment)})`;
  const source = asText(sql, from, { kind: 'TIME', scale: 9 });
  return checked(source, (name) => `sf_time_ns(${name})`, mode, TIME);
}

/** Cuts nanoseconds to a scale, when the value may have more digits than that. */
function cut(sql: string, from: DataType, scale: number, storage: 'BIGINT' | 'HUGEINT'): string {
  const digits = from.kind === 'DATE' ? 0 : 'scale' in from && from.kind !== 'FIXED' ? from.scale : 9;
  return digits <= scale ? sql : `sf_cut(${sql}, ${10 ** (9 - scale)}::${storage})`;
}

function toTimestamp(
  sql: string,
  from: DataType,
  to: Extract<DataType, { scale: number; kind: `TIMESTAMP_${string}` }>,
  environment: Environment,
  mode: CastMode,
): string {
  if (from.kind === to.kind) {
    if (from.scale <= to.scale) return sql;
    if (to.kind === 'TIMESTAMP_TZ')
      return once(sql, (name) => `sf_tz(${cut(`(${name}).ns`, from, to.scale, 'HUGEINT')}, (${name}).tzoff)`);
    return cut(sql, from, to.scale, 'HUGEINT');
  }
  if (isTimestamp(from) || from.kind === 'DATE' || from.kind === 'TIME') {
    const wall = cut(wallClock(sql, from, environment), from, to.scale, 'HUGEINT');
    if (to.kind === 'TIMESTAMP_NTZ') return wall;
    if (to.kind === 'TIMESTAMP_LTZ') {
      return from.kind === 'TIMESTAMP_TZ'
        ? cut(`(${sql}).ns`, from, to.scale, 'HUGEINT')
        : toUtc(wall, environment);
    }
    const instant =
      from.kind === 'TIMESTAMP_LTZ' ? cut(sql, from, to.scale, 'HUGEINT') : toUtc(wall, environment);
    return once(instant, (name) => `sf_tz(${name}, ${offsetAt(name, environment)})`);
  }
  const source = from.kind === 'FIXED' ? `CAST(${sql} AS VARCHAR)` : asText(sql, from, to);
  return fromText(source, "'AUTO'", to, environment, mode);
}

/** What Snowflake says of a text that does not fit the format it is read by. */
function unfitFor(format: string, kind: string): Failure {
  const constant = /^'((?:[^']|'')*)'$/.exec(format)?.[1]?.replaceAll("''", "'") ?? '';
  return { code: '100096|22007', before: "Can't parse '", after: `' as ${kind} with format '${constant}'` };
}

/** A timestamp that is read from a text by a format; both are DuckDB SQL. */
export function fromText(
  source: string,
  format: string,
  to: Extract<DataType, { scale: number; kind: `TIMESTAMP_${string}` }>,
  environment: Environment,
  mode: CastMode,
  failure = 'timestamp',
): string {
  const unfit = format === "'AUTO'" ? TIMESTAMP : unfitFor(format, failure);
  const read = (name: string): string => {
    const ns = cut(`sf_wall_ns(${name}, ${format})`, { kind: 'TIME', scale: 9 }, to.scale, 'HUGEINT');
    if (to.kind === 'TIMESTAMP_NTZ') return ns;
    return onceEach([ns, `sf_wall_offset(${name}, ${format})`], (wall = '', minutes = '') => {
      const local = toUtc(wall, environment);
      const instant = `coalesce(${wall} - ${minutes}::HUGEINT * 60000000000::HUGEINT, ${local})`;
      if (to.kind === 'TIMESTAMP_LTZ') return instant;
      return `sf_tz(${instant}, coalesce(${minutes}, ${offsetAt(local, environment)}))`;
    });
  };
  return checked(source, read, mode, unfit);
}

function toVariant(value: Typed, environment: Environment): string {
  const { sql, type } = value;
  switch (type.kind) {
    case 'VARIANT':
    case 'OBJECT':
    case 'ARRAY':
      return sql;
    case 'FIXED':
      return fixedText(sql, type);
    case 'BOOLEAN':
      return `CAST(${sql} AS VARCHAR)`;
    case 'REAL':
      return `sf_real_json(${sql})`;
    default: {
      return once(
        toText(value, environment),
        (name) => `CAST(CASE WHEN ${name} IS NOT NULL THEN to_json(${name}) END AS VARCHAR)`,
      );
    }
  }
}

function toContainer(sql: string, from: DataType, kind: 'OBJECT' | 'ARRAY', mode: CastMode): string {
  if (from.kind === kind) return sql;
  if (from.kind !== 'VARIANT') {
    throw compilationError('002023', '22000', `Invalid conversion from ${displayType(from)} to ${kind}`);
  }
  const bracket = kind === 'OBJECT' ? '{' : '[';
  return once(sql, (name) => {
    const fits = `${name}[1] = '${bracket}'`;
    if (mode === 'try') return `CASE WHEN ${fits} THEN ${name} END`;
    const message = `'Failed to cast variant value ' || ${name} || ' to ${kind}'`;
    return `CASE WHEN ${fits} THEN ${name} WHEN ${name} IS NULL OR ${name} = 'null' THEN NULL ELSE sf_fail('100071|22000', ${message}) END`;
  });
}
