import type { Database, Schema, Table } from './entities.ts';

/**
 * Databases with their schemas and tables, as a change makes them: what it was made of stays as it is. A missing
 * parent is a programming error.
 */
export class SchemaTree {
  readonly #databases: Map<string, Database>;

  constructor(databases: ReadonlyMap<string, Database>) {
    this.#databases = new Map(databases);
  }

  /** All databases, by name. */
  get databases(): ReadonlyMap<string, Database> {
    return this.#databases;
  }

  /** The database of a name. */
  database(name: string): Database {
    const database = this.#databases.get(name);
    if (!database) throw new Error(`Database ${name} is not in the catalogue.`);
    return database;
  }

  /** Adds a database, or puts it in the place of one of its name. */
  putDatabase(database: Database): void {
    this.#databases.set(database.name, database);
  }

  removeDatabase(name: string): void {
    this.#databases.delete(name);
  }

  /** The schema of a name. */
  schema(database: string, name: string): Schema {
    const schema = this.database(database).schemas.get(name);
    if (!schema) throw new Error(`Schema ${database}.${name} is not in the catalogue.`);
    return schema;
  }

  /** Adds a schema to its database, or puts it in the place of one of its name. */
  putSchema(schema: Schema): void {
    const database = this.database(schema.database);
    this.putDatabase({ ...database, schemas: new Map(database.schemas).set(schema.name, schema) });
  }

  removeSchema({ database: name, name: removed }: Schema): void {
    const database = this.database(name);
    const schemas = new Map(database.schemas);
    schemas.delete(removed);
    this.putDatabase({ ...database, schemas });
  }

  removeTable({ database, schema: name, name: removed }: Table): void {
    const schema = this.schema(database, name);
    const tables = new Map(schema.tables);
    tables.delete(removed);
    this.putSchema({ ...schema, tables });
  }
}
