import { type DataType, displayType } from '../catalog/data-type.ts';
import type { Column } from '../catalog/entities.ts';
import { displayName } from '../catalog/identifier.ts';

/** A column as the answer to an open describes it; the client builds its Parquet schema from this. */
export interface StreamedColumn {
  readonly name: string;
  readonly type: string;
  readonly logical_type: DataType['kind'];
  readonly physical_type: 'SB1' | 'SB2' | 'SB4' | 'SB8' | 'SB16' | 'DOUBLE' | 'LOB';
  readonly precision: number | null;
  readonly scale: number | null;
  readonly byte_length: number | null;
  readonly length: number | null;
  readonly nullable: boolean;
  readonly collation: null;
  readonly ordinal: number;
}

/**
 * Whether the server itself would have to fill the column where rows lack it. Whether Snowflake's streaming service takes
 * tables with such columns is not known: its error for them names them, and its page on limitations listed them until
 * 2025. A default of NULL is none.
 */
export function isFilledByServer({ default: fallback, identity }: Column): boolean {
  return identity !== null || (fallback !== null && fallback.trim().toUpperCase() !== 'NULL');
}

/** UTF-8 needs four bytes for a character at most; a VARCHAR's bytes have a limit of their own. */
const MAX_TEXT_BYTES = 16_777_216;

/** Describes a column for the answer to an open. */
export function streamedColumn(column: Column): StreamedColumn {
  return {
    name: displayName(column.name),
    type: displayType(column.type),
    logical_type: column.type.kind,
    physical_type: physicalType(column.type),
    precision: null,
    scale: null,
    byte_length: null,
    length: null,
    ...attributes(column.type),
    nullable: column.nullable,
    collation: null,
    ordinal: column.ordinal,
  };
}

function attributes(type: DataType): Partial<StreamedColumn> {
  switch (type.kind) {
    case 'FIXED':
      return { precision: type.precision, scale: type.scale };
    case 'TEXT':
      return {
        length: type.length,
        byte_length: Math.max(type.length, Math.min(4 * type.length, MAX_TEXT_BYTES)),
      };
    case 'BINARY':
      return { length: type.length, byte_length: type.length };
    case 'TIME':
    case 'TIMESTAMP_NTZ':
    case 'TIMESTAMP_LTZ':
    case 'TIMESTAMP_TZ':
      return { precision: 0, scale: type.scale };
    default:
      return {};
  }
}

function physicalType(type: DataType): StreamedColumn['physical_type'] {
  switch (type.kind) {
    case 'FIXED':
      return integerFor(type.precision);
    case 'REAL':
      return 'DOUBLE';
    case 'BOOLEAN':
      return 'SB1';
    case 'DATE':
      return 'SB4';
    case 'TIME':
      return type.scale <= 4 ? 'SB4' : 'SB8';
    case 'TIMESTAMP_NTZ':
    case 'TIMESTAMP_LTZ':
    case 'TIMESTAMP_TZ':
      // Eight bytes hold nine fractional digits for the years 1678 to 2262 only.
      return 'SB16';
    default:
      return 'LOB';
  }
}

function integerFor(precision: number): 'SB1' | 'SB2' | 'SB4' | 'SB8' | 'SB16' {
  if (precision <= 2) return 'SB1';
  if (precision <= 4) return 'SB2';
  if (precision <= 9) return 'SB4';
  return precision <= 18 ? 'SB8' : 'SB16';
}
