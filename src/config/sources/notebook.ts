import type { SettingKey } from '../schema.ts';
import { readFoundText } from '../text-file.ts';
import { parseJson } from './config-file.ts';
import { broken, type Entry, NOTHING, type Source } from './source.ts';

/** The name under which the notebook keeps its credentials, in the current directory. */
export const NOTEBOOK_FILE = 'snowflake_env_login_creds.json';

const NAMES: readonly (readonly [string, SettingKey])[] = [
  ['user', 'snowflakeUser'],
  ['account', 'snowflakeAccount'],
  ['private_key', 'snowflakePrivateKey'],
  ['database', 'snowflakeDatabase'],
  ['schema', 'snowflakeSchema'],
  ['table', 'snowflakeTable'],
  ['warehouse', 'snowflakeWarehouse'],
  ['role', 'snowflakeRole'],
  ['mysql_url', 'mysqlUrl'],
  ['mysql_user', 'mysqlUser'],
  ['mysql_pwd', 'mysqlPassword'],
  ['mysql_database', 'mysqlDatabase'],
];

/** Reads the notebook's credentials file as it is, if it is there. Keys that mean nothing here are passed over. */
export function notebookSource(path: string): Source {
  const file = readFoundText(path);
  if (file.text === undefined) {
    return file.isMissing ? NOTHING : broken(`cannot read ${NOTEBOOK_FILE}: ${file.problem}`);
  }
  const content = parseJson(file.text, NOTEBOOK_FILE);
  if (content.problem !== undefined) return broken(content.problem);
  const values = new Map<string, unknown>(Object.entries(content.object));
  const entries: Entry[] = [];
  for (const [name, key] of NAMES) {
    const value = values.get(name);
    if (isGiven(value)) entries.push({ key, value, origin: `${name} in ${NOTEBOOK_FILE}` });
  }
  const url = urlOf(values);
  if (url !== undefined) {
    entries.push({ key: 'snowflakeUrl', value: url[1], origin: `${url[0]} in ${NOTEBOOK_FILE}` });
  }
  return { entries, problems: [], file: { path, ...file.exposure } };
}

// The SDK, too, looks at scheme, host and port only when there is no url.
function urlOf(values: ReadonlyMap<string, unknown>): readonly [string, unknown] | undefined {
  const [url, host, connection] = [values.get('url'), values.get('host'), values.get('connection_string')];
  if (isGiven(url)) return ['url', url];
  if (isGiven(host)) {
    const port = values.get('port');
    const scheme = values.get('scheme');
    return ['host', `${isGiven(scheme) ? scheme : 'https'}://${host}${isGiven(port) ? `:${port}` : ''}`];
  }
  if (!isGiven(connection)) return undefined;
  return [
    'connection_string',
    String(connection)
      .replace(/^jdbc:snowflake:\/\//u, '')
      .replace(/\/?\?.*$/u, ''),
  ];
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}
