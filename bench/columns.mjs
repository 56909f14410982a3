// @ts-check
// Whether a wide table of many types costs more than its columns: loads a table of the key alone, ten tables of five
// columns of one family each, and one table of all fifty, and compares the last with the sum of the others.
// node bench/columns.mjs [--rows 100000] [--rounds 3]    after `npm run build`
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createConnection } from 'mysql2/promise';
import { startMySql } from '../scripts/mysql-server.mjs';
import { emulator, program } from './built.mjs';

const { values } = parseArgs({
  options: { rows: { type: 'string', default: '100000' }, rounds: { type: 'string', default: '3' } },
});
const rows = Number(values.rows);
const rounds = Number(values.rounds);
const WIDTH = 5;

/** Of each family a type, and how the value of row n in column c of it is made. @type {Record<string, [string, string]>} */
const FAMILIES = {
  integers: ['BIGINT', 'n * 1000003 + c'],
  decimals: ['DECIMAL(18,4)', '(n * 7919 + c) / 16'],
  doubles: ['DOUBLE', 'SQRT(n + c) / 3'],
  flags: ['BIT(1)', '(n + c) % 2'],
  texts: ['VARCHAR(80)', "CONCAT('text ', c, ' ', MD5(n))"],
  bytes: ['VARBINARY(16)', 'UNHEX(MD5(n + c))'],
  dates: ['DATE', "DATE_ADD('1950-01-01', INTERVAL (n + c) % 20000 DAY)"],
  datetimes: ['DATETIME(6)', "DATE_ADD('2001-02-03', INTERVAL n * 1000003 + c MICROSECOND)"],
  timestamps: ['TIMESTAMP NULL', "DATE_ADD('2011-02-03', INTERVAL n + c SECOND)"],
  documents: ['JSON', `CONCAT('{"n": ', n, ', "c": [', c, ', "x"]}')`],
};

/** @typedef {{ seconds: number, cpuSeconds: number }} Cost of a run: until all rows were committed, and of this process, the JVM in it */

const folder = mkdtempSync(join(tmpdir(), 'bench-columns-'));
const [mysql, snowflake] = await Promise.all([
  startMySql(),
  emulator.startEmulator({ dataDir: join(folder, 'snowflake') }),
]);
try {
  await fill();
  const tables = ['key_only', ...Object.keys(FAMILIES), 'mixed'];
  // The first loads find the JVM's code not yet compiled.
  for (const table of ['mixed', ...tables]) await load(table, 0);
  /** @type {Map<string, Cost[]>} */
  const costs = new Map(tables.map((table) => [table, []]));
  for (let round = 1; round <= rounds; round++) {
    for (const table of tables) costs.get(table)?.push(await load(table, round));
  }
  report(new Map([...costs].map(([table, all]) => [table, median(all)])));
} finally {
  program.stopJvm();
  await snowflake.stop();
  await mysql.stop();
  rmSync(folder, { recursive: true, force: true });
}

async function fill() {
  const connection = await createConnection(mysql.url);
  try {
    const families = Object.entries(FAMILIES);
    for (const [name, family] of families) await make(name, [[name, family]]);
    await make('key_only', []);
    await make('mixed', families);
  } finally {
    await connection.end();
  }

  /**
   * @param {string} table
   * @param {[string, [string, string]][]} families
   */
  async function make(table, families) {
    const columns = families.flatMap(([name, [type, value]]) =>
      Array.from({ length: WIDTH }, (_, c) => ({
        name: `${name}_${c}`,
        type,
        value: value.replaceAll(/\bc\b/g, String(c)),
      })),
    );
    const definition = ['id BIGINT PRIMARY KEY', ...columns.map(({ name, type }) => `${name} ${type}`)];
    await connection.query(`CREATE TABLE ${table} (${definition.join(', ')})`);
    await connection.query('SET SESSION cte_max_recursion_depth = 100000000').catch(() => undefined);
    await connection.query('SET SESSION max_recursive_iterations = 100000000').catch(() => undefined);
    await connection.query(`INSERT INTO ${table}
      WITH RECURSIVE numbers AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM numbers WHERE n < ${rows})
      SELECT ${['n', ...columns.map(({ value }) => value)].join(', ')} FROM numbers`);
  }
}

/**
 * @param {string} table
 * @param {number} round
 * @returns {Promise<Cost>}
 */
async function load(table, round) {
  const target = `${table}_${round}_${Date.now()}`;
  const file = join(folder, 'snowstream.json');
  const { account, url, user, privateKeyPath, database, schema, warehouse, role } = snowflake;
  const config = {
    create: true,
    checksum: false,
    tables: [{ source: table, target: { table: target } }],
    javaLogFile: join(folder, 'java.log'),
    mysql: { url: mysql.url },
    snowflake: { account, url, user, privateKeyPath, database, schema, warehouse, role },
  };
  writeFileSync(file, JSON.stringify(config));
  const settings = program.loadSettings({ flags: { config: file }, env: {}, cwd: folder, home: folder });
  const before = process.cpuUsage();
  const { tables } = await program.run(settings);
  const { user: ours, system } = process.cpuUsage(before);
  const [report] = tables;
  if (report?.rowsSent !== rows || report.proof.differences.length > 0)
    throw new Error(`${table}: not every row arrived`);
  return { seconds: report.ingestSeconds, cpuSeconds: (ours + system) / 1e6 };
}

/**
 * @param {readonly Cost[]} all
 * @returns {Cost}
 */
function median(all) {
  const middle = (/** @type {number[]} */ numbers) => numbers.sort((a, b) => a - b)[numbers.length >> 1] ?? 0;
  return {
    seconds: middle(all.map(({ seconds }) => seconds)),
    cpuSeconds: middle(all.map(({ cpuSeconds }) => cpuSeconds)),
  };
}

/** @param {ReadonlyMap<string, Cost>} costs */
function report(costs) {
  const key = costs.get('key_only') ?? { seconds: 0, cpuSeconds: 0 };
  const mixed = costs.get('mixed') ?? key;
  const sum = { ...key };
  console.log(
    `${rows} rows, median of ${rounds}; a family is ${WIDTH} columns, its cost is beside that of the key`,
  );
  for (const name of Object.keys(FAMILIES)) {
    const { seconds, cpuSeconds } = costs.get(name) ?? key;
    sum.seconds += seconds - key.seconds;
    sum.cpuSeconds += cpuSeconds - key.cpuSeconds;
    say(name, { seconds: seconds - key.seconds, cpuSeconds: cpuSeconds - key.cpuSeconds });
  }
  say('the key alone', key);
  say('all of it, summed up', sum);
  say('the mixed table', mixed);
  const ratio = (/** @type {keyof Cost} */ what) => (sum[what] / mixed[what]).toFixed(2);
  console.log(
    `throughput of the mixed table, that of the sum being 1: ${ratio('seconds')} by time, ${ratio('cpuSeconds')} by CPU`,
  );
}

/**
 * @param {string} what
 * @param {Cost} cost
 */
function say(what, { seconds, cpuSeconds }) {
  console.log(
    `${what.padEnd(22)} ${seconds.toFixed(2).padStart(7)} s ${cpuSeconds.toFixed(2).padStart(7)} s of CPU`,
  );
}
