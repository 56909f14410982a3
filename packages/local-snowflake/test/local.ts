import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bind, Connection, ConnectionOptions, SnowflakeError } from 'snowflake-sdk';
import { type EmulatorOptions, type RunningEmulator, startEmulator } from '../src/index.ts';

process.env.SNOWFLAKE_DISABLE_PLATFORM_DETECTION = 'true';
process.env.SF_TELEMETRY_DISABLE_CONNECTION_SHAPE = 'true';
const { default: snowflake } = await import('snowflake-sdk');
snowflake.configure({ logLevel: 'OFF' });

export type Cell = string | number | boolean | null | object;

/** A local Snowflake over a folder that goes with the test. */
export async function startInTemporaryFolder(
  options: EmulatorOptions = {},
): Promise<RunningEmulator & { remove(): Promise<void> }> {
  const dataDir = mkdtempSync(join(tmpdir(), 'local-snowflake-'));
  const running = await startEmulator({ dataDir, ...options });
  const remove = async (): Promise<void> => {
    await running.stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
  return { ...running, remove };
}

/** A session of the real driver. */
export class Client {
  readonly connection: Connection;

  private constructor(connection: Connection) {
    this.connection = connection;
  }

  /** Logs in; with the key pair unless `options` say otherwise. */
  static async connect(emulator: RunningEmulator, options: Partial<ConnectionOptions> = {}): Promise<Client> {
    const login =
      options.password === undefined && options.privateKey === undefined
        ? { authenticator: 'SNOWFLAKE_JWT', privateKey: readFileSync(emulator.privateKeyPath, 'utf8') }
        : {};
    const connection = snowflake.createConnection({
      account: emulator.account,
      accessUrl: emulator.url,
      username: emulator.user,
      database: emulator.database,
      schema: emulator.schema,
      warehouse: emulator.warehouse,
      sfRetryMaxLoginRetries: 1,
      retryTimeout: 3,
      ...login,
      ...options,
    } as ConnectionOptions);
    await new Promise<void>((resolve, reject) => {
      connection.connect((error) => (error ? reject(error) : resolve()));
    });
    return new Client(connection);
  }

  /** Runs a statement; the rows as arrays, numbers as text so that no digit is lost. */
  rows(sqlText: string, binds?: readonly unknown[]): Promise<Cell[][]> {
    return new Promise((resolve, reject) => {
      this.connection.execute({
        sqlText,
        ...(binds && { binds: binds as Bind[] }),
        rowMode: 'array',
        fetchAsString: ['Number'],
        complete: (error, _statement, rows) => (error ? reject(error) : resolve((rows ?? []) as never)),
      });
    });
  }

  /** The one cell of a result of one row and one column. */
  async value(sqlText: string, binds?: readonly unknown[]): Promise<Cell | undefined> {
    const rows = await this.rows(sqlText, binds);
    if (rows.length !== 1) throw new Error(`${rows.length} rows from ${sqlText}`);
    return rows[0]?.[0];
  }

  /** The error that a statement ends in. */
  async error(sqlText: string): Promise<{ code: string; sqlState: string; message: string }> {
    try {
      await this.rows(sqlText);
    } catch (error) {
      const { code, sqlState, message } = error as SnowflakeError;
      return { code: String(code), sqlState: String(sqlState), message };
    }
    throw new Error(`No error from ${sqlText}`);
  }

  /** The columns of a result as the driver sees them. */
  columns(
    sqlText: string,
  ): Promise<{ name: string; type: string; scale: number; precision: number; nullable: boolean }[]> {
    return new Promise((resolve, reject) => {
      this.connection.execute({
        sqlText,
        complete: (error, statement) => {
          if (error) return reject(error);
          resolve(
            (statement.getColumns() ?? []).map((column) => ({
              name: column.getName(),
              type: column.getType(),
              scale: column.getScale(),
              precision: column.getPrecision(),
              nullable: column.isNullable(),
            })),
          );
        },
      });
    });
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.connection.destroy(() => resolve());
    });
  }
}

/** A request without the driver, for what the driver would never send. */
export async function post(
  url: string,
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<{
  status: number;
  answer: { success: boolean; code: string | null; data: Record<string, unknown> };
}> {
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' || body instanceof Uint8Array ? (body as never) : JSON.stringify(body),
  });
  return { status: response.status, answer: (await response.json()) as never };
}

/** Logs in by password without the driver. */
export async function rawLogin(emulator: RunningEmulator): Promise<{ token: string; masterToken: string }> {
  const data = { ACCOUNT_NAME: 'x', LOGIN_NAME: emulator.user, PASSWORD: emulator.password };
  const { answer } = await post(emulator.url, '/session/v1/login-request', { data });
  return answer.data as { token: string; masterToken: string };
}
