import { join } from 'node:path';
import { parse, TomlError } from 'smol-toml';
import { hostLabel, parseAccount } from '../account.ts';
import type { SettingKey } from '../schema.ts';
import { readFoundText, shortPath } from '../text-file.ts';
import type { Environment } from './environment.ts';
import { snowflakeFolder } from './snowflake-folder.ts';
import { broken, type Entry, type Source } from './source.ts';

// The names that Snowflake's CLI and connectors use in these files:
// https://docs.snowflake.com/en/developer-guide/python-connector/python-connector-connect
const NAMES: readonly (readonly [string, SettingKey])[] = [
  ['account', 'snowflakeAccount'],
  ['user', 'snowflakeUser'],
  ['private_key', 'snowflakePrivateKey'],
  ['private_key_raw', 'snowflakePrivateKey'],
  ['private_key_file', 'snowflakePrivateKeyPath'],
  ['private_key_path', 'snowflakePrivateKeyPath'],
  ['private_key_file_pwd', 'snowflakePrivateKeyPassphrase'],
  ['private_key_passphrase', 'snowflakePrivateKeyPassphrase'],
  ['password', 'snowflakePassword'],
  ['token', 'snowflakeToken'],
  ['database', 'snowflakeDatabase'],
  ['schema', 'snowflakeSchema'],
  ['warehouse', 'snowflakeWarehouse'],
  ['role', 'snowflakeRole'],
];

/** The connection that is meant when nobody names one. */
const DEFAULT = 'default';

/** Where to look, and what for. */
export interface ConnectionRequest {
  readonly env: Environment;
  readonly cwd: string;
  readonly home: string | undefined;
  /** The connection that the user named, which has to be there. */
  readonly asked: string | undefined;
  /** The account that a stronger source names: a connection to another one is not meant, unless it was asked for. */
  readonly account: string | undefined;
  /** The address that a file of the current directory gives for the login. */
  readonly url: Entry | undefined;
}

interface TomlText {
  /** What to call it in messages. */
  readonly name: string;
  /** Where it was read. */
  readonly file?: NonNullable<Source['file']>;
  readonly content?: Toml;
  readonly problem?: string;
}

type Toml = Readonly<Record<string, unknown>>;

/**
 * Reads one connection of those that Snowflake's CLI knows. They are under `[connections]` in `config.toml`, or
 * instead of all these in `connections.toml`, if there is one, or instead of both in the variable
 * `SNOWFLAKE_CONNECTIONS`; `default_connection_name` of `config.toml` says which is meant. A variable
 * `SNOWFLAKE_CONNECTIONS_<NAME>_<KEY>` overrides a key of the connection.
 * https://docs.snowflake.com/en/developer-guide/snowflake-cli/connecting/configure-connections
 *
 * @returns the strongest first
 */
export function connectionSources(request: ConnectionRequest): readonly Source[] {
  const { env, asked, account } = request;
  const config = readToml('config.toml', request);
  const own = variable(env) ?? readToml('connections.toml', request);
  const { problem } = [config, own].find((text) => text?.problem !== undefined) ?? {};
  if (problem !== undefined) return [broken(problem)];

  const chosen = asked ?? textOf(config?.content?.default_connection_name) ?? DEFAULT;
  const connections = own === undefined ? tableOf(config?.content?.connections) : own.content;
  const [text, table] = [own ?? config, tableOf(connections?.[chosen])];
  if (text === undefined || table === undefined)
    return asked === undefined ? [] : [broken(missing(asked, text, request))];
  if (asked === undefined && isOther(table.account, account)) return [];
  if (isElsewhere(request.url, table)) {
    if (asked === undefined) return [];
    const remedy = `put host into the connection, or set SNOWFLAKE_URL in the environment`;
    return [broken(`${request.url.origin} is not an address of Snowflake or of [${asked}]: ${remedy}`)];
  }
  const section = own === undefined ? `connections.${chosen}` : chosen;
  return [
    { entries: overridesOf(chosen, table, env), problems: [] },
    {
      entries: entriesOf(table, `[${section}] of ${text.name}`),
      problems: [],
      ...(text.file !== undefined && { file: text.file }),
    },
    // It may have said which connection is meant.
    ...(own !== undefined && config?.file !== undefined
      ? [{ entries: [], problems: [], file: config.file }]
      : []),
  ];
}

