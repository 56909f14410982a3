import { SnowstreamError } from '../errors.ts';
import type { Assembly, ConfigFault } from './assembly.ts';
import type { DefineOptions, SettingsDefinition } from './definition.ts';
import { mergeSources, secretOf } from './merge.ts';
import { missingLine } from './missing.ts';
import { passwordsIn } from './mysql-url.ts';
import { partsOf } from './parts.ts';
import { SETTINGS, type SettingKey, settingOf } from './schema.ts';
import { redact } from './secrets.ts';
import type { LocalSettings, MysqlSettings, Settings, SqlSettings } from './settings.ts';
import { readSources } from './sources/all.ts';
import { objectSource } from './sources/config-file.ts';
import type { Environment } from './sources/environment.ts';
import { lookedIn } from './sources/looked-in.ts';
import {
  type Exposure,
  homeFolder,
  isLikePath,
  noHomeFor,
  readKeyText,
  readText,
  resolvePath,
  shortPath,
} from './text-file.ts';

/** What {@link defineSettings} is called in messages. */
const DEFINED = 'the settings';

/** Where settings are looked for, and what is supplied by the program itself. */
export interface LoadOptions {
  /** Parsed flags by camel-case name: `{ mysqlHost: '127.0.0.1', table: ['people_100k'] }`. */
  readonly flags?: Readonly<Record<string, unknown>>;
  /** Instead of `process.env`. */
  readonly env?: Environment;
  /** Instead of the current directory. */
  readonly cwd?: string;
  /** Instead of the home folder. */
  readonly home?: string;
  /** Instead of every MYSQL_ setting. */
  readonly mysql?: MysqlSettings;
  /** The login at Snowflake comes from a local Snowflake, so it is neither looked for nor required. */
  readonly local?: boolean;
  /** Nothing is streamed, so a login for SQL alone is enough, such as a password. */
  readonly sqlOnly?: boolean;
}

/** What could be made of the settings, with everything that is wrong. */
export interface Inspection {
  /** The parts that are complete. */
  readonly settings: Partial<SqlSettings>;
  /** One line each; empty when the settings are complete. */
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
  /** Where each value came from, by setting. */
  readonly origins: ReadonlyMap<string, string>;
  /** Where settings were looked for, in one line; there when several are missing. */
  readonly lookedFor?: string;
}

/**
 * Reads and checks all settings: flags, then the environment, `.env`, the config file, the notebook's
 * credentials file and the connections of Snowflake's CLI; the first that has a value wins. Starts no JVM and
 * opens no connection.
 *
 * @throws SnowstreamError CONFIG_INVALID, CONFIG_MISSING or KEY_UNREADABLE: the first problem as its message,
 * all of them in its detail
 *
 * @example const settings = loadSettings({ flags: { table: ['people_100k:sf_customer_raw'] } });
 */
export function loadSettings(options: LoadOptions & { readonly local: true }): LocalSettings;
export function loadSettings(
  options: LoadOptions & { readonly local?: false; readonly sqlOnly: true },
): SqlSettings;
export function loadSettings(
  options?: LoadOptions & { readonly local?: false; readonly sqlOnly?: false },
): Settings;
export function loadSettings(options?: LoadOptions): LocalSettings | Settings | SqlSettings;
export function loadSettings(options: LoadOptions = {}): LocalSettings | Settings | SqlSettings {
  return complete(read(options));
}

function complete({
  settings,
  failures,
  lookedFor,
}: ReturnType<typeof read>): LocalSettings | Settings | SqlSettings {
  const [first] = failures;
  // Without a failure every part is there.
  if (first === undefined) return settings as LocalSettings | Settings | SqlSettings;
  const more = failures.length === 1 ? '' : ` (and ${failures.length - 1} more)`;
  const lines = failures.map(({ line }) => line);
  const detail = [...lines, ...(lookedFor === undefined ? [] : [lookedFor])];
  throw new SnowstreamError(first.code, `${first.line}${more}`, { detail });
}

