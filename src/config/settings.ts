import type { ColumnMapping } from '../types/column-mapping.ts';
import type { Policies } from '../types/policy.ts';
import type { CreateMode } from './fields.ts';
import type { PrivateKey } from './private-key.ts';

/** How the connection to MySQL is encrypted; `verify` also checks the server's certificate and name. */
export type MysqlSsl = 'disabled' | 'preferred' | 'required' | 'verify';

/** The source server. */
export interface MysqlSettings {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password?: string;
  /** The database of every table that names none of its own. */
  readonly database?: string;
  readonly ssl: MysqlSsl;
  /** Certificates and key for TLS, as the texts of their PEM files. */
  readonly tls?: MysqlTls;
  /** Whether the password is sent as it is when the server asks for that, which is done over TLS only. */
  readonly cleartextPlugin?: boolean;
  /** The server's RSA key in PEM form, by which a password is encrypted where there is no TLS. */
  readonly serverPublicKey?: string;
  /** Whether a server that is not this machine may send that key itself. */
  readonly allowPublicKeyRetrieval?: boolean;
  /** Whether `preferred` ends with an error at a server without TLS, unless that is this machine. */
  readonly rejectPlainText?: boolean;
  /** Milliseconds for a login, and for an answer that takes the server no work; 20,000 when absent. */
  readonly timeout?: number;
}

/** Whom `verify` trusts, and who the client is. */
export interface MysqlTls {
  /** Certificates of the authorities, instead of those that Node.js knows. */
  readonly ca?: string;
  /** The client's certificate, with its key. */
  readonly cert?: string;
  readonly key?: string;
}

/** How the streaming SDK logs in; the names are those of its properties. */
export type StreamingAuthorization =
  | { readonly type: 'JWT'; readonly privateKey: PrivateKey }
  | {
      readonly type: 'OAuth';
      readonly clientId: string;
      readonly clientSecret: string;
      readonly refreshToken: string;
      /** Absent: the SDK asks Snowflake itself, at /oauth/token-request. */
      readonly tokenEndpoint?: string;
    };

/** How the SQL session logs in. */
export type SqlAuthentication =
  | { readonly authenticator: 'SNOWFLAKE_JWT'; readonly privateKey: PrivateKey }
  /** Without a token, one has to be had for the refresh token of {@link StreamingAuthorization}. */
  | { readonly authenticator: 'OAUTH'; readonly token?: string }
  | { readonly authenticator: 'PASSWORD'; readonly password: string };

/** Where Snowflake is and who we are there, for commands that send SQL and stream nothing. */
export interface SnowflakeSqlConnection {
  readonly account: string;
  /** `https://HOST:443`, or `http://127.0.0.1:PORT` for a local Snowflake. */
  readonly url: string;
  readonly user: string;
  readonly sql: SqlAuthentication;
  /** Absent when only a login for SQL is configured: a password, or an access token. */
  readonly streaming?: StreamingAuthorization;
}

/** The same for commands that stream rows. */
export interface SnowflakeConnection extends SnowflakeSqlConnection {
  readonly streaming: StreamingAuthorization;
}

/** The names in which a session works. */
export interface SnowflakeNames {
  readonly database: string;
  readonly schema: string;
  readonly warehouse?: string;
  readonly role?: string;
}

/** The target, for commands that send SQL and stream nothing. */
export interface SnowflakeSqlSettings extends SnowflakeSqlConnection, SnowflakeNames {}

/** The target. */
export interface SnowflakeSettings extends SnowflakeConnection, SnowflakeNames {}

/** A jar of the streaming SDK that the user brings, with the sum that it must have. */
export interface OwnSdkJar {
  /** An absolute path. */
  readonly path: string;
  /** SHA-256 in hex. */
  readonly sha256: string;
}

/** Policies of a table: its own before those of the run, those of a column before both. */
export interface TablePolicies {
  readonly table: Policies;
  /** By the column's name in the source, in lower case, as MySQL compares column names without case. */
  readonly columns: ReadonlyMap<string, Partial<Policies>>;
}

/** One table that is loaded. Names are as they were written; nothing is upper-cased or quoted yet. */
export interface TableSettings {
  readonly source: string;
  readonly database: string;
  readonly target: { readonly database: string; readonly schema: string; readonly table: string };
  /** Only these columns, in this order; absent: all of them under their own names. */
  readonly columns?: readonly ColumnMapping[];
  /** Absent: named by rule. */
  readonly channel?: string;
  /** The columns of the key to read by; absent: the primary key. */
  readonly key?: readonly string[];
  readonly policies: TablePolicies;
}

