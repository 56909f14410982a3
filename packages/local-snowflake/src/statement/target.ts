import type { Schema, Table } from '../catalog/entities.ts';
import { displayName } from '../catalog/identifier.ts';
import type { Name } from '../sql/ast.ts';
import { qualifiedName, qualifiedSchema } from '../sql/bind/qualified-name.ts';
import { compilationError, doesNotExist } from '../sql/error.ts';
import type { Statement } from './statement.ts';

/** A name as messages show it. */
export function shown(name: Name): string {
  return name.map(displayName).join('.');
}

/** The full name of what a statement makes. */
export function newName(
  { environment }: Statement,
  name: Name,
): { database: string; schema: string; name: string } {
  const [database, schema, object] = qualifiedName(name, environment);
  return { database, schema, name: object };
}

/** The schema in which something is made. @throws SqlError 002003 when it does not exist. */
export function existingSchema(statement: Statement, database: string, schema: string): Schema {
  const { catalog } = statement.environment;
  if (!catalog.database(database)) throw doesNotExist('Database', displayName(database));
  const found = catalog.schema(database, schema);
  if (!found) throw doesNotExist('Schema', shown([database, schema]));
  return found;
}

/** The schema of that name. @throws SqlError 002003 when it does not exist. */
export function schemaNamed(statement: Statement, name: Name): Schema {
  const [database, schema] = qualifiedSchema(name, statement.environment);
  return existingSchema(statement, database, schema);
}

/** The table or view of that name. @throws SqlError 002003 naming the first of its parts that does not exist. */
export function objectNamed(statement: Statement, name: Name): Table {
  const { environment } = statement;
  const [database, schema, object] = qualifiedName(name, environment);
  if (name.length > 1) existingSchema(statement, database, schema);
  const table = environment.catalog.table(database, schema, object);
  if (!table) throw doesNotExist(name.length > 1 ? 'Table' : 'Object', shown(name));
  return table;
}

/** The table of that name, which must not be a view. */
export function tableNamed(statement: Statement, name: Name): Table {
  const table = objectNamed(statement, name);
  if (table.view) throw compilationError('002203', '42601', `'${shown(name)}' is a view.`);
  return table;
}
