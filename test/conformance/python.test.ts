import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import {
  CONNECTOR_VERSIONS,
  Python,
  type PythonBind,
  type PythonResult,
  preparePython,
  systemPython,
} from './clients/python.ts';
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
} from './shared-cases.ts';

const installed = systemPython();
if (!installed) {
  process.stdout.write(
    'Python 3.10 or newer with venv is missing: the Python connector is NOT tested here.\n',
  );
  test('Python is missing: the connector is not tested', () => expect(systemPython()).toBeUndefined());
}

/** SQL that makes a value, and what str() and isoformat() say of it. */
const VALUES_IN_PYTHON: readonly (readonly [sql: string, text: string | null])[] = [
  ['-99999999999999999999999999999999999999', '-99999999999999999999999999999999999999'],
  ['1.5::number(10,2)', '1.50'],
  ['1.5e300::float', '1.5e+300'],
  ["'inf'::float", 'inf'],
  ["'-inf'::float", '-inf'],
  ["'nan'::float", 'nan'],
  ['true', 'true'],
  ['false', 'false'],
  ["'zażółć 😀'", 'zażółć 😀'],
  ["to_binary('00ff10', 'HEX')", '00ff10'],
  ["'0001-01-01'::date", '0001-01-01'],
  ["'9999-12-31'::date", '9999-12-31'],
  ["'1582-10-10'::date", '1582-10-10'],
  // Python's own types hold microseconds.
  ["'23:59:59.123456789'::time(9)", '23:59:59.123456'],
  ["'1969-12-31 23:59:59.000001'::timestamp_ntz", '1969-12-31T23:59:59.000001'],
  ["'9999-12-31 23:59:59.999999999'::timestamp_ntz", '9999-12-31T23:59:59.999999'],
  ["'2024-07-01 12:00:00.5'::timestamp_ltz", '2024-07-01T12:00:00.500000+02:00'],
  ["'2024-07-01 12:00:00.000007 -0530'::timestamp_tz", '2024-07-01T12:00:00.000007-05:30'],
  ['NULL', null],
];

