import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Keyset } from '../../src/source/mysql/keyset.ts';
import { readTable } from '../../src/source/mysql/reader.ts';
import { type MysqlSession, openMysqlSession } from '../../src/source/mysql/session.ts';
import type { SourceTable } from '../../src/source/table.ts';
import { allBatches, openTestSource, type TestSource } from './database.ts';

let mysql: TestSource;
let table: SourceTable;
let source: MysqlSession;
/** Statements that the reader has sent. */
let asked: string[];

beforeAll(async () => {
  mysql = await openTestSource();
  await mysql.execute(
    'CREATE TABLE people (id INT PRIMARY KEY, name VARCHAR(20))',
    `INSERT INTO people VALUES ${Array.from({ length: 100 }, (_, id) => `(${id}, 'p${id}')`).join()}`,
  );
  table = await mysql.describe('people');
});

beforeEach(async () => {
  asked = [];
  source = await openMysqlSession(mysql.settings);
  const query = source.query.bind(source);
  source.query = (sql, values) => {
    asked.push(sql);
    return query(sql, values);
  };
  return () => source.close();
});

afterAll(async () => {
  await mysql[Symbol.asyncDispose]();
});

const request = (batchRows: number, after?: readonly string[]) => ({
  table,
  keyset: new Keyset(table.key),
  expressions: ['`name`'],
  batchRows,
  ...(after && { after }),
});

