import { generateKeyPairSync, randomUUID } from 'node:crypto';
import type { Binds } from 'snowflake-sdk';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { clientError, NodeClient } from './clients/node.ts';
import { startSnowflake, type TestSnowflake } from './emulator.ts';
import {
  COERCION_TABLE,
  COERCIONS,
  ENDLESS,
  ERRORS,
  FORMATS,
  LONG_NUMBERS,
  longNumbers,
  NOT_COERCED,
  SEMI_STRUCTURED,
  VALUES,
} from './shared-cases.ts';

let emulator: TestSnowflake;
let node: NodeClient;

beforeAll(async () => {
  emulator = await startSnowflake();
  node = await NodeClient.connect(emulator, { privateKey: emulator.privateKey });
  await node.rows('create table t (a int not null, s varchar(3))');
});

afterAll(async () => {
  await node[Symbol.asyncDispose]();
  await emulator[Symbol.asyncDispose]();
});

afterEach(() => {
  vi.restoreAllMocks();
});

describe('values', () => {
  beforeAll(async () => {
    await node.rows(FORMATS);
  });

  test.each(VALUES)('%s', async (sql, text) => {
    expect(await node.rows(`select ${sql} as v`)).toEqual([[text]]);
  });

  test.each(SEMI_STRUCTURED)('%s', async (sql, text) => {
    const { rows } = await node.execute(`select ${sql} as v`, { fetchAsString: [] });
    expect(rows).toEqual([{ V: JSON.parse(text ?? '') }]);
  });
});

test.each(ERRORS)('%s → %s', async (sql, code, state) => {
  await expect(node.rows(sql)).rejects.toMatchObject({ code, state });
});

describe('text on INSERT', () => {
  beforeAll(async () => {
    await node.rows(FORMATS);
    await node.rows(COERCION_TABLE);
  });

  test.each(COERCIONS)('%s ← %s', async (column, given, shown) => {
    await node.rows('truncate table coerced');
    await node.rows(`insert into coerced (${column}) values (?)`, [given]);
    expect(await node.rows(`select ${column} from coerced`)).toEqual([[shown]]);
  });

  test.each(NOT_COERCED)('%s ← %s is refused', async (column, given, code) => {
    await expect(node.rows(`insert into coerced (${column}) values (?)`, [given])).rejects.toMatchObject({
      code,
    });
  });

  test('numbers, truth values and objects go into text, number and variant', async () => {
    await node.rows('truncate table coerced');
    await node.rows('insert into coerced (v, bo, nu) values (?, ?, ?)', [1.5, true, 7]);
    await node.rows('insert into coerced (v, bo, nu) values (?, ?, ?)', [7, 'no', null]);
    expect(await node.rows('select v, bo, nvl(nu, -1) as nu from coerced order by v')).toEqual([
      ['1.5', 'TRUE', '7.00'],
      ['7', 'FALSE', '-1.00'],
    ]);
  });
});

test('an array bind is one statement with one count', async () => {
  await node.rows('create or replace table many (id int, s varchar, b boolean)');
  const binds = Array.from({ length: 2500 }, (_, id) => [id, id % 3 ? `s${id}` : null, id % 2 === 0]);
  const { statement } = await node.execute('insert into many values (?, ?, ?)', { binds: binds as Binds });
  expect(statement.getNumUpdatedRows()).toBe(2500);
  expect(await node.rows('select count(*), count(s), sum(id), count_if(b) from many')).toEqual([
    ['2500', '1666', '3123750', '1250'],
  ]);
  await expect(
    node.execute('update many set s = ? where id = ?', {
      binds: [
        ['x', 1],
        ['y', 2],
      ] as Binds,
    }),
  ).rejects.toMatchObject({ code: '000002', state: '0A000' });
});

test('statements in one text: each has its result', async () => {
  await node.rows('create or replace table multi (id int)');
  const results = await several(
    "insert into multi values (1), (2); select count(*) as n from multi; select ';' as s -- ;\n;",
    3,
  );
  expect(results).toEqual([[{ 'number of rows inserted': 2 }], [{ N: 2 }], [{ S: ';' }]]);
  expect(await several('select 1 as a; select 2 as b', 0)).toEqual([[{ A: 1 }], [{ B: 2 }]]);
});

