import {
  type DataType,
  MAX_BINARY_LENGTH,
  MAX_PRECISION,
  MAX_TEXT_LENGTH,
  MAX_TIME_SCALE,
} from './data-type.ts';

/** The meaning of TIMESTAMP without a suffix: the session parameter TIMESTAMP_TYPE_MAPPING. */
export type TimestampMapping = 'TIMESTAMP_NTZ' | 'TIMESTAMP_LTZ' | 'TIMESTAMP_TZ';

type Build = (attributes: readonly number[], mapping: TimestampMapping) => DataType | undefined;

const inRange = (value: number, low: number, high: number): boolean => value >= low && value <= high;

const number: Build = ([precision = MAX_PRECISION, scale = 0, ...rest]) =>
  rest.length === 0 && inRange(precision, 1, MAX_PRECISION) && inRange(scale, 0, Math.min(37, precision))
    ? { kind: 'FIXED', precision, scale }
    : undefined;

const whole: Build = (attributes) =>
  attributes.length === 0 ? { kind: 'FIXED', precision: MAX_PRECISION, scale: 0 } : undefined;

const real: Build = (attributes) => (attributes.length <= 1 ? { kind: 'REAL' } : undefined);

const textOf =
  (usual: number): Build =>
  ([length = usual, ...rest]) =>
    rest.length === 0 && inRange(length, 1, 8 * MAX_TEXT_LENGTH) ? { kind: 'TEXT', length } : undefined;

const bytes: Build = ([length = MAX_BINARY_LENGTH, ...rest]) =>
  rest.length === 0 && inRange(length, 1, 8 * MAX_BINARY_LENGTH) ? { kind: 'BINARY', length } : undefined;

const plain =
  (kind: 'BOOLEAN' | 'DATE' | 'VARIANT' | 'OBJECT' | 'ARRAY'): Build =>
  (attributes) =>
    attributes.length === 0 ? { kind } : undefined;

const scaled =
  (kind: 'TIME' | TimestampMapping | 'TIMESTAMP'): Build =>
  ([scale = MAX_TIME_SCALE, ...rest], mapping) =>
    rest.length === 0 && inRange(scale, 0, MAX_TIME_SCALE)
      ? { kind: kind === 'TIMESTAMP' ? mapping : kind, scale }
      : undefined;

const BY_NAME: ReadonlyMap<string, Build> = new Map<string, Build>([
  ...['NUMBER', 'DECIMAL', 'NUMERIC', 'DEC', 'FIXED'].map((name) => [name, number] as const),
  ...['INT', 'INTEGER', 'BIGINT', 'SMALLINT', 'TINYINT', 'BYTEINT'].map((name) => [name, whole] as const),
  ...['FLOAT', 'FLOAT4', 'FLOAT8', 'DOUBLE', 'DOUBLE PRECISION', 'REAL'].map((name) => [name, real] as const),
  ...[
    'VARCHAR',
    'STRING',
    'TEXT',
    'NVARCHAR',
    'NVARCHAR2',
    'CHAR VARYING',
    'CHARACTER VARYING',
    'NCHAR VARYING',
  ].map((name) => [name, textOf(MAX_TEXT_LENGTH)] as const),
  ...['CHAR', 'CHARACTER', 'NCHAR'].map((name) => [name, textOf(1)] as const),
  ['BINARY', bytes],
  ['VARBINARY', bytes],
  ['BOOLEAN', plain('BOOLEAN')],
  ['DATE', plain('DATE')],
  ['VARIANT', plain('VARIANT')],
  ['OBJECT', plain('OBJECT')],
  ['ARRAY', plain('ARRAY')],
  ['TIME', scaled('TIME')],
  ['TIMESTAMP', scaled('TIMESTAMP')],
  ['DATETIME', scaled('TIMESTAMP_NTZ')],
  ...['TIMESTAMP_NTZ', 'TIMESTAMPNTZ', 'TIMESTAMP WITHOUT TIME ZONE'].map(
    (name) => [name, scaled('TIMESTAMP_NTZ')] as const,
  ),
  ...['TIMESTAMP_LTZ', 'TIMESTAMPLTZ', 'TIMESTAMP WITH LOCAL TIME ZONE'].map(
    (name) => [name, scaled('TIMESTAMP_LTZ')] as const,
  ),
  ...['TIMESTAMP_TZ', 'TIMESTAMPTZ', 'TIMESTAMP WITH TIME ZONE'].map(
    (name) => [name, scaled('TIMESTAMP_TZ')] as const,
  ),
]);

/** True when `name` (upper case, words joined by one blank) is the name or a synonym of a data type. */
export function isTypeName(name: string): boolean {
  return BY_NAME.has(name);
}

/**
 * The type that `name` with `attributes` means; `undefined` when the name is unknown or an attribute is out
 * of range. The name is upper case, words joined by one blank.
 * @example dataTypeOf('DECIMAL', [10, 2]) // { kind: 'FIXED', precision: 10, scale: 2 }
 */
export function dataTypeOf(
  name: string,
  attributes: readonly number[],
  mapping: TimestampMapping = 'TIMESTAMP_NTZ',
): DataType | undefined {
  return BY_NAME.get(name)?.(attributes, mapping);
}

/**
 * Reads the SQL text of a type, e.g. `number(38, 0)` or `timestamp with time zone`.
 * @throws RangeError when it is not a type, or an attribute is out of range.
 */
export function parseDataType(sql: string, mapping?: TimestampMapping): DataType {
  const match = /^\s*([A-Za-z_][A-Za-z_0-9 ]*?)\s*(?:\(\s*(\d+(?:\s*,\s*\d+)*)\s*\))?\s*$/.exec(sql);
  const name = match?.[1]?.toUpperCase().replaceAll(/ +/g, ' ');
  const attributes = match?.[2]?.split(',').map(Number) ?? [];
  const type = name === undefined ? undefined : dataTypeOf(name, attributes, mapping);
  if (!type) throw new RangeError(`Unsupported data type '${sql}'.`);
  return type;
}
