import { connect, type Socket } from 'node:net';
import type { Connection, ConnectionOptions } from 'mysql2/promise';
import { createConnection } from 'mysql2/promise';
import type { MysqlSettings } from '../config/settings.ts';
import { greeting } from './greeting.ts';
import { serverError } from './server-error.ts';
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

/** Milliseconds without a byte after which the system asks whether the other end is still there. */
const KEEP_ALIVE = 60_000;

/** A session at the server, and the socket under it, which mysql2 ends only when the server does. */
export interface OpenConnection {
  readonly connection: Connection;
  readonly socket: Socket;
}

/**
 * A connection in a session for the reader.
 *
 * @throws SnowstreamError MYSQL_UNREACHABLE, or MYSQL_DENIED for a login that the server rejects.
 */
export async function openConnection(settings: MysqlSettings): Promise<OpenConnection> {
  const { host, port } = settings;
  const socket = connect({ host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE });
  try {
    const connection = await logIn(settings, socket);
    // One that breaks while nothing is asked has nobody else to report to; the next statement finds out.
    connection.on('error', () => undefined);
    await setSession(connection);
    return { connection, socket };
  } catch (cause) {
    socket.destroy();
    throw serverError(cause, settings);
  }
}

async function logIn(settings: MysqlSettings, socket: Socket): Promise<Connection> {
  const { hasTls, surplus } = await greeting(socket);
  const isEncrypted = settings.ssl === 'preferred' ? hasTls : settings.ssl !== 'disabled';
  if (isEncrypted && hasTls && surplus > 0) throw new PacketsBeforeTls(surplus);
  return await createConnection({
    ...EXACT_VALUES,
    stream: socket,
    host: settings.host,
    port: settings.port,
    user: settings.user,
    connectTimeout: 10_000,
    ...(settings.password !== undefined && { password: settings.password }),
    ...(settings.database !== undefined && { database: settings.database }),
    ...(isEncrypted && {
      ssl: {
        ...settings.tls,
        ...(settings.ssl === 'verify' ? { verifyIdentity: true } : { rejectUnauthorized: false }),
      },
      // Never without TLS: anybody on the network could read the password.
      ...(settings.cleartextPlugin && { enableCleartextPlugin: true }),
    }),
  });
}

/**
 * mysql2 takes what has come with the greeting for the server's answers to a login under TLS, though anybody on the
 * network can have written it.
 */
class PacketsBeforeTls extends Error {
  readonly code = 'PACKETS_BEFORE_TLS';

  constructor(bytes: number) {
    super(`it sent ${bytes} bytes in clear text behind its handshake, where TLS begins`);
  }
}
