// @ts-check
// Measures `snowstream plan` for many tables, from the start of the process to its end, with an embedded MySQL server
// and a local Snowflake. Half of the targets exist.
// node bench/plan.mjs [--tables 200] [--runs 7]    after `npm run setup`
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import mysql from 'mysql2/promise';
import { startEmulator } from 'snowflake-streaming-api-node/emulator';
import { mysqlForTests } from '../scripts/mysql-server.mjs';
import { root } from '../scripts/setup/places.mjs';

const { values } = parseArgs({
  options: { tables: { type: 'string', default: '200' }, runs: { type: 'string', default: '7' } },
});
const [tables, runs] = [Number(values.tables), Number(values.runs)];

const COLUMNS = `id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY, name VARCHAR(100) NOT NULL COMMENT 'as on the card',
  email VARCHAR(255), phone CHAR(20), born DATE, price DECIMAL(12,4) NOT NULL DEFAULT 0, ratio DOUBLE, active TINYINT(1),
  opens TIME, moment DATETIME(6), changed TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, document JSON, photo MEDIUMBLOB,
  kind ENUM('a','b'), tags SET('x','y')`;

const cwd = mkdtempSync(join(tmpdir(), 'bench-plan-'));
const source = await mysqlForTests();
const emulator = await startEmulator({ dataDir: join(cwd, 'snowflake') });
try {
  const names = Array.from({ length: tables }, (_, index) => `table_${index}`);
  const admin = await mysql.createConnection(source.url);
  for (const name of names) await admin.query(`CREATE TABLE ${name} (${COLUMNS})`);
  await admin.end();
  const env = {
    PATH: process.env.PATH,
    HOME: cwd,
    MYSQL_URL: source.url,
    SNOWFLAKE_ACCOUNT: emulator.account,
    SNOWFLAKE_URL: emulator.url,
    SNOWFLAKE_USER: emulator.user,
    SNOWFLAKE_PRIVATE_KEY_PATH: emulator.privateKeyPath,
    SNOWFLAKE_DATABASE: emulator.database,
    SNOWFLAKE_SCHEMA: emulator.schema,
    SNOWFLAKE_WAREHOUSE: emulator.warehouse,
  };
  /** @param {string[]} wanted */
  const plan = (wanted) => {
    const flags = wanted.flatMap((name) => ['--table', name]);
    const began = performance.now();
    const json = execFileSync(
      process.execPath,
      [join(root, 'dist/cli.js'), 'plan', '--json', '--create', ...flags],
      {
        cwd,
        env,
        encoding: 'utf8',
        maxBuffer: 1 << 28,
      },
    );
    return { seconds: (performance.now() - began) / 1000, plan: JSON.parse(json) };
  };
  const statements = plan(names)
    .plan.tables.slice(0, tables / 2)
    .map((/** @type {{ddl: string[]}} */ { ddl }) => ddl[0]);
  await createTargets(statements);
  report(
    '1 table',
    Array.from({ length: runs }, () => plan(names.slice(0, 1)).seconds),
  );
  const many = Array.from({ length: runs }, () => plan(names));
  const states = many[0]?.plan.tables.filter(
    (/** @type {{state: string}} */ { state }) => state === 'exists',
  ).length;
  report(
    `${tables} tables of 15 columns, ${states} of which exist in Snowflake`,
    many.map(({ seconds }) => seconds),
  );
} finally {
  await emulator.stop();
  await source.drop();
  rmSync(cwd, { recursive: true, force: true });
}

/** @param {string[]} statements */
async function createTargets(statements) {
  process.env.SNOWFLAKE_DISABLE_PLATFORM_DETECTION = 'true';
  const { default: snowflake } = await import('snowflake-sdk');
  snowflake.configure({ logLevel: 'OFF', additionalLogToConsole: false });
  const connection = snowflake.createConnection({
    accessUrl: emulator.url,
    account: emulator.account,
    username: emulator.user,
    password: emulator.password,
  });
  await connection.connectAsync();
  for (const sqlText of statements) {
    await new Promise((resolve, reject) => {
      connection.execute({ sqlText, complete: (error) => (error ? reject(error) : resolve(undefined)) });
    });
  }
  await new Promise((resolve) => connection.destroy(resolve));
}

/**
 * @param {string} what
 * @param {number[]} seconds
 */
function report(what, seconds) {
  const sorted = seconds.toSorted((a, b) => a - b).map((each) => each.toFixed(2));
  console.log(
    `${what}: least ${sorted[0]}, median ${sorted[sorted.length >> 1]}, most ${sorted.at(-1)} s of ${sorted.length}`,
  );
}
