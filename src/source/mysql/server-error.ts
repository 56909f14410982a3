import type { MysqlSettings } from '../../config/settings.ts';
import { SnowstreamError } from '../../errors.ts';
import { oneLine } from '../../terminal-text.ts';

/** What to do about a login that the server rejects, by the number of its error. */
const DENIALS: ReadonlyMap<number, string> = new Map([
  [1044, 'check MYSQL_DATABASE and the tables, and GRANT SELECT on them to MYSQL_USER'],
  [
    1045,
    'check MYSQL_USER and MYSQL_PASSWORD, that the account allows this host, and whether it demands TLS (REQUIRE SSL takes MYSQL_SSL=required, REQUIRE X509 takes MYSQL_SSL_CERT and MYSQL_SSL_KEY)',
  ],
  [1049, 'check MYSQL_DATABASE'],
  [
    1129,
    'end the failing logins and unblock this host on the server: FLUSH HOSTS, or mysqladmin flush-hosts',
  ],
  [1130, 'make an account that allows this host: CREATE USER …@…'],
  [1251, 'use an account with caching_sha2_password or mysql_native_password'],
  [1275, 'use an account with caching_sha2_password or mysql_native_password'],
  [1524, 'load the plugin on the server, or use an account with caching_sha2_password'],
  [1698, 'set MYSQL_PASSWORD, or use an account that logs in by password'],
  [1820, 'set a new password for the account: ALTER USER … IDENTIFIED BY …'],
  [1862, 'set a new password for the account: ALTER USER … IDENTIFIED BY …'],
  [3118, 'unlock the account: ALTER USER … ACCOUNT UNLOCK'],
  [3159, 'set MYSQL_SSL to required or verify'],
  [3955, 'check MYSQL_PASSWORD, wait until the block is over, or end it: ALTER USER … ACCOUNT UNLOCK'],
  // MariaDB's numbers; mysql2 has the names that MySQL gave to them later.
  [4150, 'check MYSQL_PASSWORD, then unblock the account on the server: FLUSH PRIVILEGES'],
  [4151, 'unlock the account: ALTER USER … ACCOUNT UNLOCK'],
]);

/** The same for a login that ends on this side, by mysql2's code. */
const ENDED_HERE: ReadonlyMap<string, string> = new Map([
  [
    'HANDSHAKE_NO_SSL_SUPPORT',
    'switch TLS on at the server, or set MYSQL_SSL=preferred, by which anybody on the network can read the rows',
  ],
  ['PLAIN_TEXT_REJECTED', 'switch TLS on at the server, or leave --strict out'],
  [
    'PUBLIC_KEY_NOT_KNOWN',
    'set MYSQL_SSL=verify, by which it goes over TLS, or name the key of the server by MYSQL_SERVER_PUBLIC_KEY; MYSQL_ALLOW_PUBLIC_KEY_RETRIEVAL=on takes any key, that of an attacker too',
  ],
  [
    'HANDSHAKE_SSL_ERROR',
    'check MYSQL_SSL_CA (the file of the authority that signed the certificate), MYSQL_SSL_CERT and MYSQL_SSL_KEY, and that MYSQL_HOST is a name in the certificate; MYSQL_SSL=required takes any certificate, that of an attacker too',
  ],
  [
    'PACKETS_BEFORE_TLS',
    'no MySQL server does that: find out which program between it and this machine does, or answers in its place',
  ],
  [
    'MYSQL_CLEAR_PASSWORD_NOT_ENABLED',
    'set MYSQL_CLEARTEXT_PLUGIN=on to send it, which is done over TLS only (MYSQL_SSL=verify checks whom it goes to)',
  ],
  ['AUTH_SWITCH_PLUGIN_ERROR', 'use an account with caching_sha2_password or mysql_native_password'],
]);

/** No room for another connection: of the server, of the account, and of a ProxySQL in front. */
const TOO_MANY = new Set([1040, 1203, 1226, 9001]);

