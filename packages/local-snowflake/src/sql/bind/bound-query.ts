import type { DataType } from '../../catalog/data-type.ts';
import type { Typed } from './typed.ts';

/** A query after binding; its DuckDB SQL yields the columns `c1`, `c2` … */
export interface BoundQuery {
  readonly sql: string;
  readonly columns: readonly OutputColumn[];
}

/** A column of a result, and the table column it shows when it shows one. */
export interface OutputColumn {
  readonly name: string;
  readonly type: DataType;
  readonly nullable: boolean;
  readonly table?: readonly string[];
  readonly untyped?: boolean;
}

/** A column of a derived table as a value. */
export function columnValue(query: BoundQuery, index: number, relation = ''): Typed {
  const { type, nullable, untyped } = query.columns[index] as OutputColumn;
  return { sql: `${relation}c${index + 1}`, type, nullable, ...(untyped ? { untyped } : {}) };
}
