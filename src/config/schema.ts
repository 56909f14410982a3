import type { z } from 'zod';
import { oneOf, onOff, text } from './fields.ts';
import { LOAD_SETTINGS } from './load-settings.ts';
import { LOGIN_SETTINGS } from './login-settings.ts';
import { MYSQL_SETTINGS } from './mysql-settings.ts';
import { OUTCOME_SETTINGS } from './outcome-settings.ts';
import { POLICY_SETTINGS } from './policy-settings.ts';
import { STREAM_SETTINGS } from './stream-settings.ts';
import { PLACE_SETTINGS, TARGET_SETTINGS } from './target-settings.ts';

interface Definition {
  readonly field: z.ZodType;
  /** One sentence for `--help`, `.env.example` and the documentation. */
  readonly about: string;
  /** The placeholder of the value in `--help`. */
  readonly value: string;
  /** Applied when no source has a value; a computed default is described in `about` instead. */
  readonly fallback?: string | number | boolean;
  readonly secret?: true;
  /** Belongs to the login at Snowflake, which a local Snowflake replaces. */
  readonly login?: true;
  /** The flag, where it is not the key itself. */
  readonly flag?: string;
  /** May be given more than once as a flag. */
  readonly repeat?: true;
  /** Names a place of settings, and so cannot be set in the config file itself. */
  readonly outsideFile?: true;
}

// The key is the setting's one name. Its environment variable, flag and place in the config file follow from
// it: mysqlHost is MYSQL_HOST, --mysql-host and {"mysql": {"host": …}}; batchRows is SNOWSTREAM_BATCH_ROWS,
// --batch-rows and {"batchRows": …}.
const DEFINITIONS = {
  ...MYSQL_SETTINGS,
  ...LOGIN_SETTINGS,
  ...PLACE_SETTINGS,
  snowflakeDefaultConnectionName: {
    field: text(),
    value: 'NAME',
    login: true,
    outsideFile: true,
    about:
      'Connection to use from connections.toml or config.toml in ~/.snowflake; that of default_connection_name, else default, when not given.',
  },
  config: {
    field: text(),
    value: 'FILE',
    outsideFile: true,
    about: 'Config file; snowstream.json in the current directory when not given.',
  },
  ...TARGET_SETTINGS,
  ...POLICY_SETTINGS,
  ...LOAD_SETTINGS,
  ...STREAM_SETTINGS,
  ...OUTCOME_SETTINGS,
  strict: {
    field: onOff(),
    value: 'on|off',
    fallback: false,
    about:
      'Whether a file with a secret that other users can read, or a MySQL server without TLS on another machine, is an error instead of a warning.',
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
