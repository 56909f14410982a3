/**
 * The Snowflake data types this emulator knows. Everything that has a type (a column, an expression, a
 * cell of a result) has one of these.
 */
export type DataType =
  | { readonly kind: 'FIXED'; readonly precision: number; readonly scale: number }
  | { readonly kind: 'REAL' }
  | { readonly kind: 'TEXT'; readonly length: number }
  | { readonly kind: 'BINARY'; readonly length: number }
  | { readonly kind: 'BOOLEAN' }
  | { readonly kind: 'DATE' }
  | { readonly kind: 'TIME'; readonly scale: number }
  | { readonly kind: 'TIMESTAMP_NTZ'; readonly scale: number }
  | { readonly kind: 'TIMESTAMP_LTZ'; readonly scale: number }
  | { readonly kind: 'TIMESTAMP_TZ'; readonly scale: number }
  | { readonly kind: 'VARIANT' }
  | { readonly kind: 'OBJECT' }
  | { readonly kind: 'ARRAY' };

/** Longest VARCHAR in characters, and its default length. */
export const MAX_TEXT_LENGTH = 16_777_216;
/** Longest BINARY in bytes, and its default length. */
export const MAX_BINARY_LENGTH = 8_388_608;
/** Most digits of a NUMBER. */
export const MAX_PRECISION = 38;
/** Most fractional digits of a TIME or TIMESTAMP, and the default. */
export const MAX_TIME_SCALE = 9;

/** A NUMBER type. */
export function fixed(precision: number, scale: number): DataType {
  return { kind: 'FIXED', precision, scale };
}

/** A VARCHAR type; without a length the longest there is. */
export function text(length: number = MAX_TEXT_LENGTH): DataType {
  return { kind: 'TEXT', length };
}

/** A BINARY type; without a length the longest there is. */
export function binary(length: number = MAX_BINARY_LENGTH): DataType {
  return { kind: 'BINARY', length };
}

/** True for TIMESTAMP_NTZ, TIMESTAMP_LTZ and TIMESTAMP_TZ. */
export function isTimestamp(
  type: DataType,
): type is Extract<DataType, { kind: 'TIMESTAMP_NTZ' | 'TIMESTAMP_LTZ' | 'TIMESTAMP_TZ' }> {
  return type.kind === 'TIMESTAMP_NTZ' || type.kind === 'TIMESTAMP_LTZ' || type.kind === 'TIMESTAMP_TZ';
}

/** True for VARIANT, OBJECT and ARRAY. */
export function isSemiStructured(type: DataType): boolean {
  return type.kind === 'VARIANT' || type.kind === 'OBJECT' || type.kind === 'ARRAY';
}

/**
 * The type as Snowflake prints it in DESCRIBE TABLE and in messages.
 * @example displayType({ kind: 'FIXED', precision: 38, scale: 0 }) // 'NUMBER(38,0)'
 */
export function displayType(type: DataType): string {
  switch (type.kind) {
    case 'FIXED':
      return `NUMBER(${type.precision},${type.scale})`;
    case 'REAL':
      return 'FLOAT';
    case 'TEXT':
      return `VARCHAR(${type.length})`;
    case 'BINARY':
      return `BINARY(${type.length})`;
    case 'TIME':
    case 'TIMESTAMP_NTZ':
    case 'TIMESTAMP_LTZ':
    case 'TIMESTAMP_TZ':
      return `${type.kind}(${type.scale})`;
    default:
      return type.kind;
  }
}

/**
 * The DuckDB type a value is stored in (docs/adr/0002-value-storage.md):
 * FIXED DECIMAL(p,s); REAL DOUBLE; TEXT VARCHAR; BINARY BLOB; BOOLEAN; DATE;
 * TIME nanoseconds of the day as BIGINT; TIMESTAMP_NTZ and _LTZ nanoseconds since 1970-01-01 as HUGEINT
 * (NTZ: of the wall clock, LTZ: of the instant); TIMESTAMP_TZ a struct of the instant and the offset in
 * minutes; VARIANT, OBJECT and ARRAY compact JSON text.
 */
export function storageType(type: DataType): string {
  switch (type.kind) {
    case 'FIXED':
      return `DECIMAL(${type.precision},${type.scale})`;
    case 'REAL':
      return 'DOUBLE';
    case 'BINARY':
      return 'BLOB';
    case 'BOOLEAN':
    case 'DATE':
      return type.kind;
    case 'TIME':
      return 'BIGINT';
    case 'TIMESTAMP_NTZ':
    case 'TIMESTAMP_LTZ':
      return 'HUGEINT';
    case 'TIMESTAMP_TZ':
      return 'STRUCT(ns HUGEINT, tzoff SMALLINT)';
    case 'TEXT':
    case 'VARIANT':
    case 'OBJECT':
    case 'ARRAY':
      return 'VARCHAR';
  }
}
