import { TABLE_WORD } from '../../src/config/table-word.ts';
import { rsaForms } from './keys.ts';

/** The key of the settings. */
export const key = rsaForms();
const CANARIES = {
  MYSQL_PASSWORD: 'canary-mysql-Tr0ub4dor&3',
  SNOWFLAKE_PASSWORD: 'canary-snowflake-"quoted"',
  SNOWFLAKE_TOKEN: 'canary-token-0000',
  SNOWFLAKE_OAUTH_CLIENT_SECRET: 'canary-oauth-secret',
  SNOWFLAKE_OAUTH_REFRESH_TOKEN: 'canary-refresh-token',
  SNOWFLAKE_PRIVATE_KEY_PASSPHRASE: 'canary passphrase',
};

/** A `.env` that is in order; a case changes what it is about, null takes a variable away. */
export function dotenv(changes: Readonly<Record<string, string | null>>): string {
  const variables: Record<string, string | null> = {
    MYSQL_HOST: '127.0.0.1',
    MYSQL_USER: 'reader',
    MYSQL_DATABASE: 'shop',
    SNOWFLAKE_ACCOUNT: 'myorg-myaccount',
    SNOWFLAKE_USER: 'LOADER',
    SNOWFLAKE_PRIVATE_KEY: key.base64,
    SNOWFLAKE_DATABASE: 'SNOWPIPE_STREAMING',
    SNOWFLAKE_SCHEMA: 'DEV',
    SNOWSTREAM_TABLES: 'people_100k',
    ...CANARIES,
    ...changes,
  };
  return Object.entries(variables)
    .flatMap(([name, value]) => (value === null ? [] : [`${name}='${value}'`]))
    .join('\n');
}

/** Settings with one fault. */
export interface BadSettings {
  readonly env?: Readonly<Record<string, string | null>>;
  readonly files?: Readonly<Record<string, string | object>>;
  readonly flags?: Readonly<Record<string, unknown>>;
  readonly variables?: Readonly<Record<string, string>>;
  readonly local?: true;
  readonly code?: 'CONFIG_MISSING' | 'KEY_UNREADABLE';
  /** The line that names the setting and says what is wrong. */
  readonly line: string;
}

const NOT_A_MYSQL_URL =
  'MYSQL_URL in .env must be a URL such as mysql://user:password@host:3306/database (with %-escapes in the password)';
const UNESCAPED =
  'MYSQL_URL in .env has an @ after the host: if it is part of the user or password, write its / as %2F, its ? as %3F, its # as %23 and its @ as %40';
const NOT_A_TLS_PARAMETER =
  'MYSQL_URL in .env has an unknown TLS parameter: remove it, set MYSQL_SSL to disabled, preferred, required or verify, and name files by MYSQL_SSL_CA, MYSQL_SSL_CERT and MYSQL_SSL_KEY';
const NOT_A_SNOWFLAKE_URL =
  'SNOWFLAKE_URL in .env must be a URL such as https://myorg-myaccount.snowflakecomputing.com:443';
/** The line for a setting that is not set. */
export const missing = (env: string, flag: string, path: string, or = '') =>
  `${env} is not set: put it${or} in .env, pass ${flag}, or set ${path} in snowstream.json`;
const noFile = (name: string) => ({ files: { [name]: '' } });
const inFile = (content: object) => ({ 'snowstream.json': content });
const inEnv = (env: Readonly<Record<string, string | null>>, line: string): BadSettings => ({ env, line });
const byFlag = (flags: Readonly<Record<string, unknown>>, line: string): BadSettings => ({ flags, line });
/** Tables of the config file. */
const inTables = (tables: unknown, line: string): BadSettings => ({
  env: { SNOWSTREAM_TABLES: null },
  files: inFile({ tables }),
  line,
});
/** A setting that is not set. */
const unset = (env: string, flag: string, path: string, or?: string): BadSettings => ({
  env: { [env]: null },
  code: 'CONFIG_MISSING',
  line: missing(env, flag, path, or),
});

