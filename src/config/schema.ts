import type { z } from 'zod';
import { createMode, heapSize, objectName, oneOf, onOff, text, textLike, wholeNumber } from './fields.ts';
import { LOGIN_SETTINGS } from './login-settings.ts';
import { MYSQL_SETTINGS } from './mysql-settings.ts';
import { POLICY_SETTINGS } from './policy-settings.ts';
import { columnList, tableList } from './table-list.ts';

interface Definition {
  readonly field: z.ZodType;
  /** One sentence for `--help`, `.env.example` and the documentation. */
  readonly about: string;
  /** What stands for the value in `--help`. */
  readonly value: string;
  /** Applied when no source has a value; a fallback that is computed is told in `about` instead. */
  readonly fallback?: string | number | boolean;
  readonly secret?: true;
  /** Belongs to the login at Snowflake, which a local Snowflake replaces. */
  readonly login?: true;
  /** The flag, where it is not the key itself. */
  readonly flag?: string;
  /** May be given more than once as a flag. */
  readonly repeat?: true;
  /** Tells where to look for settings, and so cannot stand in the config file itself. */
  readonly outsideFile?: true;
}

// The key is the setting's one name. Its environment variable, flag and place in the config file follow from
// it: mysqlHost is MYSQL_HOST, --mysql-host and {"mysql": {"host": …}}; batchRows is SNOWSTREAM_BATCH_ROWS,
// --batch-rows and {"batchRows": …}.
const DEFINITIONS = {
  ...MYSQL_SETTINGS,
  ...LOGIN_SETTINGS,
  snowflakeDatabase: { field: objectName(), value: 'NAME', about: 'Target database.' },
  snowflakeSchema: { field: objectName(), value: 'NAME', about: 'Target schema.' },
  snowflakeWarehouse: {
    field: objectName(),
    value: 'NAME',
    about: 'Warehouse for SQL; the user’s own default when not given.',
  },
  snowflakeRole: {
    field: objectName(),
    value: 'NAME',
    about: 'Role; the user’s own default when not given.',
  },
  snowflakeTable: {
    field: objectName(),
    value: 'NAME',
    about: 'Target table when one table is carried; named like the source when not given.',
  },
  snowflakeDefaultConnectionName: {
    field: text(),
    value: 'NAME',
    login: true,
    outsideFile: true,
    about:
      'Connection to take from connections.toml or config.toml in ~/.snowflake; that of default_connection_name, else default, when not given.',
  },
  config: {
    field: text(),
    value: 'FILE',
    outsideFile: true,
    about: 'Config file; snowstream.json in the current directory when not given.',
  },
  tables: {
    field: tableList(),
    value: '[DATABASE.]TABLE[:TARGET]',
    flag: 'table',
    repeat: true,
    about: 'Tables to load, with their targets.',
  },
  columns: {
    field: columnList(),
    value: 'COLUMN=NAME',
    flag: 'column',
    repeat: true,
    about: 'Columns to carry and their new names when one table is carried; all of them when not given.',
  },
  channel: {
    field: objectName(),
    value: 'NAME',
    about:
      'Channel when one table is carried; named by rule when not given. A load keeps the channel that it began with.',
  },
  create: {
    field: createMode(),
    value: 'on|off|schema|database',
    fallback: 'off',
    about:
      'Whether a target table that does not exist is made, in the types that hold every value exactly; with its schema or database too.',
  },
  evolve: {
    field: onOff(),
    value: 'on|off',
    fallback: false,
    about: 'Whether columns that the source has gained are added to the target.',
  },
  preserveCase: {
    field: onOff(),
    value: 'on|off',
    fallback: false,
    about: 'Whether column names keep their case, so that they need quotes, instead of capitals.',
  },
  invisible: {
    field: onOff(),
    value: 'on|off',
    fallback: false,
    about: 'Whether invisible columns are carried where no columns are named.',
  },
  ...POLICY_SETTINGS,
  resume: {
    field: onOff(),
    value: 'on|off',
    fallback: true,
    about:
      'Off lets tables without a key be carried: in one go, as nothing tells where to go on after an interruption.',
  },
  channels: {
    field: wholeNumber(1, 16),
    value: 'NUMBER',
    fallback: 1,
    about: 'Channels at work at once for a table: each carries a range of keys.',
  },
  parallelTables: {
    field: wholeNumber(1, 16),
    value: 'NUMBER',
    about:
      'Tables that are carried at once; when not given, as many as make four channels, and one with --snapshot.',
  },
  snapshot: {
    field: onOff(),
    value: 'on|off',
    fallback: false,
    about:
      'Whether a run reads and checks all tables as they were at one moment; a connection that breaks then ends it.',
  },
  sharedTargets: {
    field: onOff(),
    value: 'on|off',
    fallback: false,
    about:
      'Whether several tables of a run may go into one target, as the shards of one table do; they are checked together.',
  },
  failFast: {
    field: onOff(),
    value: 'on|off',
    fallback: false,
    about: 'Whether the first table that fails ends the run; when off, the others are loaded to their end.',
  },
  clientName: {
    field: objectName(),
    value: 'NAME',
    fallback: 'SNOWSTREAM',
    about: 'Name of the streaming client.',
  },
  onError: {
    field: oneOf(['CONTINUE', 'ABORT', 'SKIP_BATCH']),
    value: 'OPTION',
    fallback: 'CONTINUE',
    about:
      'What becomes of a batch with a row that is refused: CONTINUE without the row, ABORT, or SKIP_BATCH.',
  },
  batchRows: { field: wholeNumber(1, 1_000_000), value: 'ROWS', fallback: 2500, about: 'Rows a batch.' },
  maxClientLag: {
    field: wholeNumber(1000, 600_000),
    value: 'MS',
    fallback: 1000,
    about: 'Milliseconds that the SDK may hold rows back before it sends them.',
  },
  compression: {
    field: oneOf(['GZIP', 'ZSTD']),
    value: 'NAME',
    fallback: 'ZSTD',
    about: 'Compression of what is sent: GZIP or ZSTD.',
  },
  bridge: {
    field: oneOf(['batch', 'cell']),
    value: 'WAY',
    fallback: 'batch',
    about:
      'How rows become HashMaps: a batch a call, or cell by cell as the notebook does, seven times slower.',
  },
  jvmMemory: {
    field: heapSize(),
    value: 'SIZE',
    fallback: '512m',
    about: 'Largest heap of the JVM: 32m at least.',
  },
  sdkJar: {
    field: text(),
    value: 'FILE',
    about:
      'Shaded jar of a newer streaming SDK (snowflake-ingest-sdk 4.x), in place of the one that set-up fetches.',
  },
  sdkJarSha256: {
    field: textLike(/^[\da-f]{64}$/iu, 'must be a SHA-256 sum of 64 hexadecimal digits'),
    value: 'SUM',
    about: 'SHA-256 of SNOWSTREAM_SDK_JAR, without which it is not loaded.',
  },
  javaLogFile: {
    field: text(),
    value: 'FILE',
    about: 'File for the log of the Java SDK; one for each run in the state folder when not given.',
  },
  javaTimeout: {
    field: wholeNumber(100, 3_600_000),
    value: 'MS',
    fallback: 50_000,
    about: 'Milliseconds that one Java call may take.',
  },
  closeTimeout: {
    field: wholeNumber(100, 3_600_000),
    value: 'MS',
    fallback: 50_000,
    about: 'Milliseconds that closing a channel, which waits for its last rows, may take.',
  },
  retries: {
    field: wholeNumber(0, 100),
    value: 'TIMES',
    fallback: 5,
    about: 'How often an unreachable source or target is tried again.',
  },
  maxRejects: {
    field: wholeNumber(0, 1_000_000_000),
    value: 'ROWS',
    fallback: 0,
    about: 'Refused rows that are allowed: with more of them a run stops and fails, and a check fails.',
  },
  rejects: {
    field: text(),
    value: 'FILE',
    about: 'File to which refused rows are added, a JSON line each; compressed when it ends in .gz.',
  },
  checksum: {
    field: onOff(),
    value: 'on|off',
    fallback: true,
    about:
      'Whether the check hashes every row on both sides, beside rows, nulls, smallest and largest values.',
  },
  gold: {
    field: onOff(),
    value: 'on|off',
    fallback: false,
    about: 'Whether the gold table is made from the raw one.',
  },
  goldTable: {
    field: objectName(),
    value: 'NAME',
    fallback: 'sf_customer_gold',
    about: 'Name of the gold table.',
  },
  strict: {
    field: onOff(),
    value: 'on|off',
    fallback: false,
    about:
      'Whether a file that holds a secret and can be read by other users, or a MySQL server without TLS on another machine, is an error instead of a warning.',
  },
  logLevel: {
    field: oneOf(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']),
    value: 'LEVEL',
    fallback: 'info',
    about: 'How much is logged: trace, debug, info, warn, error, fatal or silent.',
  },
  logFormat: {
    field: oneOf(['auto', 'json', 'text']),
    value: 'FORMAT',
    fallback: 'auto',
    about:
      'Form of all lines on stderr: auto (JSON lines with --json where stderr is no terminal, else text), json or text.',
  },
} as const satisfies Record<string, Definition>;

/** The name of a setting. */
export type SettingKey = keyof typeof DEFINITIONS;

/** The checked values, by setting; a setting without a value is absent. */
export type SettingValues = {
  readonly [Key in SettingKey]?: z.output<(typeof DEFINITIONS)[Key]['field']>;
};

/** One setting, with its name in every source. */
export interface Setting extends Omit<Definition, 'flag'> {
  readonly key: SettingKey;
  /** `MYSQL_HOST` */
  readonly env: string;
  /** `--mysql-host` */
  readonly flag: string;
  /** The name under which a parsed flag arrives: `mysqlHost`. */
  readonly flagKey: string;
  /** `mysql.host`, or undefined where the config file has no place for it. */
  readonly filePath: string | undefined;
}

/** Every setting, in the order in which the documentation lists them. */
export const SETTINGS: readonly Setting[] = Object.entries(DEFINITIONS as Record<string, Definition>).map(
  ([key, { flag: flagKey = key, ...definition }]) => {
    const section = /^(mysql|snowflake)(?=[A-Z])/u.exec(key)?.[0];
    const words = key.replace(/[A-Z]/gu, (letter) => `_${letter}`).toUpperCase();
    return {
      ...definition,
      key: key as SettingKey,
      env: section === undefined ? `SNOWSTREAM_${words}` : words,
      flag: `--${flagKey.replace(/[A-Z]/gu, (letter) => `-${letter.toLowerCase()}`)}`,
      flagKey,
      filePath: definition.outsideFile
        ? undefined
        : section === undefined
          ? key
          : `${section}.${key.charAt(section.length).toLowerCase()}${key.slice(section.length + 1)}`,
    };
  },
);

const BY_KEY = new Map(SETTINGS.map((setting) => [setting.key, setting]));

/** The setting of a name. */
export function settingOf(key: SettingKey): Setting {
  const setting = BY_KEY.get(key);
  // Every SettingKey has an entry: both come from DEFINITIONS.
  if (setting === undefined) throw new TypeError(`no setting ${key}`);
  return setting;
}