test('an error among several statements: what came before stays, what comes after does not run', async () => {
  await node.rows('create or replace table multi (id int)');
  await expect(
    several('insert into multi values (1); select nope from multi; insert into multi values (2)', 0),
  ).rejects.toMatchObject({ code: '000904' });
  expect(await node.rows('select id from multi')).toEqual([['1']]);
});

test('a text with more statements than announced is refused', async () => {
  await expect(several('select 1; select 2', 1)).rejects.toMatchObject({ state: '0A000' });
  await expect(several('select 1; select 2', 3)).rejects.toMatchObject({ code: '000008', state: '0A000' });
});

describe('values bound to several statements', () => {
  const three = 'select ? as a; select ? as a, ? as b; select ? as a, ? as b, ? as c';

  test('each statement takes the next ones, in the order of the text', async () => {
    expect(await several(three, 3, [10, 20, 30, 'a', 'b', 'c'])).toEqual([
      [{ A: 10 }],
      [{ A: 20, B: 30 }],
      [{ A: 'a', B: 'b', C: 'c' }],
    ]);
    expect(await several('select 1 as a; select ? as a; select 2 as a; select ? as a', 0, [3, 4])).toEqual([
      [{ A: 1 }],
      [{ A: 3 }],
      [{ A: 2 }],
      [{ A: 4 }],
    ]);
  });

  test('rows that are written have the values of their statement', async () => {
    await node.rows('create or replace table multi (id int, s varchar)');
    await several(
      `insert into multi values (?, ?), (?, ?); -- why?
       update multi set s = s || ? where id = ? /* ? */; delete from multi where s = ?; select $$?$$, '?;', "?" from (select ? as "?")`,
      4,
      [1, 'one?', 2, "t'wo;?", '!', 1, "t'wo;?", 'end'],
    );
    expect(await node.rows('select id, s from multi')).toEqual([['1', 'one?!']]);
  });

  test('a question mark in a text, a comment, a name or a body is no place holder', async () => {
    const sql = `select '?' as a, $$ ? ; ?$$ as b, 'it''s ?' as c; -- ? ;
      select /* ? */ ? as "a?"; // ?
      create or replace function multi_f() returns varchar as $$ '?' || ';' $$;
      select multi_f() as f, ? as x`;
    expect(await several(sql, 4, ['first', 'second'])).toEqual([
      [{ A: '?', B: ' ? ; ?', C: "it's ?" }],
      [{ 'a?': 'first' }],
      [{ status: 'Function MULTI_F successfully created.' }],
      [{ F: '?;', X: 'second' }],
    ]);
  });

  test.each([
    ['too few values', three, [10, 20, 30, 'a', 'b'], 'Bind variable ? not set.'],
    [
      'a NULL, which Snowflake takes as not bound',
      'select ?; select ?',
      [1, null],
      'Bind variable ? not set.',
    ],
    [
      'numbers, which Snowflake does not know here',
      'select :1; select :2',
      [1, 2],
      'Bind variable :1 not set.',
    ],
  ])('%s', async (_, sql, binds, message) => {
    const error = await several(sql, 0, binds).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: '002049' });
    expect((error as Error).message).toContain(message);
  });

  test('arrays are refused by name, and write nothing', async () => {
    await node.rows('create or replace table multi (id int)');
    const rows = [[1], [2]] as unknown as Binds;
    await expect(
      several('insert into multi values (?); insert into multi values (?)', 2, rows),
    ).rejects.toMatchObject({ code: '000002', state: '0A000' });
    expect(await node.rows('select id from multi')).toEqual([]);
  });

  test('one statement where several are allowed takes NULLs, numbers and arrays', async () => {
    await node.rows('create or replace table multi (id int)');
    expect(await several('select :2 as a, ? as b;', 0, [null, 7])).toEqual([[{ A: 7, B: null }]]);
    expect(await several('insert into multi values (?)', 0, [[1], [2]] as unknown as Binds)).toEqual([
      [{ 'number of rows inserted': 2 }],
    ]);
  });
});

