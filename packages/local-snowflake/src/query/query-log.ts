import { randomBytes, randomUUID } from 'node:crypto';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Session } from '../session/session.ts';
import type { SqlError } from '../sql/error.ts';
import type { ExecutedStatement } from '../statement/execute.ts';

const INTERRUPT_MS = 50;

/** A statement that runs or has run. */
export class Query {
  readonly id: string = randomUUID();
  /** Is in the addresses of its chunks and nowhere else, whereas the page shows the id to all users of a machine. */
  readonly chunkKey: string = randomBytes(16).toString('hex');
  readonly session: Session;
  readonly requestId: string;
  readonly sql: string;
  readonly startedOn: number;
  /** What it came to; it never rejects, an error is part of the outcome. */
  readonly outcome: Promise<QueryOutcome>;
  settled: QueryOutcome | null = null;
  readonly #began = performance.now();
  #ended: number | null = null;
  #aborted = false;
  #interrupting: NodeJS.Timeout | undefined;
  #connection: DuckDBConnection | null = null;

  constructor(
    session: Session,
    requestId: string,
    sql: string,
    startedOn: number,
    run: (query: Query) => Promise<QueryOutcome>,
  ) {
    this.session = session;
    this.requestId = requestId;
    this.sql = sql;
    this.startedOn = startedOn;
    this.outcome = Promise.resolve().then(async () => {
      this.settled = await run(this);
      this.#ended = performance.now();
      this.#connection = null;
      clearInterval(this.#interrupting);
      return this.settled;
    });
  }

  /** Remembers the connection that works for it, so that it can be interrupted, also when it was aborted before. */
  watch(connection: DuckDBConnection): void {
    this.#connection = connection;
  }

  /** Stops it as soon as possible. */
  abort(): void {
    if (this.settled) return;
    this.#aborted = true;
    this.#connection?.interrupt();
    // DuckDB forgets an interrupt at the beginning of each of its queries, and a statement may have several.
    this.#interrupting ??= setInterval(() => this.#connection?.interrupt(), INTERRUPT_MS).unref();
  }

  get aborted(): boolean {
    return this.#aborted;
  }

  /** Milliseconds that it took, or has taken so far. */
  get took(): number {
    return (this.#ended ?? performance.now()) - this.#began;
  }
}

/** A result, several results of a multi-statement, or an error; with the session as it was after that. */
export type QueryOutcome = { readonly queryId: string; readonly after: SessionNames } & (
  | { readonly kind: 'result'; readonly result: ExecutedStatement }
  | { readonly kind: 'multiple'; readonly ids: readonly string[]; readonly types: readonly number[] }
  | { readonly kind: 'error'; readonly error: SqlError }
);

/** The current names, as answers have them. */
export interface SessionNames {
  readonly database: string | null;
  readonly schema: string | null;
  readonly warehouse: string | null;
  readonly role: string;
}

const KEPT_QUERIES = 200;
const KEPT_BYTES = 256 * 1024 * 1024;

/** The queries of late, by id and by request; old results go when there are too many or they are too large. */
export class QueryLog {
  readonly #byId = new Map<string, Query>();
  readonly #byRequest = new Map<string, Query>();

  /** The query of a request that was sent before: a client that got no answer repeats its request. */
  repeated(session: Session, requestId: string): Query | undefined {
    return this.#byRequest.get(`${session.id} ${requestId}`);
  }

  add(query: Query): void {
    this.#byId.set(query.id, query);
    if (query.requestId) this.#byRequest.set(`${query.session.id} ${query.requestId}`, query);
    void query.outcome.then(() => this.#trim());
  }

  get(id: string): Query | undefined {
    return this.#byId.get(id);
  }

  /** The newest first. */
  recent(): Query[] {
    return [...this.#byId.values()].reverse();
  }

  #trim(): void {
    let bytes = 0;
    let count = 0;
    for (const query of this.recent()) {
      bytes += query.sql.length + sizeOf(query.settled);
      count++;
      if (query.settled && count > 1 && (count > KEPT_QUERIES || bytes > KEPT_BYTES)) this.#remove(query);
    }
  }

  #remove(query: Query): void {
    this.#byId.delete(query.id);
    this.#byRequest.delete(`${query.session.id} ${query.requestId}`);
  }
}

function sizeOf(outcome: QueryOutcome | null): number {
  if (outcome?.kind !== 'result') return 0;
  const { inline, chunks } = outcome.result.rows;
  return inline.length + chunks.reduce((sum, { body }) => sum + body.length, 0);
}
