import { afterAll, beforeAll, expect, test } from 'vitest';
import { mysqlIdentifier } from '../../src/source/mysql/identifier.ts';
import { readingKey } from '../../src/source/mysql/key.ts';
import { Keyset } from '../../src/source/mysql/keyset.ts';
import type { SourceTable } from '../../src/source/table.ts';
import { allBatches, openTestSource, type TestSource } from './database.ts';

let mysql: TestSource;

beforeAll(async () => {
  mysql = await openTestSource();
});

afterAll(async () => {
  await mysql[Symbol.asyncDispose]();
});

/** Reads one column of a table by a key, in small pages. */
async function paged(
  table: SourceTable,
  wanted: string,
  key?: readonly string[],
  batchRows = 7,
): Promise<unknown[]> {
  const keyset = new Keyset(await readingKey(mysql.source, table, key));
  const batches = await allBatches(mysql.source, {
    table,
    keyset,
    expressions: [mysqlIdentifier(wanted)],
    batchRows,
  });
  return batches.flatMap(({ rows }) => rows.map(([cell]) => cell));
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

test('a view is read by a key that is named', async () => {
  await mysql.execute(
    'CREATE TABLE behind (id INT PRIMARY KEY, name VARCHAR(20) NOT NULL, ratio DOUBLE, odd BOOLEAN)',
    `INSERT INTO behind VALUES ${numbers(50).map((n) => `(${n}, 'n${n % 5}', ${n} / 3e0, ${n % 2})`)}`,
    'CREATE VIEW simple AS SELECT id, name, ratio * 2 AS twice FROM behind WHERE odd',
    'CREATE VIEW grouped AS SELECT name, COUNT(*) AS people FROM behind GROUP BY name',
  );
  const simple = await mysql.describe('simple');
  expect(simple).toMatchObject({ kind: 'VIEW', key: [] });
  await expect(readingKey(mysql.source, simple, undefined)).rejects.toMatchObject({ code: 'SOURCE_NO_KEY' });
  expect(await paged(simple, 'id', ['id'])).toEqual(numbers(50).filter((n) => n % 2 === 1));
  expect(await paged(await mysql.describe('grouped'), 'name', ['name'], 2)).toEqual([
    'n0',
    'n1',
    'n2',
    'n3',
    'n4',
  ]);
  await expect(readingKey(mysql.source, simple, ['name'])).rejects.toMatchObject({ code: 'SOURCE_NO_KEY' });
});

test('keys that agree in more characters than a sort looks at', async () => {
  // max_sort_length is 1024 bytes where no index gives the order.
  const key = (n: number) => `${'ä'.repeat(1500)}${String(n).padStart(4, '0')}`;
  await mysql.execute(
    'CREATE TABLE long_keys (n INT, k TEXT NOT NULL)',
    `INSERT INTO long_keys VALUES ${numbers(60).map((n) => `(${(n * 37) % 60}, '${key((n * 37) % 60)}')`)}`,
  );
  expect(await paged(await mysql.describe('long_keys'), 'n', ['k'])).toEqual(numbers(60));
});

test('partitioned tables', async () => {
  await mysql.execute(
    `CREATE TABLE by_range (id INT, day DATE, v INT, PRIMARY KEY (id, day)) PARTITION BY RANGE (YEAR(day))
       (PARTITION a VALUES LESS THAN (2020), PARTITION b VALUES LESS THAN (2022), PARTITION c VALUES LESS THAN MAXVALUE)`,
    `INSERT INTO by_range VALUES ${numbers(90).map((n) => `(${n}, '${2018 + (n % 6)}-01-01', ${n})`)}`,
    'CREATE TABLE by_hash (id INT PRIMARY KEY) PARTITION BY HASH (id) PARTITIONS 5',
    `INSERT INTO by_hash VALUES ${numbers(60).map((n) => `(${n})`)}`,
  );
  expect(await paged(await mysql.describe('by_range'), 'v')).toEqual(numbers(90));
  expect(await paged(await mysql.describe('by_hash'), 'id')).toEqual(numbers(60));
});

test('generated and invisible columns are read; an invisible one can be the key', async () => {
  await mysql.execute(
    `CREATE TABLE derived (a INT NOT NULL, twice INT AS (a * 2) VIRTUAL, text VARCHAR(9) AS (CONCAT('t', a)) STORED,
       hidden INT NOT NULL DEFAULT 0 INVISIBLE PRIMARY KEY)`,
    `INSERT INTO derived (a, hidden) VALUES ${numbers(20).map((n) => `(${n}, ${n + 50})`)}`,
  );
  const table = await mysql.describe('derived');
  expect(table.key).toMatchObject([{ name: 'hidden', invisible: true }]);
  expect(await paged(table, 'twice')).toEqual(numbers(20).map((n) => n * 2));
  expect(await paged(table, 'text')).toEqual(numbers(20).map((n) => `t${n}`));
});

test('a thousand columns', async () => {
  const columns = numbers(999).map((n) => `c${n} TINYINT`);
  await mysql.execute(
    `CREATE TABLE broad (${columns.join()}, id INT PRIMARY KEY)`,
    `INSERT INTO broad (id, c0, c998) VALUES (1, 5, 6), (2, 7, 8)`,
  );
  const table = await mysql.describe('broad');
  expect(table.columns).toHaveLength(1000);
  const batches = await allBatches(mysql.source, {
    table,
    keyset: new Keyset(table.key),
    expressions: table.columns.map(({ name }) => mysqlIdentifier(name)),
    batchRows: 1,
  });
  const rows = batches.flatMap(({ rows }) => rows);
  expect(rows.map((row) => [row.length, row[0], row[500], row[998], row[999], row[1000]])).toEqual([
    [1001, 5, null, 6, 1, 1],
    [1001, 7, null, 8, 2, 2],
  ]);
});

test('rows of 64 KB, and an empty table', async () => {
  await mysql.execute(
    'CREATE TABLE wide (id INT PRIMARY KEY, a VARCHAR(16000), b MEDIUMTEXT, c BLOB) CHARACTER SET utf8mb4',
    ...numbers(9).map(
      (n) =>
        `INSERT INTO wide VALUES (${n}, REPEAT('${n}', 16000), REPEAT('漢', 50000 + ${n}), REPEAT(x'0${n}', 65535))`,
    ),
    'CREATE TABLE nobody (id INT PRIMARY KEY)',
  );
  const table = await mysql.describe('wide');
  expect(await paged(table, 'b', undefined, 2)).toEqual(numbers(9).map((n) => '漢'.repeat(50_000 + n)));
  expect(await paged(table, 'c', undefined, 4)).toEqual(numbers(9).map((n) => Buffer.alloc(65_535, n)));
  expect(await paged(await mysql.describe('nobody'), 'id')).toEqual([]);
});

test('a MERGE table, which has its key in each of its parts and not over all of them', async () => {
  await mysql.execute(
    'CREATE TABLE part_a (id INT PRIMARY KEY, n INT NOT NULL) ENGINE = MyISAM',
    'CREATE TABLE part_b (id INT PRIMARY KEY, n INT NOT NULL) ENGINE = MyISAM',
    'INSERT INTO part_a VALUES (1, 1), (2, 2)',
    'INSERT INTO part_b VALUES (3, 3), (4, 4)',
    'CREATE TABLE merged (id INT PRIMARY KEY, n INT NOT NULL) ENGINE = MERGE UNION = (part_a, part_b)',
  );
  const merged = await mysql.describe('merged');
  expect(merged.key.map(({ name }) => name)).toEqual(['id']);
  for (const wanted of [undefined, ['id'], ['id', 'n']])
    expect((await readingKey(mysql.source, merged, wanted)).length).toBeGreaterThan(0);
  await mysql.execute('INSERT INTO part_b VALUES (2, 5)');
  for (const wanted of [undefined, ['id']])
    await expect(readingKey(mysql.source, merged, wanted)).rejects.toMatchObject({
      code: 'SOURCE_NO_KEY',
      message: expect.stringMatching(/merged has rows that share one key \(id\), and some would be lost/),
    });
  // A key that tells the two rows apart.
  expect(await readingKey(mysql.source, merged, ['id', 'n'])).toHaveLength(2);
});
