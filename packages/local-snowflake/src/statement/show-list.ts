import { type DataType, text } from '../catalog/data-type.ts';
import type { Schema, Table } from '../catalog/entities.ts';

/** The clauses of SHOW besides the kind: LIKE, IN, STARTS WITH, LIMIT. */
export interface ShowOptions {
  readonly like: RegExp | null;
  readonly scope: readonly Schema[];
  /** The one table after IN TABLE. */
  readonly table: Table | null;
  readonly startsWith: string;
  /** The short list. */
  readonly terse: boolean;
  readonly limit: number;
}

/** A cell of a list, as text. */
export type Cell = string | null;
type ListColumn = readonly [name: string, type: DataType];

/** Keeps what LIKE, STARTS WITH and LIMIT let through, by name. */
export function chosen<T>(items: readonly T[], options: ShowOptions, name: (item: T) => string): T[] {
  return [...items]
    .filter((item) => options.like?.test(name(item)) ?? true)
    .filter((item) => name(item).startsWith(options.startsWith))
    .sort((a, b) => (name(a) < name(b) ? -1 : 1))
    .slice(0, options.limit);
}

const TIME: DataType = { kind: 'TIMESTAMP_LTZ', scale: 3 };

/** Milliseconds as a cell of a timestamp with three digits. */
export function timeCell(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3);
}

/** Columns that are all text, except those named here. */
export function columns(names: string, others: Readonly<Record<string, DataType>> = {}): ListColumn[] {
  return names.split(' ').map((name) => [name, others[name] ?? (name === 'created_on' ? TIME : text())]);
}

/** The tables and views that are asked for. */
export function tablesOf({ table, scope }: ShowOptions): readonly Table[] {
  return table ? [table] : scope.flatMap((schema) => [...schema.tables.values()]);
}

/** The columns of SHOW TERSE. */
export const TERSE_COLUMNS: ListColumn[] = columns('created_on name kind database_name schema_name');
