import { chmodSync, chownSync, existsSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inspectSettings, loadSettings } from '../../src/config/load.ts';
import { type SnowflakeConnection, withSnowflake } from '../../src/config/settings.ts';
import { DEFAULT_POLICIES } from '../../src/types/policy.ts';
import { rsaForms } from './keys.ts';
import { failure, load, type Workspace, workspace } from './workspace.ts';

const key = rsaForms();

/** A table's policies when nobody named any. */
const policies = { table: DEFAULT_POLICIES, columns: new Map() };

const NOTEBOOK = {
  user: 'NOTEBOOK_USER',
  url: 'https://nbk.aws.snowflakecomputing.com:443',
  account: 'nbk',
  private_key: key.base64,
  port: '443',
  host: 'other.aws.snowflakecomputing.com',
  schema: 'DEV',
  scheme: 'https',
  database: 'SNOWPIPE_STREAMING',
  table: 'sf_customer_raw',
  connection_string: 'jdbc:snowflake://other.aws.snowflakecomputing.com:443',
  warehouse: 'KAFKA_WH',
  role: 'accountadmin',
  azuresql_url: 'unused.example.org',
  azuresql_pwd: 'unused',
  mysql_url: 'db.mysql.example.org',
  mysql_user: 'nb_reader',
  mysql_pwd: 'nb_password',
  mysql_database: 'snowpark_demodb',
};

const TOML = `
[default]
account = "toml"
user = "TOML_USER"
private_key_file = "~/toml.p8"
private_key_file_pwd = "${key.passphrase}"
authenticator = "SNOWFLAKE_JWT"
database = "TOML_DB"
schema = "TOML_SCHEMA"
warehouse = "TOML_WH"
role = "TOML_ROLE"

[privatelink]
account = "my_org-acct"
user = "LINK_USER"
password = "link password"
authenticator = "snowflake"
host = "acct.privatelink.snowflakecomputing.com"
port = 8443
protocol = "https"
private_key_path = "link.p8"
database = "LINK_DB"
schema = "LINK_SCHEMA"
`;

const MYSQL = { MYSQL_HOST: 'h', MYSQL_USER: 'u', MYSQL_DATABASE: 'd', SNOWSTREAM_TABLES: 't' };
const SNOWFLAKE = {
  SNOWFLAKE_ACCOUNT: 'acct',
  SNOWFLAKE_USER: 'U',
  SNOWFLAKE_PRIVATE_KEY: key.base64,
  SNOWFLAKE_DATABASE: 'DB',
  SNOWFLAKE_SCHEMA: 'S',
};

