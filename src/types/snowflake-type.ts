/** A Snowflake column type with the attributes that decide what fits. */
export type SnowflakeType =
  | { readonly kind: 'NUMBER'; readonly precision: number; readonly scale: number }
  | { readonly kind: 'VARCHAR' | 'BINARY'; readonly length: number }
  | { readonly kind: 'TIME' | 'TIMESTAMP_NTZ' | 'TIMESTAMP_LTZ' | 'TIMESTAMP_TZ'; readonly scale: number }
  | { readonly kind: 'FLOAT' | 'BOOLEAN' | 'DATE' | 'VARIANT' | 'OBJECT' | 'ARRAY' };

/** Characters in the longest VARCHAR of the classic streaming API (16 MB). */
export const MAX_VARCHAR = 16_777_216;
/** Bytes in the longest BINARY of the classic streaming API (8 MB). */
export const MAX_BINARY = 8_388_608;

/**
 * The type as DDL spells it.
 *
 * @example
 * snowflakeTypeSql({ kind: 'NUMBER', precision: 20, scale: 0 }); // 'NUMBER(20,0)'
 */
export function snowflakeTypeSql(type: SnowflakeType): string {
  switch (type.kind) {
    case 'NUMBER':
      return `NUMBER(${type.precision},${type.scale})`;
    case 'VARCHAR':
    case 'BINARY':
      return `${type.kind}(${type.length})`;
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
 * Reads a type as DESCRIBE TABLE prints it.
 *
 * @returns `undefined` for a type that the streaming SDK does not write (GEOGRAPHY, VECTOR, …).
 * @example parseSnowflakeType('VARCHAR(16777216)'); // { kind: 'VARCHAR', length: 16777216 }
 */
export function parseSnowflakeType(described: string): SnowflakeType | undefined {
  const [, kind = '', first, second] =
    /^(\w+)(?:\((\d+)(?:,\s*(\d+))?\))?$/.exec(described.trim().toUpperCase()) ?? [];
  const number = (text: string | undefined, otherwise: number) =>
    text === undefined ? otherwise : Number(text);
  switch (kind) {
    case 'NUMBER':
      return { kind, precision: number(first, 38), scale: number(second, 0) };
    case 'VARCHAR':
    case 'BINARY':
      return { kind, length: number(first, kind === 'VARCHAR' ? MAX_VARCHAR : MAX_BINARY) };
    case 'TIME':
    case 'TIMESTAMP_NTZ':
    case 'TIMESTAMP_LTZ':
    case 'TIMESTAMP_TZ':
      return { kind, scale: number(first, 9) };
    case 'FLOAT':
    case 'BOOLEAN':
    case 'DATE':
    case 'VARIANT':
    case 'OBJECT':
    case 'ARRAY':
      return { kind };
    default:
      return undefined;
  }
}
