import type { Connection as CallbackConnection } from 'mysql2';
import type { Connection, ConnectionOptions } from 'mysql2/promise';
import { createConnection } from 'mysql2/promise';
import type { MysqlSettings } from '../config/settings.ts';
import { SnowstreamError } from '../errors.ts';
import { type Patience, reached } from '../reach.ts';
import type { Cell } from '../types/mysql-column.ts';
import { type RowPackets, rowPackets } from './row-packets.ts';

/** How mysql2 has to be set so that no value changes on its way: see docs/architecture.md, "Exact values". */
const EXACT_VALUES = {
  charset: 'utf8mb4',
  timezone: 'Z',
  dateStrings: true,
  supportBigNumbers: true,
  bigNumberStrings: true,
  decimalNumbers: false,
  jsonStrings: true,
  rowsAsArray: true,
} as const satisfies ConnectionOptions;

/**
 * The session of the reader, whatever the server's own settings and its init_connect say. Texts arrive whole: what
 * character_set_results lacks, the server would turn into question marks. Each statement sees what is committed by
 * then: without autocommit the first one would begin a transaction in which nothing new is seen. The rest: UTC, none
 * of the modes that change what a column prints or a literal means, and dates like the 31st of February taken as they
 * are stored, as MySQL 8 refuses to compare with them otherwise. MariaDB sorts by the first 1,024 bytes of a text
 * where no index gives the order, and keys that agree in them would be lost.
 */
const SESSION = [
  'SET NAMES utf8mb4 COLLATE utf8mb4_general_ci',
  'SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ',
  `SET SESSION autocommit = 1, SESSION sql_select_limit = ${2n ** 64n - 1n}, SESSION time_zone = '+00:00', SESSION sql_mode = 'STRICT_TRANS_TABLES,ALLOW_INVALID_DATES', SESSION max_sort_length = 8388608`,
];

const DENIED = new Set(['ER_ACCESS_DENIED_ERROR', 'ER_DBACCESS_DENIED_ERROR', 'ER_BAD_DB_ERROR']);

/** A connection to the MySQL server that rows are read from. */
export class Source implements AsyncDisposable {
  readonly #settings: MysqlSettings;
  readonly #patience: Patience | undefined;
  #connection: Connection;
  #connecting: Promise<void> | undefined;

  constructor(connection: Connection, settings: MysqlSettings, patience?: Patience) {
    this.#connection = connection;
    this.#settings = settings;
    this.#patience = patience;
  }