/**
 * Makes settings of what a program says alone: no file of settings and no variable of the environment is read. They are
 * checked as those of the config file are, and what is absent has the same default.
 *
 * @param definition of the form of the config file
 * @param options `sqlOnly` for {@link check} and {@link plan}, which need a login for SQL alone; `local` where a local
 * Snowflake gives the login: see {@link withSnowflake}
 * @throws SnowstreamError as {@link loadSettings}
 * @example
 * const settings = defineSettings({
 *   mysql: { host: '127.0.0.1', user: 'reader', password: 'secret', database: 'shop' },
 *   snowflake: { account: 'myorg-myaccount', user: 'LOADER', privateKeyPath: 'rsa_key.p8', database: 'DB', schema: 'RAW' },
 *   tables: ['people', { source: 'orders', target: { table: 'ALL_ORDERS' }, key: ['shop', 'number'] }],
 *   create: true,
 * });
 */
export function defineSettings(
  definition: SettingsDefinition,
  options: DefineOptions & { readonly local: true },
): LocalSettings;
export function defineSettings(
  definition: SettingsDefinition,
  options: DefineOptions & { readonly local?: false; readonly sqlOnly: true },
): SqlSettings;
export function defineSettings(
  definition: SettingsDefinition,
  options?: DefineOptions & { readonly local?: false; readonly sqlOnly?: false },
): Settings;
export function defineSettings(
  definition: SettingsDefinition,
  options: DefineOptions = {},
): LocalSettings | Settings | SqlSettings {
  return complete(read(options, definition));
}

/**
 * Like {@link loadSettings}, but returns the problems beside the parts that are in order, for a report such
 * as that of `snowstream doctor`.
 *
 * @example const { settings, problems } = inspectSettings(); if (settings.mysql) await ping(settings.mysql);
 */
export function inspectSettings(options: LoadOptions = {}): Inspection {
  const { settings, failures, lookedFor, warnings, origins } = read(options);
  const problems = failures.map(({ line }) => line);
  return { settings, problems, warnings, origins, ...(lookedFor !== undefined && { lookedFor }) };
}