/** The server ends sessions: killed, offline mode, too long idle. */
const ENDED_BY_SERVER = new Set([1927, 3032, 4031]);

type Kind = 'denied' | 'too many' | 'unreachable' | 'too large' | 'statement';

/** Whether an error is the server's answer to a statement, and neither about the login nor the connection. */
export function isServerAnswer(error: unknown): boolean {
  return kindOf(error) === 'statement';
}

/**
 * What a failed statement or login is called, with what to do about it.
 *
 * @returns MYSQL_DENIED for a login that will be rejected again, MYSQL_UNREACHABLE for what may be gone at the next
 * attempt, MYSQL_QUERY for a statement and for an answer without an end
 */
export function serverError(cause: unknown, { host, port }: MysqlSettings): SnowstreamError {
  const where = `MySQL at ${host}:${port}`;
  const { code, errno } = fieldsOf(cause);
  const reason = cause instanceof Error && cause.message !== '' ? cause.message : (code ?? String(cause));
  switch (kindOf(cause)) {
    case 'denied': {
      const remedy = DENIALS.get(errno ?? 0) ?? ENDED_HERE.get(code ?? '');
      return new SnowstreamError(
        'MYSQL_DENIED',
        `access denied by ${where}: ${sentence(reason)}; ${remedy}`,
        {
          cause,
        },
      );
    }
    case 'too many':
      return new SnowstreamError(
        'MYSQL_UNREACHABLE',
        `${where} cannot be reached: ${sentence(reason)}; a lower --parallel-tables or --channels takes fewer connections, and a run without --snapshot two fewer; or raise the limit (max_connections of the server, MAX_USER_CONNECTIONS of the account)`,
        { cause },
      );
    case 'unreachable':
      return new SnowstreamError('MYSQL_UNREACHABLE', `${where} cannot be reached: ${oneLine(reason)}`, {
        cause,
      });
    case 'too large':
      return new SnowstreamError(
        'MYSQL_QUERY',
        `${where} is not read any further: ${reason}; find out what answers there`,
        { cause },
      );
    case 'statement':
      return new SnowstreamError('MYSQL_QUERY', `${where} rejected a statement: ${reason}`, { cause });
  }
}

function kindOf(error: unknown): Kind {
  const { code, errno, sqlState } = fieldsOf(error);
  if (errno !== undefined && errno > 0) {
    if (DENIALS.has(errno)) return 'denied';
    if (TOO_MANY.has(errno)) return 'too many';
    if (ENDED_BY_SERVER.has(errno)) return 'unreachable';
  }
  if (code === 'ANSWER_TOO_LARGE') return 'too large';
  if (code !== undefined && ENDED_HERE.has(code)) return isBrokenOff(error) ? 'unreachable' : 'denied';
  // The server's own errors have an SQL state, of class 08 when they are about the connection.
  return sqlState !== undefined && !sqlState.startsWith('08') ? 'statement' : 'unreachable';
}

/** A handshake that the network ended: mysql2 gives it the code of one that TLS ended. */
function isBrokenOff(error: unknown): boolean {
  return (
    error instanceof Error && ('syscall' in error || /network socket disconnected/iu.test(error.message))
  );
}

/** OpenSSL's messages end with a line end. */
const sentence = (reason: string): string => oneLine(reason).replace(/\.$/u, '');

interface ErrorFields {
  readonly code: string | undefined;
  readonly errno: number | undefined;
  readonly sqlState: string | undefined;
}

function fieldsOf(error: unknown): ErrorFields {
  const fields = typeof error === 'object' && error !== null ? (error as Record<string, unknown>) : {};
  return {
    code: 'code' in fields ? String(fields.code) : undefined,
    errno: typeof fields.errno === 'number' ? fields.errno : undefined,
    sqlState: typeof fields.sqlState === 'string' && fields.sqlState !== '' ? fields.sqlState : undefined,
  };
}
