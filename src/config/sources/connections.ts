import { parse, TomlError } from 'smol-toml';
import type { SettingKey } from '../schema.ts';
import { readText } from '../text-file.ts';
import { broken, type Entry, NOTHING, type Source } from './source.ts';

// The names that Snowflake's own connectors use in this file:
// https://docs.snowflake.com/en/developer-guide/python-connector/python-connector-connect
const NAMES: readonly (readonly [string, SettingKey])[] = [
  ['account', 'snowflakeAccount'],
  ['user', 'snowflakeUser'],
  ['private_key', 'snowflakePrivateKey'],
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

/**
 * Reads one connection of Snowflake's `connections.toml`, if the file is there.
 *
 * @param path where the file is
 * @param name what to call it in messages
 * @param connection which connection
 * @param isAsked whether the user named the connection, so that it has to be there
 */
export function connectionsSource(path: string, name: string, connection: string, isAsked: boolean): Source {
  const file = readText(path);
  if (file.text === undefined) {
    return file.isMissing && !isAsked ? NOTHING : broken(`cannot read ${name}: ${file.problem}`);
  }
  let content: Readonly<Record<string, unknown>>;
  try {
    content = parse(file.text);
  } catch (error) {
    // The message of the error quotes the file, which holds secrets; its line does not.
    return broken(`${name} is not valid TOML${error instanceof TomlError ? ` (line ${error.line})` : ''}`);
  }
  const table = content[connection];
  if (typeof table !== 'object' || table === null) {
    return isAsked ? broken(`${name} has no connection [${connection}]`) : NOTHING;
  }
  const values = new Map<string, unknown>(Object.entries(table));
  const entries: Entry[] = [];
  const place = `in [${connection}] of ${name}`;
  for (const [word, key] of NAMES) {
    const value = values.get(word);
    if (value !== undefined && value !== '') entries.push({ key, value, origin: `${word} ${place}` });
  }
  const authenticator = values.get('authenticator');
  if (authenticator !== undefined && authenticator !== '') {
    // `snowflake` is the connectors' word for a password.
    const value = String(authenticator).toLowerCase() === 'snowflake' ? 'PASSWORD' : authenticator;
    entries.push({ key: 'snowflakeAuthenticator', value, origin: `authenticator ${place}` });
  }
  const host = values.get('host');
  if (host !== undefined && host !== '') {
    const port = values.get('port');
    const value = `${values.get('protocol') ?? 'https'}://${host}${port === undefined ? '' : `:${port}`}`;
    entries.push({ key: 'snowflakeUrl', value, origin: `host ${place}` });
  }
  return { entries, problems: [], file: path };
}
