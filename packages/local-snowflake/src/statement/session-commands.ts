import { displayName } from '../catalog/identifier.ts';
import { Parameters } from '../session/parameters.ts';
import { qualifiedSchema } from '../sql/bind/qualified-name.ts';
import { compilationError, doesNotExist, type SqlError, unsupported } from '../sql/error.ts';
import { alterAccountObject } from './account-object.ts';
import { alterTable } from './alter-table.ts';
import { STATEMENT_TYPE, type StatementResult, status } from './result.ts';
import { begin, end, type Statement, type StatementHandler } from './statement.ts';

const DONE = 'Statement executed successfully.';

/** USE [DATABASE|SCHEMA|WAREHOUSE|ROLE|SECONDARY ROLES] name */
export const use: StatementHandler = async (statement) => {
  const { tokens, session, environment } = statement;
  tokens.expect('USE');
  const kind = tokens.acceptAny('DATABASE', 'SCHEMA', 'WAREHOUSE', 'ROLE', 'SECONDARY') ?? 'ANY';
  if (kind === 'SECONDARY') tokens.expect('ROLES');
  const name = tokens.accept('ALL') ? ['ALL'] : tokens.name();
  tokens.expectEnd();
  const [first] = name as [string];
  if (kind === 'WAREHOUSE') {
    if (!environment.catalog.warehouses.has(first)) throw notUsable();
    session.warehouse = first;
  } else if (kind === 'ROLE') {
    if (!environment.catalog.roles.has(first)) throw notUsable();
    session.role = first;
  } else if (kind === 'DATABASE' || (kind === 'ANY' && name.length === 1)) {
    const database = name[0] as string;
    if (!environment.catalog.database(database)) throw notUsable();
    session.database = database;
    session.schema = environment.catalog.schema(database, 'PUBLIC') ? 'PUBLIC' : null;
  } else if (kind !== 'SECONDARY') {
    const [database, schemaName] = qualifiedSchema(name, environment);
    const schema = environment.catalog.schema(database, schemaName);
    if (!schema) throw notUsable();
    session.database = schema.database;
    session.schema = schema.name;
  }
  return status(DONE, STATEMENT_TYPE.USE);
};

/** USE does not say what is missing, nor whether it is there. */
function notUsable(): SqlError {
  return compilationError('002043', '02000', 'Object does not exist, or operation cannot be performed.');
}

/** ALTER SESSION, ALTER TABLE, and what is only taken note of. */
export const alter: StatementHandler = async (statement) => {
  const { tokens } = statement;
  tokens.expect('ALTER');
  if (tokens.accept('SESSION')) return alterSession(statement);
  if (tokens.acceptAny('TABLE', 'VIEW')) return alterTable(statement);
  const account = tokens.acceptAny('WAREHOUSE', 'ROLE');
  if (account) return alterAccountObject(statement, account as 'WAREHOUSE' | 'ROLE');
  if (tokens.acceptAny('USER', 'ACCOUNT', 'DATABASE', 'SCHEMA')) {
    if (tokens.peek(1).value === 'RENAME') throw unsupported(`ALTER ${tokens.last.value} RENAME`);
    return status(DONE);
  }
  throw unsupported(`ALTER ${tokens.peek().value}`);
};

function alterSession({ tokens, session }: Statement): StatementResult {
  const unset = tokens.accept('UNSET');
  if (!unset) tokens.expect('SET');
  do {
    const name = tokens.identifier();
    if (unset) session.parameters.unset(name);
    else {
      tokens.expect('=');
      const minus = tokens.accept('-') ? '-' : '';
      setParameter(session.parameters, name, minus + tokens.next().value);
    }
    tokens.accept(',');
  } while (tokens.atIdentifier);
  tokens.expectEnd();
  return status(DONE, STATEMENT_TYPE.ALTER_SESSION);
}

function setParameter(parameters: Parameters, name: string, value: string): void {
  if (!Parameters.has(name)) throw compilationError('001007', '22023', `invalid parameter '${name}'`);
  if (name === 'TIMEZONE' && !isTimeZone(value)) {
    throw compilationError('001008', '22023', `invalid value [${value}] for parameter 'TIMEZONE'`);
  }
  parameters.set(name, value);
}

function isTimeZone(name: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: name }));
  } catch {
    return false;
  }
}

/** BEGIN, START TRANSACTION, COMMIT, ROLLBACK */
export const transaction: StatementHandler = async (statement) => {
  const { tokens } = statement;
  const word = tokens.next().value;
  tokens.acceptAny('WORK', 'TRANSACTION');
  if (tokens.accept('NAME')) tokens.identifier();
  tokens.expectEnd();
  if (word === 'BEGIN' || word === 'START') await begin(statement);
  else await end(statement, word === 'COMMIT' ? 'COMMIT' : 'ROLLBACK');
  return status(DONE, STATEMENT_TYPE.TRANSACTION);
};

/** GRANT, REVOKE and their like: there is one user, who may do everything. */
export const noted: StatementHandler = async () => status(DONE);

/** COMMENT [IF EXISTS] ON TABLE name IS '…' */
export const comment: StatementHandler = async (statement) => {
  const { tokens, context, environment } = statement;
  tokens.expect('COMMENT');
  const tolerant = tokens.accept('IF', 'EXISTS');
  tokens.expect('ON');
  if (!tokens.acceptAny('TABLE', 'VIEW')) throw unsupported(`COMMENT ON ${tokens.peek().value}`);
  const name = tokens.name();
  tokens.expect('IS');
  const text = tokens.string();
  tokens.expectEnd();
  const [object = '', schema = environment.schema ?? '', database = environment.database ?? ''] = [
    ...name,
  ].reverse();
  const table = environment.catalog.table(database, schema, object);
  if (!table && !tolerant) throw doesNotExist('Table', name.map(displayName).join('.'));
  if (table) await context.catalog.change((change) => change.commentTable(table, text || null));
  return status(DONE);
};
