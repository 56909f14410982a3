import type { DuckDBConnection } from '@duckdb/node-api';
import type { CatalogState } from './catalog-state.ts';
import { type Entity, removeEntity, type StoredKind, storeEntity, storeNextId } from './catalog-storage.ts';
import type {
  Column,
  Constraint,
  Database,
  Role,
  Schema,
  Table,
  UserFunction,
  Warehouse,
} from './entities.ts';
import { SchemaTree } from './schema-tree.ts';
import {
  addStoredColumn,
  alterStoredColumn,
  createStored,
  dropStored,
  dropStoredColumn,
  renameStoredColumn,
} from './stored-table.ts';

/** A column before it has its place. */
export type NewColumn = Omit<Column, 'ordinal'>;

/** What describes a table before it has an id. */
export interface NewTable {
  readonly database: string;
  readonly schema: string;
  readonly name: string;
  readonly columns: readonly NewColumn[];
  readonly view?: Table['view'];
  readonly transient?: boolean;
  readonly comment?: string | null;
}

/**
 * The changes of one transaction to the catalogue, together with the DDL they mean in DuckDB. The caller has
 * checked that names exist, or do not; here a missing parent is a programming error.
 */
export class CatalogChange {
  /** The connection of the transaction, for statements that belong to the change. */
  readonly connection: DuckDBConnection;
  readonly #tree: SchemaTree;
  readonly #roles: Map<string, Role>;
  readonly #warehouses: Map<string, Warehouse>;
  readonly #gone: (table: Table) => Promise<void>;
  #nextId: number;
  readonly #firstId: number;

  constructor(connection: DuckDBConnection, state: CatalogState, gone: (table: Table) => Promise<void>) {
    this.connection = connection;
    this.#tree = new SchemaTree(state.databases);
    this.#roles = new Map(state.roles);
    this.#warehouses = new Map(state.warehouses);
    this.#nextId = state.nextId;
    this.#firstId = state.nextId;
    this.#gone = gone;
  }

  /** Makes a database with the schema PUBLIC. */
  async createDatabase(
    name: string,
    options: { transient?: boolean; comment?: string | null } = {},
  ): Promise<void> {
    const database: Database = {
      id: this.#id(),
      name,
      transient: options.transient ?? false,
      comment: options.comment ?? null,
      createdOn: Date.now(),
      schemas: new Map(),
    };
    this.#tree.putDatabase(database);
    await this.#store('DATABASE', 0, database);
    await this.createSchema(name, 'PUBLIC');
  }

  /** Drops a database with all that is in it. */
  async dropDatabase(name: string): Promise<void> {
    const database = this.#tree.database(name);
    for (const schema of database.schemas.keys()) await this.dropSchema(name, schema);
    this.#tree.removeDatabase(name);
    await removeEntity(this.connection, database.id);
  }

  /** Makes an empty schema. */
  async createSchema(
    databaseName: string,
    name: string,
    options: { transient?: boolean; comment?: string | null } = {},
  ): Promise<void> {
    const schema: Schema = {
      id: this.#id(),
      database: databaseName,
      name,
      transient: options.transient ?? false,
      comment: options.comment ?? null,
      createdOn: Date.now(),
      tables: new Map(),
      functions: new Map(),
    };
    this.#tree.putSchema(schema);
    await this.#store('SCHEMA', this.#tree.database(databaseName).id, schema);
  }

  /** Drops a schema with its tables and functions. */
  async dropSchema(databaseName: string, name: string): Promise<void> {
    const schema = this.#tree.schema(databaseName, name);
    for (const table of schema.tables.values()) await this.dropTable(table);
    for (const each of [...schema.functions.values()].flat()) await removeEntity(this.connection, each.id);
    this.#tree.removeSchema(schema);
    await removeEntity(this.connection, schema.id);
  }

  /** Makes an empty table, or a view, which has no table in DuckDB. */
  async createTable(definition: NewTable): Promise<Table> {
    const table: Table = {
      id: this.#id(),
      database: definition.database,
      schema: definition.schema,
      name: definition.name,
      view: definition.view ?? null,
      transient: definition.transient ?? false,
      comment: definition.comment ?? null,
      createdOn: Date.now(),
      nextOrdinal: definition.columns.length + 1,
      columns: definition.columns.map((column, index) => ({ ...column, ordinal: index + 1 })),
      constraints: [],
    };
    if (!table.view) await createStored(this.connection, table);
    await this.#putTable(table);
    return table;
  }

  /** Drops a table or view for good: its id and its data are gone. */
  async dropTable(table: Table): Promise<void> {
    await this.#gone(table);
    if (!table.view) await dropStored(this.connection, table);
    this.#tree.removeTable(table);
    await removeEntity(this.connection, table.id);
  }

  /** Gives a table another name, perhaps in another schema; id and data stay. */
  async renameTable(table: Table, to: Pick<Table, 'database' | 'schema' | 'name'>): Promise<void> {
    this.#tree.removeTable(table);
    await this.#putTable({ ...table, database: to.database, schema: to.schema, name: to.name });
  }

  /** Gives each of two tables the other's name; data and channels stay where they are. */
  async swapTables(a: Table, b: Table): Promise<void> {
    await this.renameTable(a, b);
    await this.renameTable(b, a);
    await this.#putTable({ ...a, database: b.database, schema: b.schema, name: b.name });
  }

