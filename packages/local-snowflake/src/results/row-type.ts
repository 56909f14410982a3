import type { DataType } from '../catalog/data-type.ts';
import type { OutputColumn } from '../sql/bind/bound-query.ts';

/** A column of a result as clients get it; every key is always present. */
export interface RowType {
  readonly name: string;
  readonly database: string;
  readonly schema: string;
  readonly table: string;
  readonly type: string;
  readonly precision: number | null;
  readonly scale: number | null;
  readonly length: number | null;
  readonly byteLength: number | null;
  readonly nullable: boolean;
  readonly collation: null;
}

/** Describes the columns of a result. */
export function rowTypes(columns: readonly OutputColumn[]): RowType[] {
  return columns.map(({ name, type, nullable, table = [] }) => ({
    name,
    database: table[0] ?? '',
    schema: table[1] ?? '',
    table: table[2] ?? '',
    type: type.kind.toLowerCase(),
    ...size(type),
    nullable,
    collation: null,
  }));
}

type Size = Pick<RowType, 'precision' | 'scale' | 'length' | 'byteLength'>;

function size(type: DataType): Size {
  const none = { precision: null, scale: null, length: null, byteLength: null };
  switch (type.kind) {
    case 'FIXED':
      return { ...none, precision: type.precision, scale: type.scale };
    case 'TEXT':
      return { ...none, length: type.length, byteLength: Math.min(type.length * 4, 16_777_216) };
    case 'BINARY':
      return { ...none, length: type.length, byteLength: type.length };
    case 'TIME':
    case 'TIMESTAMP_NTZ':
    case 'TIMESTAMP_LTZ':
    case 'TIMESTAMP_TZ':
      return { ...none, precision: 0, scale: type.scale };
    default:
      return none;
  }
}
