import type { MysqlSsl } from './settings.ts';

/** What a MySQL URL says; what it does not say is absent. */
export interface MysqlUrl {
  readonly host: string;
  readonly port?: string;
  readonly user?: string;
  readonly password?: string;
  readonly database?: string;
  readonly ssl?: MysqlSsl;
  /** Parameters that have no meaning here. */
  readonly unused: readonly string[];
}

// The words of MySQL's own clients and of Connector/J.
const SSL_MODES = new Map<string, MysqlSsl>([
  ['DISABLED', 'disabled'],
  ['PREFERRED', 'preferred'],
  ['REQUIRED', 'required'],
  ['VERIFY_CA', 'verify'],
  ['VERIFY_IDENTITY', 'verify'],
]);

/**
 * Takes apart `mysql://user:password@host:port/database`, `jdbc:mysql://host:port/database?user=…`,
 * `host:port` or `host`. Undefined when it is none of these.
 *
 * @example parseMysqlUrl('jdbc:mysql://db.example.org/shop')?.database; // 'shop'
 */
export function parseMysqlUrl(text: string): MysqlUrl | undefined {
  const trimmed = text.trim();
  const isUrl = /^(jdbc:)?mysql:\/\//iu.test(trimmed);
  const address = isUrl ? trimmed.replace(/^jdbc:/iu, '') : `mysql://${trimmed}`;
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  const host = url.hostname.replace(/^\[(.*)\]$/u, '$1');
  const path = url.pathname.replace(/^\//u, '');
  if (!/^[\w.:-]+$/u.test(host) || url.hash !== '' || path.includes('/')) return undefined;
  // A bare host has no place for anything else: what looks like a user is a mistake or a cut-off URL.
  if (!isUrl && (url.username !== '' || path !== '' || url.search !== '')) return undefined;
  try {
    const user = decodeURIComponent(url.username) || url.searchParams.get('user') || undefined;
    const password = decodeURIComponent(url.password) || url.searchParams.get('password') || undefined;
    const database = decodeURIComponent(path) || undefined;
    const mode = url.searchParams.get('sslMode') ?? url.searchParams.get('ssl-mode');
    const ssl = mode === null ? undefined : SSL_MODES.get(mode.toUpperCase());
    if (mode !== null && ssl === undefined) return undefined;
    return {
      host,
      ...(url.port === '' ? {} : { port: url.port }),
      ...(user === undefined ? {} : { user }),
      ...(password === undefined ? {} : { password }),
      ...(database === undefined ? {} : { database }),
      ...(ssl === undefined ? {} : { ssl }),
      unused: [...url.searchParams.keys()].filter(
        (name) => !['user', 'password', 'sslMode', 'ssl-mode'].includes(name),
      ),
    };
  } catch {
    return undefined;
  }
}