/** The SDK calls back once for each statement, when asked to go on. */
function several(sqlText: string, count: number, binds?: Binds): Promise<unknown[]> {
  return new Promise((resolve, reject) => {
    const results: unknown[] = [];
    node.connection.execute({
      sqlText,
      parameters: { MULTI_STATEMENT_COUNT: count },
      ...(binds && { binds }),
      complete: (error, statement, rows) => {
        if (error) return reject(clientError(error));
        results.push(rows);
        // The declarations have them at another kind of statement only.
        const next = statement as unknown as { hasNext(): boolean; NextResult(): void };
        if (next.hasNext()) next.NextResult();
        else resolve(results);
      },
    });
  });
}

describe('asynchronous queries', () => {
  test('run while the session does something else, and are fetched by id', async () => {
    const { statement } = await node.execute(
      'select count(*) as n from table(generator(rowcount => 30000000))',
      { asyncExec: true },
    );
    const queryId = statement.getQueryId();
    expect(await node.rows('select 1 as a')).toEqual([['1']]);
    const later = await node.connection.getResultsFromQueryId({ queryId });
    const rows: unknown[] = [];
    for await (const row of later.streamRows()) rows.push(row);
    expect(rows).toEqual([{ N: 30_000_000 }]);
    expect(await node.connection.getQueryStatus(queryId)).toBe('SUCCESS');
  });

  test('that fail say so', async () => {
    const { statement } = await node.execute('select 1 / 0', { asyncExec: true });
    const queryId = statement.getQueryId();
    await expect(node.connection.getResultsFromQueryId({ queryId })).rejects.toThrow('Division by zero');
    await expect(node.connection.getQueryStatusThrowIfError(queryId)).rejects.toThrow('Division by zero');
  });

  test('of another session of the same user can be fetched, an unknown one not', async () => {
    const { statement } = await node.execute('select 7 as a');
    await using other = await NodeClient.connect(emulator, { password: emulator.password });
    const later = await other.connection.getResultsFromQueryId({ queryId: statement.getQueryId() });
    const rows: unknown[] = [];
    for await (const row of later.streamRows()) rows.push(row);
    expect(rows).toEqual([{ A: 7 }]);
    await expect(
      other.connection.getResultsFromQueryId({ queryId: '11111111-2222-3333-4444-555555555555' }),
    ).rejects.toThrow();
  });
});

test('a running query is cancelled, and the session goes on', async () => {
  const outcome = new Promise((_, reject) => {
    const statement = node.connection.execute({
      sqlText: ENDLESS,
      complete: (error) => reject(error ? clientError(error) : new Error('it ended')),
    });
    setTimeout(() => statement.cancel(() => undefined), 300);
  });
  await expect(outcome).rejects.toMatchObject({ code: '000604', state: '57014' });
  expect(await node.rows('select 1 as a')).toEqual([['1']]);
});

describe('logins', () => {
  test('with a password, names of the session and a time zone', async () => {
    await node.rows('create schema db1.other');
    await node.rows('use schema db1.public');
    await node.rows('create warehouse w2');
    await node.rows('use warehouse wh');
    await node.rows('create role r2');
    await using other = await NodeClient.connect(
      emulator,
      { password: emulator.password },
      { database: 'db1', schema: 'other', warehouse: 'w2', role: 'r2' },
    );
    await other.rows("alter session set timezone = 'Asia/Tokyo'");
    expect(
      await other.rows(
        `select current_database() a, current_schema() b, current_warehouse() c, current_role() d, current_user() e,
         '2024-01-01 00:00:00 +0000'::timestamp_ltz::varchar f`,
      ),
    ).toEqual([['DB1', 'OTHER', 'W2', 'R2', 'U1', '2024-01-01 09:00:00.000 +0900']]);
  });

  test('with a wrong password, user or key are refused', async () => {
    await expect(NodeClient.connect(emulator, { password: 'wrong' })).rejects.toMatchObject({
      code: '390100',
      state: '08001',
    });
    await expect(
      NodeClient.connect({ ...emulator, user: 'nobody' }, { password: emulator.password }),
    ).rejects.toMatchObject({ code: '390100' });
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    await expect(NodeClient.connect(emulator, { privateKey })).rejects.toMatchObject({
      code: '390144',
      state: '08001',
    });
  });
});

