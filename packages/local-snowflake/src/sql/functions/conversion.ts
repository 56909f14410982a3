import { binary, type DataType, fixed, isTimestamp, text } from '../../catalog/data-type.ts';
import { cast } from '../bind/cast.ts';
import type { CastMode } from '../bind/checked-conversion.ts';
import { fromText } from '../bind/time-conversion.ts';
import { formatTime } from '../bind/time-format.ts';
import { nullValue, type Typed, typed } from '../bind/typed.ts';
import type { BoundCall, FunctionBuilder } from './bound-call.ts';
import { formatNumber, parseNumber } from './number-format.ts';

type Timestamp = Extract<DataType, { scale: number; kind: `TIMESTAMP_${string}` }>;

const toText: FunctionBuilder = (call) => {
  call.arity(1, 2);
  const value = call.value(0);
  if (call.count === 1) return cast(value, text(), call.environment);
  const { kind } = value.type;
  if (kind === 'FIXED' || kind === 'REAL') return formatNumber(value, call.constant(1), call.environment);
  if (kind === 'BINARY') return binaryText(value, call.constant(1));
  if (kind === 'DATE' || kind === 'TIME' || isTimestamp(value.type)) {
    return typed(formatTime(value, call.constant(1), call.environment), text(), value.nullable);
  }
  throw call.mismatch;
};

function binaryText(value: Typed, format: string): Typed {
  const name = format.toUpperCase().replace('-', '');
  const sql =
    name === 'BASE64'
      ? `base64(${value.sql})`
      : name === 'UTF8'
        ? `decode(${value.sql})`
        : `hex(${value.sql})`;
  return typed(sql, text(), value.nullable);
}

const toBinary =
  (mode: CastMode): FunctionBuilder =>
  (call) => {
    call.arity(1, 2);
    const format = call.count > 1 ? call.constant(1).toUpperCase().replace('-', '') : 'HEX';
    if (format === 'HEX') return cast(call.value(0), binary(), call.environment, mode);
    const sql = format === 'BASE64' ? `from_base64(${call.text(0)})` : `encode(${call.text(0)})`;
    return typed(mode === 'try' ? `TRY(${sql})` : sql, binary());
  };

/** TO_NUMBER(value [, format] [, precision [, scale]]) */
const toNumber =
  (mode: CastMode): FunctionBuilder =>
  (call) => {
    call.arity(1, 4);
    const formatted = call.count > 1 && call.value(1).type.kind === 'TEXT';
    const numbers = call.call.arguments
      .slice(formatted ? 2 : 1)
      .map((_, at) => Number(call.constant(at + (formatted ? 2 : 1))));
    const type = fixed(numbers[0] ?? 38, numbers[1] ?? 0);
    const value = formatted ? parseNumber(call.value(0), call.constant(1)) : call.value(0);
    return cast(value, type, call.environment, mode);
  };

const toReal =
  (mode: CastMode): FunctionBuilder =>
  (call) => {
    call.arity(1, 2);
    return cast(call.value(0), { kind: 'REAL' }, call.environment, mode);
  };

/** Reads a text by a format; anything else is converted. */
function timeByFormat(call: BoundCall, type: Timestamp, mode: CastMode, kind = 'timestamp'): Typed {
  const value = cast(call.value(0), text(), call.environment);
  const sql = fromText(value.sql, call.text(1), type, call.environment, mode, kind);
  return typed(sql, type, value.nullable || mode === 'try');
}

const toDate =
  (mode: CastMode): FunctionBuilder =>
  (call) => {
    call.arity(1, 2);
    const value = call.value(0);
    if (call.count === 2) {
      return cast(
        timeByFormat(call, { kind: 'TIMESTAMP_NTZ', scale: 9 }, mode, 'date'),
        { kind: 'DATE' },
        call.environment,
      );
    }
    if (value.type.kind !== 'FIXED') return cast(value, { kind: 'DATE' }, call.environment, mode);
    return cast(
      cast(value, { kind: 'TIMESTAMP_NTZ', scale: 9 }, call.environment),
      { kind: 'DATE' },
      call.environment,
    );
  };

const toTime =
  (mode: CastMode): FunctionBuilder =>
  (call) => {
    call.arity(1, 2);
    const type: DataType = { kind: 'TIME', scale: 9 };
    if (call.count === 1) return cast(call.value(0), type, call.environment, mode);
    const wall = timeByFormat(call, { kind: 'TIMESTAMP_NTZ', scale: 9 }, mode, 'time');
    return cast(wall, type, call.environment);
  };

/** TO_TIMESTAMP…(value [, format or scale]) */
const toTimestamp =
  (kind: Timestamp['kind'], mode: CastMode): FunctionBuilder =>
  (call) => {
    call.arity(1, 2);
    const type: Timestamp = { kind, scale: 9 };
    const value = call.value(0);
    if (value.type.kind === 'FIXED' || value.type.kind === 'REAL') return epoch(call, type);
    if (call.count === 2 && value.type.kind === 'TEXT') return timeByFormat(call, type, mode);
    return cast(value, type, call.environment, mode);
  };

/** Seconds since the epoch, or what a scale makes of the number; the instant is meant, not a wall clock. */
function epoch(call: BoundCall, type: Timestamp): Typed {
  const scale = call.count === 2 ? Number(call.constant(1)) : 0;
  const number = cast(call.value(0), fixed(38, 9), call.environment);
  const unit = `1${'0'.repeat(9 - scale)}`;
  const ns = `CAST(${number.sql} * ${unit} AS HUGEINT)`;
  const utc: DataType = { kind: type.kind === 'TIMESTAMP_NTZ' ? 'TIMESTAMP_NTZ' : 'TIMESTAMP_LTZ', scale: 9 };
  return cast(typed(ns, utc, number.nullable), type, call.environment);
}

const to =
  (type: DataType, mode: CastMode): FunctionBuilder =>
  (call) => {
    call.arity(1);
    const value = call.value(0);
    return value.untyped ? nullValue(type) : cast(value, type, call.environment, mode);
  };

const both = (name: string, build: (mode: CastMode) => FunctionBuilder): Record<string, FunctionBuilder> => ({
  [`TO_${name}`]: build('cast'),
  [`TRY_TO_${name}`]: build('try'),
});

/** TO_… and TRY_TO_… */
export const CONVERSION_FUNCTIONS: Readonly<Record<string, FunctionBuilder>> = {
  TO_VARCHAR: toText,
  TO_CHAR: toText,
  ...both('BINARY', toBinary),
  ...both('NUMBER', toNumber),
  ...both('NUMERIC', toNumber),
  ...both('DECIMAL', toNumber),
  ...both('DOUBLE', toReal),
  ...both('BOOLEAN', (mode) => to({ kind: 'BOOLEAN' }, mode)),
  ...both('DATE', toDate),
  ...both('TIME', toTime),
  ...both('TIMESTAMP', (mode) => toTimestamp('TIMESTAMP_NTZ', mode)),
  ...both('TIMESTAMP_NTZ', (mode) => toTimestamp('TIMESTAMP_NTZ', mode)),
  ...both('TIMESTAMP_LTZ', (mode) => toTimestamp('TIMESTAMP_LTZ', mode)),
  ...both('TIMESTAMP_TZ', (mode) => toTimestamp('TIMESTAMP_TZ', mode)),
  DATE: toDate('cast'),
  TIME: toTime('cast'),
  TO_VARIANT: to({ kind: 'VARIANT' }, 'cast'),
};