  /** Adds a column at the end, filled with `fill` (a DuckDB expression) in the rows that are there. */
  async addColumn(table: Table, column: NewColumn, fill: string | null): Promise<Table> {
    const added: Column = { ...column, ordinal: table.nextOrdinal };
    await addStoredColumn(this.connection, table, added, fill);
    return this.#putTable({
      ...table,
      nextOrdinal: table.nextOrdinal + 1,
      columns: [...table.columns, added],
    });
  }

  /** Drops a column; its ordinal is never used again. */
  async dropColumn(table: Table, column: Column): Promise<Table> {
    await dropStoredColumn(this.connection, table, column);
    return this.#putTable({
      ...table,
      columns: table.columns.filter((each) => each.ordinal !== column.ordinal),
      constraints: table.constraints.filter(({ columns }) => !columns.includes(column.ordinal)),
    });
  }

  /** Gives a column another name. */
  async renameColumn(table: Table, column: Column, name: string): Promise<Table> {
    const renamed = { ...column, name };
    await renameStoredColumn(this.connection, table, column, renamed);
    return this.#replaceColumn(table, renamed);
  }

  /** Changes what is known about a column: type, nullability, default, comment. */
  async alterColumn(table: Table, column: Column, altered: Column): Promise<Table> {
    await alterStoredColumn(this.connection, table, column, altered);
    return this.#replaceColumn(table, altered);
  }

  /** Gives a table other constraints. */
  async setConstraints(table: Table, constraints: readonly Constraint[]): Promise<Table> {
    return this.#putTable({ ...table, constraints });
  }

  /** Makes a role; one of that name is replaced. */
  async createRole(name: string, comment: string | null): Promise<void> {
    await this.dropRole(name);
    const role: Role = { id: this.#id(), name, comment, createdOn: Date.now() };
    this.#roles.set(name, role);
    await this.#store('ROLE', 0, role);
  }

  /** Removes a role, if there is one of that name. */
  async dropRole(name: string): Promise<void> {
    const role = this.#roles.get(name);
    if (!role) return;
    this.#roles.delete(name);
    await removeEntity(this.connection, role.id);
  }

  /** Makes a warehouse; one of that name is replaced. */
  async createWarehouse(name: string, size: string, comment: string | null): Promise<void> {
    await this.dropWarehouse(name);
    const warehouse: Warehouse = { id: this.#id(), name, size, comment, createdOn: Date.now() };
    this.#warehouses.set(name, warehouse);
    await this.#store('WAREHOUSE', 0, warehouse);
  }

  /** Removes a warehouse, if there is one of that name. */
  async dropWarehouse(name: string): Promise<void> {
    const warehouse = this.#warehouses.get(name);
    if (!warehouse) return;
    this.#warehouses.delete(name);
    await removeEntity(this.connection, warehouse.id);
  }

  /** Sets or removes the comment of a table or view. */
  async commentTable(table: Table, comment: string | null): Promise<Table> {
    return this.#putTable({ ...table, comment });
  }

  /** Adds a function; one with the same name and argument types is replaced. */
  async createFunction(definition: Omit<UserFunction, 'id' | 'createdOn'>): Promise<void> {
    const created: UserFunction = { ...definition, id: this.#id(), createdOn: Date.now() };
    const schema = this.#tree.schema(definition.database, definition.schema);
    const others = (schema.functions.get(definition.name) ?? []).filter(
      (each) => !sameArguments(each, created),
    );
    for (const each of schema.functions.get(definition.name) ?? []) {
      if (sameArguments(each, created)) await removeEntity(this.connection, each.id);
    }
    this.#tree.putSchema({
      ...schema,
      functions: new Map(schema.functions).set(definition.name, [...others, created]),
    });
    await this.#store('FUNCTION', schema.id, created);
  }

  /** Removes a function. */
  async dropFunction(dropped: UserFunction): Promise<void> {
    const schema = this.#tree.schema(dropped.database, dropped.schema);
    const left = (schema.functions.get(dropped.name) ?? []).filter((each) => each.id !== dropped.id);
    this.#tree.putSchema({ ...schema, functions: new Map(schema.functions).set(dropped.name, left) });
    await removeEntity(this.connection, dropped.id);
  }

  /** Writes what is left to write; the state that holds after the commit. */
  async finish(): Promise<CatalogState> {
    if (this.#nextId !== this.#firstId) await storeNextId(this.connection, this.#nextId);
    return {
      databases: this.#tree.databases,
      roles: this.#roles,
      warehouses: this.#warehouses,
      nextId: this.#nextId,
    };
  }

  #id(): number {
    return this.#nextId++;
  }

  async #putTable(table: Table): Promise<Table> {
    const schema = this.#tree.schema(table.database, table.schema);
    this.#tree.putSchema({ ...schema, tables: new Map(schema.tables).set(table.name, table) });
    await this.#store('TABLE', schema.id, table);
    return table;
  }

  #replaceColumn(table: Table, column: Column): Promise<Table> {
    const columns = table.columns.map((each) => (each.ordinal === column.ordinal ? column : each));
    return this.#putTable({ ...table, columns });
  }

  #store(kind: StoredKind, parent: number, entity: Entity): Promise<void> {
    return storeEntity(this.connection, kind, parent, entity);
  }
}

function sameArguments(a: UserFunction, b: UserFunction): boolean {
  const kinds = (each: UserFunction): string => each.arguments.map((argument) => argument.type.kind).join();
  return kinds(a) === kinds(b);
}
