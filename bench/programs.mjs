// @ts-check
import { readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { jvmCache, jvmOptions, steps } from './built.mjs';
import { benchJars, javaClasses, javaHome, pythonExecutable } from './prepare.mjs';

/** Rows a batch: a usual size in Java, and the default of our runs. */
const BATCH_ROWS = { usual: 10_000, ours: 2_500 };
/** The heap of ours, and of the tuned Java program. */
const HEAP = '512m';
const TIMEOUT_MS = 600_000;

/** @type {Record<import('./scenarios.mjs').ContenderKey, string>} */
export const TITLES = {
  a: 'plain Java, defaults',
  "a'": 'plain Java, our settings',
  b: 'notebook, Pyjnius',
  c: 'ours, cell by cell',
  d: 'ours',
};

/**
 * What a program is to do.
 *
 * @typedef {object} Job
 * @property {import('./scenarios.mjs').Scenario} scenario
 * @property {string} source table in MySQL
 * @property {string} target table in Snowflake, by its stored name
 * @property {{ url: string, host: string, port: number, user: string, password: string, database: string }} mysql
 * @property {import('local-snowflake').RunningEmulator} snowflake
 * @property {string} folder for logs
 */

/**
 * @param {import('./scenarios.mjs').ContenderKey} contender
 * @param {Job} job
 * @returns {{ command: string, args: string[], env: NodeJS.ProcessEnv, timeout: number }}
 */
export function programOf(contender, job) {
  if (contender === 'c' || contender === 'd') return ours(contender === 'c' ? 'cell' : 'batch', job);
  if (contender === 'b') return notebook(job);
  const tuned = contender === "a'";
  const log = join(job.folder, 'java.log');
  // Where the logs go is no setting for speed: both write them to a file, as ours does.
  const options = tuned
    ? [...jvmOptions.standardOptions(log), ...jvmCache.jvmCacheOptions(), `-Xmx${HEAP}`, '-XX:+UseSerialGC']
    : logOptions(log);
  const jars = [...steps.classPath(), ...benchJars(), javaClasses];
  return {
    command: join(javaHome(), 'bin', 'java'),
    args: [...options, '-cp', jars.join(delimiter), 'PlainLoad'],
    env: {
      ...environment(job),
      ...(tuned && { BENCH_COMPRESSION: 'ZSTD', BENCH_BATCH_ROWS: String(BATCH_ROWS.ours) }),
    },
    timeout: TIMEOUT_MS,
  };
}

/**
 * @param {'cell' | 'batch'} bridge
 * @param {Job} job
 */
function ours(bridge, job) {
  const { scenario, mysql, snowflake } = job;
  const flags = {
    table: [`${job.source}:${job.target}`],
    column: scenario.columns.map(({ name, target }) => `${name}=${target}`),
    bridge,
    batchRows: String(BATCH_ROWS.ours),
    jvmMemory: HEAP,
    ...(scenario.channels !== undefined && { channels: String(scenario.channels) }),
    javaLogFile: join(job.folder, 'java.log'),
    closeTimeout: '300000',
    javaTimeout: '300000',
  };
  const start = scenario.startOnly
    ? [fileURLToPath(new URL('../dist/cli.js', import.meta.url)), 'run', ...asArguments(flags)]
    : [fileURLToPath(new URL('./programs/ours.mjs', import.meta.url))];
  return {
    command: process.execPath,
    args: start,
    env: {
      PATH: process.env.PATH,
      HOME: job.folder,
      MYSQL_URL: mysql.url,
      SNOWFLAKE_ACCOUNT: snowflake.account,
      SNOWFLAKE_URL: snowflake.url,
      SNOWFLAKE_USER: snowflake.user,
      SNOWFLAKE_PRIVATE_KEY_PATH: snowflake.privateKeyPath,
      SNOWFLAKE_DATABASE: snowflake.database,
      SNOWFLAKE_SCHEMA: snowflake.schema,
      SNOWFLAKE_WAREHOUSE: snowflake.warehouse,
      SNOWFLAKE_ROLE: snowflake.role,
      BENCH_FLAGS: JSON.stringify(flags),
    },
    timeout: TIMEOUT_MS,
  };
}

/** @param {Readonly<Record<string, string | string[]>>} flags */
function asArguments(flags) {
  return Object.entries(flags).flatMap(([name, value]) => {
    const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    return [value].flat().flatMap((each) => [flag, each]);
  });
}

/** @param {Job} job */
function notebook(job) {
  return {
    command: pythonExecutable,
    args: [fileURLToPath(new URL('./python/notebook.py', import.meta.url))],
    env: {
      ...environment(job),
      // Where Pyjnius finds libjvm.
      JAVA_HOME: javaHome(),
      JVM_PATH: join(jvmOptions.libJvmFolder() ?? '', 'libjvm.so'),
      PYTHONWARNINGS: 'ignore',
      BENCH_CLASS_PATH: steps.classPath().join(delimiter),
      BENCH_LOG_OPTIONS: logOptions(join(job.folder, 'java.log')).join('\n'),
    },
    timeout: TIMEOUT_MS,
  };
}

/** @param {string} file */
function logOptions(file) {
  return jvmOptions
    .standardOptions(file)
    .filter((option) => /simpleLogger|loggerImpl|native-access/.test(option));
}

/** @param {Job} job */
function environment({ scenario, source, target, mysql, snowflake }) {
  const { privateKeyPath } = snowflake;
  const key = steps.parsePrivateKey(readFileSync(privateKeyPath, 'utf8'), undefined, privateKeyPath);
  const jdbc = `jdbc:mysql://${mysql.host}:${mysql.port}/${mysql.database}?connectionTimeZone=UTC&forceConnectionTimeZoneToSession=true`;
  return {
    PATH: process.env.PATH,
    BENCH_URL: snowflake.url,
    BENCH_USER: snowflake.user,
    BENCH_ROLE: snowflake.role,
    BENCH_PRIVATE_KEY: key.base64,
    BENCH_DATABASE: snowflake.database,
    BENCH_SCHEMA: snowflake.schema,
    BENCH_TARGET: target,
    BENCH_JDBC_URL: jdbc,
    BENCH_MYSQL_PORT: String(mysql.port),
    BENCH_MYSQL_USER: mysql.user,
    BENCH_MYSQL_PASSWORD: mysql.password,
    BENCH_MYSQL_DATABASE: mysql.database,
    BENCH_SOURCE: source,
    BENCH_KEY: scenario.key,
    BENCH_COLUMNS: scenario.columns.map(({ name }) => name).join(),
    BENCH_NAMES: scenario.columns.map(({ target: name }) => name).join(),
    BENCH_AS_TEXT: scenario.columns.flatMap(({ name, asText }) => (asText ? [name] : [])).join(),
    BENCH_BATCH_ROWS: String(BATCH_ROWS.usual),
  };
}
