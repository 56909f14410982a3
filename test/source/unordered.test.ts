import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readUnordered } from '../../src/source/mysql/unordered.ts';
import type { Cell } from '../../src/types/cell.ts';
import { openTestSource, type TestSource } from './database.ts';

let mysql: TestSource;

beforeAll(async () => {
  mysql = await openTestSource();
  const rows = Array.from({ length: 1000 }, (_, n) => `(${n % 10}, '${n}')`);
  await mysql.execute(
    'CREATE TABLE keyless (n INT, t VARCHAR(20))',
    `INSERT INTO keyless VALUES ${rows.join()}, ${rows.join()}`,
    'CREATE TABLE heavy (v MEDIUMTEXT)',
    ...Array.from({ length: 12 }, () => "INSERT INTO heavy VALUES (REPEAT('x', 6000000))"),
    'CREATE TABLE nothing (n INT)',
    'CREATE VIEW seen AS SELECT n, COUNT(*) AS rows_of_n FROM keyless GROUP BY n',
  );
});

afterAll(async () => {
  await mysql[Symbol.asyncDispose]();
});

async function read(name: string, expressions: string[], batchRows: number): Promise<(readonly Cell[][])[]> {
  const table = await mysql.describe(name);
  const batches: (readonly Cell[][])[] = [];
  for await (const { rows } of readUnordered(mysql.source, { table, expressions, batchRows }))
    batches.push(rows);
  return batches;
}

/** Sessions of the reader's user that run a statement on a table. */
async function sessionsOn(table: string): Promise<number> {
  const rows = await mysql.source.query(
    "SELECT INFO FROM information_schema.PROCESSLIST WHERE DB = DATABASE() AND INFO LIKE ? AND COMMAND <> 'Sleep'",
    [`SELECT % FROM %.\`${table}\``],
  );
  return rows.length;
}

describe('a table without a key', () => {
  test('gives every row, also those that are there twice, in batches', async () => {
    const batches = await read('keyless', ['n', 't'], 300);
    expect(batches.map((rows) => rows.length)).toEqual([300, 300, 300, 300, 300, 300, 200]);
    const texts = batches.flat().map(([, text]) => Number(text));
    expect(texts.toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 2000 }, (_, index) => Math.floor(index / 2)),
    );
  });

  test('may be a view, or empty', async () => {
    expect(
      (await read('seen', ['n', 'rows_of_n + 0'], 4)).flat().map(([n, rows]) => [n, Number(rows)]),
    ).toEqual(expect.arrayContaining([[3, 200]]));
    expect(await read('nothing', ['n'], 4)).toEqual([]);
  });

  test('wide rows make smaller batches', async () => {
    const batches = await read('heavy', ['LEFT(v, 1000000)'], 10_000);
    expect(batches.map((rows) => rows.length)).toEqual([5, 5, 2]);
    const huge = await read('heavy', ['v'], 10_000);
    expect(huge.map((rows) => rows.length)).toEqual(Array(12).fill(1));
  });
});

describe('the server waits for the caller', () => {
  test('no more rows come than the caller takes', async () => {
    const table = { ...(await mysql.describe('heavy')), averageRowBytes: 6_000_000 };
    let taken = 0;
    for await (const { rows } of readUnordered(mysql.source, { table, expressions: ['v'], batchRows: 1 })) {
      expect(rows).toHaveLength(1);
      if (taken++ > 0) continue;
      // A reader that ran ahead would have read all 72 MB by now, and the server's session would be idle.
      await new Promise((resolve) => setTimeout(resolve, 2000));
      expect(await sessionsOn('heavy')).toBe(1);
    }
    expect(taken).toBe(12);
  });

  test('meanwhile the source answers', async () => {
    const table = await mysql.describe('keyless');
    for await (const _batch of readUnordered(mysql.source, { table, expressions: ['n'], batchRows: 500 }))
      expect(await mysql.source.query("SELECT 'on'")).toEqual([['on']]);
  });

  test('a caller that stops early leaves no session behind', async () => {
    const table = { ...(await mysql.describe('heavy')), averageRowBytes: 6_000_000 };
    for await (const _batch of readUnordered(mysql.source, { table, expressions: ['v'], batchRows: 1 }))
      break;
    await expect.poll(() => sessionsOn('heavy'), { timeout: 30_000 }).toBe(0);
    expect(await mysql.source.query("SELECT 'on'")).toEqual([['on']]);
  });
});

test('a statement that the server rejects, and a session that breaks', async () => {
  const table = await mysql.describe('keyless');
  const rejected = readUnordered(mysql.source, { table, expressions: ['no_such_column'], batchRows: 10 });
  await expect(rejected.next()).rejects.toMatchObject({
    code: 'MYSQL_QUERY',
    message: expect.stringContaining('no_such_column'),
  });

  const heavy = { ...(await mysql.describe('heavy')), averageRowBytes: 6_000_000 };
  const broken = readUnordered(mysql.source, { table: heavy, expressions: ['v'], batchRows: 1 });
  await broken.next();
  const [[id]] = (await mysql.source.query(
    "SELECT ID FROM information_schema.PROCESSLIST WHERE DB = DATABASE() AND INFO LIKE 'SELECT v FROM %'",
  )) as [[number]];
  await mysql.execute(`KILL CONNECTION ${id}`);
  const rest = async () => {
    while (!(await broken.next()).done);
  };
  await expect(rest()).rejects.toMatchObject({ code: 'MYSQL_UNREACHABLE' });
});
