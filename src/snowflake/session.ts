import type { Binds, Connection, ConnectionOptions } from 'snowflake-sdk';
import type { SnowflakeSqlSettings } from '../config/settings.ts';
import { SnowstreamError } from '../errors.ts';
import { type RetryPolicy, untilAborted, withRetries } from '../retry-policy.ts';
import { oneLine } from '../terminal-text.ts';
import { accessToken } from './access-token.ts';
import { isTooLarge, loadDriver, plainPartOf, redirectOf } from './driver.ts';
import { SnowflakeError } from './snowflake-error.ts';

/** A row as text by column name; NULL is null. */
export type SqlRow = Readonly<Record<string, string | null>>;

/** A logged-in connection, with the initial state of its session. */
interface LoggedIn {
  readonly connection: Connection;
  readonly warehouse: string | null;
  readonly role: string | null;
}

/**
 * An SQL session through npm snowflake-sdk.
 *
 * @example
 * const [row] = await session.execute('SELECT COUNT(*) AS N FROM people');
 */
export class SnowflakeSession implements AsyncDisposable {
  /** The stored name of the initial warehouse; null where there was none that it may use. */
  readonly warehouse: string | null;
  /** The stored name of the initial role. */
  readonly role: string | null;
  readonly #login: () => Promise<LoggedIn>;
  readonly #signal: AbortSignal | undefined;
  #connection: Promise<Connection>;

  /**
   * @param login opens a new connection when Snowflake has ended the session
   * @param signal cancels the statements that run, and lets no further one begin
   */
  constructor(
    { connection, warehouse, role }: LoggedIn,
    login: () => Promise<LoggedIn>,
    signal?: AbortSignal | undefined,
  ) {
    this.warehouse = warehouse;
    this.role = role;
    this.#connection = Promise.resolve(connection);
    this.#login = login;
    this.#signal = signal;
  }

  /**
   * Runs one statement; every value is returned as text, because a JavaScript number cannot hold a NUMBER(38). If
   * the session has expired, as during a long load, it logs in again and runs the statement once more: the statement
   * must be idempotent.
   *
   * @param cancel asks Snowflake to cancel the statement, and waits for its answer: whether it was executed or not
   * @throws SnowstreamError SNOWFLAKE_SQL with Snowflake's code and message; SNOWFLAKE_UNREACHABLE for an answer that is
   * far too large. The reason of the session's signal.
   * @example
   * const [row] = await session.execute('SELECT COUNT(*) AS N FROM t WHERE a = ?', ['x']);
   */
  async execute(
    sqlText: string,
    binds: readonly (string | number | boolean | null)[] = [],
    cancel?: AbortSignal | undefined,
  ): Promise<SqlRow[]> {
    return await untilAborted(
      this.#signal,
      () => this.#execute(sqlText, binds, cancel ?? this.#signal),
      () => undefined,
    );
  }

  async #execute(
    sqlText: string,
    binds: readonly (string | number | boolean | null)[],
    cancel: AbortSignal | undefined,
  ): Promise<SqlRow[]> {
    const connection = this.#connection;
    try {
      return await executeOn(await connection, sqlText, binds, cancel);
    } catch (error) {
      if (!isGone(error)) throw error;
      // Concurrent statements of an expired session share one login.
      if (connection === this.#connection) {
        this.#connection = this.#login().then(
          (again) => again.connection,
          (reason: unknown) => {
            this.#connection = connection; // so that the next statement retries
            throw reason;
          },
        );
      }
      return await executeOn(await this.#connection, sqlText, binds, cancel);
    }
  }

  /** Logs out; a session that has expired already is no error. */
  async close(): Promise<void> {
    const connection = await this.#connection.catch(() => undefined);
    if (connection !== undefined) await new Promise<void>((resolve) => connection.destroy(() => resolve()));
  }

  /** Logs out. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/**
 * Parameters that an account or a user may have changed for every session. Without autocommit, changes of a run would
 * be rolled back when its session ends; quoted names keep their case; results are complete.
 */
const PARAMETERS =
  "TIMEZONE = 'UTC', AUTOCOMMIT = TRUE, QUOTED_IDENTIFIERS_IGNORE_CASE = FALSE, ROWS_PER_RESULTSET = 0";

/**
 * Logs in to Snowflake, with the session in UTC.
 *
 * @param signal ends the statements of the session once it is open
 * @throws SnowstreamError SNOWFLAKE_UNREACHABLE, or SNOWFLAKE_DENIED with Snowflake's reason.
 * @example
 * await using session = await openSession(settings.snowflake);
 */
export async function openSession(
  settings: SnowflakeSqlSettings,
  signal?: AbortSignal | undefined,
): Promise<SnowflakeSession> {
  return new SnowflakeSession(await login(settings), () => login(settings), signal);
}

/**
 * Logs in like {@link openSession}, and retries while Snowflake cannot be reached.
 *
 * @throws SnowstreamError as {@link withRetries}.
 */
export function reachSession(settings: SnowflakeSqlSettings, policy: RetryPolicy): Promise<SnowflakeSession> {
  return withRetries(
    policy,
    () => openSession(settings, policy.signal),
    (late) => late.close(),
  );
}