describe('the order of the sources', () => {
  // The strongest source is taken away step by step; the one below it must come to light.
  const places = [
    ['flags', '--snowflake-user'],
    ['environment', 'SNOWFLAKE_USER in the environment'],
    ['dotenv', 'SNOWFLAKE_USER in .env'],
    ['file', 'snowflake.user in snowstream.json'],
    ['notebook', 'user in snowflake_env_login_creds.json'],
    ['toml', 'user in [default] of ~/.snowflake/connections.toml'],
  ] as const;

  it.each(places.map(([name, origin], index) => [name, origin, index] as const))(
    '%s',
    (name, origin, index) => {
      const isPresent = (place: string) => places.findIndex(([other]) => other === place) >= index;
      using at = workspace({
        ...(isPresent('dotenv') ? { '.env': 'SNOWFLAKE_USER=from-dotenv' } : {}),
        ...(isPresent('file') ? { 'snowstream.json': { snowflake: { user: 'from-file' } } } : {}),
        ...(isPresent('notebook') ? { 'snowflake_env_login_creds.json': { user: 'from-notebook' } } : {}),
        '~/.snowflake/connections.toml': '[default]\nuser = "from-toml"\n',
      });
      const settings = load(at, {
        flags: isPresent('flags') ? { snowflakeUser: 'from-flags' } : {},
        env: {
          ...MYSQL,
          ...SNOWFLAKE,
          SNOWFLAKE_USER: isPresent('environment') ? 'from-environment' : '',
        },
      });
      expect(settings.snowflake.user).toBe(`from-${name}`);
      expect(settings.origins.get('snowflakeUser')).toBe(origin);
    },
  );

  it('is kept value by value', () => {
    using at = workspace({
      '.env': 'MYSQL_PORT=3307\nSNOWFLAKE_SCHEMA=FROM_DOTENV\n',
      'snowstream.json': { batchRows: 500, mysql: { user: 'from_file' } },
      'snowflake_env_login_creds.json': NOTEBOOK,
    });
    const settings = load(at, { flags: { table: ['people_100k'] }, env: { SNOWFLAKE_ROLE: 'LOADER' } });
    expect(settings.mysql).toEqual({
      host: 'db.mysql.example.org',
      port: 3307,
      user: 'from_file',
      password: 'nb_password',
      database: 'snowpark_demodb',
      ssl: 'verify',
    });
    expect(settings.snowflake).toMatchObject({
      role: 'LOADER',
      schema: 'FROM_DOTENV',
      warehouse: 'KAFKA_WH',
    });
    expect(settings.batchRows).toBe(500);
    expect(settings.origins.get('maxRejects')).toBe('default');
  });

  it.each([
    [{}, 4],
    [{ channels: '2' }, 2],
    [{ channels: '3' }, 1],
    [{ channels: '16' }, 1],
    [{ snapshot: 'on' }, 1],
    [{ snapshot: 'on', parallelTables: '3' }, 3],
    [{ parallelTables: '4', channels: '4' }, 4],
    // Of the one table that there is; more do not count.
    [{ parallelTables: '16', channels: '16' }, 16],
  ])('has tables at once by their channels when nobody says how many: %j', (flags, tables) => {
    using at = workspace({ 'snowflake_env_login_creds.json': NOTEBOOK });
    expect(load(at, { flags: { ...flags, table: 'people' } }).parallelTables).toBe(tables);
  });

  it('lets a key file win over a key further down, and the other way round', () => {
    const other = rsaForms();
    using at = workspace({ 'k.p8': other.pem, 'snowflake_env_login_creds.json': NOTEBOOK });
    const withFile = load(at, { env: { SNOWFLAKE_PRIVATE_KEY_PATH: 'k.p8' }, flags: { table: 't' } });
    expect(withFile.snowflake.streaming).toMatchObject({ privateKey: { base64: other.base64 } });
    at.write('~/.snowflake/connections.toml', TOML);
    expect(load(at, { flags: { table: 't' } }).snowflake.streaming).toMatchObject({
      privateKey: { base64: key.base64 },
    });
  });

  it('does not take the URL of one account to another, nor the port of one host', () => {
    using at = workspace({
      'snowflake_env_login_creds.json': { ...NOTEBOOK, mysql_url: 'db.example.org:4406' },
    });
    const own = load(at, { flags: { table: 't' } });
    expect([own.snowflake.url, own.mysql.port]).toEqual(['https://nbk.aws.snowflakecomputing.com:443', 4406]);
    const moved = load(at, { flags: { table: 't', snowflakeAccount: 'acct', mysqlHost: '127.0.0.1' } });
    expect([moved.snowflake.url, moved.mysql.port]).toEqual([
      'https://acct.snowflakecomputing.com:443',
      3306,
    ]);
    const link = load(at, {
      flags: { table: 't' },
      env: { SNOWFLAKE_URL: 'https://nbk.privatelink.snowflakecomputing.com' },
    });
    expect(link.snowflake).toMatchObject({
      account: 'nbk',
      url: 'https://nbk.privatelink.snowflakecomputing.com:443',
    });
  });

  describe('a connection and an address that a file of the current directory gives', () => {
    const connection = '[default]\naccount = "myorg-acct"\nuser = "U"\nprivate_key_file = "~/k.p8"\n';
    const evil = 'https://api.example.org';
    const files: readonly (readonly [string, string | object])[] = [
      ['.env', `SNOWFLAKE_URL=${evil}`],
      ['.env', `SNOWFLAKE_URL=${evil}\nSNOWFLAKE_ACCOUNT=myorg-acct`],
      ['snowstream.json', { snowflake: { url: evil } }],
      ['snowstream.json', { snowflake: { url: ' HTTPS://api.EXAMPLE.org:8443 ', account: 'myorg-acct' } }],
      ['snowstream.json', { snowflake: { url: 'http://127.0.0.1:8080', account: 'MYORG_ACCT' } }],
      ['snowflake_env_login_creds.json', { url: evil }],
      ['snowflake_env_login_creds.json', { host: 'api.example.org', account: 'myorg-acct' }],
    ];
    const env = { ...MYSQL, SNOWFLAKE_DATABASE: 'DB', SNOWFLAKE_SCHEMA: 'S' };
    const at = (name: string, content: string | object, host = '') =>
      workspace({
        [name]: content,
        '~/k.p8': key.pem,
        '~/.snowflake/connections.toml': connection + host,
      });

    it.each(files)('sends no login to a stranger: %s %j', (name, content) => {
      using place = at(name, content);
      expect(failure(place, { env }).detail).toContain('SNOWFLAKE_USER');
      const asked = { ...env, SNOWFLAKE_DEFAULT_CONNECTION_NAME: 'default' };
      expect(failure(place, { env: asked }).message).toMatch(
        /^\S+ in \S+ is not an address of Snowflake or of \[default\]: put host into the connection/u,
      );
      // Not even where the folder asks for the connection itself.
      place.write('.env', `${name === '.env' ? content : ''}\nSNOWFLAKE_DEFAULT_CONNECTION_NAME=default`);
      expect(failure(place, { env }).message).toContain('is not an address of Snowflake');
    });

    it.each(files)('sends it where the user says so: %s %j', (name, content) => {
      using place = at(name, content);
      expect(load(place, { env: { ...env, SNOWFLAKE_URL: evil } }).snowflake).toMatchObject({
        user: 'U',
        url: `${evil}:443`,
      });
    });

    it('sends it to the host of the connection, and to Snowflake', () => {
      for (const [url, host] of [
        [evil, 'host = "API.example.org"'],
        ['https://myorg-acct.privatelink.snowflakecomputing.com', ''],
        ['https://xy12345.eu-west-1.snowflakecomputing.com', ''],
      ]) {
        using place = at('snowstream.json', { snowflake: { url, account: 'myorg-acct' } }, host);
        expect(load(place, { env }).snowflake).toMatchObject({ user: 'U', url: `${url}:443` });
      }
    });
  });

  it('takes the file that --config names instead of snowstream.json', () => {
    using at = workspace({
      'snowstream.json': { batchRows: 1 },
      'conf/prod.json': { batchRows: 2, snowflake: { schema: 'PROD' } },
    });
    const rest = { ...SNOWFLAKE, SNOWFLAKE_SCHEMA: '' };
    for (const options of [
      { flags: { config: 'conf/prod.json' }, env: { ...MYSQL, ...rest } },
      { env: { ...MYSQL, ...rest, SNOWSTREAM_CONFIG: 'conf/prod.json' } },
    ]) {
      const settings = load(at, options);
      expect(settings.batchRows).toBe(2);
      expect(settings.origins.get('snowflakeSchema')).toBe('snowflake.schema in conf/prod.json');
    }
  });
});

