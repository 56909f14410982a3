import type { Policies } from '../types/policy.ts';
import type { Assembly } from './assembly.ts';
import { defaultJavaLog } from './java-log.ts';
import { mysqlServer, verifiable } from './mysql-server.ts';
import { type SettingKey, type SettingValues, settingOf } from './schema.ts';
import type { MysqlSettings, Settings, SnowflakeNames } from './settings.ts';
import { snowflakeLogin } from './snowflake-login.ts';
import type { Environment } from './sources/environment.ts';
import { tableSettings } from './table-settings.ts';
import { noHomeFor, resolvePath } from './text-file.ts';

/** The names of the notebook, for a local Snowflake when none are set. */
const LOCAL_NAMES = { database: 'SNOWPIPE_STREAMING', schema: 'DEV' };

/** What the parts depend on beside the values. */
export interface Surroundings {
  readonly cwd: string;
  readonly env: Environment;
  /** Undefined where there is none. */
  readonly home: string | undefined;
  readonly local: boolean;
  readonly sqlOnly: boolean;
  readonly mysql: MysqlSettings | undefined;
}

/** Puts together every part of the settings that is complete; what is missing or wrong is noted. */
export function partsOf(
  assembly: Assembly,
  { cwd, env, home, local, sqlOnly, mysql: given }: Surroundings,
): Partial<Settings> {
  const { values, invalid } = assembly;
  const fileOf = (key: 'javaLogFile' | 'rejects' | 'sdkJar') => {
    const given = values[key];
    if (given === undefined) return undefined;
    return resolvePath(given, cwd, home) ?? invalid(noHomeFor(assembly.origins.get(key) ?? key, given));
  };
  const rejects = fileOf('rejects');
  const sdkJar = ownSdkJar(assembly, fileOf('sdkJar'));
  const mysql = verifiable(given ?? mysqlServer(assembly), assembly);
  const names = snowflakeNames(assembly, local);
  const login = local ? {} : snowflakeLogin(assembly, sqlOnly);
  const tables = tableSettings(
    assembly,
    (given ?? { database: values.mysqlDatabase }).database,
    names,
    policiesOf(values),
  );
  return {
    ...(mysql && { mysql }),
    // Under `local` the login is put in later, by withSnowflake; with `sqlOnly` that of streaming may be absent.
    ...(names && login && { snowflake: { ...names, ...login } as Settings['snowflake'] }),
    ...(tables && { tables }),
    targets: {
      create: orFallback(values, 'create'),
      evolve: orFallback(values, 'evolve'),
      preserveCase: orFallback(values, 'preserveCase'),
      invisible: orFallback(values, 'invisible'),
    },
    resume: orFallback(values, 'resume'),
    channels: orFallback(values, 'channels'),
    parallelTables: parallelTables(assembly, tables?.length ?? 1),
    snapshot: orFallback(values, 'snapshot'),
    sharedTargets: orFallback(values, 'sharedTargets'),
    failFast: orFallback(values, 'failFast'),
    clientName: orFallback(values, 'clientName'),
    onError: orFallback(values, 'onError'),
    batchRows: orFallback(values, 'batchRows'),
    maxClientLag: orFallback(values, 'maxClientLag'),
    compression: orFallback(values, 'compression'),
    bridge: orFallback(values, 'bridge'),
    jvmMemory: orFallback(values, 'jvmMemory'),
    javaLogFile: fileOf('javaLogFile') ?? defaultJavaLog(env, home),
    ...(sdkJar && { sdkJar }),
    javaTimeout: orFallback(values, 'javaTimeout'),
    closeTimeout: orFallback(values, 'closeTimeout'),
    maxRejects: orFallback(values, 'maxRejects'),
    ...(rejects !== undefined && { rejects }),
    checksum: orFallback(values, 'checksum'),
    retries: orFallback(values, 'retries'),
    ...(orFallback(values, 'gold') && { gold: { table: orFallback(values, 'goldTable') } }),
    logLevel: orFallback(values, 'logLevel'),
    logFormat: orFallback(values, 'logFormat'),
  };
}

/** A jar is loaded with its sum only. */
function ownSdkJar(
  { values, origins, invalid }: Assembly,
  path: string | undefined,
): Settings['sdkJar'] | undefined {
  const sha256 = values.sdkJarSha256?.toLowerCase();
  if (path !== undefined && sha256 !== undefined) return { path, sha256 };
  for (const [given, other] of [
    ['sdkJar', 'sdkJarSha256'],
    ['sdkJarSha256', 'sdkJar'],
  ] as const)
    if (origins.has(given) && !origins.has(other))
      invalid(`${origins.get(given)}: the jar and its sum go together: set ${settingOf(other).env} too`);
  return undefined;
}

/** Channels at work at once that a run has by itself, and the most that it can have: each holds batches in memory. */
const CHANNELS_BY_ITSELF = 4;
const MOST_CHANNELS = 16;

function parallelTables({ values, origins, invalid }: Assembly, tables: number): number {
  const channels = orFallback(values, 'channels');
  const { parallelTables: given } = values;
  // More sessions than one begin a snapshot under a lock, which nobody is to meet unasked.
  if (given === undefined)
    return values.snapshot ? 1 : Math.max(1, Math.floor(CHANNELS_BY_ITSELF / channels));
  const atOnce = Math.min(given, tables);
  if (atOnce * channels > MOST_CHANNELS)
    invalid(
      `${origins.get('parallelTables')}: ${atOnce} concurrent tables with ${channels} channels each are ${atOnce * channels} active channels: the maximum is ${MOST_CHANNELS}`,
    );
  return given;
}

function snowflakeNames({ values, origins, miss }: Assembly, local: boolean): SnowflakeNames | undefined {
  const { snowflakeWarehouse: warehouse, snowflakeRole: role } = values;
  const { database, schema } = {
    database: values.snowflakeDatabase ?? (local ? LOCAL_NAMES.database : undefined),
    schema: values.snowflakeSchema ?? (local ? LOCAL_NAMES.schema : undefined),
  };
  if (database === undefined && !origins.has('snowflakeDatabase')) miss('snowflakeDatabase');
  if (schema === undefined && !origins.has('snowflakeSchema')) miss('snowflakeSchema');
  if (database === undefined || schema === undefined) return undefined;
  return {
    database,
    schema,
    ...(warehouse === undefined ? {} : { warehouse }),
    ...(role === undefined ? {} : { role }),
  };
}

function policiesOf(values: SettingValues): Policies {
  return {
    zeroDates: orFallback(values, 'zeroDates'),
    outOfDayTimes: orFallback(values, 'outOfDayTimes'),
    wideDecimals: orFallback(values, 'wideDecimals'),
    tinyint1: orFallback(values, 'tinyint1'),
    oversized: orFallback(values, 'oversized'),
    invalidText: orFallback(values, 'invalidText'),
    narrowColumns: orFallback(values, 'narrowColumns'),
    sets: orFallback(values, 'sets'),
  };
}

/** The value of a setting that has a fallback. */
function orFallback<Key extends SettingKey>(
  values: SettingValues,
  key: Key,
): NonNullable<SettingValues[Key]> {
  // A fallback is a value that its own field accepts; test/config/schema.test.ts holds it to that.
  return values[key] ?? (settingOf(key).fallback as NonNullable<SettingValues[Key]>);
}