function missing(
  connection: string,
  text: TomlText | undefined,
  { env, cwd, home }: ConnectionRequest,
): string {
  if (text !== undefined) return `${text.name} has no connection [${connection}]`;
  const folder = snowflakeFolder(env, cwd, home);
  return folder === undefined
    ? `there is no connection [${connection}]: this user has no home folder, and SNOWFLAKE_HOME is not set`
    : `cannot read ${shortPath(join(folder, 'connections.toml'), cwd, home)}: no such file, and no config.toml beside it`;
}

function variable({ SNOWFLAKE_CONNECTIONS: text }: Environment): TomlText | undefined {
  return text ? parsed(text, { name: 'SNOWFLAKE_CONNECTIONS in the environment' }) : undefined;
}

function readToml(file: string, { env, cwd, home }: ConnectionRequest): TomlText | undefined {
  const folder = snowflakeFolder(env, cwd, home);
  if (folder === undefined) return undefined;
  const path = join(folder, file);
  const name = shortPath(path, cwd, home);
  const read = readFoundText(path);
  if (read.text !== undefined) return parsed(read.text, { name, file: { path, ...read.exposure } });
  return read.isMissing ? undefined : { name, problem: `cannot read ${name}: ${read.problem}` };
}

function parsed(text: string, origin: TomlText): TomlText {
  try {
    return { ...origin, content: parse(text) };
  } catch (error) {
    // The message of the error quotes the text, which holds secrets; its line does not.
    const line = error instanceof TomlError ? ` (line ${error.line})` : '';
    return { ...origin, problem: `${origin.name} is not valid TOML${line}` };
  }
}

function overridesOf(connection: string, file: Toml, env: Environment): Entry[] {
  const prefix = `SNOWFLAKE_CONNECTIONS_${connection.toUpperCase()}_`;
  const names = Object.keys(env).filter((name) => name.startsWith(prefix));
  const table = Object.fromEntries(names.map((name) => [name.slice(prefix.length).toLowerCase(), env[name]]));
  // The CLI's own variable for the key of any connection.
  const isGiven = 'private_key_passphrase' in file || 'private_key_file_pwd' in file;
  const passphrase = table.private_key_passphrase ?? (isGiven ? undefined : env.PRIVATE_KEY_PASSPHRASE);
  return entriesOf({ ...table, private_key_passphrase: passphrase }, 'the environment', (word) =>
    word in table ? `${prefix}${word.toUpperCase()}` : 'PRIVATE_KEY_PASSPHRASE',
  );
}

function entriesOf(table: Toml, place: string, shown: (word: string) => string = (word) => word): Entry[] {
  const entries: Entry[] = [];
  const add = (word: string, key: SettingKey, read: (value: unknown) => unknown = (value) => value) => {
    const value = table[word];
    if (value === undefined || value === '') return;
    entries.push({ key, value: read(value), origin: `${shown(word)} in ${place}` });
  };
  for (const [word, key] of NAMES) add(word, key);
  // `snowflake` is the connectors' word for a password.
  add('authenticator', 'snowflakeAuthenticator', (value) =>
    String(value).toLowerCase() === 'snowflake' ? 'PASSWORD' : value,
  );
  add('host', 'snowflakeUrl', (host) => {
    const { protocol = 'https', port } = table;
    return `${protocol}://${host}${port === undefined ? '' : `:${port}`}`;
  });
  return entries;
}

function isOther(account: unknown, stronger: string | undefined): boolean {
  if (stronger === undefined || typeof account !== 'string') return false;
  const [one, other] = [account, stronger].map((text) => hostLabel(parseAccount(text).account));
  return one !== other;
}

/**
 * Whether a login would go to somebody else's server. A folder that was copied or cloned may bring a file with any
 * address in it, and who sees the login of a connection can use it at the account.
 */
function isElsewhere(url: Entry | undefined, { host }: Toml): url is Entry {
  const text = textOf(url?.value);
  if (text === undefined || parseAccount(text).url !== undefined) return false;
  const address = text.includes('://') ? text : `https://${text}`;
  const { hostname } = URL.canParse(address) ? new URL(address) : { hostname: text };
  return hostname.toLowerCase() !== String(host).toLowerCase();
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function tableOf(value: unknown): Toml | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Toml) : undefined;
}