describe('the notebook’s credentials file', () => {
  it('is enough as it is, beside the table', () => {
    using at = workspace({ 'snowflake_env_login_creds.json': NOTEBOOK });
    const settings = load(at, { flags: { table: ['people_100k'] } });
    expect(settings.mysql).toMatchObject({ host: 'db.mysql.example.org', port: 3306, user: 'nb_reader' });
    expect(settings.snowflake).toEqual({
      account: 'nbk',
      url: 'https://nbk.aws.snowflakecomputing.com:443',
      user: 'NOTEBOOK_USER',
      database: 'SNOWPIPE_STREAMING',
      schema: 'DEV',
      warehouse: 'KAFKA_WH',
      role: 'accountadmin',
      streaming: { type: 'JWT', privateKey: { base64: key.base64, pem: key.pem } },
      sql: { authenticator: 'SNOWFLAKE_JWT', privateKey: { base64: key.base64, pem: key.pem } },
    });
    expect(settings.tables).toEqual([
      {
        source: 'people_100k',
        database: 'snowpark_demodb',
        target: { database: 'SNOWPIPE_STREAMING', schema: 'DEV', table: 'sf_customer_raw' },
        policies,
      },
    ]);
    expect(settings.warnings).toEqual([]);
  });

  it.each([
    [{ url: '' }, 'https://other.aws.snowflakecomputing.com:443'],
    [{ url: '', scheme: 'http', host: '127.0.0.1', port: 8085 }, 'http://127.0.0.1:8085'],
    [{ url: '', host: '' }, 'https://other.aws.snowflakecomputing.com:443'],
  ])('gives the URL by host or connection string: %j', (changes, url) => {
    using at = workspace({ 'snowflake_env_login_creds.json': { ...NOTEBOOK, ...changes } });
    expect(load(at, { flags: { table: 't' } }).snowflake.url).toBe(url);
  });

  it.each([
    ['db', { host: 'db', port: 3306 }],
    ['db:3307', { host: 'db', port: 3307 }],
    ['[::1]:3307', { host: '::1', port: 3307 }],
    ['jdbc:mysql://db:3307/shop', { host: 'db', port: 3307, database: 'snowpark_demodb' }],
    ['jdbc:mysql://db?sslMode=VERIFY_IDENTITY', { host: 'db', ssl: 'verify' }],
    ['mysql://someone:else@db:3307/shop', { host: 'db', user: 'nb_reader', password: 'nb_password' }],
  ])('has mysql_url in any form: %s', (url, expected) => {
    using at = workspace({ 'snowflake_env_login_creds.json': { ...NOTEBOOK, mysql_url: url } });
    expect(load(at, { flags: { table: 't' } }).mysql).toMatchObject(expected);
  });
});

describe('connections.toml', () => {
  it('gives the default connection, with an encrypted key', () => {
    using at = workspace({ '~/.snowflake/connections.toml': TOML, '~/toml.p8': key.encrypted });
    const { snowflake, warnings } = load(at, { env: MYSQL });
    expect(snowflake).toMatchObject({
      account: 'toml',
      url: 'https://toml.snowflakecomputing.com:443',
      user: 'TOML_USER',
      database: 'TOML_DB',
      schema: 'TOML_SCHEMA',
      warehouse: 'TOML_WH',
      role: 'TOML_ROLE',
      streaming: { type: 'JWT', privateKey: { base64: key.base64 } },
    });
    expect(warnings).toEqual([]);
  });

  it('gives the connection that is asked for, from the folder that is asked for', () => {
    using at = workspace({ 'snow/connections.toml': TOML, 'link.p8': key.pem });
    const { snowflake } = load(at, {
      env: { ...MYSQL, SNOWFLAKE_HOME: `${at.cwd}/snow`, SNOWFLAKE_DEFAULT_CONNECTION_NAME: 'privatelink' },
    });
    expect(snowflake).toMatchObject({
      account: 'my_org-acct',
      url: 'https://acct.privatelink.snowflakecomputing.com:8443',
      sql: { authenticator: 'PASSWORD', password: 'link password' },
      streaming: { type: 'JWT', privateKey: { base64: key.base64 } },
    });
  });
});

