import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { checkTable } from '../../src/check/check-table.ts';
import type { Settings } from '../../src/config/settings.ts';
import { stopJvm } from '../fixtures/jvm.ts';
import { openQueriedSource } from '../source/queried-source.ts';
import { type LoadedEnds, startLoadedEnds, TARGETS } from './loaded.ts';

// Values that are longer than the server's max_allowed_packet, which servers replace by NULL or '' in some expressions.

const MEGABYTE = 2 ** 20;

let loaded: LoadedEnds;
let isMariaDb: boolean;
let limit: unknown;

beforeAll(async () => {
  loaded = await startLoadedEnds({ ownServer: true });
  const [server] = await loaded.ends.source.query('SELECT VERSION(), @@global.max_allowed_packet');
  isMariaDb = /mariadb/i.test(String(server?.[0]));
  limit = server?.[1];
});

afterAll(async () => {
  stopJvm();
  await loaded[Symbol.asyncDispose]();
});

/** The limit of sessions that begin from now on. */
const limitTo = (bytes: unknown) => loaded.execute(`SET GLOBAL max_allowed_packet = ${String(bytes)}`);

beforeEach(() => limitTo(MEGABYTE));
afterEach(() => limitTo(limit));

const LETTERS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['utf8mb4', 'cp1251', 'gbk', 'sjis', 'big5', 'euckr', 'ucs2'].map((set) => [set, 'ж']),
  ),
  ...Object.fromEntries(
    ['utf16', 'utf32', 'cp932', 'ujis', 'eucjpms', 'gb2312', 'koi8r'].map((set) => [set, 'ж']),
  ),
  latin1: 'ä',
  cp1250: 'ł',
  greek: 'λ',
};

const TEXTS = Object.entries(LETTERS).map(([set, letter]) => ({
  name: `t_${set}`,
  type: `LONGTEXT CHARACTER SET ${set}`,
  value: `REPEAT('${letter}', 700000)`,
}));
const QUESTIONS = { name: 'questions', type: 'LONGTEXT CHARACTER SET cp1251', value: "REPEAT('ж?', 400000)" };
const BYTES = { name: 'bytes', type: 'LONGBLOB', value: "REPEAT('b', 1400000)" };
const JSONS = { name: 'j', type: 'JSON', value: "JSON_ARRAY(REPEAT('j', 1400000))" };
const SHAPE = {
  name: 'shape',
  type: 'GEOMETRY',
  value: "ST_GeomFromText(CONCAT('LINESTRING(', REPEAT('1.1234567 2.1234567,', 80000), '1 1)'))",
};

/** A table with a long value in one column of each row, and the row of the JSON last. */
async function longValues(name: string, key: string): Promise<void> {
  const columns = [...TEXTS, QUESTIONS, BYTES, SHAPE, JSONS];
  await loaded.execute(
    `CREATE TABLE ${name} (id INT ${key}, ${columns.map((each) => `${each.name} ${each.type}`).join()})`,
    ...columns.map((each, id) => `INSERT INTO ${name} (id, ${each.name}) VALUES (${id}, ${each.value})`),
    `INSERT INTO ${name} (id, j) VALUES (-1, '{}')`,
  );
}

const ROWS = TEXTS.length + 5;
const EMPTY_JSON = /^MySQL sent an empty text, .* max_allowed_packet$/;

test.each<[string, string, Partial<Settings>]>([
  ['as MySQL sends them', 'PRIMARY KEY', { bridge: 'batch' }],
  ['cell by cell', 'PRIMARY KEY', { bridge: 'cell' }],
  ['without a key', 'NOT NULL', { resume: false }],
])('long values of all kinds arrive %s', async (how, key, more) => {
  const name = `long_${how.length}`;
  await longValues(name, key);
  const { tables } = await loaded.load(name, { ...more, maxRejects: 1 });
  const rejected = isMariaDb
    ? []
    : [expect.objectContaining({ column: 'J', message: expect.stringMatching(EMPTY_JSON) })];
  expect(tables[0]?.rejected).toEqual(rejected);
  expect(tables[0]?.proof).toMatchObject({
    sourceRows: ROWS,
    targetRows: ROWS - rejected.length,
    differences: [],
  });
  const lengths = TEXTS.map((each) => `MAX(LENGTH(${each.name})) AS ${each.name.toUpperCase()}`).join();
  const [row] = await loaded.ends.snowflake.execute(`SELECT ${lengths} FROM ${name}`);
  expect(row).toEqual(Object.fromEntries(TEXTS.map((each) => [each.name.toUpperCase(), '700000'])));
});

test('a text of 18 MB, where the server takes 16 as MariaDB does by default, is rejected with its length', async () => {
  await limitTo(16 * MEGABYTE);
  await loaded.execute(
    'CREATE TABLE longest (id INT PRIMARY KEY, t LONGTEXT CHARACTER SET cp1251)',
    "INSERT INTO longest VALUES (1, REPEAT('ж', 9000000)), (2, REPEAT('ж', 8000000))",
  );
  const { tables } = await loaded.load('longest', { maxRejects: 1, batchRows: 1 });
  expect(tables[0]?.rejected).toMatchObject([
    {
      key: ['1'],
      column: 'T',
      message: "the value has 18000000 bytes, and Snowflake's streaming API takes 16777216",
    },
  ]);
  expect(tables[0]?.proof).toMatchObject({ differences: [] });
});

test('a check on a server that takes less than the one of the load says what it does not compare', async () => {
  await limitTo(64 * MEGABYTE);
  await loaded.execute(
    'CREATE TABLE printed (id INT PRIMARY KEY, j JSON)',
    "INSERT INTO printed VALUES (1, '[1]'), (2, JSON_ARRAY(REPEAT('j', 1400000)))",
  );
  await loaded.ends.snowflake.execute('CREATE TABLE printed (id NUMBER(10,0) NOT NULL, j VARCHAR)');
  expect((await loaded.load('printed')).tables[0]?.proof).toMatchObject({ differences: [] });
  await limitTo(MEGABYTE);
  await using source = await openQueriedSource(loaded.settings.mysql);
  const { proof } = await checkTable(source, loaded.ends.snowflake, loaded.table('printed'), TARGETS);
  // MariaDB's JSON is a text.
  if (isMariaDb) expect(proof.differences).toEqual([]);
  else
    expect(proof.differences[0]).toMatch(
      /^MySQL did not compare every value: Result of j\(\) was larger than max_allowed_packet/,
    );
});
