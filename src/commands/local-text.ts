import type { LocalSnowflake } from '../local-snowflake.ts';
import { displayIdentifier } from '../snowflake/identifier.ts';
import { visibleJson } from '../terminal-text.ts';

/** What was asked for at the start and is not part of what the local Snowflake reports of itself. */
export interface Asked {
  /** The file of `--public-key`: the person who gave it has the private key. */
  readonly publicKey: string | undefined;
  readonly faults: readonly string[];
}

/** How to connect, ready to be copied. It holds the password, and is the only output that does. */
export function connectionLines(local: LocalSnowflake, { publicKey, faults }: Asked): string[] {
  const key = publicKey === undefined ? local.privateKeyPath : `THE_PRIVATE_KEY_OF_${publicKey}`;
  return [
    `A local Snowflake listens at ${local.url}. Ctrl-C stops it; its data stays in ${local.dataDir}.`,
    `Look at it in a browser: ${local.url}/`,
    ...section('.env, for snowstream run and check', environment(local, key)),
    ...section('JDBC', [jdbc(local, key)]),
    ...section('Python, snowflake-connector-python', [python(local)]),
    ...section('Node.js, snowflake-sdk', [node(local)]),
    ...(faults.length === 0
      ? []
      : section(`injected faults; --fault-seed ${local.faultSeed} repeats it`, faults)),
  ];
}

function section(title: string, lines: readonly string[]): string[] {
  return ['', `# ${title}`, ...lines];
}

function environment(local: LocalSnowflake, key: string): string[] {
  const values = {
    SNOWFLAKE_URL: local.url,
    SNOWFLAKE_ACCOUNT: local.account,
    SNOWFLAKE_USER: local.user,
    SNOWFLAKE_PRIVATE_KEY_PATH: key,
    SNOWFLAKE_ROLE: local.role,
    SNOWFLAKE_WAREHOUSE: local.warehouse,
    SNOWFLAKE_DATABASE: displayIdentifier(local.database),
    SNOWFLAKE_SCHEMA: displayIdentifier(local.schema),
  };
  return Object.entries(values).map(([name, value]) => `${name}=${dotenvValue(value)}`);
}

/** https://github.com/motdotla/dotenv#what-rules-does-the-parsing-engine-follow */
function dotenvValue(value: string): string {
  if (/^[\w./:@$-]*$/.test(value)) return value;
  return value.includes("'") ? `"${value}"` : `'${value}'`;
}

function jdbc(local: LocalSnowflake, key: string): string {
  const { host, port, account, user, warehouse, role, database, schema } = local;
  const parameters = {
    ssl: 'off',
    account,
    user,
    warehouse,
    role,
    db: database,
    schema,
    private_key_file: key,
  };
  const pairs = Object.entries(parameters).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return `jdbc:snowflake://${host}:${port}/?${pairs.join('&').replaceAll('%2F', '/')}`;
}

function python(local: LocalSnowflake): string {
  const { host, port, account, user, password, warehouse, role, database, schema } = local;
  const given = { host, port, protocol: 'http', account, user, password, warehouse, role, database, schema };
  const list = Object.entries(given).map(([name, value]) => `${name}=${visibleJson(value)}`);
  return `snowflake.connector.connect(${list.join(', ')})`;
}

function node(local: LocalSnowflake): string {
  const { url: accessUrl, account, user: username, password, warehouse, role, database, schema } = local;
  const given = { accessUrl, account, username, password, warehouse, role, database, schema };
  const list = Object.entries(given).map(([name, value]) => `${name}: ${visibleJson(value)}`);
  return `snowflake.createConnection({ ${list.join(', ')} })`;
}