describe('connections of Snowflake’s CLI', () => {
  const CONFIG = `
default_connection_name = "dev"
[cli.logs]
save_logs = false
[connections.dev]
account = "dev-acct"
user = "DEV_USER"
private_key_path = "~/dev.p8"
authenticator = "SNOWFLAKE_JWT"
database = "DEV_DB"
schema = "S"
[connections.default]
account = "default-acct"
user = "DEFAULT_USER"
authenticator = "snowflake"
password = "default password"
`;
  const REST = { ...MYSQL, SNOWFLAKE_DATABASE: 'DB', SNOWFLAKE_SCHEMA: 'S' };
  const originOf = (at: Workspace, env: Record<string, string>, key = 'snowflakeUser') =>
    inspectSettings({ env: { ...REST, ...env }, cwd: at.cwd, home: at.home }).origins.get(key);

  it('are taken from config.toml, the one that it names as the default', () => {
    using at = workspace({ '~/.snowflake/config.toml': CONFIG, '~/dev.p8': key.pem });
    expect(load(at, { env: MYSQL }).snowflake).toMatchObject({
      account: 'dev-acct',
      user: 'DEV_USER',
      database: 'DEV_DB',
      streaming: { type: 'JWT', privateKey: { base64: key.base64 } },
    });
    expect(originOf(at, {})).toBe('user in [connections.dev] of ~/.snowflake/config.toml');
    expect(originOf(at, { SNOWFLAKE_DEFAULT_CONNECTION_NAME: 'default' })).toBe(
      'user in [connections.default] of ~/.snowflake/config.toml',
    );
  });

  it('are those of connections.toml alone when it is there, under the default of config.toml', () => {
    using at = workspace({
      '~/.snowflake/config.toml': CONFIG,
      '~/.snowflake/connections.toml': '[dev]\nuser = "OTHER"\n[default]\nuser = "D"\n',
    });
    expect(originOf(at, {})).toBe('user in [dev] of ~/.snowflake/connections.toml');
    expect(originOf(at, {}, 'snowflakeAccount')).toBeUndefined();
    // Empty as it is, it has no connection: CONFIG's are not there.
    at.write('~/.snowflake/connections.toml', '');
    expect(originOf(at, {})).toBeUndefined();
  });

  it('are the section “default” where config.toml names none', () => {
    using at = workspace({ '~/.snowflake/config.toml': CONFIG.replace(/default_connection_name.*/u, '') });
    expect(originOf(at, {})).toBe('user in [connections.default] of ~/.snowflake/config.toml');
  });

  it.each([
    ['SNOWFLAKE_HOME', { SNOWFLAKE_HOME: 'snow' }, 'snow/config.toml'],
    ['SNOWFLAKE_HOME in the home folder', { SNOWFLAKE_HOME: '~/snow' }, '~/snow/config.toml'],
    ['~/.snowflake', {}, '~/.snowflake/config.toml'],
    ['the folder of the system', {}, '~/.config/snowflake/config.toml'],
    [
      'the folder of the system where SNOWFLAKE_HOME is none',
      { SNOWFLAKE_HOME: 'no' },
      '~/.config/snowflake/config.toml',
    ],
    ['XDG_CONFIG_HOME', { XDG_CONFIG_HOME: 'xdg' }, 'xdg/snowflake/config.toml'],
  ])('are looked for in %s', (_what, env, file) => {
    using at = workspace({ [file]: CONFIG });
    const whole = Object.entries(env).map(([name, path]) => [
      name,
      name === 'XDG_CONFIG_HOME' ? `${at.cwd}/${path}` : path,
    ]);
    expect(originOf(at, Object.fromEntries(whole))).toBe(`user in [connections.dev] of ${file}`);
  });

  it('do not come from the folder of the system when ~/.snowflake is there', () => {
    using at = workspace({ '~/.config/snowflake/config.toml': CONFIG, '~/.snowflake/x': '' });
    expect(originOf(at, {})).toBeUndefined();
  });

  it('give way to a variable of their own', () => {
    using at = workspace({ '~/.snowflake/config.toml': CONFIG, '~/other.p8': key.encrypted });
    const env = {
      ...MYSQL,
      SNOWFLAKE_CONNECTIONS_DEV_USER: 'OVERRULED',
      SNOWFLAKE_CONNECTIONS_DEV_PRIVATE_KEY_FILE: '~/other.p8',
      PRIVATE_KEY_PASSPHRASE: key.passphrase,
      SNOWFLAKE_CONNECTIONS_DEFAULT_USER: 'of another connection',
    };
    const settings = load(at, { env });
    expect(settings.snowflake).toMatchObject({ user: 'OVERRULED', account: 'dev-acct' });
    expect(settings.origins.get('snowflakeUser')).toBe('SNOWFLAKE_CONNECTIONS_DEV_USER in the environment');
    expect(settings.warnings).toEqual([]);
  });

  it('are those of SNOWFLAKE_CONNECTIONS alone when it is set', () => {
    using at = workspace({
      '~/.snowflake/config.toml': CONFIG,
      '~/.snowflake/connections.toml': '[dev]\nuser = "FILE"\n',
    });
    const env = { SNOWFLAKE_CONNECTIONS: '[dev]\nuser = "VARIABLE"\n[default]\nuser = "D"\n' };
    expect(originOf(at, env)).toBe('user in [dev] of SNOWFLAKE_CONNECTIONS in the environment');
    const broken = { ...REST, SNOWFLAKE_CONNECTIONS: '[dev]\npassword = canary' };
    expect(inspectSettings({ env: broken, cwd: at.cwd, home: at.home }).problems).toContain(
      'SNOWFLAKE_CONNECTIONS in the environment is not valid TOML (line 2)',
    );
  });

  it('are passed over when another account is named, unless they were asked for', () => {
    using at = workspace({ '~/.snowflake/config.toml': CONFIG });
    expect(originOf(at, { SNOWFLAKE_ACCOUNT: 'other' })).toBeUndefined();
    expect(originOf(at, { SNOWFLAKE_ACCOUNT: 'https://DEV_ACCT.snowflakecomputing.com' })).toMatch(/dev/);
    expect(originOf(at, { SNOWFLAKE_ACCOUNT: 'other', SNOWFLAKE_DEFAULT_CONNECTION_NAME: 'dev' })).toMatch(
      /dev/,
    );
  });

  it('get a warning when a secret among them can be read by others', () => {
    using at = workspace();
    at.write('~/.snowflake/config.toml', CONFIG.replace('"dev"', '"default"'), 0o644);
    const { warnings } = inspectSettings({ env: REST, cwd: at.cwd, home: at.home });
    expect(warnings).toEqual([
      '~/.snowflake/config.toml has a secret and can be read by other users: chmod 600 ~/.snowflake/config.toml',
    ]);
  });
});