test('an expired session token is renewed on the way, for queries at once too', async () => {
  await using other = await NodeClient.connect(emulator, { password: emulator.password });
  await other.rows("alter session set query_tag = 'kept'");
  // The local Snowflake runs in this process: two hours later the session token is stale, the master token not.
  const now = Date.now;
  vi.spyOn(Date, 'now').mockImplementation(() => now() + 2 * 3_600_000);
  const all = await Promise.all(Array.from({ length: 5 }, (_, n) => other.rows(`select ${n} as n`)));
  expect(all).toEqual([[['0']], [['1']], [['2']], [['3']], [['4']]]);
  const [tag] = await other.rows("show parameters like 'QUERY_TAG'");
  expect(tag?.slice(0, 2)).toEqual(['QUERY_TAG', 'kept']);
});

test('five hours later the master token is stale too, and the client gets an error', async () => {
  const other = await NodeClient.connect(emulator, { password: emulator.password });
  const now = Date.now;
  vi.spyOn(Date, 'now').mockImplementation(() => now() + 5 * 3_600_000);
  await expect(other.rows('select 1')).rejects.toThrow();
  expect(other.connection.isUp()).toBe(false);
});

test('a request that is sent again is not run again', async () => {
  await node.rows('create or replace table once (id int)');
  const login = await post('/session/v1/login-request', {
    data: { LOGIN_NAME: emulator.user, PASSWORD: emulator.password },
  });
  const headers = { authorization: `Snowflake Token="${login.data.token}"` };
  const send = (requestId: string) =>
    post(
      `/queries/v1/query-request?requestId=${requestId}`,
      { sqlText: 'insert into once values (1)' },
      headers,
    );
  const [id, another] = [randomUUID(), randomUUID()];
  const [first, again] = await Promise.all([send(id), send(id)]);
  expect(first.data.rowset).toEqual([['1']]);
  expect(again.data.queryId).toBe(first.data.queryId);
  expect((await send(id)).data.rowset).toEqual([['1']]);
  await send(another);
  expect(await node.rows('select count(*) as n from once')).toEqual([['2']]);
});

async function post(
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
  // biome-ignore lint/suspicious/noExplicitAny: an answer is whatever it is
): Promise<{ data: any }> {
  const response = await fetch(`${emulator.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  return response.json() as Promise<{ data: unknown }>;
}

test('describing tells columns and place holders, and runs nothing', async () => {
  await node.rows('create or replace table d (a int not null, b varchar(7), c number(10,2))');
  const { statement } = await node.execute('select a, b, c from d where a > ? and b = ?', {
    describeOnly: true,
  } as object);
  expect(
    statement.getColumns()?.map((column) => [column.getName(), column.getType(), column.isNullable()]),
  ).toEqual([
    ['A', 'fixed', false],
    ['B', 'text', true],
    ['C', 'fixed', true],
  ]);
  for (const sql of ['insert into d (a) values (1)', 'insert into d select 1, null, null']) {
    await node.execute(sql, { describeOnly: true } as object);
  }
  await expect(node.execute('drop table d', { describeOnly: true } as object)).rejects.toMatchObject({
    code: '000007',
  });
  expect(await node.rows('select count(*) as n from d')).toEqual([['0']]);
});

test.each([
  ['select 1', 0x1000],
  ['insert into kinds values (1)', 0x3100],
  ['update kinds set a = 2', 0x3200],
  ['delete from kinds', 0x3300],
  ['merge into kinds using (select 1 as b) s on kinds.a = s.b when matched then delete', 0x3400],
  ['alter session set week_start = 0', 0x4100],
  ['use schema db1.public', 0x4300],
  ['show tables', 0x4400],
  ['describe table kinds', 0x4500],
  ['begin', 0x5000],
  ['create or replace table kinds2 (a int)', 0x6000],
] as const)('%s is of type %i', async (sql, type) => {
  await node.rows('create table if not exists kinds (a int)');
  const login = await post('/session/v1/login-request', {
    data: { LOGIN_NAME: emulator.user, PASSWORD: emulator.password },
  });
  const headers = { authorization: `Snowflake Token="${login.data.token}"` };
  const { data } = await post('/queries/v1/query-request', { sqlText: sql }, headers);
  expect(data.statementTypeId).toBe(type);
});

test('identifiers: quoted, empty, unicode, differing in case only', async () => {
  const names = ['a', 'A', 'aB', '', ' ', 'ż😀', 'x"y', "q'q", 'semi;colon', '?', 'select', 'naïve', 'NAÏVE'];
  const quoted = names.map((name) => `"${name.replaceAll('"', '""')}"`);
  await node.rows(`create or replace table "ta ble" (${quoted.map((name) => `${name} int`).join(', ')})`);
  await node.rows(`insert into "ta ble" values (${names.map((_, index) => index).join(', ')})`);
  const { rows, statement } = await node.execute(`select ${quoted.join(', ')} from "ta ble"`);
  expect(statement.getColumns()?.map((column) => column.getName())).toEqual(names);
  expect(rows).toEqual([Object.fromEntries(names.map((name, index) => [name, String(index)]))]);
});

