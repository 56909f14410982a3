import type { DuckDBConnection } from '@duckdb/node-api';
import type { Store } from '../store/store.ts';
import { CatalogChange } from './catalog-change.ts';
import type { CatalogState, TableGoneListener } from './catalog-state.ts';
import { createCatalogTables, loadCatalog } from './catalog-storage.ts';
import type { Database, Role, Schema, Table, UserFunction, Warehouse } from './entities.ts';

/**
 * What exists: databases, schemas, tables, views and functions, roles and warehouses. Reads are answered from memory; changes go
 * through {@link Catalog.change} and are committed to DuckDB first.
 */
export class Catalog {
  readonly #store: Store;
  readonly #listeners: TableGoneListener[] = [];
  #state: CatalogState;
  #tablesById = new Map<number, Table>();

  private constructor(store: Store, state: CatalogState) {
    this.#store = store;
    this.#state = state;
    this.#index();
  }

  /** Loads the catalogue from the store, making its tables on first use. */
  static async open(store: Store): Promise<Catalog> {
    await store.transaction(createCatalogTables);
    return new Catalog(store, await store.read(loadCatalog));
  }

  /** All databases, by name. */
  get databases(): ReadonlyMap<string, Database> {
    return this.#state.databases;
  }

  /** All roles, by name. */
  get roles(): ReadonlyMap<string, Role> {
    return this.#state.roles;
  }

  /** All warehouses, by name. */
  get warehouses(): ReadonlyMap<string, Warehouse> {
    return this.#state.warehouses;
  }

  /** The database of that canonical name. */
  database(name: string): Database | undefined {
    return this.#state.databases.get(name);
  }

  /** The schema of those canonical names. */
  schema(database: string, name: string): Schema | undefined {
    return this.database(database)?.schemas.get(name);
  }

  /** The table or view of those canonical names. */
  table(database: string, schema: string, name: string): Table | undefined {
    return this.schema(database, schema)?.tables.get(name);
  }

  /** The table with that id, while it exists. */
  tableById(id: number): Table | undefined {
    return this.#tablesById.get(id);
  }

  /** The functions of that name, one for each list of arguments. */
  functions(database: string, schema: string, name: string): readonly UserFunction[] {
    return this.schema(database, schema)?.functions.get(name) ?? [];
  }

  /** Registers what has to happen when a table ends; see {@link TableGoneListener}. */
  onTableGone(listener: TableGoneListener): void {
    this.#listeners.push(listener);
  }

  /**
   * Makes changes in one transaction. They become visible to readers once committed; when `work` throws,
   * nothing has happened.
   */
  async change<T>(work: (change: CatalogChange) => Promise<T>): Promise<T> {
    return this.#store.exclusively(async () => {
      const [result, state] = await this.#store.inTransaction(async (connection) => {
        const change = new CatalogChange(connection, this.#state, (table) =>
          this.#tableGone(table, connection),
        );
        const value = await work(change);
        return [value, await change.finish()] as const;
      });
      this.#state = state;
      this.#index();
      return result;
    });
  }

  async #tableGone(table: Table, connection: DuckDBConnection): Promise<void> {
    for (const listener of this.#listeners) await listener(table, connection);
  }

  #index(): void {
    this.#tablesById = new Map(
      [...this.databases.values()].flatMap((database) =>
        [...database.schemas.values()].flatMap((schema) =>
          [...schema.tables.values()].map((table) => [table.id, table] as const),
        ),
      ),
    );
  }
}
