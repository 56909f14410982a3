import type { Connection as CallbackConnection } from 'mysql2';
import type { Connection } from 'mysql2/promise';
import type { MysqlSettings } from '../../config/settings.ts';
import type { SnowstreamError } from '../../errors.ts';
import { type RetryPolicy, withRetries } from '../../retry-policy.ts';
import type { Cell } from '../../types/cell.ts';
import { type Encryption, type OpenConnection, openConnection, USUAL_TIMEOUT } from './connection.ts';
import { limited } from './limit.ts';
import { type RowPackets, rowPackets } from './row-packets.ts';
import { serverError } from './server-error.ts';

/** Bytes of an answer that has no rows of tables: 80,000 columns with 400 bytes each. The smallest rows take up to twenty times as much memory. */
const SMALL_ANSWER = 32 * 2 ** 20;

/** Milliseconds for a server to close a connection that has ended. */
const FAREWELL = 5_000;

/**
 * A connection to the MySQL server that rows are read from.
 *
 * @example
 * const [row] = await source.query('SELECT COUNT(*) FROM people WHERE id > ?', [10]);
 */
export class MysqlSession implements AsyncDisposable {
  readonly #settings: MysqlSettings;
  readonly #retry: RetryPolicy | undefined;
  #open: OpenConnection;
  #connecting: Promise<void> | undefined;
  readonly #underWay = new Set<Promise<unknown>>();
  #ignoreSignal: () => void = () => {};

  constructor(open: OpenConnection, settings: MysqlSettings, retry?: RetryPolicy) {
    this.#open = open;
    this.#settings = settings;
    this.#retry = retry;
  }

  /** Ends the connection when the signal comes, with the statement at hand, however long that would take. */
  endOn(signal: AbortSignal | undefined): void {
    const end = (): void => {
      this.#open.socket.destroy();
    };
    signal?.addEventListener('abort', end, { once: true });
    this.#ignoreSignal = () => signal?.removeEventListener('abort', end);
    if (signal?.aborted) end();
  }

  /** What ends the session, and those that are opened by it. */
  get signal(): AbortSignal | undefined {
    return this.#retry?.signal;
  }

  /** Whether what goes over the connection is encrypted, and whether the server's certificate was checked. */
  get encryption(): Encryption {
    return this.#open.encryption;
  }

