import type { Name } from '../ast.ts';
import { SqlError } from '../error.ts';
import type { Environment } from './environment.ts';

/** The names that are current when a statement does not say which. */
type Current = Pick<Environment, 'database' | 'schema'>;

/** 090105: the statement needs a current database and there is none. */
export function noDatabase(): SqlError {
  return new SqlError(
    '090105',
    '22000',
    "Cannot perform operation. This session does not have a current database. Call 'USE DATABASE', or use a qualified name.",
  );
}

function noSchema(): SqlError {
  return new SqlError(
    '090106',
    '22000',
    "Cannot perform operation. This session does not have a current schema. Call 'USE SCHEMA', or use a qualified name.",
  );
}

/**
 * Completes the name of a table or function with the current database and schema.
 * @throws SqlError 090105 or 090106 when there is none.
 */
export function qualifiedName(
  name: Name,
  current: Current,
): [database: string, schema: string, object: string] {
  const [object = '', schema = current.schema, database = current.database] = [...name].reverse();
  if (database === null) throw noDatabase();
  if (schema === null) throw noSchema();
  return [database, schema, object];
}

/** Completes the name of a schema with the current database. */
export function qualifiedSchema(name: Name, current: Current): [database: string, schema: string] {
  const [schema = '', database = current.database] = [...name].reverse();
  if (database === null) throw noDatabase();
  return [database, schema];
}
