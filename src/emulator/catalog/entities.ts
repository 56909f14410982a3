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
  readonly primaryKey: boolean;
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