describe('readTable', () => {
  test('gives the cells that were asked for, then those of the key', async () => {
    const [batch] = await allBatches(source, request(100));
    expect(batch?.rows[7]).toEqual(['p7', 7]);
    expect(batch?.lastKey).toEqual(['99']);
  });

  test('a server that does not get past a key is an error, and not read for ever', async () => {
    class Standing extends Keyset {
      override within(): undefined {
        return undefined;
      }
    }
    const keyset = new Standing(table.key);
    await expect(allBatches(source, { ...request(1), keyset })).rejects.toMatchObject({
      code: 'SOURCE_NO_KEY',
      message: expect.stringMatching(/cannot be read in the order of its key \(id\).*\["0"\] after itself/),
    });
  });

  test('asks for one page ahead and no more', async () => {
    let taken = 0;
    for await (const _batch of readTable(source, request(10))) {
      taken++;
      // Time for a reader that ran ahead to show itself.
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(asked).toHaveLength(taken + 1);
    }
    expect(taken).toBe(10);
  });

  test('holds no batch any more that the caller is done with', async () => {
    setFlagsFromString('--expose-gc');
    const gc = runInNewContext('gc') as () => void;
    const batches: WeakRef<object>[] = [];
    for await (const batch of readTable(source, request(10))) {
      batches.push(new WeakRef(batch.rows));
      await new Promise((resolve) => setTimeout(resolve, 10));
      gc();
      // This one, and the one before while the engine's registers still know it; the next is not out yet.
      expect(batches.filter((ref) => ref.deref() !== undefined).length).toBeLessThanOrEqual(2);
    }
    expect(batches).toHaveLength(10);
  });

  test('goes on after a key, also one that is gone', async () => {
    const rest = await allBatches(source, request(30, ['41']));
    expect(rest.flatMap(({ rows }) => rows.map(([, id]) => id))).toEqual(
      Array.from({ length: 58 }, (_, index) => index + 42),
    );
    await mysql.execute('CREATE TABLE gaps (id INT PRIMARY KEY)', 'INSERT INTO gaps VALUES (1), (5), (9)');
    const gaps = await mysql.describe('gaps');
    const batches = await allBatches(source, {
      table: gaps,
      keyset: new Keyset(gaps.key),
      expressions: [],
      batchRows: 10,
      after: ['4'],
    });
    expect(batches.map(({ rows, lastKey }) => [rows, lastKey])).toEqual([[[[5], [9]], ['9']]]);
    expect(await allBatches(source, request(30, ['99']))).toEqual([]);
  });

  test('sees rows that are added beyond the cursor', async () => {
    await mysql.execute(
      'CREATE TABLE growing (id INT PRIMARY KEY)',
      'INSERT INTO growing VALUES (1), (2), (3), (4)',
    );
    const growing = await mysql.describe('growing');
    const ids: unknown[] = [];
    for await (const { rows } of readTable(source, { ...request(2), table: growing, expressions: ['id'] })) {
      if (ids.length === 0) await mysql.execute('INSERT INTO growing VALUES (7), (8)');
      ids.push(...rows.map(([id]) => id));
    }
    expect(ids).toEqual([1, 2, 3, 4, 7, 8]);
  });

  test('wide rows make smaller batches', async () => {
    const wide = { ...table, averageRowBytes: 512 * 1024 };
    const batches = await allBatches(source, { ...request(10_000), table: wide });
    expect(Math.max(...batches.map(({ rows }) => rows.length))).toBe(8);
    expect(batches.flatMap(({ rows }) => rows)).toHaveLength(100);
    const huge = await allBatches(source, { ...request(10_000), table: { ...table, averageRowBytes: 1e12 } });
    expect(huge).toHaveLength(100);
  });

  test('the columns that are read count, and not those of the table', async () => {
    const many = Array.from({ length: 200 }, (_, index) => `c${index} CHAR(5) NOT NULL DEFAULT 'x'`);
    await mysql.execute(
      `CREATE TABLE many_columns (id INT PRIMARY KEY, v MEDIUMTEXT, ${many.join()})`,
      `INSERT INTO many_columns (id) VALUES ${Array.from({ length: 5000 }, (_, id) => `(${id})`).join()}`,
      "UPDATE many_columns SET v = REPEAT('w', 1000000) WHERE id BETWEEN 1000 AND 1019",
    );
    const wide = { ...(await mysql.describe('many_columns')), averageRowBytes: 5000 };
    const named = (...names: string[]) => ({
      ...request(10_000),
      table: wide,
      keyset: new Keyset(wide.key),
      expressions: names,
      columns: wide.columns.filter(({ name }) => names.includes(name)),
    });
    const sizes = async (...names: string[]) =>
      (await allBatches(source, named(...names))).map(({ rows }) => rows.length);
    expect(await sizes('id', 'c0', 'c1', 'c2')).toEqual([5000]);
    expect((await sizes(...wide.columns.map(({ name }) => name))).at(0)).toBe(20);
    // Of a long text nothing is known before: by the bytes of the page before, and 4 MB of them at the most.
    const texts = await sizes('id', 'v');
    expect(texts.slice(0, 4)).toEqual([20, 80, 320, 1280]);
    expect(texts.reduce((sum, rows) => sum + rows, 0)).toBe(5000);
  });

  test('wide rows of which the server knows nothing make smaller batches too', async () => {
    await mysql.execute(
      'CREATE TABLE unknown_width (id INT PRIMARY KEY, v MEDIUMTEXT)',
      `INSERT INTO unknown_width VALUES ${Array.from({ length: 400 }, (_, id) => `(${id}, 'narrow')`).join()}`,
      "UPDATE unknown_width SET v = REPEAT('w', 1000000) WHERE id BETWEEN 60 AND 199",
    );
    const unknown = { ...(await mysql.describe('unknown_width')), averageRowBytes: 1 };
    const read = { ...request(10_000), table: unknown, keyset: new Keyset(unknown.key), expressions: ['v'] };
    const batches = await allBatches(source, read);
    expect(batches.flatMap(({ rows }) => rows.map(([, id]) => id))).toEqual(
      Array.from({ length: 400 }, (_, id) => id),
    );
    // 20 at first; 80, of which 40 are wide; then as many as have 4 MB; narrow ones again four times as many.
    const sizes = batches.map(({ rows }) => rows.length);
    expect(sizes.slice(0, 4)).toEqual([20, 80, 8, 4]);
    expect(sizes.slice(-4)).toEqual([4, 16, 64, 116]);
  });

  test('a caller that stops early leaves nothing behind', async () => {
    for await (const batch of readTable(source, request(10))) {
      expect(batch.rows).toHaveLength(10);
      break;
    }
    expect(await source.query("SELECT 'on'")).toEqual([['on']]);
  });

  test('the failure of the page ahead comes with the next step, after the batch at hand', async () => {
    await mysql.execute('CREATE TABLE short (id INT PRIMARY KEY)', 'INSERT INTO short VALUES (1), (2), (3)');
    const short = await mysql.describe('short');
    const batches = readTable(source, { ...request(1), table: short, expressions: ['id'] });
    expect((await batches.next()).value?.rows).toEqual([[1, 1]]);
    await mysql.execute('DROP TABLE short');
    const outcomes = [
      await batches.next().catch((error) => error),
      await batches.next().catch((error) => error),
    ];
    expect(outcomes).toContainEqual(expect.objectContaining({ code: 'MYSQL_QUERY' }));
  });

  test('a connection that breaks', async () => {
    const batches = readTable(source, request(10));
    await batches.next();
    const [[id]] = (await source.query('SELECT CONNECTION_ID()')) as [[number]];
    await mysql.execute(`KILL CONNECTION ${id}`);
    const rest = async () => {
      while (!(await batches.next()).done);
    };
    await expect(rest()).rejects.toMatchObject({ code: 'MYSQL_UNREACHABLE' });
  });
});