test('transactions: others see what is committed, nothing of what is rolled back; a failed statement ends none', async () => {
  await using other = await NodeClient.connect(emulator, { password: emulator.password });
  const count = async (client: NodeClient) => (await client.rows('select count(*) as n from tx'))[0]?.[0];
  await node.rows('create or replace table tx (a int)');
  await other.rows('begin');
  await other.rows('insert into tx values (1)');
  expect([await count(node), await count(other)]).toEqual(['0', '1']);
  await other.rows('rollback');
  expect(await count(other)).toBe('0');
  await other.rows('begin');
  await other.rows('insert into tx values (1)');
  await expect(other.rows("insert into tx values ('x')")).rejects.toMatchObject({ code: '100038' });
  await expect(other.rows('select 1 / (a - 1) from tx')).rejects.toMatchObject({ code: '100051' });
  expect([await count(node), await count(other)]).toEqual(['0', '1']);
  await other.rows('commit');
  expect(await count(node)).toBe('1');
  await other.rows('alter session set autocommit = false');
  await other.rows('insert into tx values (2)');
  expect(await count(node)).toBe('1');
  await other.rows('commit');
  expect(await count(node)).toBe('2');
});

test('names are bound with IDENTIFIER(?) and TABLE(?)', async () => {
  await node.rows('create or replace table identifier(?) (a int, b varchar)', ['"named by bind"']);
  await node.rows('insert into identifier(?) values (?, ?)', ['"named by bind"', 1, 'x']);
  const sql = 'select a, ? as c from identifier(?) where identifier(?) = ?';
  expect(await node.rows(sql, ['y', 'db1.public."named by bind"', 'b', 'x'])).toEqual([['1', 'y']]);
  expect(await node.rows('select b from table(?)', ['"named by bind"'])).toEqual([['x']]);
  await expect(node.rows('select * from identifier(?)')).rejects.toMatchObject({ code: '002128' });
});

test.each(LONG_NUMBERS)('19,000 numbers %s', async (_, sql, value) => {
  const long = longNumbers(sql, value);
  const { rows } = await node.execute(long.sql, { streamResult: false });
  expect(rows.map(({ N, T }) => [N === 'NULL' ? null : N, T])).toEqual(long.rows);
});

test('100,000 rows come in chunks, each once and in order', async () => {
  const { statement } = await node.execute(
    `select seq4() as n, 'row ' || n as t, null as z, n / 8 as f, '2024-01-01'::timestamp_ntz as s
     from table(generator(rowcount => 100000)) order by n`,
    { streamResult: true },
  );
  expect(statement.getNumRows()).toBe(100_000);
  let next = 0;
  for await (const row of statement.streamRows()) {
    if (row.N !== String(next) || row.T !== `row ${next}`) expect(row).toMatchObject({ N: String(next) });
    next++;
  }
  expect(next).toBe(100_000);
});