/** What the SDK does with a row that it rejects. */
export type OnError = 'CONTINUE' | 'ABORT' | 'SKIP_BATCH';

/** How much is logged. */
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';

/** Form of the lines on stderr; `auto`: JSON with --json where stderr is no terminal, else text. */
export type LogFormat = 'auto' | 'json' | 'text';

/** What is made of targets, and how their columns are called. */
export interface TargetOptions {
  /** Whether a target that does not exist is made. */
  readonly create: CreateMode;
  /** Whether columns that the source has gained are added. */
  readonly evolve: boolean;
  /** Whether column names keep their case. */
  readonly preserveCase: boolean;
  /** Whether invisible columns are loaded where no mapping names them. */
  readonly invisible: boolean;
}

/** Everything that the sources of configuration say, checked. */
export interface Settings {
  readonly mysql: MysqlSettings;
  readonly snowflake: SnowflakeSettings;
  /** At least one. */
  readonly tables: readonly TableSettings[];
  readonly targets: TargetOptions;
  /** Whether a table without a key is rejected; if not, an interrupted load of it cannot be resumed. */
  readonly resume: boolean;
  /** Ranges of keys that a table is divided into, with a channel each. */
  readonly channels: number;
  /** Tables that are loaded at once. */
  readonly parallelTables: number;
  /** Whether all tables are read and checked as they were at one moment. */
  readonly snapshot: boolean;
  /** Whether several tables may go into one target, as the shards of one table do. */
  readonly sharedTargets: boolean;
  /** Whether the first table that fails ends the run, instead of leaving the others to their end. */
  readonly failFast: boolean;
  readonly clientName: string;
  readonly onError: OnError;
  /** Rows a batch. */
  readonly batchRows: number;
  /** Milliseconds that the SDK may hold rows back. */
  readonly maxClientLag: number;
  readonly compression: 'GZIP' | 'ZSTD';
  /** How rows become HashMaps: a batch a call, or cell by cell. */
  readonly bridge: 'batch' | 'cell';
  /** The JVM's largest heap, as -Xmx takes it: `512m`. */
  readonly jvmMemory: string;
  /** A jar of the streaming SDK in place of the pinned one. */
  readonly sdkJar?: OwnSdkJar;
  /** Where Java's logs go, an absolute path. */
  readonly javaLogFile: string;
  /** Milliseconds that one Java call may take. */
  readonly javaTimeout: number;
  /** Milliseconds that closing a channel, which waits for its last rows, may take. */
  readonly closeTimeout: number;
  /** Rows that may be rejected before the run counts as failed. */
  readonly maxRejects: number;
  /** The file for rejected rows, an absolute path. */
  readonly rejects?: string;
  /** Whether the check hashes every row on both sides. */
  readonly checksum: boolean;
  /** How often an unreachable source or target is tried again. */
  readonly retries: number;
  /** Present when the gold table is to be made from the first table. */
  readonly gold?: { readonly table: string };
  readonly logLevel: LogLevel;
  readonly logFormat: LogFormat;
  /** Warnings for the user, a line each: a key file that others can read, and the like. */
  readonly warnings: readonly string[];
  /** Where each value came from, by setting: `snowflakeAccount` → `SNOWFLAKE_ACCOUNT in .env`. */
  readonly origins: ReadonlyMap<string, string>;
}

/** Settings for commands that send SQL and stream nothing: `check`, `plan`, `channels`. */
export interface SqlSettings extends Omit<Settings, 'snowflake'> {
  readonly snowflake: SnowflakeSqlSettings;
}

/** Settings whose Snowflake is still to be started: only the names are known. */
export interface LocalSettings extends Omit<Settings, 'snowflake'> {
  readonly snowflake: SnowflakeNames;
}

/**
 * Puts a connection, such as that of a Snowflake started on this machine, into settings that lack one.
 *
 * @example const local = withSnowflake(loadSettings({ local: true }), settings.snowflake);
 */
export function withSnowflake(settings: LocalSettings, connection: SnowflakeConnection): Settings {
  return { ...settings, snowflake: { ...settings.snowflake, ...connection } };
}