  /**
   * Runs one statement, which only reads, and gives its rows as arrays of cells. On a connection that broke, a
   * session with a retry policy connects again and repeats it.
   *
   * @throws SnowstreamError MYSQL_QUERY when the server rejects it, MYSQL_UNREACHABLE when the connection broke.
   */
  query(sql: string, values: readonly (string | number | readonly string[])[] = []): Promise<Cell[][]> {
    return this.#repeated(async ({ connection }) => {
      const [rows] = await connection.query({ sql, rowsAsArray: true }, [...values]);
      return rows as Cell[][];
    });
  }

  /**
   * Asks about tables, the server or the session, or sets something of the session: like {@link query}, for statements
   * whose answer is small, so that one without an end is not taken in. Nor is one waited for that does not come, unless
   * it `mayTakeLong`: by a walk through a table, or by a wait for a lock.
   *
   * @throws SnowstreamError as {@link query}; MYSQL_UNREACHABLE when the time is over, MYSQL_QUERY for a large answer.
   */
  ask(
    sql: string,
    values: readonly (string | number | readonly string[])[] = [],
    { mayTakeLong = false }: { readonly mayTakeLong?: boolean } = {},
  ): Promise<Cell[][]> {
    const milliseconds = this.#settings.timeout ?? USUAL_TIMEOUT;
    const limit = { bytes: SMALL_ANSWER, ...(!mayTakeLong && { milliseconds }) };
    return this.#repeated(async ({ connection, socket }) => {
      // The session answers one statement after the other, and time and bytes of those before do not count.
      await Promise.allSettled(this.#underWay);
      return await limited(socket, limit, async () => {
        const [rows] = await connection.query({ sql, rowsAsArray: true }, [...values]);
        return rows as Cell[][];
      });
    });
  }

  /**
   * Runs one statement like {@link query}, and gives its rows as the server sent them.
   *
   * @throws SnowstreamError as {@link query}.
   */
  packets(sql: string): Promise<RowPackets> {
    return this.#repeated(({ connection }) => rowPackets(callbackConnection(connection), sql));
  }

  /** On a connection that broke, a session with a retry policy connects again and does the same once more. */
  async #repeated<T>(statement: (open: OpenConnection) => Promise<T>): Promise<T> {
    const retries = this.#retry?.retries ?? 0;
    for (let tried = 0; ; tried += 1) {
      const open = this.#open;
      const running = statement(open);
      this.#underWay.add(running);
      try {
        return await running;
      } catch (cause) {
        this.#retry?.signal?.throwIfAborted();
        const error = serverError(cause, this.#settings);
        if (error.code !== 'MYSQL_UNREACHABLE' || tried >= retries) throw error;
        await this.#connectAgain(open, error);
      } finally {
        this.#underWay.delete(running);
      }
    }
  }

  /** Statements that broke together wait for one new connection. */
  async #connectAgain(broken: OpenConnection, error: SnowstreamError): Promise<void> {
    const retry = this.#retry;
    if (retry === undefined || broken !== this.#open) return;
    this.#connecting ??= (async () => {
      retry.progress.step(`${error.message}: connecting again`);
      broken.socket.destroy();
      this.#open = await withRetries(
        retry,
        () => openConnection(this.#settings, warnBy(retry)),
        (late) => late.socket.destroy(),
      );
    })().finally(() => {
      this.#connecting = undefined;
    });
    await this.#connecting;
  }

  /**
   * Runs one statement and gives its rows one after the other, as the caller takes them: the server waits. The
   * connection is busy until the last row, and closed when the caller stops before it.
   *
   * @param ahead rows that may wait in memory
   * @throws SnowstreamError as {@link query}.
   */
  async *stream(sql: string, ahead: number): AsyncGenerator<Cell[]> {
    const connection = callbackConnection(this.#open.connection);
    const rows = connection.query({ sql, rowsAsArray: true }).stream({ highWaterMark: ahead });
    // mysql2 reports a lost connection to the connection, not to a statement without a callback.
    connection.once('error', (error) => rows.destroy(error));
    let ended = false;
    try {
      for await (const row of rows) yield row;
      ended = true;
    } catch (cause) {
      throw serverError(cause, this.#settings);
    } finally {
      if (!ended) this.#open.socket.destroy();
    }
  }

  /** A second session at the same server, with the same settings. */
  another(): Promise<MysqlSession> {
    return this.#retry === undefined
      ? openMysqlSession(this.#settings)
      : reachMysqlSession(this.#settings, this.#retry);
  }

  /** Ends the session; a connection that is already gone is no error. */
  async close(): Promise<void> {
    this.#ignoreSignal();
    const { connection, socket } = this.#open;
    await connection.end().catch(() => socket.destroy());
    // The server closes the connection; one that does not is to keep no process alive.
    socket.unref();
    setTimeout(() => socket.destroy(), FAREWELL).unref();
  }

  /** Ends the session. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/**
 * Connects to MySQL or MariaDB.
 *
 * @param retry what to do when the connection breaks later; without it, the statement at hand fails
 * @throws SnowstreamError MYSQL_UNREACHABLE, or MYSQL_DENIED for a wrong user, password or database.
 * @example
 * await using source = await openSource({ host: '127.0.0.1', port: 3306, user: 'reader', ssl: 'preferred' });
 */
export async function openMysqlSession(settings: MysqlSettings, retry?: RetryPolicy): Promise<MysqlSession> {
  return new MysqlSession(await openConnection(settings, warnBy(retry)), settings, retry);
}

/**
 * Connects like {@link openMysqlSession}, and again while the server cannot be reached. The signal ends the session.
 *
 * @throws SnowstreamError as {@link withRetries}.
 */
export async function reachMysqlSession(settings: MysqlSettings, retry: RetryPolicy): Promise<MysqlSession> {
  const session = await withRetries(
    retry,
    () => openMysqlSession(settings, retry),
    (late) => late.close(),
  );
  session.endOn(retry.signal);
  return session;
}

/** Warnings go where the progress goes; of a program that follows none, where Node's own do. */
export function warnBy(retry?: RetryPolicy): (line: string) => void {
  if (retry === undefined) return (line) => process.emitWarning(line, 'SnowstreamWarning');
  return (line) => retry.progress.warn(line);
}

/** What a connection with promises is made around: only it has streams and packets, which the types do not show. */
function callbackConnection(connection: Connection): CallbackConnection {
  return (connection as unknown as { readonly connection: CallbackConnection }).connection;
}