/** @param definition settings that a program gives, in the place of every other source */
function read(options: LoadOptions, definition?: object) {
  const { flags = {}, env = process.env, cwd = process.cwd(), home = homeFolder() } = options;
  const { local = false, sqlOnly = false } = options;
  const { sources, dotenv, configName } =
    definition === undefined
      ? readSources({ flags, env, cwd, home, local })
      : { sources: [objectSource(definition, DEFINED)], dotenv: {}, configName: DEFINED };
  const isSupplied = (key: SettingKey) =>
    (local && settingOf(key).login === true) || (options.mysql !== undefined && key.startsWith('mysql'));
  const merged = mergeSources(sources, isSupplied);

  const failures: { readonly code: ConfigFault; readonly line: string }[] = [];
  const invalid = (line: string, code: ConfigFault = 'CONFIG_INVALID'): undefined => {
    failures.push({ code, line: redact(line) });
  };
  const warnings = [...merged.warnings, ...visibleFlags(flags)];
  const tellOpen = (lines: readonly string[]): void => {
    for (const line of lines) {
      if (merged.values.strict) invalid(line);
      else warnings.push(line);
    }
  };
  for (const { file, entries } of sources) {
    const isSecret = entries.some(({ key }) => settingOf(key).secret);
    if (file !== undefined) tellOpen(exposed(shortPath(file.path, cwd, home), isSecret, file));
  }
  for (const problem of merged.problems) invalid(problem);
  if (local) for (const flag of loginFlags(flags)) invalid(`${flag} has no meaning with --local`);

  const readFile = (key: SettingKey, given: string, isSecret: boolean, code?: ConfigFault) => {
    const path = resolvePath(given, cwd, home);
    const origin = merged.origins.get(key) ?? key;
    if (path === undefined) return invalid(noHomeFor(origin, given), code);
    const file = key === 'snowflakePrivateKeyPath' ? readKeyText(path) : readText(path);
    if (file.text !== undefined) {
      tellOpen(exposed(given, isSecret, file.exposure));
      return file.text;
    }
    if (!file.isMissing || isLikePath(given))
      return invalid(`${origin}: ${given} cannot be read: ${file.problem}`, code);
    const secret = secretOf(key);
    const otherwise = secret === undefined ? '' : `: the secret itself goes into ${settingOf(secret).env}`;
    return invalid(`${origin} must be the path of an existing file${otherwise}`, code);
  };
  const assembly: Assembly = {
    values: merged.values,
    origins: merged.origins,
    invalid,
    miss: (key) =>
      invalid(
        definition === undefined
          ? missingLine(key, env, dotenv, configName, sqlOnly)
          : `${settingOf(key).filePath} is missing in ${DEFINED}`,
        'CONFIG_MISSING',
      ),
    readFile: (key, given) => readFile(key, given, false),
    readSecretFile: (key, given, code) => readFile(key, given, true, code),
  };
  const { snowflake, ...rest } = partsOf(assembly, { cwd, env, home, local, sqlOnly, mysql: options.mysql });
  // Node's own switch, which the session for SQL and the requests for OAuth tokens would obey.
  const isUnchecked = env.NODE_TLS_REJECT_UNAUTHORIZED === '0' && snowflake?.url?.startsWith('https:');
  // Nobody is to log in then, the doctor neither.
  const parts = isUnchecked || snowflake === undefined ? rest : { ...rest, snowflake };
  if (isUnchecked)
    invalid(
      'NODE_TLS_REJECT_UNAUTHORIZED is 0, by which any certificate would do: unset it, and let NODE_EXTRA_CA_CERTS name that of an authority of your own',
    );
  const lines = warnings.map(redact);
  const origins = new Map<string, string>(merged.origins);
  for (const { key, fallback } of SETTINGS) {
    if (fallback !== undefined && !origins.has(key) && !isSupplied(key)) origins.set(key, 'default');
  }
  // One that is missing says by itself where it may be set.
  const isFarFrom = failures.filter(({ code }) => code === 'CONFIG_MISSING').length > 1;
  const lookedFor =
    isFarFrom && definition === undefined ? lookedIn({ env, cwd, home, configName, local }) : undefined;
  return { settings: { ...parts, warnings: lines, origins }, failures, lookedFor, warnings: lines, origins };
}

function loginFlags(flags: Readonly<Record<string, unknown>>): string[] {
  return SETTINGS.filter(({ login, flagKey }) => login && flags[flagKey] !== undefined).map(
    ({ flag }) => flag,
  );
}

function visibleFlags(flags: Readonly<Record<string, unknown>>): string[] {
  const isShown = (key: SettingKey, value: unknown) =>
    value !== undefined && (key !== 'mysqlUrl' || passwordsIn(String(value)).length > 0);
  return SETTINGS.filter(({ key, secret, flagKey }) => secret && isShown(key, flags[flagKey])).map(
    ({ flag, env }) => `${flag} shows its value in the process list: set ${env} instead`,
  );
}

/** What others can do with a file of settings, each with what ends it. */
function exposed(path: string, isSecret: boolean, exposure: Exposure): string[] {
  const { isReadableByOthers, isWritableByOthers, otherOwner } = exposure;
  const mode =
    isSecret && isReadableByOthers
      ? [`${path} has a secret and can be read by other users: chmod 600 ${path}`]
      : isWritableByOthers
        ? [`${path} can be changed by other users: chmod go-w ${path}`]
        : [];
  const owner =
    otherOwner === undefined
      ? []
      : [`${path} belongs to user ${otherOwner}, who can change it: use a file of your own`];
  return [...mode, ...owner];
}