describe.runIf(installed).each(CONNECTOR_VERSIONS)('Python connector %s', (version) => {
  let emulator: TestSnowflake;
  let python: Python;

  beforeAll(async () => {
    emulator = await startSnowflake();
    await preparePython(installed as string, version);
    python = new Python(version);
    const key = emulator.privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64');
    expect(await python.connect('c', emulator, { private_key: key })).toEqual([
      'DB1',
      'PUBLIC',
      'U1',
      'SYSADMIN',
    ]);
    await python.query('c', 'create table t (a int not null, s varchar(3))');
    await python.query('c', FORMATS);
  }, 300_000);

  afterAll(async () => {
    await python?.[Symbol.asyncDispose]();
    await emulator[Symbol.asyncDispose]();
  });

  afterEach(() => {
    vi.restoreAllMocks();
  });

  test.each([...VALUES_IN_PYTHON, ...SEMI_STRUCTURED])('%s', async (sql, text) => {
    expect(await python.rows('c', `select ${sql}`)).toEqual([[text]]);
  });

  test('columns of a result: names, type codes, sizes, nullability', async () => {
    const sql = 'select a, s, 1.25 as n, \'1\'::time(3) as "low case", true as b from t';
    const columns = [
      ['A', 0, 38, 0, null, false],
      ['S', 2, null, null, 3, true],
      ['N', 0, 3, 2, null, false],
      ['low case', 12, 0, 3, null, false],
      ['B', 13, null, null, null, false],
    ];
    expect((await python.query('c', sql)).columns).toEqual(columns);
    expect(await python.run('describe', 'c', { sql })).toEqual(columns);
    const counted = { sql: 'insert into t (a) values (1)' };
    expect(await python.run('describe', 'c', counted)).toEqual([
      ['number of rows inserted', 0, 19, 0, null, true],
    ]);
    expect(await python.rows('c', 'select count(*) from t')).toEqual([['0']]);
  });

  test.each(ERRORS)('%s → %s', async (sql, code, state) => {
    await expect(python.query('c', sql)).rejects.toMatchObject({ code: String(Number(code)), state });
  });

  test('binds of every type', async () => {
    await python.query(
      'c',
      `create or replace table b (i int, d number(38,1), f float, bo boolean, bi binary, da date,
       ti time(9), n timestamp_ntz, s varchar, nu varchar)`,
    );
    const binds: PythonBind[] = [
      ['int', '-7'],
      ['decimal', '1234567890123456789012345678901234567.5'],
      ['double', '1.5e-300'],
      ['boolean', 'true'],
      ['bytes', '00ff'],
      ['date', '2024-02-29'],
      ['time', '12:13:14.123456'],
      ['timestamp', '2024-02-29T12:13:14.123456'],
      ['string', "é😀'\\"],
      ['null', ''],
    ];
    const { count } = await python.query(
      'c',
      `insert into b values (${binds.map(() => '?').join(', ')})`,
      binds,
    );
    expect(count).toBe(1);
    expect(await python.rows('c', 'select * from b')).toEqual([
      [
        ...['-7', '1234567890123456789012345678901234567.5', '1.5e-300', 'true', '00ff', '2024-02-29'],
        ...['12:13:14.123456', '2024-02-29T12:13:14.123456', "é😀'\\", null],
      ],
    ]);
    const { rows } = await python.query('c', 'select s from b where i = ? and n = ? and bo = ?', [
      ['int', '-7'],
      ['timestamp', '2024-02-29T12:13:14.123456'],
      ['boolean', 'true'],
    ]);
    expect(rows).toEqual([["é😀'\\"]]);
  });

  test('text goes into every kind of column', async () => {
    await python.query('c', COERCION_TABLE);
    for (const [column, given, shown] of COERCIONS) {
      await python.query('c', `insert into coerced (${column}) values (?)`, [['string', given]]);
      const wanted = column === 'f' || column === 'bi' ? column : `to_varchar(${column})`;
      const [[text] = []] = await python.rows('c', `select ${wanted} from coerced`);
      expect([column, given, text?.toLowerCase()]).toEqual([column, given, pythonic(column, shown)]);
      await python.query('c', 'truncate table coerced');
    }
  });

  /** What to_varchar gives, or Python prints, where it is not what the other clients print. */
  function pythonic(column: string, shown: string): string {
    const small = shown.toLowerCase();
    return column === 'f' ? small.replace('infinity', 'inf') : small;
  }

  test.each(NOT_COERCED)('%s ← %s is refused', async (column, given, code) => {
    await python.query('c', COERCION_TABLE);
    const sql = `insert into coerced (${column}) values (?)`;
    await expect(python.query('c', sql, [['string', given]])).rejects.toMatchObject({ code });
  });

  test('executemany: one INSERT with arrays; UPDATE row by row', async () => {
    await python.query('c', 'create or replace table many (a int, s varchar, b binary, d date)');
    const rows = Array.from({ length: 1500 }, (_, n): PythonBind[] => [
      ['int', String(n)],
      n % 2 ? ['string', `s${n}`] : ['null', ''],
      ['bytes', 'ff'],
      ['date', '2024-02-29'],
    ]);
    expect(await python.run('many', 'c', { sql: 'insert into many values (?, ?, ?, ?)', rows })).toBe(1500);
    const updates: PythonBind[][] = [0, 1].map((n) => [['int', String(n)]]);
    await python.run('many', 'c', { sql: "update many set s = 'u' where a = ?", rows: updates });
    expect(await python.rows('c', "select count(*), count(s), sum(a), count_if(s = 'u') from many")).toEqual([
      ['1500', '751', '1124250', '2'],
    ]);
  });

  test('statements in one text', async () => {
    await python.query('c', 'create or replace table multi (a int)');
    const sql = 'select 1; insert into multi values (1), (2); select sum(a) from multi';
    const results = await python.run<PythonResult[]>('multiple', 'c', { sql, count: 3 });
    expect(results.map(({ rows, count }) => [rows, count])).toEqual([
      [[['1']], 1],
      [[['2']], 2],
      [[['3']], 1],
    ]);
    const bound = await python.run<PythonResult[]>('multiple', 'c', {
      sql: 'select ?; select ?, ?',
      count: 2,
      binds: [
        ['int', '10'],
        ['int', '20'],
        ['string', 'c?'],
      ],
    });
    expect(bound.map(({ rows }) => rows)).toEqual([[['10']], [['20', 'c?']]]);
  });

  test('asynchronous queries are fetched by id; a failed one says why', async () => {
    const sql = 'select count(*) as n from table(generator(rowcount => 20000000))';
    const query = await python.run<string>('start', 'c', { sql });
    expect(await python.rows('c', 'select 1')).toEqual([['1']]);
    const fetched = await python.run<PythonResult>('fetch', 'c', { query });
    expect(fetched.rows).toEqual([['20000000']]);
    expect(fetched.columns.map(([name]) => name)).toEqual(['N']);
    expect(await python.run('status', 'c', { query })).toBe('SUCCESS');
    const failed = await python.run<string>('start', 'c', { sql: 'select 1 / 0' });
    await expect(python.run('fetch', 'c', { query: failed })).rejects.toMatchObject({ code: '100051' });
    expect(await python.run('status', 'c', { query: failed })).toBe('FAILED_WITH_ERROR');
  });

  test('a running query is aborted, or ends with its time', async () => {
    expect(await python.run('cancel', 'c', { sql: ENDLESS, seconds: 0.4 })).toEqual([
      true,
      604,
      // Version 5 takes the error from the status of the query, which has no SQL state.
      version === '4.8.1' ? expect.anything() : null,
    ]);
    // Version 5 sends neither a limit nor an abort for the time-out of a cursor: it waits for the server.
    if (version === '4.8.1')
      await expect(python.run('query', 'c', { sql: ENDLESS, options: { timeout: 1 } })).rejects.toMatchObject(
        {
          code: '604',
        },
      );
    expect(await python.rows('c', 'select 1')).toEqual([['1']]);
  });

  test('transactions by autocommit, commit and rollback', async () => {
    await python.connect('tx', emulator, { password: emulator.password, autocommit: false });
    await python.query('c', 'create or replace table tx (a int)');
    await python.query('tx', 'insert into tx values (1)');
    expect(await python.rows('c', 'select * from tx')).toEqual([]);
    await python.run('change', 'tx', { what: 'rollback' });
    await python.query('tx', 'insert into tx values (2)');
    await python.run('change', 'tx', { what: 'commit' });
    expect(await python.rows('c', 'select * from tx')).toEqual([['2']]);
    await python.run('change', 'tx', { what: 'autocommit', arguments: [true] });
    await python.query('tx', 'insert into tx values (3)');
    expect(await python.rows('c', 'select count(*) from tx')).toEqual([['2']]);
    await python.run('close', 'tx');
  });

  test('logins: parameters, zone and names; a wrong password', async () => {
    await python.query('c', 'create schema if not exists db1.other');
    await python.query('c', 'use schema db1.public');
    await python.query('c', 'create warehouse if not exists w2');
    await python.query('c', 'use warehouse wh');
    const options = {
      password: emulator.password,
      database: 'db1',
      schema: 'other',
      warehouse: 'w2',
      session_parameters: { TIMEZONE: 'Asia/Tokyo', QUERY_TAG: 'tagged' },
    };
    expect(await python.connect('p', emulator, options)).toEqual(['DB1', 'OTHER', 'U1', 'SYSADMIN']);
    expect(
      await python.rows('p', "select current_warehouse(), '2024-01-01 00:00:00 +0000'::timestamp_ltz"),
    ).toEqual([['W2', '2024-01-01T09:00:00+09:00']]);
    await python.run('close', 'p');
    const { password } = emulator;
    await expect(python.connect('x', emulator, { password, role: 'nope' })).rejects.toMatchObject({
      code: '390189',
    });
    // Only a client that asks for it gets another name that does not exist.
    const validating = { password, warehouse: 'nope', validate_default_parameters: true };
    await expect(python.connect('x', emulator, validating)).rejects.toMatchObject({ code: '390201' });
    await python.connect('n', emulator, { password, warehouse: 'nope' });
    expect(await python.rows('n', 'select current_warehouse()')).toEqual([[null]]);
    await expect(python.rows('n', 'select * from t')).rejects.toMatchObject({ code: '606', state: '57P03' });
    await python.run('close', 'n');
    await expect(python.connect('x', emulator, { password: 'wrong' })).rejects.toMatchObject({
      code: '390100',
    });
  });

  test('an expired session token is renewed on the way', async () => {
    await python.connect('e', emulator, { password: emulator.password });
    await python.query('e', "alter session set query_tag = 'kept'");
    const now = Date.now;
    vi.spyOn(Date, 'now').mockImplementation(() => now() + 2 * 3_600_000);
    expect(await python.rows('e', 'select 1')).toEqual([['1']]);
    expect((await python.rows('e', "show parameters like 'QUERY_TAG'"))[0]?.[1]).toBe('kept');
    vi.restoreAllMocks();
    await python.run('close', 'e');
  });

  test('120,000 rows come in chunks, each once', async () => {
    const sql = "select seq4() as n, 'row ' || n as t from table(generator(rowcount => 120000))";
    expect(await python.run('count', 'c', { sql })).toEqual([120_000, (120_000 * 119_999) / 2]);
  });

  test.each(LONG_NUMBERS)('19,000 numbers %s', async (_, sql, value) => {
    const long = longNumbers(sql, value);
    expect(await python.rows('c', long.sql)).toEqual(long.rows);
  });

  test.runIf(version === '4.8.1')(
    'Snowpark: data frames made, saved, read, grouped and described',
    async () => {
      await python.connect('snowpark', emulator, {
        password: emulator.password,
        database: 'db1',
        schema: 'public',
      });
      expect(await python.run('session', 'snowpark', { table: 'FRAME' })).toEqual({
        schema: ['"DB1"', '"PUBLIC"'],
        rows: [
          ['a', 1],
          ['b', 5],
        ],
        count: 3,
        sql: [[1, 'x']],
        fields: [
          ['N', 'LongType()'],
          ['T', expect.stringContaining('StringType')],
        ],
      });
    },
  );
});
