import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningEmulator, startEmulator } from 'local-snowflake';
import { type Connection, createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mysqlForTests } from '../../scripts/mysql-server.mjs';
import { stopJvm } from '../../src/bridge/jvm.ts';
import { loadSettings } from '../../src/config/load.ts';
import { serverOf } from '../cases/server.ts';
import { NodeClient } from '../conformance/clients/node.ts';
import { printedSeed } from '../fixtures/seed.ts';
import { completedRun as run } from '../load/completed-run.ts';
import { type RandomColumn, randomColumns, randomLiteral } from './random-columns.ts';
import { Random } from './random-numbers.ts';
import { RULES } from './random-rules.ts';

const ROWS = Number(process.env.RANDOM_VALUES ?? 2_000);
const SEED = printedSeed();
const ROWS_A_STATEMENT = 200;
/** Rows that are compared at once, so that memory does not grow with their number. */
const ROWS_A_PAGE = 10_000;
/** Milliseconds; a busy machine takes many times what a free one does. */
const LIMIT = 120_000 + ROWS * 60;

let mysql: Awaited<ReturnType<typeof mysqlForTests>>;
let emulator: RunningEmulator;
let source: Connection;
let target: NodeClient;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'snowstream-random-'));
  [mysql, emulator] = await Promise.all([
    mysqlForTests(),
    startEmulator({ dataDir: join(folder, 'snowflake') }),
  ]);
  source = await createConnection({
    uri: mysql.url,
    charset: 'utf8mb4',
    rowsAsArray: true,
    supportBigNumbers: true,
    bigNumberStrings: true,
  });
  // Dates with zeros are wanted; a NO_BACKSLASH_ESCAPES or an ANSI_QUOTES of the server is not.
  await source.query("SET time_zone = '+00:00', sql_mode = ''");
  target = await NodeClient.connect(
    emulator,
    { password: emulator.password },
    { representNullAsStringNull: false },
  );
  await target.rows(`ALTER SESSION SET TIMEZONE = 'UTC', TIMESTAMP_NTZ_OUTPUT_FORMAT = 'YYYY-MM-DD HH24:MI:SS.FF6',
    TIMESTAMP_TZ_OUTPUT_FORMAT = 'YYYY-MM-DD HH24:MI:SS.FF6 TZHTZM', TIME_OUTPUT_FORMAT = 'HH24:MI:SS.FF6',
    DATE_OUTPUT_FORMAT = 'YYYY-MM-DD'`);
});

afterAll(async () => {
  stopJvm();
  await target[Symbol.asyncDispose]();
  await source.end();
  await emulator.stop();
  await mysql.drop();
  rmSync(folder, { recursive: true, force: true });
});

/** JavaScript makes arrays of them. One such column in a table, and no row goes over the bridge as MySQL sent it. */
const DECODED = /^(a_set|vector)$/;

test.each([
  ['as MySQL sent them', 'random_sent', (name: string) => !DECODED.test(name)],
  ['decoded', 'random_decoded', () => true],
])(
  `${ROWS} random values of each type, from MySQL into Snowflake, %s`,
  async (_how, name, isOne) => {
    const columns = randomColumns(await server()).filter((column) => isOne(column.name));
    await fill(name, columns, new Random(SEED));
    const [table] = (await run(settings(name, columns))).tables;
    expect(table?.rejected).toEqual([]);
    expect(table?.proof.differences).toEqual([]);
    let compared = 0;
    for (let from = 0; from < ROWS; from += ROWS_A_PAGE) {
      const { rows, differences } = await compare(name, columns, from);
      expect(differences).toEqual([]);
      compared += rows;
    }
    expect(compared).toBe(ROWS);
  },
  LIMIT,
);

test('the rules are written down', () => {
  const readme = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8');
  for (const { about } of Object.values(RULES)) expect(readme).toContain(about);
});

async function server() {
  const [rows] = await source.query('SELECT VERSION()');
  return serverOf(String((rows as string[][])[0]?.[0]));
}

async function fill(name: string, columns: readonly RandomColumn[], random: Random): Promise<void> {
  const list = columns.map((column) => `\`${column.name}\` ${column.type}`).join(', ');
  await source.query(`CREATE TABLE ${name} (id INT PRIMARY KEY, ${list}) CHARACTER SET utf8mb4`);
  for (let from = 0; from < ROWS; from += ROWS_A_STATEMENT) {
    const ids = Array.from({ length: Math.min(ROWS_A_STATEMENT, ROWS - from) }, (_, index) => from + index);
    const rows = ids.map(
      (id) => `(${id}, ${columns.map((column) => randomLiteral(column, random)).join(', ')})`,
    );
    await source.query(`INSERT INTO ${name} VALUES ${rows.join(', ')}`);
  }
}

function settings(table: string, columns: readonly RandomColumn[]) {
  const { account, url, user, privateKeyPath, database, schema, warehouse, role } = emulator;
  const policies = Object.fromEntries(
    columns.flatMap(({ name, policies: own }) => (own === undefined ? [] : [[name, own]])),
  );
  const file = join(folder, 'snowstream.json');
  const config = {
    create: true,
    tables: [{ source: table, policies: { columns: policies } }],
    retries: 0,
    javaLogFile: join(folder, 'java.log'),
    javaTimeout: 600_000,
    closeTimeout: 600_000,
    mysql: { url: mysql.url },
    snowflake: { account, url, user, privateKeyPath, database, schema, warehouse, role },
  };
  writeFileSync(file, JSON.stringify(config));
  return loadSettings({ flags: { config: file }, env: {}, cwd: folder, home: folder });
}

/** What differs in a page, the first ten cells of it. */
async function compare(
  table: string,
  columns: readonly RandomColumn[],
  from: number,
): Promise<{ rows: number; differences: string[] }> {
  const where = `id >= ${from} AND id < ${from + ROWS_A_PAGE} ORDER BY id`;
  const asked = columns.map(({ name, rule }) => rule.read(`\`${name}\``)).join(', ');
  // Prepared, because only MySQL's binary protocol has FLOAT and DOUBLE to the last bit.
  const [written] = await source.execute(`SELECT ${asked} FROM ${table} WHERE ${where}`);
  const selected = columns.map(({ name, rule: { ask = (column: string) => column } }, index) => {
    return `${ask(`"${name.toUpperCase()}"`)} AS C${index}`;
  });
  const { rows: read } = await target.execute(
    `SELECT ${selected.join(', ')} FROM ${emulator.database}.${emulator.schema}.${table.toUpperCase()} WHERE ${where}`,
  );
  expect(read).toHaveLength((written as unknown[]).length);
  const differences = (written as (string | number | null)[][]).flatMap((row, at) =>
    row.flatMap((cell, index) => {
      const column = columns[index] as RandomColumn;
      const shown = cell === null ? null : column.rule.shown(cell);
      const seen = seenText(column, read[at]?.[`C${index}`]);
      return seen === shown
        ? []
        : [
            `row ${from + at}, ${column.name} ${column.type}: ${escaped(shown)} in MySQL, ${escaped(seen)} in Snowflake`,
          ];
    }),
  );
  return { rows: read.length, differences: differences.slice(0, 10) };
}

function seenText({ rule }: RandomColumn, cell: unknown): string | null {
  if (cell === null || cell === undefined) return null;
  return rule.seen?.(String(cell)) ?? String(cell);
}

/** Two texts may look alike and not be it. */
const escaped = (text: string | null): string =>
  String(text).replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