async function login(settings: SnowflakeSqlSettings): Promise<LoggedIn> {
  await reach(settings.url);
  const snowflake = await loadDriver(settings.url);
  const connection = snowflake.createConnection(await connectionOptions(settings));
  await new Promise<void>((resolve, reject) => {
    connection.connect((error) => (error ? reject(loginError(error, settings)) : resolve()));
  });
  // The login succeeds silently when there is no such warehouse. Sent together with the other, this query costs no time.
  const [[began]] = await Promise.all([
    executeOn(connection, 'SELECT CURRENT_WAREHOUSE() AS W, CURRENT_ROLE() AS R', []),
    executeOn(connection, `ALTER SESSION SET ${PARAMETERS}`, []),
  ]);
  return { connection, warehouse: began?.W ?? null, role: began?.R ?? null };
}

function executeOn(
  connection: Connection,
  sqlText: string,
  binds: readonly (string | number | boolean | null)[],
  cancel?: AbortSignal | undefined,
): Promise<SqlRow[]> {
  return new Promise((resolve, reject) => {
    // Its answer is that of the statement, which fails unless it had been executed before.
    const onAbort = (): void => statement.cancel(() => undefined);
    const statement = connection.execute({
      sqlText,
      binds: [...binds] as Binds,
      fetchAsString: ['Number', 'Boolean', 'Date', 'JSON', 'Buffer'],
      complete: (error, _statement, rows) => {
        cancel?.removeEventListener('abort', onAbort);
        if (error) reject(sqlError(error));
        else resolve((rows ?? []) as SqlRow[]);
      },
    });
    cancel?.addEventListener('abort', onAbort, { once: true });
  });
}

/**
 * The driver's own codes for an ended session and an unknown session token, and Snowflake's:
 * token unknown, session gone, master token not found, expired, invalid.
 */
const GONE = new Set(['407002', '401004', '390104', '390111', '390113', '390114', '390115']);

function isGone(error: unknown): boolean {
  const cause = error instanceof SnowstreamError ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause && GONE.has(String(cause.code));
}

async function connectionOptions(settings: SnowflakeSqlSettings): Promise<ConnectionOptions> {
  const { sql } = settings;
  return {
    account: settings.account,
    accessUrl: settings.url,
    username: settings.user,
    ...(sql.authenticator === 'SNOWFLAKE_JWT' && {
      authenticator: sql.authenticator,
      privateKey: sql.privateKey.pem,
    }),
    ...(sql.authenticator === 'OAUTH' && {
      authenticator: sql.authenticator,
      token: sql.token ?? (await accessToken(settings)),
    }),
    ...(sql.authenticator === 'PASSWORD' && { password: sql.password }),
    database: settings.database,
    schema: settings.schema,
    ...(settings.warehouse !== undefined && { warehouse: settings.warehouse }),
    ...(settings.role !== undefined && { role: settings.role }),
    application: 'snowstream',
    // Otherwise a NULL that is fetched as a string is the text 'NULL'.
    representNullAsStringNull: false,
    sfRetryMaxLoginRetries: 3,
  };
}

/** The SDKs take half a minute and more to report an unreachable host, so this checks first. */
async function reach(url: string): Promise<void> {
  try {
    await fetch(url, { method: 'HEAD', redirect: 'manual', signal: AbortSignal.timeout(10_000) });
  } catch (cause) {
    const reason =
      cause instanceof Error && cause.cause instanceof Error ? cause.cause.message : String(cause);
    throw new SnowstreamError(
      'SNOWFLAKE_UNREACHABLE',
      `Snowflake at ${url} cannot be reached: ${oneLine(reason)}`,
      {
        cause,
      },
    );
  }
}

interface SdkError extends Error {
  readonly code?: number | string;
  readonly sqlState?: string;
}

/** An answer that was not decompressed completely. */
function tooLarge(cause: SdkError): SnowstreamError {
  const message =
    'answer of Snowflake over 128 MiB: check SNOWFLAKE_URL, and whether a proxy answers instead';
  return new SnowstreamError('SNOWFLAKE_UNREACHABLE', message, { cause });
}

function sqlError(error: SdkError): SnowstreamError {
  if (isTooLarge(error)) return tooLarge(error);
  const plain = plainPartOf(error);
  if (plain !== undefined)
    return new SnowstreamError(
      'SNOWFLAKE_DENIED',
      `a result of Snowflake was not read: ${plain}; check SNOWFLAKE_URL, and whether a proxy answers instead`,
      { cause: error },
    );
  const { code = '', sqlState: state, message } = error;
  return new SnowflakeError({ code, state, message }, { cause: error });
}

function loginError(error: SdkError, settings: SnowflakeSqlSettings): SnowstreamError {
  if (isTooLarge(error)) return tooLarge(error);
  const elsewhere = redirectOf(error);
  if (elsewhere !== undefined)
    return new SnowstreamError(
      'SNOWFLAKE_DENIED',
      `login failed: ${settings.url} redirects to ${elsewhere}, and logins are not sent to another address; correct SNOWFLAKE_URL or SNOWFLAKE_ACCOUNT`,
      { cause: error },
    );
  // The codes from 390000 on are Snowflake's own; the SDK's 401xxx mean that there was no answer.
  const isAnswer = String(error.code ?? '').startsWith('39');
  return isAnswer
    ? new SnowstreamError(
        'SNOWFLAKE_DENIED',
        `access denied by Snowflake for user ${settings.user}: ${oneLine(error.message)} (${error.code})`,
        { cause: error },
      )
    : new SnowstreamError(
        'SNOWFLAKE_UNREACHABLE',
        `Snowflake at ${settings.url}: ${oneLine(error.message)}`,
        {
          cause: error,
        },
      );
}
