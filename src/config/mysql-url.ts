import { onOff } from './fields.ts';
import { sslOf } from './mysql-url-ssl.ts';
import type { MysqlSsl } from './settings.ts';

/** What a MySQL URL says; what it does not say is absent. */
export interface MysqlUrl {
  readonly host: string;
  readonly port?: string;
  readonly user?: string;
  readonly password?: string;
  readonly database?: string;
  readonly ssl?: MysqlSsl;
  /** The path of the server's RSA key, and whether another one may come from the server. */
  readonly serverPublicKey?: string;
  readonly allowPublicKeyRetrieval?: string;
  /** Parameters that have no meaning here. */
  readonly unused: readonly string[];
}

/** Why a text is none; no part of the text is in it. */
export interface NoMysqlUrl {
  readonly problem: string;
}

const FORM: NoMysqlUrl = {
  problem: 'must be a URL such as mysql://user:password@host:3306/database (with %-escapes in the password)',
};
const UNESCAPED: NoMysqlUrl = {
  problem:
    'has an @ after the host: if it is part of the user or password, write its / as %2F, its ? as %3F, its # as %23 and its @ as %40',
};

/**
 * Takes apart `mysql://user:password@host:port/database`, `jdbc:mysql://host:port/database?user=…`,
 * `host:port` or `host`.
 *
 * @example parseMysqlUrl('jdbc:mysql://db.example.org/shop'); // { host: 'db.example.org', database: 'shop', … }
 */
export function parseMysqlUrl(text: string): MysqlUrl | NoMysqlUrl {
  const trimmed = text.trim();
  const isUrl = /^(jdbc:)?mysql:\/\//iu.test(trimmed);
  const address = isUrl ? trimmed.replace(/^jdbc:/iu, '') : `mysql://${trimmed}`;
  // A password may hold what ends the host's part; the host that is found then is a piece of the user or password.
  if (isUrl && /[/?#].*@/su.test(address.replace(/^mysql:\/\//iu, ''))) return UNESCAPED;
  // The parser leaves line breaks and tabs out, which would be another password.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is rejected
  if (/[\u0000-\u001f\u007f]/u.test(address) || !URL.canParse(address)) return FORM;
  const url = new URL(address);
  const host = url.hostname.replace(/^\[(.*)\]$/u, '$1');
  const path = url.pathname.replace(/^\//u, '');
  if (!/^[\w.:-]+$/u.test(host) || url.hash !== '' || path.includes('/')) return FORM;
  // A bare host has no place for anything else: what looks like a user is a mistake or a cut-off URL.
  if (!isUrl && (url.username !== '' || path !== '' || url.search !== '')) return FORM;
  const parameters = parametersOf(url.search);
  if (parameters === undefined) return FORM;
  const ssl = sslOf(parameters);
  if ('problem' in ssl) return ssl;
  const keys = keysOf(parameters);
  if ('problem' in keys) return keys;
  try {
    const given = new Map(parameters);
    const user = decodeURIComponent(url.username) || given.get('user') || undefined;
    const password = decodeURIComponent(url.password) || given.get('password') || undefined;
    const database = decodeURIComponent(path) || undefined;
    return {
      host,
      ...(url.port === '' ? {} : { port: url.port }),
      ...(user === undefined ? {} : { user }),
      ...(password === undefined ? {} : { password }),
      ...(database === undefined ? {} : { database }),
      ...(ssl.mode === undefined ? {} : { ssl: ssl.mode }),
      ...keys.said,
      unused: unusedOf(parameters, new Set([...ssl.names, ...keys.names])),
    };
  } catch {
    return FORM;
  }
}

/**
 * What may be the password in a text that is meant as a MySQL URL, whether it is one or not.
 *
 * @returns each as it is written and without its escapes
 */
export function passwordsIn(text: string): string[] {
  // Between the first colon behind the slashes and the last @; without an @ the URL was cut off, unless it is a port.
  const behindColon =
    /:\/\/[^:@]*:(.*)@/su.exec(text)?.[1] ?? /:\/\/[^:@]*:(?!\d{1,5}(?:[/?#]|$))([^@]*)$/su.exec(text)?.[1];
  const parameters = [...text.matchAll(/[?&](?:pass|pwd)\w*=([^&#]*)/giu)].map(([, value]) => value);
  return [behindColon, ...parameters].flatMap((value) =>
    value === undefined ? [] : [value, unescaped(value)],
  );
}

/** The parameters in their order; undefined when there is something else behind the question mark. */
function parametersOf(search: string): [string, string][] | undefined {
  if (search === '') return [];
  const pairs = search
    .slice(1)
    .split('&')
    .filter((pair) => pair !== '');
  // What has no value, or a name that nobody gives to a parameter, may be part of a password.
  if (!pairs.every((pair) => /^[a-z][\w.-]*=/iu.test(pair))) return undefined;
  return [...new URLSearchParams(search)];
}

/** Parameters about RSA keys by their names in small letters without - and _: Connector/J, MariaDB, MySQL's own clients. */
const KEY_PARAMETERS: ReadonlyMap<string, 'serverPublicKey' | 'allowPublicKeyRetrieval'> = new Map([
  ['serverrsapublickeyfile', 'serverPublicKey'],
  ['serverpublickeypath', 'serverPublicKey'],
  ['serverpublickey', 'serverPublicKey'],
  ['allowpublickeyretrieval', 'allowPublicKeyRetrieval'],
  ['getserverpublickey', 'allowPublicKeyRetrieval'],
]);

function keysOf(
  parameters: readonly (readonly [string, string])[],
): { readonly said: Partial<MysqlUrl>; readonly names: ReadonlySet<string> } | NoMysqlUrl {
  const names = new Set<string>();
  const said: { serverPublicKey?: string; allowPublicKeyRetrieval?: string } = {};
  for (const [name, value] of parameters) {
    const part = KEY_PARAMETERS.get(name.toLowerCase().replace(/[-_]/gu, ''));
    if (part === undefined) continue;
    if (part === 'allowPublicKeyRetrieval' && !onOff().safeParse(value).success)
      return { problem: `has a parameter ${name} that is neither true nor false` };
    names.add(name);
    said[part] = value;
  }
  return { said, names };
}

function unusedOf(parameters: readonly (readonly [string, string])[], names: ReadonlySet<string>): string[] {
  return parameters
    .map(([name]) => name)
    .filter((name) => !['user', 'password'].includes(name) && !names.has(name));
}

function unescaped(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
