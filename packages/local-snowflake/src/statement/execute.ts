import type { DuckDBConnection } from '@duckdb/node-api';
import type { UserFunction } from '../catalog/entities.ts';
import type { TimestampMapping } from '../catalog/type-name.ts';
import type { EmulatorContext } from '../context.ts';
import { encodeCells } from '../results/encoded-rows.ts';
import type { Session } from '../session/session.ts';
import type { Environment } from '../sql/bind/environment.ts';
import { nullValue } from '../sql/bind/typed.ts';
import { fromDuckDb } from '../sql/duckdb-error.ts';
import { noWarehouse, SqlError, syntaxError, unsupported } from '../sql/error.ts';
import { QueryParser } from '../sql/parse/query.ts';
import { tokenize } from '../sql/token.ts';
import { TokenStream } from '../sql/token-stream.ts';
import { type Bindings, bindRowCount, bindValue, placeHolders } from './binds.ts';
import { withBoundIdentifiers } from './bound-identifiers.ts';
import { remove, truncate, update } from './change.ts';
import { create } from './create.ts';
import { describe } from './describe.ts';
import { drop, undrop } from './drop.ts';
import { informationSchema } from './information-schema.ts';
import { insert } from './insert.ts';
import { merge } from './merge.ts';
import { select } from './query.ts';
import type { StatementResult } from './result.ts';
import { alter, comment, noted, transaction, use } from './session-commands.ts';
import { show } from './show.ts';
import type { StatementHandler } from './statement.ts';
import { setVariables, unsetVariables, withVariables } from './variables.ts';

/** What runs each kind of statement, by its first word. */
const HANDLERS: ReadonlyMap<string, StatementHandler> = new Map([
  ...['SELECT', 'WITH', 'VALUES', '('].map((word) => [word, select] as const),
  ['INSERT', insert],
  ['UPDATE', update],
  ['DELETE', remove],
  ['MERGE', merge],
  ['TRUNCATE', truncate],
  ['CREATE', create],
  ['DROP', drop],
  ['UNDROP', undrop],
  ['ALTER', alter],
  ['USE', use],
  ['SHOW', show],
  ['DESCRIBE', describe],
  ['DESC', describe],
  ['COMMENT', comment],
  ['SET', setVariables],
  ['UNSET', unsetVariables],
  ...['BEGIN', 'START', 'COMMIT', 'ROLLBACK'].map((word) => [word, transaction] as const),
  ...['GRANT', 'REVOKE'].map((word) => [word, noted] as const),
]);

/** Statements that can be described without being run. */
const DESCRIBABLE: ReadonlySet<StatementHandler> = new Set([
  ...[select, insert, update, remove, merge],
  ...[show, describe],
]);

/** Statements that never run without a warehouse; a SELECT needs one when it reads a table. */
const COMPUTING: ReadonlySet<StatementHandler> = new Set([insert, update, remove, merge]);

/** Statements that Snowflake has and the local Snowflake rejects by name. */
const UNSUPPORTED = new Set(
  'COPY PUT GET LIST LS REMOVE RM EXECUTE CALL EXPLAIN DECLARE IF FOR LET RETURN'.split(' '),
);

/** A statement as a client sends it. */
export interface StatementRequest {
  readonly sql: string;
  readonly bindings: Bindings;
  readonly describeOnly: boolean;
  readonly queryId: string;
  /** Called for each connection that works for the statement. */
  readonly watch: (connection: DuckDBConnection) => void;
  /** SQL that calls a JavaScript function. */
  readonly callJavaScript: (definition: UserFunction, jsonArguments: string) => string;
}

/** What a statement answers, and what a client may bind to it. */
export interface ExecutedStatement extends StatementResult {
  readonly numberOfBinds: number;
  /** True when arrays may be bound, one value for each row. */
  readonly arrayBindSupported: boolean;
}

/**
 * Runs one statement, by its kind.
 * @throws SqlError with Snowflake's code for everything that goes wrong.
 */
export async function execute(
  context: EmulatorContext,
  session: Session,
  request: StatementRequest,
): Promise<ExecutedStatement> {
  try {
    const mapping = session.parameters.get('TIMESTAMP_TYPE_MAPPING') as TimestampMapping;
    const tokens = new TokenStream(
      request.sql,
      mapping,
      withBoundIdentifiers(withVariables(tokenize(request.sql), session.variables), request.bindings),
    );
    const first = tokens.peek();
    if (first.kind === 'end') throw syntaxError(first, '<EOF>');
    const handler = HANDLERS.get(first.kind === 'quoted' ? '' : first.value);
    if (!handler)
      throw UNSUPPORTED.has(first.value) ? unsupported(first.value) : syntaxError(first, first.text);
    const { describeOnly } = request;
    if (describeOnly && !DESCRIBABLE.has(handler)) {
      throw new SqlError('000007', '0A000', `${first.value} cannot be described without being run.`);
    }
    const rows = Array.from({ length: bindRowCount(request.bindings) }, (_, row) =>
      environmentOf(context, session, request, row, handler === select && !describeOnly),
    );
    // It would run for the first row only.
    if (rows.length > 1 && handler !== insert) throw unsupported(`Array bind with ${first.value}`);
    if (COMPUTING.has(handler) && !describeOnly && session.warehouse === null) throw noWarehouse();
    const result = await handler({
      context,
      session,
      tokens,
      environment: rows[0] as Environment,
      bindRows: rows,
      parser: new QueryParser(tokens),
      describeOnly,
      watch: request.watch,
    });
    return {
      ...result,
      ...(describeOnly && { rows: encodeCells([]) }),
      numberOfBinds: placeHolders(request.sql),
      arrayBindSupported: handler === insert,
    };
  } catch (error) {
    throw fromDuckDb(error);
  }
}

function environmentOf(
  context: EmulatorContext,
  session: Session,
  request: StatementRequest,
  row: number,
  needsWarehouse: boolean,
): Environment {
  const { catalog, settings, clock } = context;
  return {
    catalog,
    database: session.database,
    schema: session.schema,
    user: session.user,
    role: session.role,
    warehouse: session.warehouse,
    account: settings.account,
    sessionId: session.id,
    transactionId: session.transactionId,
    queryId: request.queryId,
    lastQueryId: session.lastQueryId,
    now: clock.now(),
    timezone: String(session.parameters.get('TIMEZONE')),
    parameter: (name) => String(session.parameters.get(name)),
    // Clients describe a statement before they bind anything.
    bind: (index) =>
      bindValue(request.bindings, index, row) ?? (request.describeOnly ? nullValue() : undefined),
    callJavaScript: request.callJavaScript,
    onTableRead: () => {
      if (needsWarehouse && session.warehouse === null) throw noWarehouse();
    },
    informationSchema: (database, view) => informationSchema(catalog, session.user, database, view),
  };
}
