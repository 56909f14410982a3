import type { Catalog } from '../../catalog/catalog.ts';
import type { DataType } from '../../catalog/data-type.ts';
import type { UserFunction } from '../../catalog/entities.ts';
import type { Typed } from './typed.ts';

/** What binding needs to know beyond the statement: catalogue, current names, parameters, binds. */
export interface Environment {
  readonly catalog: Catalog;
  readonly database: string | null;
  readonly schema: string | null;
  readonly user: string;
  readonly role: string;
  readonly warehouse: string | null;
  readonly account: string;
  readonly sessionId: number;
  /** The id of the open transaction. */
  readonly transactionId: string | null;
  readonly queryId: string;
  readonly lastQueryId: string | null;
  /** Milliseconds since the epoch; the same for the whole statement. */
  readonly now: number;
  /** IANA name of the session's time zone. */
  readonly timezone: string;
  /** A session parameter as text, e.g. TIMESTAMP_NTZ_OUTPUT_FORMAT. */
  parameter(name: string): string;
  /** The value bound to a place holder, one-based. */
  bind(index: number): Typed | undefined;
  /** DuckDB SQL that calls a JavaScript function with bound arguments and yields its result as JSON text. */
  callJavaScript(definition: UserFunction, jsonArguments: string): string;
  /** Called for each table and view that a statement reads. */
  onTableRead(): void;
  /** Rows of an INFORMATION_SCHEMA view, when there is one of that name. */
  informationSchema(database: string, view: string): VirtualTable | undefined;
}

/** A table made of values that are known already; every cell is DuckDB SQL. */
export interface VirtualTable {
  readonly columns: readonly { readonly name: string; readonly type: DataType }[];
  readonly rows: readonly (readonly string[])[];
}
