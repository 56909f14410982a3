import type { EmulatorContext } from '../context.ts';
import type { Session } from '../session/session.ts';
import { SqlError, unsupported } from '../sql/error.ts';
import { type Bindings, consecutiveBindings } from '../statement/binds.ts';
import { execute } from '../statement/execute.ts';
import { STATEMENT_TYPE } from '../statement/result.ts';
import type { JavaScriptHost } from '../udf/javascript-host.ts';
import { Query, QueryLog, type QueryOutcome } from './query-log.ts';
import { scannedQuery } from './result-scan.ts';
import { isSeveral, splitStatements } from './split.ts';

/** What a client asks for. */
export interface QueryRequest {
  readonly sql: string;
  readonly requestId: string;
  readonly bindings: Bindings;
  readonly describeOnly: boolean;
  /** The client does not wait for it. */
  readonly asynchronous: boolean;
  /** How many statements the text may hold; 0 for any number. */
  readonly statementCount: number;
}

/** Runs the queries of all sessions, each session's one after the other. */
export class QueryRunner {
  readonly log = new QueryLog();
  readonly #context: EmulatorContext;
  readonly #javascript: JavaScriptHost;

  constructor(context: EmulatorContext, javascript: JavaScriptHost) {
    this.#context = context;
    this.#javascript = javascript;
  }

  /** Starts a query; a request that was sent before gets the query it started then. */
  start(session: Session, request: QueryRequest): Query {
    const repeated = request.requestId ? this.log.repeated(session, request.requestId) : undefined;
    if (repeated) return repeated;
    const now = this.#context.clock.now();
    const query = new Query(session, request.requestId, request.sql, now, (self) => {
      // An asynchronous query does not keep the session's next ones waiting, unless it is part of a transaction.
      if (request.asynchronous && !session.transaction) return this.#run(self, request);
      return session.statements.run(() => this.#run(self, request));
    });
    this.log.add(query);
    return query;
  }

  /** The query of an id; `undefined` when it is another user's, or gone. */
  find(session: Session, id: string): Query | undefined {
    const query = this.log.get(id);
    return query?.session.user === session.user ? query : undefined;
  }

  /** The query of an id. @throws SqlError 000709 when it is another user's, or gone. */
  query(session: Session, id: string): Query {
    const query = this.find(session, id);
    if (query) return query;
    throw new SqlError('000709', '02000', `Statement ${id} not found`);
  }

  /** Stops the query of a request. */
  abort(session: Session, requestId: string): void {
    this.log.repeated(session, requestId)?.abort();
  }

  /** Stops all queries, and waits until they have ended. */
  async abortAll(): Promise<void> {
    const running = this.log.recent().filter((query) => query.settled === null);
    for (const query of running) query.abort();
    await Promise.all(running.map((query) => query.outcome));
  }

  async #run(query: Query, request: QueryRequest): Promise<QueryOutcome> {
    try {
      if (query.aborted) throw new SqlError('000604', '57014', 'SQL execution canceled');
      if (request.statementCount === 1 && !isSeveral(request.sql)) {
        return await this.#single(query, request.sql, request);
      }
      return await this.#multiple(query, request);
    } catch (error) {
      return failed(query, error);
    }
  }

  async #single(query: Query, sql: string, request: QueryRequest): Promise<QueryOutcome> {
    const { session } = query;
    const scanned = scannedQuery(sql);
    if (scanned !== undefined) return this.#resultOf(query, scanned);
    const result = await this.#javascript.statement(session.transaction === null, (callJavaScript) =>
      execute(this.#context, session, {
        sql,
        bindings: request.bindings,
        describeOnly: request.describeOnly,
        queryId: query.id,
        watch: (connection) => query.watch(connection),
        callJavaScript,
      }),
    );
    session.lastQueryId = query.id;
    return { kind: 'result', result, ...afterwards(query) };
  }

  /** What another query came to, as the result of this one. */
  async #resultOf(query: Query, id: string): Promise<QueryOutcome> {
    const outcome = await this.query(query.session, id).outcome;
    if (outcome.kind === 'error') throw outcome.error;
    if (outcome.kind === 'multiple') throw unsupported('RESULT_SCAN of several statements');
    const result = { ...outcome.result, statementTypeId: STATEMENT_TYPE.SELECT };
    return { kind: 'result', result, ...afterwards(query) };
  }

  async #multiple(query: Query, request: QueryRequest): Promise<QueryOutcome> {
    const statements = splitStatements(request.sql);
    if (request.statementCount !== 0 && statements.length !== request.statementCount) {
      const message = `Actual statement count ${statements.length} did not match the desired statement count ${request.statementCount}.`;
      throw new SqlError('000008', '0A000', message);
    }
    const ids: string[] = [];
    const types: number[] = [];
    const bindings = consecutiveBindings(statements, request.bindings);
    for (const [index, sql] of statements.entries()) {
      const now = this.#context.clock.now();
      const child = new Query(query.session, '', sql, now, (self) =>
        this.#single(self, sql, { ...request, bindings: bindings[index] ?? {} }).catch((error: unknown) =>
          failed(self, error),
        ),
      );
      this.log.add(child);
      const outcome = await child.outcome;
      if (outcome.kind === 'error') throw outcome.error;
      ids.push(child.id);
      types.push(outcome.kind === 'result' ? outcome.result.statementTypeId : 0);
    }
    return { kind: 'multiple', ids, types, ...afterwards(query) };
  }
}

function failed(query: Query, error: unknown): QueryOutcome {
  const known =
    error instanceof SqlError ? error : new SqlError('000603', 'XX000', String(error), { cause: error });
  return { kind: 'error', error: known, ...afterwards(query) };
}

function afterwards({ id, session }: Query): Pick<QueryOutcome, 'queryId' | 'after'> {
  const { database, schema, warehouse, role } = session;
  return { queryId: id, after: { database, schema, warehouse, role } };
}