/** Bad settings, by what is wrong with them. */
export const BAD_SETTINGS: Readonly<Record<string, BadSettings>> = {
  // What is missing
  'no MySQL host': unset('MYSQL_HOST', '--mysql-host', 'mysql.host', ' or MYSQL_URL'),
  'no MySQL user': unset('MYSQL_USER', '--mysql-user', 'mysql.user', ' or MYSQL_URL'),
  'no MySQL database': unset('MYSQL_DATABASE', '--mysql-database', 'mysql.database', ' or MYSQL_URL'),
  'an empty value': {
    env: { SNOWFLAKE_USER: '' },
    code: 'CONFIG_MISSING',
    line: missing('SNOWFLAKE_USER', '--snowflake-user', 'snowflake.user'),
  },
  'no account': unset('SNOWFLAKE_ACCOUNT', '--snowflake-account', 'snowflake.account'),
  'no database': unset('SNOWFLAKE_DATABASE', '--snowflake-database', 'snowflake.database'),
  'no schema': unset('SNOWFLAKE_SCHEMA', '--snowflake-schema', 'snowflake.schema'),
  'no table': unset('SNOWSTREAM_TABLES', '--table', 'tables'),
  'no key': {
    env: { SNOWFLAKE_PRIVATE_KEY: null, SNOWFLAKE_AUTHENTICATOR: 'SNOWFLAKE_JWT' },
    code: 'CONFIG_MISSING',
    line: missing(
      'SNOWFLAKE_PRIVATE_KEY_PATH',
      '--snowflake-private-key-path',
      'snowflake.privateKeyPath',
      ' or SNOWFLAKE_PRIVATE_KEY',
    ),
  },
  'a password alone, which cannot stream': {
    env: { SNOWFLAKE_PRIVATE_KEY: null, SNOWFLAKE_TOKEN: null },
    code: 'CONFIG_MISSING',
    line: missing(
      'SNOWFLAKE_PRIVATE_KEY_PATH',
      '--snowflake-private-key-path',
      'snowflake.privateKeyPath',
      ' or SNOWFLAKE_PRIVATE_KEY',
    ),
  },
  'no password for PASSWORD': {
    env: { SNOWFLAKE_PASSWORD: null, SNOWFLAKE_AUTHENTICATOR: 'PASSWORD' },
    code: 'CONFIG_MISSING',
    line: 'SNOWFLAKE_PASSWORD is not set: put it in .env or set snowflake.password in snowstream.json',
  },
  'no OAuth client': {
    env: { SNOWFLAKE_AUTHENTICATOR: 'OAUTH' },
    code: 'CONFIG_MISSING',
    line: missing('SNOWFLAKE_OAUTH_CLIENT_ID', '--snowflake-oauth-client-id', 'snowflake.oauthClientId'),
  },
  'no OAuth secret': {
    env: {
      SNOWFLAKE_AUTHENTICATOR: 'OAUTH',
      SNOWFLAKE_OAUTH_CLIENT_ID: 'app',
      SNOWFLAKE_OAUTH_CLIENT_SECRET: null,
    },
    code: 'CONFIG_MISSING',
    line: 'SNOWFLAKE_OAUTH_CLIENT_SECRET is not set: put it in .env or set snowflake.oauthClientSecret in snowstream.json',
  },
  'no OAuth refresh token': {
    env: {
      SNOWFLAKE_PRIVATE_KEY: null,
      SNOWFLAKE_OAUTH_CLIENT_ID: 'app',
      SNOWFLAKE_OAUTH_REFRESH_TOKEN: null,
    },
    code: 'CONFIG_MISSING',
    line: 'SNOWFLAKE_OAUTH_REFRESH_TOKEN is not set: put it in .env or set snowflake.oauthRefreshToken in snowstream.json',
  },
  'a name that was mistyped': {
    env: { SNOWFLAKE_USER: null, SNOWFLAKE_USR: 'LOADER' },
    code: 'CONFIG_MISSING',
    line: `${missing('SNOWFLAKE_USER', '--snowflake-user', 'snowflake.user')} (SNOWFLAKE_USR in .env is not a setting)`,
  },
  'two values missing': {
    env: { SNOWFLAKE_DATABASE: null, SNOWFLAKE_SCHEMA: null },
    code: 'CONFIG_MISSING',
    line: `${missing('SNOWFLAKE_DATABASE', '--snowflake-database', 'snowflake.database')} (and 1 more)`,
  },
  'nothing for the MySQL of a local run': {
    env: { MYSQL_HOST: null },
    local: true,
    code: 'CONFIG_MISSING',
    line: missing('MYSQL_HOST', '--mysql-host', 'mysql.host', ' or MYSQL_URL'),
  },

  // Names that nobody knows
  'a variable of ours that does not exist': inEnv(
    { SNOWSTREAM_BATCHROWS: '5' },
    'SNOWSTREAM_BATCHROWS in .env is not a setting: did you mean SNOWSTREAM_BATCH_ROWS?',
  ),
  'the same in the environment': {
    variables: { SNOWSTREAM_LOG: 'x' },
    line: 'SNOWSTREAM_LOG in the environment is not a setting: did you mean SNOWSTREAM_GOLD?',
  },
  'a variable like no other': inEnv(
    { SNOWSTREAM_XYZZY_PLUGH: '5' },
    'SNOWSTREAM_XYZZY_PLUGH in .env is not a setting',
  ),
  'a flag that does not exist': byFlag(
    { mysqlHots: 'x' },
    '--mysql-hots is not an option: did you mean --mysql-host?',
  ),
  'a flag like no other': byFlag({ frobnicateEverything: true }, '--frobnicate-everything is not an option'),
  'a key that does not exist': {
    files: inFile({ batchrow: 5 }),
    line: 'batchrow in snowstream.json is not a setting: did you mean batchRows?',
  },
  'a nested key that does not exist': {
    files: inFile({ mysql: { hots: 'x' } }),
    line: 'mysql.hots in snowstream.json is not a setting: did you mean mysql.host?',
  },
  'an environment name in the file': {
    files: inFile({ MYSQL_HOST: 'x' }),
    line: 'MYSQL_HOST in snowstream.json is not a setting: did you mean mysql.host?',
  },
  'a key that does not exist in a table': inTables(
    [{ source: 'a', traget: {} }],
    'tables[0].traget in snowstream.json is not a setting',
  ),
  'a key that does not exist in a target': inTables(
    [{ source: 'a' }, { source: 'b', target: { name: 'x' } }],
    'tables[1].target.name in snowstream.json is not a setting',
  ),

  // Files
  'a config file that is not there': byFlag({ config: 'prod.json' }, 'cannot read prod.json: no such file'),
  'a config file that is a directory': {
    files: { 'conf/x': '' },
    flags: { config: 'conf' },
    line: 'cannot read conf: it is a directory',
  },
  'a config file that is not JSON': {
    files: { 'snowstream.json': '{\n  "mysql": { "password": "canary-mysql-Tr0ub4dor&3", }\n}' },
    line: 'snowstream.json is not valid JSON (line 2)',
  },
  'a config file with a bare word': {
    files: { 'snowstream.json': '{"mysql": {"password": canary-mysql-Tr0ub4dor&3}}' },
    line: 'snowstream.json is not valid JSON',
  },
  'an empty config file': { files: { 'snowstream.json': '' }, line: 'snowstream.json is not valid JSON' },
  'a config file that holds a list': {
    files: { 'snowstream.json': [] },
    line: 'snowstream.json must hold a JSON object',
  },
  'a section that is no object': {
    files: inFile({ mysql: 'mysql://localhost' }),
    line: 'mysql in snowstream.json must be an object',
  },
  'a notebook file that is not JSON': {
    files: { 'snowflake_env_login_creds.json': '{"user": canary}' },
    line: 'snowflake_env_login_creds.json is not valid JSON',
  },
  'connections.toml that is not TOML': {
    files: { '~/.snowflake/connections.toml': '[default]\npassword = canary-snowflake' },
    line: '~/.snowflake/connections.toml is not valid TOML (line 2)',
  },
  'a connection that is not there': {
    env: { SNOWFLAKE_DEFAULT_CONNECTION_NAME: 'prod' },
    files: { '~/.snowflake/connections.toml': '[dev]\nuser = "x"' },
    line: '~/.snowflake/connections.toml has no connection [prod]',
  },
  'a connection without the file': {
    env: { SNOWFLAKE_DEFAULT_CONNECTION_NAME: 'prod' },
    // There is no ~/.snowflake either.
    line: 'cannot read ~/.config/snowflake/connections.toml: no such file, and no config.toml beside it',
  },
  'a connection that config.toml has not, and one that it has beside connections.toml': {
    env: { SNOWFLAKE_DEFAULT_CONNECTION_NAME: 'prod' },
    files: {
      '~/.snowflake/config.toml': '[connections.prod]\nuser = "x"',
      '~/.snowflake/connections.toml': '[dev]\nuser = "x"',
    },
    line: '~/.snowflake/connections.toml has no connection [prod]',
  },
  'config.toml that is not TOML': {
    files: { '~/.snowflake/config.toml': '[connections.default]\npassword = canary-snowflake' },
    line: '~/.snowflake/config.toml is not valid TOML (line 2)',
  },
  '.env that is a directory': {
    files: { '.env/x': '' },
    line: 'cannot read .env: it is a directory (and 8 more)',
  },

  // MySQL
  'a port that is no number': inEnv(
    { MYSQL_PORT: 'abc' },
    'MYSQL_PORT in .env must be a whole number from 1 to 65535, not "abc"',
  ),
  'a port out of bounds': byFlag(
    { mysqlPort: '70000' },
    '--mysql-port must be a whole number from 1 to 65535, not "70000"',
  ),
  'a host with a scheme': inEnv(
    { MYSQL_HOST: 'mysql//db' },
    'MYSQL_HOST in .env must be a host name or address, not "mysql//db"',
  ),
  'an SSL mode that does not exist': inEnv(
    { MYSQL_SSL: 'always' },
    'MYSQL_SSL in .env must be disabled, preferred, required or verify, not "always"',
  ),
  'a host name to compare with, and an address': inEnv(
    { MYSQL_SSL: 'verify', MYSQL_HOST: '10.0.0.7' },
    'MYSQL_SSL in .env: verify compares the certificate with a host name, and 10.0.0.7 is an address: name the host',
  ),
  'an address elsewhere, whose certificate would be checked by itself': inEnv(
    { MYSQL_HOST: '10.0.0.7' },
    'MYSQL_HOST in .env: verify, the default for a host that is not this machine, compares the certificate with a host name, and 10.0.0.7 is an address: name the host, or set MYSQL_SSL to required (encrypted, but an impostor gets the password) or to preferred (in clear text where the server has no TLS)',
  ),
  'any certificate': {
    variables: { NODE_TLS_REJECT_UNAUTHORIZED: '0' },
    line: 'NODE_TLS_REJECT_UNAUTHORIZED is 0, by which any certificate would do: unset it, and let NODE_EXTRA_CA_CERTS name that of an authority of your own',
  },
  'a heap of no use': inEnv(
    { SNOWSTREAM_JVM_MEMORY: '16m' },
    'SNOWSTREAM_JVM_MEMORY in .env must be an amount of memory such as 512m or 2g: 32m at least, and no more than this machine has, not "16m"',
  ),
  'a heap of more than the machine has': inEnv(
    { SNOWSTREAM_JVM_MEMORY: '99999g' },
    'SNOWSTREAM_JVM_MEMORY in .env must be an amount of memory such as 512m or 2g: 32m at least, and no more than this machine has, not "99999g"',
  ),
  'a URL in the place of the host': inEnv(
    { MYSQL_HOST: 'mysql://reader:canary-misplaced@db/shop' },
    'MYSQL_HOST in .env must be a host name or address',
  ),
  'a user and a password before the host': inEnv(
    { MYSQL_HOST: 'reader:canary-misplaced@db' },
    'MYSQL_HOST in .env must be a host name or address',
  ),
  'a JDBC URL in the place of the host': inEnv(
    { MYSQL_HOST: 'jdbc:mysql://db/shop?user=reader&password=canary-misplaced' },
    'MYSQL_HOST in .env must be a host name or address',
  ),
  'a password in the place of its file': inEnv(
    { MYSQL_PASSWORD: null, MYSQL_PASSWORD_FILE: 'canary-misplaced/2' },
    'MYSQL_PASSWORD_FILE in .env must be the path of an existing file: the secret itself goes into MYSQL_PASSWORD',
  ),
  'a folder in the place of the file of a password': {
    env: { MYSQL_PASSWORD: null, MYSQL_PASSWORD_FILE: 'secrets' },
    files: { 'secrets/pw': '' },
    line: 'MYSQL_PASSWORD_FILE in .env: secrets cannot be read: it is a directory',
  },
  'a key in the place of its file': {
    env: { SNOWFLAKE_PRIVATE_KEY: null, SNOWFLAKE_PRIVATE_KEY_PATH: key.base64 },
    code: 'KEY_UNREADABLE',
    line: 'SNOWFLAKE_PRIVATE_KEY_PATH in .env must be the path of an existing file: the secret itself goes into SNOWFLAKE_PRIVATE_KEY',
  },
  'a URL of another database': inEnv(
    { MYSQL_URL: 'postgres://u:canary-mysql-Tr0ub4dor&3@h/db' },
    NOT_A_MYSQL_URL,
  ),
  'a URL with a bare # in its password': inEnv({ MYSQL_URL: 'mysql://u:canary#mysql@h/db' }, UNESCAPED),
  'a URL with a broken escape': { env: { MYSQL_URL: 'mysql://u:canary%zz@h/db' }, line: NOT_A_MYSQL_URL },
  'a URL with an unknown SSL mode': inEnv(
    { MYSQL_URL: 'jdbc:mysql://h/db?sslMode=MAYBE' },
    NOT_A_TLS_PARAMETER,
  ),
  'a URL whose password begins with ?': inEnv({ MYSQL_URL: 'mysql://u:?canary@h/db' }, UNESCAPED),
  'a URL whose password begins with /': inEnv({ MYSQL_URL: 'mysql://u:/canary@h:3306/db' }, UNESCAPED),
  'a URL whose password begins with a number and ?': inEnv(
    { MYSQL_URL: 'mysql://u:12?canary=1@h/db' },
    UNESCAPED,
  ),
  'a URL that ends in the middle of its password': inEnv(
    { MYSQL_URL: 'mysql://u:12?canary' },
    NOT_A_MYSQL_URL,
  ),
  'a URL with a line break in its password': {
    env: { MYSQL_URL: null },
    variables: { MYSQL_URL: 'mysql://u:can\nary@h/db' },
    line: NOT_A_MYSQL_URL.replace('.env', 'the environment'),
  },
  'a URL with certificates of its own': inEnv(
    { MYSQL_URL: 'mysql://u:canary-1@h/db?ssl={"ca":"canary"}' },
    NOT_A_TLS_PARAMETER,
  ),
  'a URL that asks for TLS and for none': inEnv(
    { MYSQL_URL: 'jdbc:mysql://h/db?useSSL=false&requireSSL=true' },
    'MYSQL_URL in .env asks for a connection with TLS and for one without: keep one of its parameters',
  ),
  'a URL that asks for other TLS than its neighbour': inEnv(
    { MYSQL_URL: 'mysql://u:canary-1@h/db?sslmode=verify-full', MYSQL_SSL: 'preferred' },
    'MYSQL_URL in .env asks for TLS as verify, and MYSQL_SSL in .env is another: keep one of them',
  ),
  'a jar without its sum': inEnv(
    { SNOWSTREAM_SDK_JAR: 'sdk.jar' },
    'SNOWSTREAM_SDK_JAR in .env: the jar and its sum go together: set SNOWSTREAM_SDK_JAR_SHA256 too',
  ),
  'a sum without its jar': inEnv(
    { SNOWSTREAM_SDK_JAR_SHA256: 'a'.repeat(64) },
    'SNOWSTREAM_SDK_JAR_SHA256 in .env: the jar and its sum go together: set SNOWSTREAM_SDK_JAR too',
  ),
  'a sum that is none': inEnv(
    { SNOWSTREAM_SDK_JAR: 'sdk.jar', SNOWSTREAM_SDK_JAR_SHA256: 'sha256' },
    'SNOWSTREAM_SDK_JAR_SHA256 in .env must be a SHA-256 sum of 64 hexadecimal digits, not "sha256"',
  ),
  'an authority that nobody asks': inEnv(
    { MYSQL_SSL: 'required', MYSQL_SSL_CA: 'ca.pem' },
    'MYSQL_SSL_CA in .env: only verify checks the certificate of the server, and MYSQL_SSL in .env is required: set it to verify, or remove one of them',
  ),
  'an authority that is none': {
    env: { MYSQL_SSL_CA: 'ca.pem' },
    files: { 'ca.pem': 'canary' },
    line: 'MYSQL_SSL_CA in .env: ca.pem has no certificate in PEM form',
  },
  'the text of an authority in the place of its file': inEnv(
    { MYSQL_SSL_CA: '-----BEGIN CERTIFICATE-----canary' },
    'MYSQL_SSL_CA in .env must be the path of an existing file',
  ),
  'a client certificate without its key': inEnv(
    { MYSQL_SSL_CERT: 'cert.pem' },
    'MYSQL_SSL_CERT in .env: a client certificate and its key go together: set MYSQL_SSL_KEY too',
  ),
  'a key without its client certificate': inEnv(
    { MYSQL_SSL_KEY: 'key.pem' },
    'MYSQL_SSL_KEY in .env: a client certificate and its key go together: set MYSQL_SSL_CERT too',
  ),
  'a key of the server that is none': {
    env: { MYSQL_SERVER_PUBLIC_KEY: 'key.pem' },
    files: { 'key.pem': 'canary' },
    line: "MYSQL_SERVER_PUBLIC_KEY in .env: key.pem has no RSA public key in PEM form; the server prints its own by SHOW STATUS LIKE '%rsa_public_key'",
  },
  'a private key in the place of the server’s public one': {
    env: { MYSQL_SERVER_PUBLIC_KEY: 'key.pem' },
    files: { 'key.pem': '-----BEGIN PRIVATE KEY-----\ncanary\n-----END PRIVATE KEY-----' },
    line: "MYSQL_SERVER_PUBLIC_KEY in .env: key.pem has no RSA public key in PEM form; the server prints its own by SHOW STATUS LIKE '%rsa_public_key'",
  },
  'a key from the server, perhaps': inEnv(
    { MYSQL_URL: 'mysql://u:canary-1@h/db?allowPublicKeyRetrieval=canary-2' },
    'MYSQL_URL in .env has a parameter allowPublicKeyRetrieval that is neither true nor false',
  ),
  'a cleartext password without TLS': inEnv(
    { MYSQL_SSL: 'disabled', MYSQL_CLEARTEXT_PLUGIN: 'on' },
    'MYSQL_CLEARTEXT_PLUGIN in .env: there is no TLS, as MYSQL_SSL in .env is disabled: set it to required or verify',
  ),
  'a URL without a host': { env: { MYSQL_URL: 'mysql:///db' }, line: NOT_A_MYSQL_URL },
  'a password and a password file': inEnv(
    { MYSQL_PASSWORD_FILE: 'pw' },
    'MYSQL_PASSWORD in .env and MYSQL_PASSWORD_FILE in .env cannot both be set',
  ),
  'a password file that is not there': inEnv(
    { MYSQL_PASSWORD: null, MYSQL_PASSWORD_FILE: './secrets/pw' },
    'MYSQL_PASSWORD_FILE in .env: ./secrets/pw cannot be read: no such file',
  ),
  'a password file that is empty': {
    env: { MYSQL_PASSWORD: null, MYSQL_PASSWORD_FILE: 'pw' },
    ...noFile('pw'),
    line: 'MYSQL_PASSWORD_FILE in .env: pw has no first line',
  },
  'a password that is no text': {
    files: inFile({ mysql: { password: { canary: 'canary-mysql-Tr0ub4dor&3' } } }),
    env: { MYSQL_PASSWORD: null },
    line: 'mysql.password in snowstream.json must be text',
  },

  // Snowflake
  'a URL of somebody else as the account': inEnv(
    { SNOWFLAKE_ACCOUNT: 'https://x.snowflakecomputing.example.org' },
    'SNOWFLAKE_ACCOUNT in .env must be an account identifier such as myorg-myaccount, not "https://x.snowflakecomputing.example.org"',
  ),
  // It names a region in place of the organisation.
  'an old page of Snowsight as the account': inEnv(
    { SNOWFLAKE_ACCOUNT: 'https://app.snowflake.com/us-east-1/xy12345/' },
    'SNOWFLAKE_ACCOUNT in .env must be an account identifier such as myorg-myaccount, not "https://app.snowflake.com/us-east-1/xy12345/"',
  ),
  'an account by http': inEnv(
    { SNOWFLAKE_ACCOUNT: 'http://a.snowflakecomputing.com' },
    'SNOWFLAKE_ACCOUNT in .env must begin with https:// (http:// is for a Snowflake on 127.0.0.1 only), not "http://a.snowflakecomputing.com"',
  ),
  'a URL that is none': inEnv({ SNOWFLAKE_URL: 'snowflake' }, `${NOT_A_SNOWFLAKE_URL}, not "snowflake"`),
  'a URL with a path': inEnv(
    { SNOWFLAKE_URL: 'https://a.snowflakecomputing.com/console' },
    `${NOT_A_SNOWFLAKE_URL}, not "https://a.snowflakecomputing.com/console"`,
  ),
  localhost: inEnv(
    { SNOWFLAKE_URL: 'http://localhost:8080' },
    'SNOWFLAKE_URL in .env must name a host of three parts or more: write 127.0.0.1 for localhost, not "http://localhost:8080"',
  ),
  'http to another machine': inEnv(
    { SNOWFLAKE_URL: 'http://a.snowflakecomputing.com' },
    'SNOWFLAKE_URL in .env must begin with https:// (http:// is for a Snowflake on 127.0.0.1 only), not "http://a.snowflakecomputing.com"',
  ),
  'an authenticator that needs a person': {
    env: { SNOWFLAKE_AUTHENTICATOR: null },
    files: { '~/.snowflake/connections.toml': '[default]\nauthenticator = "externalbrowser"' },
    line: 'authenticator in [default] of ~/.snowflake/connections.toml must be SNOWFLAKE_JWT, OAUTH or PASSWORD, not "externalbrowser"',
  },
  'an http token endpoint': inEnv(
    { SNOWFLAKE_OAUTH_TOKEN_ENDPOINT: 'http://id.example.org/token' },
    'SNOWFLAKE_OAUTH_TOKEN_ENDPOINT in .env must be a URL that begins with https://, not "http://id.example.org/token"',
  ),
  'a login flag on a local run': {
    flags: { snowflakeUser: 'me' },
    local: true,
    line: '--snowflake-user has no meaning with --local',
  },
  'a key and a key file': inEnv(
    { SNOWFLAKE_PRIVATE_KEY_PATH: 'k' },
    'SNOWFLAKE_PRIVATE_KEY in .env and SNOWFLAKE_PRIVATE_KEY_PATH in .env cannot both be set',
  ),
  'a key file that is not there': {
    env: { SNOWFLAKE_PRIVATE_KEY: null, SNOWFLAKE_PRIVATE_KEY_PATH: '~/rsa_key.p8' },
    code: 'KEY_UNREADABLE',
    line: 'SNOWFLAKE_PRIVATE_KEY_PATH in .env: ~/rsa_key.p8 cannot be read: no such file',
  },
  'a key file with a wrong passphrase': {
    env: { SNOWFLAKE_PRIVATE_KEY: null, SNOWFLAKE_PRIVATE_KEY_PATH: 'k.p8' },
    files: { 'k.p8': key.encrypted },
    code: 'KEY_UNREADABLE',
    line: 'SNOWFLAKE_PRIVATE_KEY_PATH in .env: k.p8 does not open with SNOWFLAKE_PRIVATE_KEY_PASSPHRASE',
  },
  'an encrypted key without a passphrase': {
    env: { SNOWFLAKE_PRIVATE_KEY: key.encryptedBase64, SNOWFLAKE_PRIVATE_KEY_PASSPHRASE: null },
    code: 'KEY_UNREADABLE',
    line: 'SNOWFLAKE_PRIVATE_KEY in .env is encrypted: set SNOWFLAKE_PRIVATE_KEY_PASSPHRASE',
  },
  'the placeholder of the notebook': {
    env: { SNOWFLAKE_PRIVATE_KEY: null },
    files: { 'snowflake_env_login_creds.json': { private_key: 'XYZ' } },
    code: 'KEY_UNREADABLE',
    line: 'private_key in snowflake_env_login_creds.json is neither PEM nor base64 of a private key',
  },

  // Tables
  'a table with two colons': byFlag({ table: ['a:b:c'] }, `--table[0] ${TABLE_WORD}, not "a:b:c"`),
  'a table with two dots': byFlag(
    { table: ['a.shop.people'] },
    `--table[0] ${TABLE_WORD}, not "a.shop.people"`,
  ),
  'a table that ends with a dot': byFlag({ table: ['shop.'] }, `--table[0] ${TABLE_WORD}, not "shop."`),
  'a table with an open backtick': byFlag(
    { table: ['`shop.people'] },
    `--table[0] ${TABLE_WORD}, not "\`shop.people"`,
  ),
  'a target of four names': byFlag(
    { table: ['people:a.b.c.d'] },
    `--table[0] ${TABLE_WORD}, not "people:a.b.c.d"`,
  ),
  'a table named twice': byFlag(
    { table: ['people', 'orders', 'people'] },
    '--table names the table people twice',
  ),
  'tables that are no list': inTables({ source: 'a' }, 'tables in snowstream.json must be a list of tables'),
  'no table in the list': inTables([], 'tables in snowstream.json must name a table at least'),
  'a table without a source': inTables(
    [{ target: { table: 'x' } }],
    'tables[0].source in snowstream.json must be a name of 1 to 255 characters without control characters',
  ),
  'a target that is no object': inTables(
    [{ source: 'a', target: 'x' }],
    'tables[0].target in snowstream.json must be an object such as {"table": "sf_customer_raw"}, not "x"',
  ),
  'a name of 256 characters': inEnv(
    { SNOWFLAKE_SCHEMA: 'x'.repeat(256) },
    `SNOWFLAKE_SCHEMA in .env must be a name of 1 to 255 characters without control characters, not "${'x'.repeat(59)}…`,
  ),
  'a column without a name': { flags: { column: ['USER_ID'] }, line: '--column must be COLUMN=NAME' },
  'a column named twice': { flags: { column: ['ID=a', 'id=b'] }, line: '--column names the column id twice' },
  'two columns of one name': byFlag({ column: ['A=x', 'B=X'] }, '--column gives two columns the name X'),
  'a column mapped to a number': inTables(
    [{ source: 'a', columns: { ID: 5 } }],
    'tables[0].columns.ID in snowstream.json must be a name of 1 to 255 characters without control characters, not 5',
  ),
  'a key of no columns': inTables(
    [{ source: 'a', key: [] }],
    'tables[0].key in snowstream.json must name a column at least',
  ),
  'columns for two tables': byFlag(
    { table: ['a', 'b'], column: ['ID=x'] },
    '--column is for one table, but 2 are loaded: put it beside its table in the config file',
  ),
  'one target for two tables': {
    flags: { table: ['a', 'b:c'] },
    env: { SNOWFLAKE_TABLE: 'raw' },
    line: 'SNOWFLAKE_TABLE in .env is for one table, but 2 are loaded: put it beside its table in the config file',
  },
  'one channel for two tables': {
    env: { SNOWSTREAM_TABLES: null },
    files: inFile({
      tables: [
        { source: 'a', channel: 'C', target: { table: 'T' } },
        { source: 'b', channel: 'c', target: { table: 't' } },
      ],
    }),
    line: 'tables in snowstream.json: the channel c of table b is taken by another table',
  },

  // The run
  'an on-error option that does not exist': byFlag(
    { onError: 'IGNORE' },
    '--on-error must be CONTINUE, ABORT or SKIP_BATCH, not "IGNORE"',
  ),
  'a batch of no rows': inEnv(
    { SNOWSTREAM_BATCH_ROWS: '0' },
    'SNOWSTREAM_BATCH_ROWS in .env must be a whole number from 1 to 1000000, not "0"',
  ),
  'half a row': {
    files: inFile({ batchRows: 0.5 }),
    line: 'batchRows in snowstream.json must be a whole number from 1 to 1000000, not 0.5',
  },
  'no table at once': inEnv(
    { SNOWSTREAM_PARALLEL_TABLES: '0' },
    'SNOWSTREAM_PARALLEL_TABLES in .env must be a whole number from 1 to 16, not "0"',
  ),
  'more tables at once than there may be': byFlag(
    { parallelTables: '17' },
    '--parallel-tables must be a whole number from 1 to 16, not "17"',
  ),
  'half a table at once': {
    files: inFile({ parallelTables: 1.5 }),
    line: 'parallelTables in snowstream.json must be a whole number from 1 to 16, not 1.5',
  },
  'tables at once with more channels than there may be': inEnv(
    { SNOWSTREAM_TABLES: 'a,b,c', SNOWSTREAM_PARALLEL_TABLES: '5', SNOWSTREAM_CHANNELS: '8' },
    'SNOWSTREAM_PARALLEL_TABLES in .env: 3 concurrent tables with 8 channels each are 24 active channels: the maximum is 16',
  ),
  'a lag under what the SDK takes': byFlag(
    { maxClientLag: '500' },
    '--max-client-lag must be a whole number from 1000 to 600000, not "500"',
  ),
  'a compression that the SDK lacks': inEnv(
    { SNOWSTREAM_COMPRESSION: 'snappy' },
    'SNOWSTREAM_COMPRESSION in .env must be GZIP or ZSTD, not "snappy"',
  ),
  'memory without a unit': inEnv(
    { SNOWSTREAM_JVM_MEMORY: '512' },
    'SNOWSTREAM_JVM_MEMORY in .env must be an amount of memory such as 512m or 2g: 32m at least, and no more than this machine has, not "512"',
  ),
  'a JVM option smuggled in': inEnv(
    { SNOWSTREAM_JVM_MEMORY: '512m -XX:OnError=sh' },
    'SNOWSTREAM_JVM_MEMORY in .env must be an amount of memory such as 512m or 2g: 32m at least, and no more than this machine has, not "512m -XX:OnError=sh"',
  ),
  'a switch that is neither on nor off': inEnv(
    { SNOWSTREAM_GOLD: 'maybe' },
    'SNOWSTREAM_GOLD in .env must be on or off, not "maybe"',
  ),
  'a log level that does not exist': byFlag(
    { logLevel: 'verbose' },
    '--log-level must be trace, debug, info, warn, error, fatal or silent, not "verbose"',
  ),
  'a negative number of rejects': byFlag(
    { maxRejects: '-1' },
    '--max-rejects must be a whole number from 0 to 1000000000, not "-1"',
  ),
};
