import type { DuckDBConnection } from '@duckdb/node-api';
import type { Database, Role, Table, Warehouse } from './entities.ts';

/** Called inside the transaction that drops or replaces a table; what it writes commits together with that. */
export type TableGoneListener = (table: Table, connection: DuckDBConnection) => Promise<void>;

/** One consistent state of the catalogue. */
export interface CatalogState {
  readonly databases: ReadonlyMap<string, Database>;
  readonly roles: ReadonlyMap<string, Role>;
  readonly warehouses: ReadonlyMap<string, Warehouse>;
  /** The id that the next table, schema, database or function gets. */
  readonly nextId: number;
}
