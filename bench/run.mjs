// @ts-check
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { emulator, steps } from './built.mjs';
import { measure } from './measure.mjs';
import { programOf, TITLES } from './programs.mjs';
import { requireAllRows } from './summary.mjs';

const TARGET = 'BENCH_TARGET';

/**
 * One run of one contender, into a local Snowflake of its own with a fresh table.
 *
 * @param {object} order
 * @param {import('./scenarios.mjs').ContenderKey} order.contender
 * @param {import('./scenarios.mjs').Scenario} order.scenario
 * @param {string} order.source the table in MySQL
 * @param {number} order.rows
 * @param {number} order.round
 * @param {import('../scripts/mysql/server.mjs').MySqlServer} order.mysql
 * @param {string} order.folder
 * @returns {Promise<import('./summary.mjs').Run>}
 * @throws {Error} when the program fails, or a row is missing in the target
 */
export async function runOnce({ contender, scenario, source, rows, round, mysql, folder }) {
  const dataDir = mkdtempSync(join(folder, 'run-'));
  const snowflake = await emulator.startEmulator({ dataDir: join(dataDir, 'snowflake') });
  try {
    const session = await steps.openSession(settingsOf(snowflake));
    try {
      const { columns } = scenario;
      const sourceTypes = await typesOf(mysql.url, source);
      const definition = columns.map(({ name, target, targetType }) => {
        // MariaDB has no JSON type of its own, so the target is the text that it keeps.
        const type = targetType === 'VARIANT' && sourceTypes.get(name) !== 'json' ? 'VARCHAR' : targetType;
        return `${target} ${type}`;
      });
      await session.execute(`CREATE TABLE ${TARGET} (${definition.join(', ')})`);
      const job = { scenario, source, target: TARGET, mysql, snowflake, folder: dataDir };
      const { othersCpuSeconds, ...measured } = await measure(programOf(contender, job), [
        snowflake.pid,
        mysql.pid,
      ]);
      const [snowflakeCpuSeconds = 0, mysqlCpuSeconds = 0] = othersCpuSeconds;
      const [counted] = await session.execute(
        `SELECT ${counts(columns.map(({ target }) => target))} FROM ${TARGET}`,
      );
      const expected = await sourceCounts(mysql.url, source, columns);
      requireAllRows(`${scenario.name}, ${TITLES[contender]}`, expected, counted ?? {});
      return {
        scenario: scenario.name,
        contender,
        round,
        rows,
        ...measured,
        delayedInserts: timesHeldUp(join(dataDir, 'java.log')),
        snowflakeCpuSeconds,
        mysqlCpuSeconds,
      };
    } finally {
      await session.close();
    }
  } finally {
    await snowflake.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/**
 * How often the SDK made an insert wait, for want of memory or because of uploads that wait.
 *
 * @param {string} log
 */
function timesHeldUp(log) {
  return existsSync(log) ? (readFileSync(log, 'utf8').match(/Throttled due to/g)?.length ?? 0) : 0;
}

/** @param {readonly string[]} names */
function counts(names) {
  return ['COUNT(*) AS N', ...names.map((name, index) => `COUNT(${name}) AS N${index}`)].join(', ');
}

/**
 * @param {string} url
 * @param {string} table
 * @param {readonly import('./scenarios.mjs').Column[]} columns
 * @returns {Promise<Record<string, string>>}
 */
async function sourceCounts(url, table, columns) {
  const connection = await createConnection(url);
  try {
    const [rows] = await connection.query(`SELECT ${counts(columns.map(({ name }) => name))} FROM ${table}`);
    const [row] = /** @type {Record<string, number>[]} */ (rows);
    return Object.fromEntries(Object.entries(row ?? {}).map(([name, count]) => [name, String(count)]));
  } finally {
    await connection.end();
  }
}

/**
 * @param {string} url
 * @param {string} table
 * @returns {Promise<Map<string, string>>} the server's own names of the columns' types
 */
async function typesOf(url, table) {
  const connection = await createConnection(url);
  try {
    const [rows] = await connection.query(
      'SELECT COLUMN_NAME AS name, DATA_TYPE AS type FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ?',
      [table],
    );
    return new Map(
      /** @type {{ name: string, type: string }[]} */ (rows).map(({ name, type }) => [name, type]),
    );
  } finally {
    await connection.end();
  }
}

/** @param {import('local-snowflake').RunningEmulator} running */
function settingsOf(running) {
  const key = readFileSync(running.privateKeyPath, 'utf8');
  const privateKey = steps.parsePrivateKey(key, undefined, running.privateKeyPath);
  return {
    account: running.account,
    url: running.url,
    user: running.user,
    streaming: { type: /** @type {const} */ ('JWT'), privateKey },
    sql: { authenticator: /** @type {const} */ ('SNOWFLAKE_JWT'), privateKey },
    database: running.database,
    schema: running.schema,
    warehouse: running.warehouse,
    role: running.role,
  };
}
