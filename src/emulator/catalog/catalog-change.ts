import type { DuckDBConnection } from '@duckdb/node-api';
import type { CatalogState } from './catalog.ts';
import { type Entity, removeEntity, type StoredKind, storeEntity, storeNextId } from './catalog-storage.ts';
import { storageType } from './data-type.ts';
import {
  type Column,
  type Constraint,
  columnSql,
  type Database,
  type Role,
  type Schema,
  sequenceSql,
  type Table,
  tableSql,
  type UserFunction,
  type Warehouse,
} from './entities.ts';
import { duckText } from './identifier.ts';

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
  readonly #databases: Map<string, Database>;
  readonly #roles: Map<string, Role>;
  readonly #warehouses: Map<string, Warehouse>;
  readonly #gone: (table: Table) => Promise<void>;
  #nextId: number;
  readonly #firstId: number;

  constructor(connection: DuckDBConnection, state: CatalogState, gone: (table: Table) => Promise<void>) {
    this.connection = connection;
    this.#databases = new Map(state.databases);
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
    this.#databases.set(name, database);
    await this.#store('DATABASE', 0, database);
    await this.createSchema(name, 'PUBLIC');
  }

  /** Drops a database with all that is in it. */
  async dropDatabase(name: string): Promise<void> {
    const database = this.#database(name);
    for (const schema of database.schemas.keys()) await this.dropSchema(name, schema);
    this.#databases.delete(name);
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
    this.#putSchema(schema);
    await this.#store('SCHEMA', this.#database(databaseName).id, schema);
  }

  /** Drops a schema with its tables and functions. */
  async dropSchema(databaseName: string, name: string): Promise<void> {
    const schema = this.#schema(databaseName, name);
    for (const table of schema.tables.values()) await this.dropTable(table);
    for (const each of [...schema.functions.values()].flat()) await removeEntity(this.connection, each.id);
    const database = this.#database(databaseName);
    const schemas = new Map(database.schemas);
    schemas.delete(name);
    this.#databases.set(databaseName, { ...database, schemas });
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
    if (!table.view) {
      const columns = table.columns.map(columnDefinition).join(', ');
      await this.connection.run(`CREATE TABLE ${tableSql(table)} (${columns})`);
      for (const column of table.columns) await this.#createSequence(table, column);
    }
    await this.#putTable(table);
    return table;
  }

  /** Drops a table or view for good: its id and its data are gone. */
  async dropTable(table: Table): Promise<void> {
    await this.#gone(table);
    if (!table.view) {
      await this.connection.run(`DROP TABLE ${tableSql(table)}`);
      for (const column of table.columns) await this.#dropSequence(table, column);
    }
    const schema = this.#schema(table.database, table.schema);
    const tables = new Map(schema.tables);
    tables.delete(table.name);
    this.#putSchema({ ...schema, tables });
    await removeEntity(this.connection, table.id);
  }

  /** Gives a table another name, perhaps in another schema; id and data stay. */
  async renameTable(table: Table, to: Pick<Table, 'database' | 'schema' | 'name'>): Promise<void> {
    const schema = this.#schema(table.database, table.schema);
    const tables = new Map(schema.tables);
    tables.delete(table.name);
    this.#putSchema({ ...schema, tables });
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
    await this.#createSequence(table, added);
    const name = columnSql(added);
    // As the default of the new column, since DuckDB sets no NOT NULL on a column that was just updated. It is
    // computed beforehand: for an expression, DuckDB changes a setting of its own, and settings are locked.
    const filled = fill === null ? '' : ` DEFAULT ${await this.#computed(fill)}`;
    await this.connection.run(
      `ALTER TABLE ${tableSql(table)} ADD COLUMN ${name} ${storageType(added.type)}${filled}`,
    );
    if (filled) await this.connection.run(`ALTER TABLE ${tableSql(table)} ALTER ${name} DROP DEFAULT`);
    if (added.identity) {
      const next = `nextval(${sequenceText(table, added)})`;
      await this.connection.run(`UPDATE ${tableSql(table)} SET ${name} = ${next}`);
    } else if (!added.nullable) {
      await this.connection.run(`ALTER TABLE ${tableSql(table)} ALTER ${name} SET NOT NULL`);
    }
    return this.#putTable({
      ...table,
      nextOrdinal: table.nextOrdinal + 1,
      columns: [...table.columns, added],
    });
  }

  /** The value of an expression as a text constant. */
  async #computed(sql: string): Promise<string> {
    const reader = await this.connection.runAndReadAll(`SELECT CAST(${sql} AS VARCHAR)`);
    const value = reader.getRows()[0]?.[0];
    return typeof value === 'string' ? duckText(value) : 'NULL';
  }

  /** Drops a column; its ordinal is never used again. */
  async dropColumn(table: Table, column: Column): Promise<Table> {
    await this.connection.run(`ALTER TABLE ${tableSql(table)} DROP COLUMN ${columnSql(column)}`);
    await this.#dropSequence(table, column);
    return this.#putTable({
      ...table,
      columns: table.columns.filter((each) => each.ordinal !== column.ordinal),
      constraints: table.constraints.filter(({ columns }) => !columns.includes(column.ordinal)),
    });
  }

  /** Gives a column another name. */
  async renameColumn(table: Table, column: Column, name: string): Promise<Table> {
    const renamed = { ...column, name };
    await this.connection.run(
      `ALTER TABLE ${tableSql(table)} RENAME COLUMN ${columnSql(column)} TO ${columnSql(renamed)}`,
    );
    return this.#replaceColumn(table, renamed);
  }

  /** Changes what is known about a column: type, nullability, default, comment. */
  async alterColumn(table: Table, column: Column, altered: Column): Promise<Table> {
    const name = columnSql(column);
    if (storageType(column.type) !== storageType(altered.type)) {
      await this.connection.run(
        `ALTER TABLE ${tableSql(table)} ALTER ${name} TYPE ${storageType(altered.type)}`,
      );
    }
    if (column.nullable !== altered.nullable) {
      const verb = altered.nullable ? 'DROP' : 'SET';
      await this.connection.run(`ALTER TABLE ${tableSql(table)} ALTER ${name} ${verb} NOT NULL`);
    }
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
    const schema = this.#schema(definition.database, definition.schema);
    const others = (schema.functions.get(definition.name) ?? []).filter(
      (each) => !sameArguments(each, created),
    );
    for (const each of schema.functions.get(definition.name) ?? []) {
      if (sameArguments(each, created)) await removeEntity(this.connection, each.id);
    }
    this.#putSchema({
      ...schema,
      functions: new Map(schema.functions).set(definition.name, [...others, created]),
    });
    await this.#store('FUNCTION', schema.id, created);
  }

  /** Removes a function. */
  async dropFunction(dropped: UserFunction): Promise<void> {
    const schema = this.#schema(dropped.database, dropped.schema);
    const left = (schema.functions.get(dropped.name) ?? []).filter((each) => each.id !== dropped.id);
    this.#putSchema({ ...schema, functions: new Map(schema.functions).set(dropped.name, left) });
    await removeEntity(this.connection, dropped.id);
  }

  /** Writes what is left to write; the state that holds after the commit. */
  async finish(): Promise<CatalogState> {
    if (this.#nextId !== this.#firstId) await storeNextId(this.connection, this.#nextId);
    return {
      databases: this.#databases,
      roles: this.#roles,
      warehouses: this.#warehouses,
      nextId: this.#nextId,
    };
  }

  #id(): number {
    return this.#nextId++;
  }

  #database(name: string): Database {
    const database = this.#databases.get(name);
    if (!database) throw new Error(`Database ${name} is not in the catalogue.`);
    return database;
  }

  #schema(database: string, name: string): Schema {
    const schema = this.#database(database).schemas.get(name);
    if (!schema) throw new Error(`Schema ${database}.${name} is not in the catalogue.`);
    return schema;
  }

  #putSchema(schema: Schema): void {
    const database = this.#database(schema.database);
    const schemas = new Map(database.schemas).set(schema.name, schema);
    this.#databases.set(database.name, { ...database, schemas });
  }

  async #putTable(table: Table): Promise<Table> {
    const schema = this.#schema(table.database, table.schema);
    this.#putSchema({ ...schema, tables: new Map(schema.tables).set(table.name, table) });
    await this.#store('TABLE', schema.id, table);
    return table;
  }

  #replaceColumn(table: Table, column: Column): Promise<Table> {
    const columns = table.columns.map((each) => (each.ordinal === column.ordinal ? column : each));
    return this.#putTable({ ...table, columns });
  }

  async #createSequence(table: Table, column: Column): Promise<void> {
    if (!column.identity) return;
    const { start, step } = column.identity;
    const [low, high] = step > 0 ? [start, '9223372036854775807'] : ['-9223372036854775808', start];
    await this.connection.run(
      `CREATE SEQUENCE ${sequenceSql(table, column)} START ${start} INCREMENT ${step} MINVALUE ${low} MAXVALUE ${high}`,
    );
  }

  async #dropSequence(table: Table, column: Column): Promise<void> {
    if (column.identity) await this.connection.run(`DROP SEQUENCE ${sequenceSql(table, column)}`);
  }

  #store(kind: StoredKind, parent: number, entity: Entity): Promise<void> {
    return storeEntity(this.connection, kind, parent, entity);
  }
}

/** The sequence's name as the text argument of `nextval`. */
export function sequenceText(table: Pick<Table, 'id'>, column: Pick<Column, 'ordinal'>): string {
  return `'${sequenceSql(table, column)}'`;
}

function columnDefinition(column: Column): string {
  return `${columnSql(column)} ${storageType(column.type)}${column.nullable ? '' : ' NOT NULL'}`;
}

function sameArguments(a: UserFunction, b: UserFunction): boolean {
  const kinds = (each: UserFunction): string => each.arguments.map((argument) => argument.type.kind).join();
  return kinds(a) === kinds(b);
}