  /**
   * Runs one statement, which only reads, and gives its rows as arrays of cells. On a connection that broke, a
   * source with patience connects again and repeats it.
   *
   * @throws SnowstreamError MYSQL_QUERY when the server refuses it, MYSQL_UNREACHABLE when the connection broke.
   */
  query(sql: string, values: readonly (string | number | readonly string[])[] = []): Promise<Cell[][]> {
    return this.#repeated(async (connection) => {
      const [rows] = await connection.query({ sql, rowsAsArray: true }, [...values]);
      return rows as Cell[][];
    });
  }

  /**
   * Runs one statement like {@link query}, and gives its rows as the server sent them.
   *
   * @throws SnowstreamError as {@link query}.
   */
  packets(sql: string): Promise<RowPackets> {
    return this.#repeated((connection) => rowPackets(callbackConnection(connection), sql));
  }

  /** On a connection that broke, a source with patience connects again and does the same once more. */
  async #repeated<T>(statement: (connection: Connection) => Promise<T>): Promise<T> {
    const retries = this.#patience?.retries ?? 0;
    for (let tried = 0; ; tried += 1) {
      const connection = this.#connection;
      try {
        return await statement(connection);
      } catch (cause) {
        const error = mysqlError(cause, this.#settings);
        if (error.code !== 'MYSQL_UNREACHABLE' || tried >= retries) throw error;
        await this.#connectAgain(connection, error);
      }
    }
  }

  /** Statements that broke together wait for one new connection. */
  async #connectAgain(broken: Connection, error: SnowstreamError): Promise<void> {
    const patience = this.#patience;
    if (patience === undefined || broken !== this.#connection) return;
    this.#connecting ??= (async () => {
      patience.progress.step(`${error.message}: connecting again`);
      broken.destroy();
      this.#connection = await reached(patience, () => openConnection(this.#settings));
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
    const connection = callbackConnection(this.#connection);
    const rows = connection.query({ sql, rowsAsArray: true }).stream({ highWaterMark: ahead });
    // A statement without a callback is not told that its connection is gone; the connection is.
    connection.once('error', (error) => rows.destroy(error));
    let ended = false;
    try {
      for await (const row of rows) yield row;
      ended = true;
    } catch (cause) {
      throw mysqlError(cause, this.#settings);
    } finally {
      if (!ended) this.#connection.destroy();
    }
  }

  /** A second session at the same server, with the same settings. */
  another(): Promise<Source> {
    return openSource(this.#settings, this.#patience);
  }

  /** Ends the session; a connection that is already gone is no error. */
  async close(): Promise<void> {
    await this.#connection.end().catch(() => this.#connection.destroy());
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/**
 * Connects to MySQL or MariaDB.
 *
 * @param patience what to do when the connection breaks later; without it, the statement at hand fails
 * @throws SnowstreamError MYSQL_UNREACHABLE, or MYSQL_DENIED for a wrong user, password or database.
 * @example
 * await using source = await openSource({ host: '127.0.0.1', port: 3306, user: 'reader', ssl: 'preferred' });
 */
export async function openSource(settings: MysqlSettings, patience?: Patience): Promise<Source> {
  return new Source(await openConnection(settings), settings, patience);
}

/** A connection in a session for the reader. */
export async function openConnection(settings: MysqlSettings): Promise<Connection> {
  try {
    const connection = await connect(settings);
    // One that breaks while nothing is asked has nobody else to tell; the next statement finds out.
    connection.on('error', () => undefined);
    for (const statement of SESSION) await connection.query(statement);
    return connection;
  } catch (cause) {
    throw mysqlError(cause, settings);
  }
}

/** What a connection with promises is made around, which its types do not say: it alone has streams and packets. */
function callbackConnection(connection: Connection): CallbackConnection {
  return (connection as unknown as { readonly connection: CallbackConnection }).connection;
}

async function connect(settings: MysqlSettings): Promise<Connection> {
  const options: ConnectionOptions = {
    ...EXACT_VALUES,
    host: settings.host,
    port: settings.port,
    user: settings.user,
    connectTimeout: 10_000,
    ...(settings.password !== undefined && { password: settings.password }),
    ...(settings.database !== undefined && { database: settings.database }),
  };
  if (settings.ssl === 'disabled') return createConnection(options);
  const ssl = settings.ssl === 'verify' ? { verifyIdentity: true } : { rejectUnauthorized: false };
  try {
    return await createConnection({ ...options, ssl });
  } catch (error) {
    if (settings.ssl === 'preferred' && codeOf(error) === 'HANDSHAKE_NO_SSL_SUPPORT')
      return createConnection(options);
    throw error;
  }
}

function codeOf(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : undefined;
}

function mysqlError(cause: unknown, { host, port }: MysqlSettings): SnowstreamError {
  const where = `MySQL at ${host}:${port}`;
  const code = codeOf(cause);
  const reason = cause instanceof Error && cause.message !== '' ? cause.message : (code ?? String(cause));
  if (code !== undefined && DENIED.has(code))
    return new SnowstreamError('MYSQL_DENIED', `${where} refuses us: ${reason}`, { cause });
  // The server's own errors carry an SQL state, class 08 for those of the connection; what lacks one happened on
  // the way or, as with too many connections, before the handshake.
  const state = typeof cause === 'object' && cause !== null && 'sqlState' in cause ? cause.sqlState : '';
  return typeof state === 'string' && state !== '' && !state.startsWith('08')
    ? new SnowstreamError('MYSQL_QUERY', `${where} refuses a statement: ${reason}`, { cause })
    : new SnowstreamError('MYSQL_UNREACHABLE', `${where} cannot be reached: ${reason}`, { cause });
}