describe('the account', () => {
  it.each([
    ['myorg-acct', 'myorg-acct', 'https://myorg-acct.snowflakecomputing.com:443'],
    [' myorg-acct ', 'myorg-acct', 'https://myorg-acct.snowflakecomputing.com:443'],
    ['xy12345.eu-west-1', 'xy12345.eu-west-1', 'https://xy12345.eu-west-1.snowflakecomputing.com:443'],
    [
      'xy12345.cn-northwest-1.aws',
      'xy12345.cn-northwest-1.aws',
      'https://xy12345.cn-northwest-1.aws.snowflakecomputing.cn:443',
    ],
    ['acct.snowflakecomputing.com', 'acct', 'https://acct.snowflakecomputing.com:443'],
    ['https://acct.snowflakecomputing.com', 'acct', 'https://acct.snowflakecomputing.com:443'],
    ['acct.snowflakecomputing.com.', 'acct', 'https://acct.snowflakecomputing.com:443'],
    ['https://acct.snowflakecomputing.com.:443/', 'acct', 'https://acct.snowflakecomputing.com:443'],
    ['https://acct.snowflakecomputing.com:8443/', 'acct', 'https://acct.snowflakecomputing.com:8443'],
    ['HTTPS://ACCT.SnowflakeComputing.COM/console#/x', 'ACCT', 'https://acct.snowflakecomputing.com:443'],
    [
      'acct.privatelink.snowflakecomputing.com',
      'acct.privatelink',
      'https://acct.privatelink.snowflakecomputing.com:443',
    ],
    ['acct.snowflakecomputing.cn', 'acct', 'https://acct.snowflakecomputing.cn:443'],
    [
      'https://xy12345.cn-northwest-1.aws.snowflakecomputing.cn/',
      'xy12345.cn-northwest-1.aws',
      'https://xy12345.cn-northwest-1.aws.snowflakecomputing.cn:443',
    ],
    [
      'my_org-my_acct.snowflakecomputing.com',
      'my_org-my_acct',
      'https://my-org-my-acct.snowflakecomputing.com:443',
    ],
    [
      'https://app.snowflake.com/myorg/my_acct/#/homepage',
      'myorg-my_acct',
      'https://myorg-my-acct.snowflakecomputing.com:443',
    ],
    ['app.snowflake.cn/myorg/acct', 'myorg-acct', 'https://myorg-acct.snowflakecomputing.cn:443'],
  ])('is understood as %s', (given, account, url) => {
    using at = workspace({ 'snowstream.json': { snowflake: { account: given } } });
    const env = { ...MYSQL, ...SNOWFLAKE, SNOWFLAKE_ACCOUNT: '' };
    expect(load(at, { env }).snowflake).toMatchObject({ account, url });
    expect(load(at, { env: { ...env, SNOWFLAKE_ACCOUNT: given } }).snowflake).toMatchObject({ account, url });
    // A URL beside it is meant as it is.
    const beside = 'https://redirect.snowflakecomputing.com:444';
    expect(
      load(at, { env: { ...env, SNOWFLAKE_ACCOUNT: given, SNOWFLAKE_URL: beside } }).snowflake,
    ).toMatchObject({ account, url: beside });
  });
});

describe('what is no account', () => {
  it.each([
    'acct.',
    'acct..eu-west-1',
    'snowflakecomputing.com',
    'SnowflakeComputing.cn',
    'snowflakecomputing.com.',
    'https://snowflakecomputing.com',
    '.snowflakecomputing.com',
  ])('%s is rejected', (given) => {
    using at = workspace({});
    expect(() => load(at, { env: { ...MYSQL, ...SNOWFLAKE, SNOWFLAKE_ACCOUNT: given } })).toThrow(
      /SNOWFLAKE_ACCOUNT in the environment must be an account identifier/,
    );
  });

  it('addresses of two accounts are pointed out', () => {
    using at = workspace({});
    const warningsBeside = (url: string) =>
      load(at, {
        env: {
          ...{ ...MYSQL, ...SNOWFLAKE, SNOWFLAKE_URL: url },
          SNOWFLAKE_ACCOUNT: 'other.snowflakecomputing.com',
        },
      }).warnings.filter((line) => line.includes('SNOWFLAKE_URL'));
    expect(warningsBeside('https://acct.snowflakecomputing.com')).toEqual([
      expect.stringMatching(/is the address of other and SNOWFLAKE_URL in the environment that of acct: /),
    ]);
    expect(warningsBeside('https://OTHER.privatelink.snowflakecomputing.com')).toEqual([]);
    expect(warningsBeside('http://127.0.0.1:8085')).toEqual([]);
  });
});

