import { readFileSync } from 'node:fs';
import type { Column, Connection } from 'snowflake-sdk';
import type { RunningEmulator } from '../../src/index.ts';

/** A result as text, as npm snowflake-sdk reads it. */
export interface Result {
  readonly names: readonly string[];
  readonly types: readonly string[];
  readonly rows: readonly (readonly (string | null)[])[];
}

/** Logs in with npm snowflake-sdk. */
export async function connect(emulator: RunningEmulator): Promise<Connection> {
  process.env.SNOWFLAKE_DISABLE_PLATFORM_DETECTION = 'true';
  process.env.SF_TELEMETRY_DISABLE_CONNECTION_SHAPE = 'true';
  process.env.SNOWFLAKE_DISABLE_MINICORE = 'true';
  const { default: snowflake } = await import('snowflake-sdk');
  // It would write snowflake.log into the working directory otherwise.
  snowflake.configure({
    logLevel: 'OFF',
    additionalLogToConsole: false,
    // How a variant is printed is what we want to see.
    jsonColumnVariantParser: (text: string) => text,
  });
  const { url, account, user, database, schema, warehouse, privateKeyPath } = emulator;
  const connection = snowflake.createConnection({
    ...{ accessUrl: url, account, username: user, database, schema, warehouse },
    authenticator: 'SNOWFLAKE_JWT',
    privateKey: readFileSync(privateKeyPath, 'utf8'),
    // Otherwise a NULL that is fetched as text is the text 'NULL'.
    representNullAsStringNull: false,
  });
  await new Promise<void>((resolve, reject) => {
    connection.connect((error) => (error ? reject(error) : resolve()));
  });
  return connection;
}

/** Logs out. */
export function disconnect(connection: Connection): Promise<void> {
  return new Promise((resolve) => connection.destroy(() => resolve()));
}

/** Runs one statement. @throws the SDK's error, with `code` and `sqlState`. */
export function run(connection: Connection, sqlText: string): Promise<Result> {
  return new Promise((resolve, reject) => {
    connection.execute({
      sqlText,
      // Columns may share a name.
      rowMode: 'array',
      fetchAsString: ['Number', 'Boolean', 'Date', 'Buffer'],
      complete: (error, statement, rows) => {
        if (error) return reject(error);
        const columns = statement.getColumns() ?? [];
        resolve({
          names: columns.map((column) => column.getName()),
          types: columns.map(typeOf),
          rows: (rows ?? []) as unknown as (string | null)[][],
        });
      },
    });
  });
}

/** A column's type as DESCRIBE prints it, as far as the SDK tells: it keeps the length of a text to itself. */
function typeOf(column: Column): string {
  const name = column.getType().toUpperCase();
  if (name === 'FIXED') return `NUMBER(${column.getPrecision()},${column.getScale()})`;
  if (name === 'REAL') return 'FLOAT';
  if (name === 'TEXT') return 'VARCHAR';
  return name.startsWith('TIME') ? `${name}(${column.getScale()})` : name;
}
