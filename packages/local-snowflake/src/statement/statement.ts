import type { DuckDBConnection } from '@duckdb/node-api';
import type { EmulatorContext } from '../context.ts';
import type { Session } from '../session/session.ts';
import type { Environment } from '../sql/bind/environment.ts';
import type { QueryParser } from '../sql/parse/query.ts';
import type { TokenStream } from '../sql/token-stream.ts';
import type { StatementResult } from './result.ts';

/** A statement that is about to run: its tokens and everything it may need. */
export interface Statement {
  readonly context: EmulatorContext;
  readonly session: Session;
  readonly environment: Environment;
  readonly tokens: TokenStream;
  readonly parser: QueryParser;
  /** Environments of an array bind, one for each row; only one when nothing or single values are bound. */
  readonly bindRows: readonly Environment[];
  /** Only the columns of the result are wanted. */
  readonly describeOnly: boolean;
  /** Called for each connection that runs something, so that the statement can be aborted. */
  readonly watch: (connection: DuckDBConnection) => void;
}

/** Runs one kind of statement; its first keywords have not been read yet. */
export type StatementHandler = (statement: Statement) => Promise<StatementResult>;

/** Runs reading work: in the session's transaction when there is one. */
export function reading<T>(
  { session, context, watch }: Statement,
  work: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  if (session.transaction) {
    watch(session.transaction);
    return keepingTransaction(session, session.transaction, work);
  }
  return context.store.read((connection) => {
    watch(connection);
    return work(connection);
  });
}

/** Runs writing work: in the session's transaction, or in one of its own that is committed at once. */
export async function writing<T>(
  statement: Statement,
  work: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  const { session, context, watch } = statement;
  if (!session.transaction && session.parameters.get('AUTOCOMMIT') === false) await begin(statement);
  if (session.transaction) {
    watch(session.transaction);
    const result = await keepingTransaction(session, session.transaction, work);
    session.transactionWork.push(work);
    return result;
  }
  return context.store.transaction((connection) => {
    watch(connection);
    return work(connection);
  });
}

/**
 * DuckDB gives a whole transaction up when a statement in it fails while it runs, Snowflake only undoes the
 * statement: what went well before is done again.
 */
async function keepingTransaction<T>(
  session: Session,
  connection: DuckDBConnection,
  work: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  try {
    return await work(connection);
  } catch (error) {
    await connection.run('ROLLBACK');
    await connection.run('BEGIN TRANSACTION');
    for (const done of session.transactionWork) await done(connection);
    throw error;
  }
}

let lastTransactionId = 0n;

/** As Snowflake's, nanoseconds since 1970, and no two alike. */
function nextTransactionId(now: number): string {
  const nanoseconds = BigInt(now) * 1_000_000n;
  lastTransactionId = nanoseconds > lastTransactionId ? nanoseconds : lastTransactionId + 1n;
  return String(lastTransactionId);
}

/** Opens the session's transaction, if there is none. */
export async function begin({ session, context }: Statement): Promise<void> {
  if (session.transaction) return;
  const connection = await context.store.connect();
  await connection.run('BEGIN TRANSACTION');
  session.transaction = connection;
  session.transactionId = nextTransactionId(context.clock.now());
  session.transactionWork = [];
}

/** Ends the session's transaction, if there is one. */
export async function end({ session, context }: Statement, how: 'COMMIT' | 'ROLLBACK'): Promise<void> {
  const connection = session.transaction;
  if (!connection) return;
  session.transaction = null;
  session.transactionId = null;
  session.transactionWork = [];
  try {
    await context.store.exclusively(() => connection.run(how));
  } finally {
    connection.closeSync();
  }
}
