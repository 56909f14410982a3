import {
  type DataType,
  displayType,
  isSemiStructured,
  MAX_TEXT_LENGTH,
  storageType,
} from '../../catalog/data-type.ts';
import { compilationError } from '../error.ts';
import { asText, type CastMode, checked, type Failure } from './checked-conversion.ts';
import type { Environment } from './environment.ts';
import { once } from './once.ts';
import { limitedSize } from './size-limit.ts';
import { toDate, toTime, toTimestamp } from './time-conversion.ts';
import { formatTime } from './time-format.ts';
import { nullValue, type Typed, typed } from './typed.ts';

const NUMERIC: Failure = { code: '100038|22018', before: "Numeric value '", after: "' is not recognized" };
const BOOLEAN: Failure = { code: '100037|22018', before: "Boolean value '", after: "' is not recognized" };
const HEX: Failure = {
  code: '100115|22018',
  before: "The following string is not a legal hex-encoded value: '",
  after: "'",
};

/** Converts a value to a type, as CAST, TRY_CAST and INSERT do. */
export function cast(value: Typed, to: DataType, environment: Environment, mode: CastMode = 'cast'): Typed {
  if (value.untyped) return nullValue(to);
  const nullable = value.nullable || mode === 'try';
  const sql = convert(value, to, environment, mode);
  return typed(mode === 'assign' ? limitedSize(sql, to, value.type) : sql, to, nullable);
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
      return toTime(sql, from, to.scale, environment, mode);
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
