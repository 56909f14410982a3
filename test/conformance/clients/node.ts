import type { KeyObject } from 'node:crypto';
import type { Binds, Connection, ConnectionOptions, RowStatement, SnowflakeError } from 'snowflake-sdk';
import { ClientError } from './line-process.ts';

process.env.SNOWFLAKE_DISABLE_PLATFORM_DETECTION = 'true';
process.env.SF_TELEMETRY_DISABLE_CONNECTION_SHAPE = 'true';
process.env.SNOWFLAKE_DISABLE_MINICORE = 'true';

/** Rows as text (or as JavaScript values), and the statement they came from. */
export interface NodeResult {
  readonly rows: Record<string, unknown>[];
  readonly statement: RowStatement;
}

type ExecuteOptions = Parameters<Connection['execute']>[0];

/** A session of npm snowflake-sdk. */
export class NodeClient implements AsyncDisposable {
  readonly connection: Connection;

  private constructor(connection: Connection) {
    this.connection = connection;
  }

  /** @throws ClientError when the login is refused */
  static async connect(
    emulator: { url: string; user: string },
    credentials: { password: string } | { privateKey: KeyObject },
    options: Partial<ConnectionOptions> = {},
  ): Promise<NodeClient> {
    const { default: snowflake } = await import('snowflake-sdk');
    // It would write snowflake.log into the working directory otherwise.
    snowflake.configure({ logLevel: 'OFF', additionalLogToConsole: false });
    const login =
      'password' in credentials
        ? credentials
        : {
            authenticator: 'SNOWFLAKE_JWT',
            privateKey: credentials.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
          };
    const connection = snowflake.createConnection({
      account: 'LOCAL',
      accessUrl: emulator.url,
      username: emulator.user,
      sfRetryMaxLoginRetries: 1,
      retryTimeout: 3,
      ...login,
      ...options,
    });
    await new Promise<void>((resolve, reject) => {
      connection.connect((error) => (error ? reject(clientError(error)) : resolve()));
    });
    return new NodeClient(connection);
  }

  /** Runs a statement; every cell comes as text unless `fetchAsString` says otherwise. */
  execute(sqlText: string, options: Partial<ExecuteOptions> = {}): Promise<NodeResult> {
    return new Promise((resolve, reject) => {
      this.connection.execute({
        sqlText,
        fetchAsString: ['Number', 'Boolean', 'Date', 'JSON', 'Buffer'],
        ...options,
        complete: (error, statement, rows) => {
          if (error) reject(clientError(error));
          else resolve({ rows: (rows ?? []) as Record<string, unknown>[], statement });
        },
      });
    });
  }

  /** The rows of a statement as lists of cells; column names must differ. */
  async rows(sql: string, binds: readonly unknown[] = []): Promise<unknown[][]> {
    const { rows } = await this.execute(sql, binds.length > 0 ? { binds: binds as Binds } : {});
    return rows.map((row) => Object.values(row));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return new Promise((resolve) => this.connection.destroy(() => resolve()));
  }
}

export function clientError(error: SnowflakeError): ClientError {
  return new ClientError(error.message, String(error.code ?? ''), error.sqlState ?? '');
}
