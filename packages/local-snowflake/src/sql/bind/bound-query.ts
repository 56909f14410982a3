import type { DataType } from '../../catalog/data-type.ts';
import type { Relation, ScopeColumn } from './scope.ts';
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

/** What FROM brings: its SQL, the relations in sight, and the columns that USING made one. */
export interface BoundFrom {
  readonly sql: string;
  readonly relations: readonly Relation[];
  readonly merged?: ReadonlyMap<string, ScopeColumn>;
}

/** A function in FROM that makes rows of each row on its left. */
export interface RowFunction {
  /** Computed for each row on the left, over its columns. */
  readonly prepared: string;
  /** The list that becomes rows, of the prepared value `p`, and what each row keeps besides. */
  readonly list: string;
  readonly kept: string;
  /** The columns, of an element `u` and what was kept, `k`. */
  readonly values: readonly string[];
  readonly columns: readonly OutputColumn[];
}
