// @ts-check
// npm start: set-up, an embedded MySQL server with people in it, and the main job into a local Snowflake.
import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { local, root } from './setup/places.mjs';
import { setUp } from './setup.mjs';

const MAPPING = ['USER_ID=customer_id', 'EMAIL=email', 'PHONE=phone', 'DATE_OF_BIRTH=date_of_birth'];

/** The signal that came, and the command to pass it on to. @type {{ signal?: NodeJS.Signals, child?: import('node:child_process').ChildProcess }} */
const interruption = {};

/** @param {number} rows */
async function start(rows) {
  await setUp({ demo: true });
  const started = performance.now();

  // Only now: these need node_modules.
  const { mysqlForTests, startMySql } = await import('./mysql-server.mjs');
  const { fillPeople } = await import('./demo-data.mjs');
  const demo = join(local, 'demo');
  // Each start shows a whole load; with the Snowflake of the last one there would be no row left to send.
  await rm(join(demo, 'snowflake'), { recursive: true, force: true });

  // On a server of the user's own it is a database for the demo, which is dropped in the end.
  const server = await (process.env.TEST_MYSQL_URL
    ? mysqlForTests()
    : startMySql({ dataDir: join(demo, 'mysql') }));
  try {
    say(`MySQL at ${server.host}:${server.port}`);
    await fillPeople(server.url, { rows, table: 'people_100k' });
    say(`people_100k holds ${rows.toLocaleString('en-US')} people`);
    if (interruption.signal) return exitCodeOf(interruption.signal);
    return await runMainJob(server.url, join(demo, 'snowflake'), join(demo, 'java.log'));
  } finally {
    await server[Symbol.asyncDispose]();
    say(`${((performance.now() - started) / 1000).toFixed(1)} s in all, after set-up`);
  }
}

/** @param {NodeJS.Signals} signal */
function exitCodeOf(signal) {
  return signal === 'SIGINT' ? 130 : 143;
}

/** @param {string[]} args */
function rowsOf(args) {
  const { values } = parseArgs({ args, options: { rows: { type: 'string', default: '100000' } } });
  if (/^[1-9]\d{0,7}$/.test(values.rows)) return Number(values.rows);
  throw new Error(`--rows ${values.rows} is not a whole number from 1 to 99999999`);
}

/**
 * Runs the command that a user would type, and passes signals on to it.
 *
 * @param {string} mysqlUrl
 * @param {string} data
 * @param {string} javaLog
 * @returns {Promise<number>} its exit code
 */
function runMainJob(mysqlUrl, data, javaLog) {
  const mapping = MAPPING.flatMap((column) => ['--column', column]);
  const args = ['run', '--local', '--table', 'people_100k:sf_customer_raw', ...mapping, '--gold', 'on'];
  say(`snowstream ${args.join(' ')}`);
  // A process group of its own: Ctrl-C reaches this process alone, which passes it on once.
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL('../dist/cli.js', import.meta.url)), ...args, '--data', data],
    {
      cwd: root,
      stdio: 'inherit',
      detached: true,
      env: { ...process.env, MYSQL_URL: mysqlUrl, SNOWSTREAM_JAVA_LOG_FILE: javaLog },
    },
  );
  interruption.child = child;
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? exitCodeOf(signal ?? 'SIGTERM')));
  });
}

/** @param {string} line */
function say(line) {
  process.stderr.write(`npm start   ${line}\n`);
}

for (const signal of /** @type {NodeJS.Signals[]} */ (['SIGINT', 'SIGTERM'])) {
  process.on(signal, () => {
    interruption.signal ??= signal;
    interruption.child?.kill(signal);
  });
}

let rows = 0;
try {
  rows = rowsOf(process.argv.slice(2));
  process.exitCode = await start(rows);
} catch (error) {
  process.exitCode = rows === 0 ? 2 : 1;
  process.stderr.write(`npm start: ${error instanceof Error ? error.message : String(error)}\n`);
}
