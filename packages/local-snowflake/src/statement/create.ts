import { displayName } from '../catalog/identifier.ts';
import { qualifiedSchema } from '../sql/bind/qualified-name.ts';
import { alreadyExists, doesNotExist, unsupported } from '../sql/error.ts';
import type { TokenStream } from '../sql/token-stream.ts';
import { createAccountObject } from './account-object.ts';
import { createFunction } from './create-function.ts';
import { type CreateOptions, readOptions } from './create-options.ts';
import { createTable } from './create-table.ts';
import { createView } from './create-view.ts';
import { type StatementResult, status } from './result.ts';
import { end, type Statement, type StatementHandler } from './statement.ts';
import { shown } from './target.ts';

/** CREATE [OR REPLACE] [TRANSIENT] DATABASE, SCHEMA, TABLE, VIEW, FUNCTION */
export const create: StatementHandler = async (statement) => {
  const { tokens } = statement;
  tokens.expect('CREATE');
  const replace = tokens.accept('OR', 'REPLACE');
  const temporary = tokens.acceptAny('LOCAL', 'GLOBAL', 'TEMP', 'TEMPORARY', 'VOLATILE');
  if (temporary) throw unsupported('TEMPORARY');
  const transient = Boolean(tokens.acceptAny('TRANSIENT'));
  const secure = tokens.accept('SECURE');
  const options = (): CreateOptions => ({
    replace,
    transient,
    tolerant: tokens.accept('IF', 'NOT', 'EXISTS'),
  });
  // As in Snowflake, DDL ends an open transaction first.
  await end(statement, 'COMMIT');
  if (tokens.accept('DATABASE')) return createDatabase(statement, options());
  if (tokens.accept('SCHEMA')) return createSchema(statement, options());
  if (tokens.accept('TABLE')) return createTable(statement, options());
  if (tokens.accept('VIEW')) return createView(statement, options());
  if (tokens.accept('FUNCTION')) return createFunction(statement, options());
  const account = tokens.acceptAny('ROLE', 'WAREHOUSE');
  if (account) return createAccountObject(statement, account as 'ROLE' | 'WAREHOUSE', options());
  const kind = tokens.acceptAny('USER', 'STREAM');
  if (kind) return recorded(tokens, kind, options());
  throw unsupported(`CREATE ${secure ? 'SECURE ' : ''}${tokens.peek().value}`);
};

/** Things that are taken note of in words only: the emulator has one user. */
function recorded(tokens: TokenStream, kind: string, _options: CreateOptions): StatementResult {
  const name = shown(tokens.name());
  return status(`${kind[0]}${kind.slice(1).toLowerCase()} ${name} successfully created.`);
}

async function createDatabase(statement: Statement, options: CreateOptions): Promise<StatementResult> {
  const { tokens, context, session, environment } = statement;
  const name = tokens.identifier();
  if (tokens.is('CLONE')) throw unsupported('CLONE of a database');
  const comment = readOptions(tokens);
  tokens.expectEnd();
  const exists = environment.catalog.database(name) !== undefined;
  if (exists && options.tolerant) return status(`${displayName(name)} already exists, statement succeeded.`);
  if (exists && !options.replace) throw alreadyExists(displayName(name));
  await context.catalog.change(async (change) => {
    if (exists) await change.dropDatabase(name);
    await change.createDatabase(name, { transient: options.transient, comment });
  });
  session.database = name;
  session.schema = 'PUBLIC';
  return status(`Database ${displayName(name)} successfully created.`);
}

async function createSchema(statement: Statement, options: CreateOptions): Promise<StatementResult> {
  const { tokens, context, session, environment } = statement;
  const [database, name] = qualifiedSchema(tokens.name(), environment);
  if (tokens.is('CLONE')) throw unsupported('CLONE of a schema');
  tokens.accept('WITH', 'MANAGED', 'ACCESS');
  const comment = readOptions(tokens);
  tokens.expectEnd();
  if (!environment.catalog.database(database)) throw doesNotExist('Database', displayName(database));
  const exists = environment.catalog.schema(database, name) !== undefined;
  if (exists && options.tolerant) return status(`${displayName(name)} already exists, statement succeeded.`);
  if (exists && !options.replace) throw alreadyExists(shown([database, name]));
  await context.catalog.change(async (change) => {
    if (exists) await change.dropSchema(database, name);
    await change.createSchema(database, name, { transient: options.transient, comment });
  });
  session.database = database;
  session.schema = name;
  return status(`Schema ${displayName(name)} successfully created.`);
}
