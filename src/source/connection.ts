import type { Connection, ConnectionOptions } from 'mysql2/promise';
import { createConnection } from 'mysql2/promise';
import type { MysqlSettings } from '../config/settings.ts';
import { lacksTls, serverError } from './server-error.ts';
import { setSession } from './session.ts';

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
 * A connection in a session for the reader.
 *
 * @throws SnowstreamError MYSQL_UNREACHABLE, or MYSQL_DENIED for a login that the server rejects.
 */
export async function openConnection(settings: MysqlSettings): Promise<Connection> {
  try {
    const connection = await connect(settings);
    // One that breaks while nothing is asked has nobody else to report to; the next statement finds out.
    connection.on('error', () => undefined);
    try {
      await setSession(connection);
    } catch (error) {
      connection.destroy();
      throw error;
    }
    return connection;
  } catch (cause) {
    throw serverError(cause, settings);
  }
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
  const encrypted: ConnectionOptions = {
    ...options,
    ssl: {
      ...settings.tls,
      ...(settings.ssl === 'verify' ? { verifyIdentity: true } : { rejectUnauthorized: false }),
    },
    // Never without TLS: anybody on the network could read the password.
    ...(settings.cleartextPlugin && { enableCleartextPlugin: true }),
  };
  try {
    return await createConnection(encrypted);
  } catch (error) {
    if (settings.ssl === 'preferred' && lacksTls(error)) return createConnection(options);
    throw error;
  }
}
