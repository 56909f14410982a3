import { connect, type Socket } from 'node:net';
import type { Connection, ConnectionOptions } from 'mysql2/promise';
import { createConnection } from 'mysql2/promise';
import { isLoopback } from '../../config/loopback.ts';
import type { MysqlSettings } from '../../config/settings.ts';
import { greeting } from './greeting.ts';
import { limited } from './limit.ts';
import { pluginsWithoutTls } from './public-key.ts';
import { serverError } from './server-error.ts';
import { ServerFault } from './server-fault.ts';
import { setSession } from './session-settings.ts';

/** Milliseconds for a login, and for an answer that takes the server no work, where the settings name none. */
export const USUAL_TIMEOUT = 20_000;

/** The options of mysql2 with which no value is altered: see docs/modules/source.md. */
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

/** Bytes of everything that a server says until a session is set. */
const LOGIN_BYTES = 2 ** 20;

/** Whether what goes over a connection is encrypted, and whether the server's certificate was checked for it. */
export type Encryption = 'none' | 'unchecked' | 'checked';

/** A session at the server, and the socket under it, which mysql2 ends only when the server does. */
export interface OpenConnection {
  readonly connection: Connection;
  readonly socket: Socket;
  readonly encryption: Encryption;
}

/**
 * A connection in a session for the reader.
 *
 * @param warn called once for the settings, when a server on another machine has no TLS
 * @throws SnowstreamError MYSQL_UNREACHABLE, or MYSQL_DENIED for a login that the server rejects.
 */
export async function openConnection(
  settings: MysqlSettings,
  warn: (line: string) => void,
): Promise<OpenConnection> {
  const { host, port } = settings;
  const socket = connect({ host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE });
  const limit = { milliseconds: settings.timeout ?? USUAL_TIMEOUT, bytes: LOGIN_BYTES };
  try {
    return await limited(socket, limit, () => logIn(settings, socket, warn));
  } catch (cause) {
    socket.destroy();
    throw serverError(cause, settings);
  }
}

async function logIn(
  settings: MysqlSettings,
  socket: Socket,
  warn: (line: string) => void,
): Promise<OpenConnection> {
  const { hasTls, surplus } = await greeting(socket);
  const encryption = encryptionOf(settings, hasTls);
  if (encryption !== 'none' && hasTls && surplus > 0)
    // mysql2 would take it for answers to a login under TLS, though anybody on the network can have written it.
    throw new ServerFault(
      'PACKETS_BEFORE_TLS',
      `it sent ${surplus} bytes in clear text behind its handshake, where TLS begins`,
    );
  if (isStripped(settings, encryption)) warnOnce(settings, warn);
  const connection = await createConnection({ ...optionsOf(settings, encryption), stream: socket });
  // One that breaks while nothing is asked has nobody else to report to; the next statement finds out.
  connection.on('error', () => undefined);
  await setSession(connection);
  return { connection, socket, encryption };
}

function encryptionOf({ ssl }: MysqlSettings, hasTls: boolean): Encryption {
  if (ssl === 'disabled' || (ssl === 'preferred' && !hasTls)) return 'none';
  return ssl === 'verify' ? 'checked' : 'unchecked';
}

/** Whether a connection to another machine is in clear text without that being asked for. */
function isStripped({ ssl, host, rejectPlainText }: MysqlSettings, encryption: Encryption): boolean {
  if (ssl !== 'preferred' || encryption !== 'none' || isLoopback(host)) return false;
  if (rejectPlainText)
    throw new ServerFault(
      'PLAIN_TEXT_REJECTED',
      'it has no TLS, and --strict takes no connection without it',
    );
  return true;
}

const warned = new WeakSet<MysqlSettings>();

function warnOnce(settings: MysqlSettings, warn: (line: string) => void): void {
  if (warned.has(settings)) return;
  warned.add(settings);
  warn(
    `MySQL at ${settings.host}:${settings.port} offers no TLS, or somebody on the network took the offer away: all rows are read in clear text; MYSQL_SSL=verify takes no such connection`,
  );
}

function optionsOf(settings: MysqlSettings, encryption: Encryption): ConnectionOptions {
  const { host, port, user, password, database, tls, cleartextPlugin } = settings;
  const common: ConnectionOptions = {
    ...EXACT_VALUES,
    // No server is to ask for files of this machine.
    flags: ['-LOCAL_FILES'],
    ...{ host, port, user },
    // The login has a limit of its own.
    connectTimeout: 0,
    ...(password !== undefined && { password }),
    ...(database !== undefined && { database }),
  };
  if (encryption === 'none') return { ...common, authPlugins: pluginsWithoutTls(settings) };
  const check = encryption === 'checked' ? { verifyIdentity: true } : { rejectUnauthorized: false };
  return {
    ...common,
    ssl: { ...tls, ...check },
    // Never without TLS: anybody on the network could read the password.
    ...(cleartextPlugin && { enableCleartextPlugin: true }),
  };
}
