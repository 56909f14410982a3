import { afterAll, beforeAll, expect, test } from 'vitest';
import { Progress } from '../../src/progress.ts';
import { Keyset } from '../../src/source/mysql/keyset.ts';
import { readTable } from '../../src/source/mysql/reader.ts';
import { type MysqlSession, openMysqlSession } from '../../src/source/mysql/session.ts';
import { openTestSource, type TestSource } from './database.ts';

let mysql: TestSource;
const steps: string[] = [];
const progress = new Progress((event) => {
  if (event.type === 'step') steps.push(event.message);
});
const policy = { retries: 3, progress };

beforeAll(async () => {
  mysql = await openTestSource();
  await mysql.execute(
    'CREATE TABLE people (id INT PRIMARY KEY, name VARCHAR(20))',
    "INSERT INTO people VALUES (1,'a'),(2,'b'),(3,'c'),(4,'d'),(5,'e')",
  );
});
afterAll(() => mysql[Symbol.asyncDispose]());

/** Ends the session on the server, as a restart or a time-out does. */
async function cut(source: MysqlSession): Promise<void> {
  const [row] = await source.query('SELECT CONNECTION_ID()');
  await mysql.execute(`KILL CONNECTION ${row?.[0]}`);
}

test('a source with a retry policy connects again, once for all that waits, in a session like the first', async () => {
  await using source = await openMysqlSession(mysql.settings, policy);
  await cut(source);
  const rows = await Promise.all([1, 2, 3].map((n) => source.query(`SELECT ${n}, @@time_zone`)));
  expect(rows.map(([row]) => row?.[1])).toEqual(['+00:00', '+00:00', '+00:00']);
  expect(steps).toEqual([expect.stringMatching(/^MySQL at .* cannot be reached: .*: connecting again$/)]);
});

test('one without a retry policy fails', async () => {
  await using source = await openMysqlSession(mysql.settings);
  await cut(source);
  await expect(source.query('SELECT 1')).rejects.toMatchObject({ code: 'MYSQL_UNREACHABLE' });
});

test('a statement that the server rejects is not repeated', async () => {
  await using source = await openMysqlSession(mysql.settings, policy);
  steps.length = 0;
  await expect(source.query('SELECT nothing')).rejects.toMatchObject({ code: 'MYSQL_QUERY' });
  expect(steps).toEqual([]);
});

async function reading(during: (page: number, source: MysqlSession) => Promise<unknown>): Promise<unknown[]> {
  await using source = await openMysqlSession(mysql.settings, policy);
  const table = await mysql.describe('people');
  const keyset = new Keyset(table.key);
  const ids: unknown[] = [];
  let page = 0;
  for await (const { rows } of readTable(source, { table, keyset, expressions: ['id'], batchRows: 2 })) {
    ids.push(...rows.map(([id]) => id));
    await during(page++, source);
  }
  return ids;
}

test('reading goes on after the last key', async () => {
  expect(await reading((_page, source) => cut(source))).toEqual([1, 2, 3, 4, 5]);
});

test('a table that was altered while it was read is an error that names the column, at the end', async () => {
  const alter = (sql: string) => reading(async (page) => page === 0 && mysql.execute(sql));
  await expect(alter('ALTER TABLE people MODIFY name VARCHAR(30)')).rejects.toMatchObject({
    code: 'SOURCE_CHANGED',
    message: expect.stringMatching(
      /people was altered during the run: column name was varchar\(20\) and is varchar\(30\);/,
    ),
  });
  await expect(alter('ALTER TABLE people DROP COLUMN name')).rejects.toMatchObject({
    message: expect.stringContaining('column name is gone'),
  });
  expect(await alter('ALTER TABLE people ADD COLUMN more INT')).toHaveLength(5);
});

test('a key that was given another order while it was read is an error, another column is none', async () => {
  await mysql.execute(
    'CREATE TABLE ordered (k VARCHAR(9) COLLATE utf8mb4_general_ci PRIMARY KEY, v VARCHAR(9) COLLATE utf8mb4_bin)',
    "INSERT INTO ordered VALUES ('a', 'x'), ('B', 'x'), ('c', 'x')",
  );
  const table = await mysql.describe('ordered');
  const altered = async (sql: string) => {
    const request = { table, keyset: new Keyset(table.key), expressions: ['k'], batchRows: 2 };
    for await (const _batch of readTable(mysql.source, request)) await mysql.execute(sql);
  };
  await altered('ALTER TABLE ordered MODIFY v VARCHAR(9) COLLATE utf8mb4_general_ci');
  await expect(altered('ALTER TABLE ordered MODIFY k VARCHAR(9) COLLATE utf8mb4_bin')).rejects.toMatchObject({
    code: 'SOURCE_CHANGED',
    message: expect.stringMatching(
      /column k was varchar\(9\) in utf8mb4_general_ci and is varchar\(9\) in utf8mb4_bin;/,
    ),
  });
});