describe('a key file', () => {
  const der = Buffer.from(key.base64, 'base64');
  it.each<[string, string | Buffer, string?]>([
    ['PEM', key.pem],
    ['DER', der],
    ['DER of PKCS#1', Buffer.from(key.pkcs1Base64, 'base64')],
    ['DER, encrypted', Buffer.from(key.encryptedBase64, 'base64'), key.passphrase],
    ['UTF-16 with its mark, as PowerShell writes it', Buffer.from(`\ufeff${key.pem}`, 'utf16le')],
    ['UTF-8 with its mark', `\ufeff${key.pem}`],
    ['base64', key.base64],
  ])('is read as %s', (_form, content, passphrase = '') => {
    using at = workspace();
    const path = at.write('rsa_key.p8', '');
    writeFileSync(path, content);
    const env = {
      ...MYSQL,
      ...SNOWFLAKE,
      SNOWFLAKE_PRIVATE_KEY: '',
      SNOWFLAKE_PRIVATE_KEY_PATH: 'rsa_key.p8',
      SNOWFLAKE_PRIVATE_KEY_PASSPHRASE: passphrase,
    };
    expect(load(at, { env }).snowflake.streaming).toMatchObject({ privateKey: { base64: key.base64 } });
  });
});

describe('the log of Java', () => {
  const logOf = (at: Workspace, env: Record<string, string> = {}) =>
    load(at, { env: { ...MYSQL, ...SNOWFLAKE, ...env } }).javaLogFile;
  const NAME = /^java-\d{4}-\d{2}-\d{2}T\d{6}Z-\d+\.log$/;

  it('is a file of its own in the state folder, the same one for the whole process', () => {
    using at = workspace();
    const file = logOf(at);
    expect(dirname(file)).toBe(join(at.home, '.local/state/snowstream'));
    expect(basename(file)).toMatch(NAME);
    expect(logOf(at)).toBe(file);
    expect(dirname(logOf(at, { XDG_STATE_HOME: join(at.cwd, 'state') }))).toBe(
      join(at.cwd, 'state/snowstream'),
    );
    // The specification has relative ones ignored.
    expect(logOf(at, { XDG_STATE_HOME: 'state' })).toBe(file);
    // Nothing is made before a JVM starts.
    expect(existsSync(join(at.home, '.local'))).toBe(false);
  });

  it('is in a folder for temporary files where the home folder belongs to somebody else', () => {
    using at = workspace();
    const uid = process.getuid?.() ?? 0;
    // Whose ~/.local the program must not make, as under sudo.
    if (uid === 0) chownSync(at.home, 12_345, 12_345);
    const home = uid === 0 ? at.home : '/usr';
    const { javaLogFile = '' } = inspectSettings({ env: MYSQL, cwd: at.cwd, home }).settings;
    expect(dirname(javaLogFile)).toBe(join(tmpdir(), `snowstream-${uid}`));
  });

  it('is in another such folder where somebody else has put something under its name', () => {
    using at = workspace();
    const uid = process.getuid?.() ?? 0;
    if (uid === 0) chownSync(at.home, 12_345, 12_345);
    const home = uid === 0 ? at.home : '/usr';
    const { TMPDIR } = process.env;
    process.env.TMPDIR = at.cwd;
    try {
      const usual = join(at.cwd, `snowstream-${uid}`);
      const folderOf = () =>
        dirname(inspectSettings({ env: MYSQL, cwd: at.cwd, home }).settings.javaLogFile ?? '');
      expect(folderOf()).toBe(usual);
      mkdirSync(usual, { mode: 0o700 });
      expect(folderOf()).toBe(usual);
      chmodSync(usual, 0o777);
      expect(folderOf()).toMatch(new RegExp(`^${usual}-[\\da-f-]{36}$`));
      renameSync(usual, `${usual}-moved`);
      chmodSync(`${usual}-moved`, 0o700);
      symlinkSync(`${usual}-moved`, usual);
      expect(folderOf()).toMatch(new RegExp(`^${usual}-[\\da-f-]{36}$`));
    } finally {
      if (TMPDIR === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = TMPDIR;
    }
  });

  it('is where it is wanted', () => {
    using at = workspace();
    expect(logOf(at, { SNOWSTREAM_JAVA_LOG_FILE: 'logs/java.log' })).toBe(join(at.cwd, 'logs/java.log'));
    expect(logOf(at, { SNOWSTREAM_JAVA_LOG_FILE: '~/java.log' })).toBe(join(at.home, 'java.log'));
  });
});

describe('the login', () => {
  const loginOf = (env: Record<string, string>) => {
    using at = workspace({});
    return load(at, { env: { ...MYSQL, ...SNOWFLAKE, ...env } }).snowflake;
  };

  it('makes the URL from the account, with hyphens for underscores', () => {
    expect(loginOf({ SNOWFLAKE_ACCOUNT: 'My_Org-my_acct' }).url).toBe(
      'https://my-org-my-acct.snowflakecomputing.com:443',
    );
  });

  it('reads the account off the URL', () => {
    expect(
      loginOf({ SNOWFLAKE_ACCOUNT: '', SNOWFLAKE_URL: 'xy12345.eu-west-1.snowflakecomputing.com' }),
    ).toMatchObject({
      account: 'xy12345.eu-west-1',
      url: 'https://xy12345.eu-west-1.snowflakecomputing.com:443',
    });
  });

  it('is OAuth for streaming and SQL when a client is given', () => {
    const oauth = {
      SNOWFLAKE_PRIVATE_KEY: '',
      SNOWFLAKE_OAUTH_CLIENT_ID: 'client',
      SNOWFLAKE_OAUTH_CLIENT_SECRET: 'client secret',
      SNOWFLAKE_OAUTH_REFRESH_TOKEN: 'refresh token',
    };
    expect(loginOf(oauth)).toMatchObject({
      streaming: {
        type: 'OAuth',
        clientId: 'client',
        clientSecret: 'client secret',
        refreshToken: 'refresh token',
      },
      sql: { authenticator: 'OAUTH' },
    });
    expect(
      loginOf({
        ...oauth,
        SNOWFLAKE_OAUTH_TOKEN_ENDPOINT: 'https://id.example.org/oauth2/token',
        SNOWFLAKE_PASSWORD: 'pass word',
        SNOWFLAKE_AUTHENTICATOR: 'password',
      }),
    ).toMatchObject({
      streaming: { type: 'OAuth', tokenEndpoint: 'https://id.example.org/oauth2/token' },
      sql: { authenticator: 'PASSWORD', password: 'pass word' },
    });
  });
});

describe('tables', () => {
  const tablesOf = (
    tables: unknown,
    flags: Record<string, unknown> = {},
    env: Record<string, string> = {},
  ) => {
    using at = workspace({ 'snowstream.json': tables === undefined ? {} : { tables } });
    return load(at, { flags, env: { ...MYSQL, SNOWSTREAM_TABLES: '', ...SNOWFLAKE, ...env } }).tables;
  };
  const CONFIGURED = [
    {
      source: 'people_100k',
      database: 'crm',
      target: { schema: 'RAW', table: 'sf_customer_raw' },
      columns: { USER_ID: 'customer_id', EMAIL: 'email', 7: 'seven', DATE_OF_BIRTH: 'date_of_birth' },
      channel: 'DWLOAD_CHANNEL',
      key: 'ROW_INDEX',
    },
    { source: 'orders', key: ['SHOP', 'NUMBER'] },
  ];

  it('are read from a file in full', () => {
    expect(tablesOf(CONFIGURED)).toEqual([
      {
        source: 'people_100k',
        database: 'crm',
        target: { database: 'DB', schema: 'RAW', table: 'sf_customer_raw' },
        columns: expect.arrayContaining([{ source: 'USER_ID', target: 'customer_id' }]),
        channel: 'DWLOAD_CHANNEL',
        key: ['ROW_INDEX'],
        policies,
      },
      {
        source: 'orders',
        database: 'd',
        target: { database: 'DB', schema: 'S', table: 'orders' },
        key: ['SHOP', 'NUMBER'],
        policies,
      },
    ]);
  });

  it('are chosen from the file by a flag', () => {
    const [people, ...others] = tablesOf(CONFIGURED, { table: ['people_100k'] });
    expect(others).toEqual([]);
    expect(people).toMatchObject({
      database: 'crm',
      target: { schema: 'RAW', table: 'sf_customer_raw' },
      channel: 'DWLOAD_CHANNEL',
    });
    const [moved] = tablesOf(CONFIGURED, { table: 'people_100k:elsewhere' });
    expect(moved).toMatchObject({ target: { schema: 'RAW', table: 'elsewhere' }, key: ['ROW_INDEX'] });
  });

  it('take their columns from flags in the order given, even when a name is a number', () => {
    const [people] = tablesOf(undefined, {
      table: ['people'],
      column: ['USER_ID=customer_id', '7=seven,EMAIL = email'],
      channel: 'C',
    });
    expect(people).toEqual({
      source: 'people',
      database: 'd',
      target: { database: 'DB', schema: 'S', table: 'people' },
      columns: [
        { source: 'USER_ID', target: 'customer_id' },
        { source: '7', target: 'seven' },
        { source: 'EMAIL', target: 'email' },
      ],
      channel: 'C',
      policies,
    });
  });

  it('are named in the environment with commas', () => {
    const tables = tablesOf(undefined, {}, { SNOWSTREAM_TABLES: 'people:raw_people, orders' });
    expect(tables.map(({ source, target }) => [source, target.table])).toEqual([
      ['people', 'raw_people'],
      ['orders', 'orders'],
    ]);
  });
});

describe('a local run', () => {
  const CONNECTION: SnowflakeConnection = {
    account: 'local',
    url: 'http://127.0.0.1:8085',
    user: 'LOCAL_USER',
    streaming: { type: 'JWT', privateKey: key },
    sql: { authenticator: 'SNOWFLAKE_JWT', privateKey: key },
  };

  it('takes no login from anywhere, keeps the names, and is completed by the connection', () => {
    using at = workspace({
      '.env':
        'SNOWFLAKE_ACCOUNT=real\nSNOWFLAKE_URL=not even a URL\nSNOWFLAKE_PASSWORD=real\nSNOWFLAKE_SCHEMA=MINE',
      '~/.snowflake/connections.toml': 'not TOML at all',
    });
    const local = loadSettings({ local: true, env: MYSQL, cwd: at.cwd, home: at.home });
    expect(local.snowflake).toEqual({ database: 'SNOWPIPE_STREAMING', schema: 'MINE' });
    expect(withSnowflake(local, CONNECTION).snowflake).toEqual({ ...CONNECTION, ...local.snowflake });
  });

  it('needs no MySQL settings when the program brings a server', () => {
    using at = workspace({ '.env': 'MYSQL_PASSWORD=of another server\nMYSQL_PORT=nonsense' });
    const mysql = { host: '127.0.0.1', port: 4406, user: 'demo', database: 'demo', ssl: 'disabled' } as const;
    const settings = loadSettings({
      local: true,
      mysql,
      env: {},
      cwd: at.cwd,
      home: at.home,
      flags: { table: 't' },
    });
    expect(settings.mysql).toEqual(mysql);
    expect(settings.tables).toMatchObject([{ source: 't', database: 'demo' }]);
  });
});

describe('what others can read', () => {
  it('is warned about when it holds a secret, and only then', () => {
    using at = workspace({});
    at.write('.env', `MYSQL_HOST=h\nMYSQL_USER=u\nMYSQL_DATABASE=d\nMYSQL_PASSWORD_FILE=pw\n`, 0o644);
    at.write('snowstream.json', { tables: [{ source: 't' }], snowflake: { password: 'of the file' } }, 0o640);
    at.write('pw', 'of mysql\r\n', 0o604);
    at.write('~/rsa.p8', key.pem, 0o600);
    const settings = load(at, {
      env: { ...SNOWFLAKE, SNOWFLAKE_PRIVATE_KEY: '', SNOWFLAKE_PRIVATE_KEY_PATH: '~/rsa.p8' },
    });
    expect(settings.mysql.password).toBe('of mysql');
    expect(settings.warnings).toEqual([
      'snowstream.json has a secret and can be read by other users: chmod 600 snowstream.json',
      'pw has a secret and can be read by other users: chmod 600 pw',
    ]);
  });

  it('is refused under --strict, each file in a line', () => {
    using at = workspace({});
    at.write('.env', `MYSQL_HOST=h\nMYSQL_USER=u\nMYSQL_DATABASE=d\nMYSQL_PASSWORD=of mysql\n`, 0o640);
    at.write('snowstream.json', { tables: [{ source: 't' }], strict: true }, 0o644);
    at.write('~/rsa.p8', key.pem, 0o604);
    const env = { ...SNOWFLAKE, SNOWFLAKE_PRIVATE_KEY: '', SNOWFLAKE_PRIVATE_KEY_PATH: '~/rsa.p8' };
    const error = failure(at, { env });
    expect(error).toMatchObject({ code: 'CONFIG_INVALID', exitCode: 2 });
    expect(error.detail?.split('\n')).toEqual([
      '.env has a secret and can be read by other users: chmod 600 .env',
      '~/rsa.p8 has a secret and can be read by other users: chmod 600 ~/rsa.p8',
    ]);
    chmodSync(join(at.cwd, '.env'), 0o600);
    chmodSync(join(at.home, 'rsa.p8'), 0o600);
    expect(load(at, { env }).warnings).toEqual([]);
  });

  it('is warned about on the command line, and in a URL parameter that does nothing', () => {
    using at = workspace({});
    const settings = load(at, {
      env: { ...SNOWFLAKE, ...MYSQL, MYSQL_URL: 'jdbc:mysql://h/d?serverTimezone=UTC&user=u' },
      flags: { mysqlPassword: 'on the line' },
    });
    expect(settings.warnings).toEqual([
      'MYSQL_URL in the environment: the parameter serverTimezone is not used',
      '--mysql-password shows its value in the process list: set MYSQL_PASSWORD instead',
    ]);
    const urls = ['mysql://u@h/d', 'mysql://u:on+the+line@h/d'].map(
      (mysqlUrl) => load(at, { env: { ...SNOWFLAKE, ...MYSQL }, flags: { mysqlUrl } }).warnings,
    );
    expect(urls).toEqual([[], ['--mysql-url shows its value in the process list: set MYSQL_URL instead']]);
  });
});

describe('an inspection', () => {
  it('gives the parts in order beside the problems', () => {
    using at = workspace({ '.env': 'MYSQL_HOST=h\nMYSQL_USER=u\nSNOWFLAKE_USER=me\n' });
    const { settings, problems, origins } = inspectSettings({ env: {}, cwd: at.cwd, home: at.home });
    expect(settings.mysql).toMatchObject({ host: 'h', user: 'u' });
    expect(settings.snowflake).toBeUndefined();
    expect(settings.tables).toBeUndefined();
    expect(problems.map((line) => line.split(' ')[0])).toEqual([
      'SNOWFLAKE_DATABASE',
      'SNOWFLAKE_SCHEMA',
      'SNOWFLAKE_ACCOUNT',
      'SNOWFLAKE_PRIVATE_KEY_PATH',
      'SNOWSTREAM_TABLES',
    ]);
    expect(origins.get('mysqlHost')).toBe('MYSQL_HOST in .env');
    expect(origins.get('mysqlPort')).toBe('default');
  });
});
