import type { DataType } from './data-type.ts';
import { duckName } from './identifier.ts';

/** Values for a column that numbers itself. */
export interface Identity {
  readonly start: number;
  readonly step: number;
}

/** A column of a table or view. `ordinal` starts at 1 and is never used again after the column is dropped. */
export interface Column {
  readonly ordinal: number;
  readonly name: string;
  readonly type: DataType;
  readonly nullable: boolean;
  /** SQL text of the default, as the user wrote it. */
  readonly default: string | null;
  readonly comment: string | null;
  readonly identity: Identity | null;
  readonly collation: string | null;
}

/** What a foreign key points at: the columns of a table, by their ordinals. */
export interface Reference {
  readonly table: number;
  readonly columns: readonly number[];
  readonly match: string;
  readonly updateRule: string;
  readonly deleteRule: string;
}

/** A constraint of a table. It is kept and shown; Snowflake enforces none of them. */
export interface Constraint {
  readonly name: string;
  readonly kind: 'PRIMARY KEY' | 'UNIQUE' | 'FOREIGN KEY';
  /** Ordinals, in the order of the key. */
  readonly columns: readonly number[];
  /** Only of a foreign key. */
  readonly reference: Reference | null;
  readonly rely: boolean;
  readonly comment: string | null;
  readonly createdOn: number;
}

/** The text of a view and the names that were current when it was made; its tables are found from there. */
export interface ViewText {
  readonly sql: string;
  readonly database: string;
  readonly schema: string;
}

/**
 * A table or view. `id` belongs to this very table: dropping it, or replacing it with CREATE OR REPLACE, ends
 * the id, so whatever hangs on the id (a channel) ends with it.
 */
export interface Table {
  readonly id: number;
  readonly database: string;
  readonly schema: string;
  readonly name: string;
  readonly view: ViewText | null;
  readonly transient: boolean;
  readonly comment: string | null;
  /** Milliseconds since the epoch. */
  readonly createdOn: number;
  /** The ordinal that the next added column gets. */
  readonly nextOrdinal: number;
  readonly columns: readonly Column[];
  readonly constraints: readonly Constraint[];
}

/** A user-defined function; several may share a name and differ in their arguments. */
export interface UserFunction {
  readonly id: number;
  readonly database: string;
  readonly schema: string;
  readonly name: string;
  readonly arguments: readonly { readonly name: string; readonly type: DataType }[];
  readonly returns: DataType;
  readonly language: 'JAVASCRIPT' | 'SQL';
  readonly body: string;
  /** STRICT, or RETURNS NULL ON NULL INPUT. */
  readonly strict: boolean;
  readonly comment: string | null;
  readonly createdOn: number;
}

/** A schema with what lives in it; the names of tables and functions are canonical. */
export interface Schema {
  readonly id: number;
  readonly database: string;
  readonly name: string;
  readonly transient: boolean;
  readonly comment: string | null;
  readonly createdOn: number;
  readonly tables: ReadonlyMap<string, Table>;
  readonly functions: ReadonlyMap<string, readonly UserFunction[]>;
}

/** A role; the one user has them all. */
export interface Role {
  readonly id: number;
  readonly name: string;
  readonly comment: string | null;
  readonly createdOn: number;
}

/** A warehouse, which computes nothing here: sessions name one. */
export interface Warehouse {
  readonly id: number;
  readonly name: string;
  /** As SHOW WAREHOUSES prints it: `X-Small`. */
  readonly size: string;
  readonly comment: string | null;
  readonly createdOn: number;
}

/** A database with its schemas by canonical name. */
export interface Database {
  readonly id: number;
  readonly name: string;
  readonly transient: boolean;
  readonly comment: string | null;
  readonly createdOn: number;
  readonly schemas: ReadonlyMap<string, Schema>;
}

/** The table's name in DuckDB, quoted; it follows the id, so a rename touches no data. */
export function tableSql(table: Pick<Table, 'id'>): string {
  return `store.data."t${table.id}"`;
}

/** The sequence in DuckDB that an identity column draws from. */
export function sequenceSql(table: Pick<Table, 'id'>, column: Pick<Column, 'ordinal'>): string {
  return `store.data."s${table.id}_${column.ordinal}"`;
}

/** The column's name in DuckDB, quoted. */
export function columnSql(column: Pick<Column, 'name'>): string {
  return duckName(column.name);
}
