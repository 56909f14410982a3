import { generateKeyPairSync } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { type JavaBind, type JavaResult, JDBC_VERSIONS, Jdbc, prepareJars } from './clients/jdbc.ts';
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
const drivers = new Map<string, Jdbc>();

beforeAll(async () => {
  emulator = await startSnowflake();
  await prepareJars();
  for (const version of JDBC_VERSIONS) drivers.set(version, new Jdbc(version));
});

afterAll(async () => {
  for (const driver of drivers.values()) await driver[Symbol.asyncDispose]();
  await emulator[Symbol.asyncDispose]();
});

afterEach(() => {
  vi.restoreAllMocks();
});

describe.each(JDBC_VERSIONS)('JDBC %s', (version) => {
  let jdbc: Jdbc;
  const schema = `S${version.replaceAll('.', '_')}`;
  const connect = (id: string, properties = {}) =>
    jdbc.connect(id, emulator, { password: emulator.password }, { db: 'DB1', schema, ...properties });

  beforeAll(async () => {
    jdbc = drivers.get(version) as Jdbc;
    const reported = await jdbc.connect('c', emulator, { privateKey: emulator.privateKey });
    expect(version.startsWith(reported)).toBe(true);
    await jdbc.query('c', `create schema ${schema}`);
    await jdbc.query('c', 'create table t (a int not null, s varchar(3))');
    await jdbc.query('c', FORMATS);
    // The driver shifts dates by the difference of the two zones when they are not the same.
    await jdbc.run('zone', 'c', 'Europe/Berlin');
  });

  test('every value, as text', async () => {
    const list = VALUES.map(([sql], index) => `${sql} as c${index}`).join(', ');
    const [row] = await jdbc.rows('c', `select ${list}`);
    expect(row).toEqual(VALUES.map(([, text]) => text));
  });

  test('VARIANT, OBJECT and ARRAY, as text', async () => {
    const list = SEMI_STRUCTURED.map(([sql], index) => `${sql} as c${index}`).join(', ');
    const [row] = await jdbc.rows('c', `select ${list}`);
    expect(row).toEqual(SEMI_STRUCTURED.map(([, text]) => text));
  });

  test('values through the getters of their types', async () => {
    const sql = `select 99999999999999999999999999999999999999 as a, 1.5::float as b, 'nan'::float as c, true as d,
      to_binary('00ff', 'HEX') as e, '9999-12-31 23:59:59.999999999'::timestamp_ntz as f,
      '2024-07-01 12:00:00.000000007 -0530'::timestamp_tz as g, '1969-12-31 23:59:59.5 +0000'::timestamp_ltz as h,
      '2024-02-29'::date as i, '12:13:14.123'::time as j, null::float as k`;
    expect(await jdbc.run('typed', 'c', sql)).toEqual([
      [
        '99999999999999999999999999999999999999',
        '1.5',
        'NaN',
        'true',
        '00ff',
        // A wall clock is that of Java's zone.
        '253402297199.999999999',
        '1719855000.000000007',
        '-1.500000000',
        String(Date.parse('2024-02-28T23:00:00Z')),
        String(Date.parse('1970-01-01T11:13:14.123Z')),
        null,
      ],
    ]);
  });

  test('columns of a result: names, types, sizes, nullability', async () => {
    const { columns } = await jdbc.query(
      'c',
      "select a, s, 1.25 as n, 'x'::varchar(9) as \"low case\", '1'::time(3) as ti, sum(a) as su from t group by a, s",
    );
    expect(columns.map(([name, type, , scale]) => [name, type, scale])).toEqual([
      ['A', 'NUMBER', 0],
      ['S', 'VARCHAR', 0],
      ['N', 'NUMBER', 2],
      ['low case', 'VARCHAR', 0],
      ['TI', 'TIME', 3],
      ['SU', 'NUMBER', 0],
    ]);
    expect(columns.map(([, , precision]) => precision).slice(0, 4)).toEqual([38, 3, 3, 9]);
    expect(columns.map(([, , , , nullable]) => nullable).slice(0, 2)).toEqual([0, 1]);
  });

  test.each(ERRORS)('%s → %s', async (sql, code, state) => {
    await expect(jdbc.query('c', sql)).rejects.toMatchObject({ code: String(Number(code)), state });
  });

  test('a bound decimal has no zeros at its end', async () => {
    const decimals = ['1.50', '100', '-20.000', '0.00', '1234567890123456789012345678.9000'];
    for (const decimal of decimals) {
      const { rows } = await jdbc.bound('c', "select ? || 'x'", [['decimal', decimal]]);
      expect(rows).toEqual([[`${decimal.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '')}x`]]);
    }
  });

  test('binds of every setter', async () => {
    await jdbc.query(
      'c',
      `create or replace table b (i int, l number(38), d number(20,5), f float, bo boolean, bi binary, da date,
       ti time(9), n timestamp_ntz, lt timestamp_ltz, tz timestamp_tz, s varchar, nu varchar)`,
    );
    const binds: JavaBind[] = [
      ['int', '-7'],
      ['long', '9223372036854775807'],
      ['decimal', '123456789012345.12345'],
      ['double', '1.5e-300'],
      ['boolean', 'true'],
      ['bytes', '00ff'],
      ['date', '2024-02-29'],
      ['time', '12:13:14'],
      ['timestamp', '2024-02-29 12:13:14.123456789'],
      ['timestamp', '2024-02-29 12:13:14.123456789'],
      ['timestamp', '2024-02-29 12:13:14.123456789'],
      ['string', "é😀'\\"],
      ['null', ''],
    ];
    const sql = `insert into b values (${binds.map(() => '?').join(', ')})`;
    expect(await jdbc.bound('c', sql, binds)).toEqual({ updated: 1 });
    const row = [
      ...['-7', '9223372036854775807', '123456789012345.12345', '1.5e-300', 'TRUE', '00FF', '2024-02-29'],
      // The driver sends a java.sql.Time as it is in UTC.
      ...['11:13:14.000000000', '2024-02-29 12:13:14.123456789'],
      ...['2024-02-29 12:13:14.123456789 +0100', '2024-02-29 12:13:14.123456789 +0100', "é😀'\\", null],
    ];
    expect(await jdbc.rows('c', 'select * from b')).toEqual([row]);
    const found = await jdbc.bound('c', 'select s from b where i = ? and bo = ? and da = ? and f = ?', [
      ['int', '-7'],
      ['boolean', 'true'],
      ['date', '2024-02-29'],
      ['double', '1.5e-300'],
    ]);
    expect(found.rows).toEqual([["é😀'\\"]]);
  });

  test('executeBatch is one INSERT; UPDATE runs row by row', async () => {
    await jdbc.query('c', 'create or replace table batch (a int, s varchar, x timestamp_ntz, b binary)');
    const rows = Array.from({ length: 300 }, (_, n): JavaBind[] => [
      ['int', String(n)],
      n % 2 ? ['string', `s${n}`] : ['null', ''],
      ['timestamp', '2024-02-29 12:13:14.5'],
      ['bytes', 'ff'],
    ]);
    const counts = await jdbc.batch('c', 'insert into batch values (?, ?, ?, ?)', rows);
    expect(counts).toEqual(rows.map(() => 1));
    const updates: JavaBind[][] = [1, 2, 3].map((n) => [
      ['string', 'u'],
      ['int', String(n)],
    ]);
    expect(await jdbc.batch('c', 'update batch set s = ? where a <= ?', updates)).toEqual([2, 3, 4]);
    expect(await jdbc.rows('c', 'select count(*), count(s), sum(a), min(x) from batch')).toEqual([
      ['300', '152', '44850', '2024-02-29 12:13:14.500000000'],
    ]);
  });

  test('text goes into every kind of column', async () => {
    await jdbc.query('c', COERCION_TABLE);
    for (const [column, given, shown] of COERCIONS) {
      await jdbc.bound('c', `insert into coerced (${column}) values (?)`, [['string', given]]);
      expect([column, given, await jdbc.rows('c', `select ${column} from coerced`)]).toEqual([
        column,
        given,
        [[shown]],
      ]);
      await jdbc.query('c', 'truncate table coerced');
    }
  });

  test.each(NOT_COERCED)('%s ← %s is refused', async (column, given, code) => {
    await jdbc.query('c', COERCION_TABLE);
    await expect(
      jdbc.bound('c', `insert into coerced (${column}) values (?)`, [['string', given]]),
    ).rejects.toMatchObject({ code });
  });

  test('preparing tells columns and place holders, and runs nothing', async () => {
    expect(await jdbc.run('describe', 'c', 'select a, s from t where a = ? and s = ?')).toEqual({
      columns: [
        ['A', 'NUMBER', 38, 0, 0],
        ['S', 'VARCHAR', 3, 0, 1],
      ],
      parameters: 2,
    });
    expect(await jdbc.run('describe', 'c', 'insert into t (a) values (1)')).toMatchObject({ parameters: 0 });
    expect(await jdbc.run('describe', 'c', 'delete from t')).toMatchObject({ parameters: 0 });
    expect(await jdbc.run('describe', 'c', 'drop table t')).toEqual({ columns: [], parameters: 0 });
    expect(await jdbc.rows('c', 'select count(*) from t')).toEqual([['0']]);
  });

  describe('DatabaseMetaData', () => {
    const metadata = (...words: string[]) => jdbc.run<JavaResult>('metadata', 'c', ...words);

    beforeAll(async () => {
      await jdbc.query(
        'c',
        `create or replace table meta_t (id number(9,0) not null primary key, s varchar(10) default 'x' comment 'why',
         d date, n timestamp_ntz(3), "Low" float, v variant) comment = 'told'`,
      );
      await jdbc.query('c', 'create or replace view meta_v as select id from meta_t');
    });

    test('getTables', async () => {
      const { rows } = await metadata('getTables', 'DB1', schema, 'META%');
      expect(rows.map((row) => row.slice(0, 5))).toEqual([
        ['DB1', schema, 'META_T', 'TABLE', 'told'],
        ['DB1', schema, 'META_V', 'VIEW', ''],
      ]);
      expect((await metadata('getTables', 'DB1', schema, 'NOPE')).rows).toEqual([]);
      expect((await metadata('getTables', '~', '~', 'META__')).rows.length).toBeGreaterThan(0);
    });

    test('getColumns', async () => {
      const { columns, rows } = await metadata('getColumns', 'DB1', schema, 'META_T', '%');
      const names = ['COLUMN_NAME', 'TYPE_NAME', 'NULLABLE', 'REMARKS', 'COLUMN_DEF', 'ORDINAL_POSITION'];
      const places = names.map((name) => columns.findIndex(([each]) => each === name));
      expect(rows.map((row) => places.map((place) => row[place] || null))).toEqual([
        ['ID', 'NUMBER', '0', null, null, '1'],
        ['S', 'VARCHAR', '1', 'why', 'x', '2'],
        ['D', 'DATE', '1', null, null, '3'],
        ['N', 'TIMESTAMPNTZ', '1', null, null, '4'],
        ['Low', 'DOUBLE', '1', null, null, '5'],
        ['V', 'VARIANT', '1', null, null, '6'],
      ]);
      expect((await metadata('getColumns', 'DB1', schema, 'META_T', 'Low')).rows).toHaveLength(1);
    });

    test('getSchemas, getCatalogs and getPrimaryKeys', async () => {
      const schemas = await metadata('getSchemas');
      expect(schemas.rows.map(([name, database]) => `${database}.${name}`)).toContain(`DB1.${schema}`);
      expect((await metadata('getCatalogs')).rows).toEqual([['DB1']]);
      const keys = await metadata('getPrimaryKeys', 'DB1', schema, 'META_T');
      expect(keys.rows.map((row) => row.slice(0, 5))).toEqual([['DB1', schema, 'META_T', 'ID', '1']]);
    });
  });

  test('execute() has rows for SHOW and DESCRIBE, none for DDL', async () => {
    expect((await jdbc.rows('c', "show tables like 'T'"))[0]?.[1]).toBe('T');
    expect((await jdbc.rows('c', 'describe table t')).map(([name]) => name)).toEqual(['A', 'S']);
    expect(await jdbc.query('c', 'create or replace table ddl (a int)')).toMatchObject({ updated: 0 });
  });

  test('statements in one text: rows and update counts in turn', async () => {
    await jdbc.query('c', 'create or replace table multi (a int)');
    const sql =
      'select 1 as x; insert into multi values (1), (2); update multi set a = 3; select a from multi';
    const results = await jdbc.run<JavaResult[]>('query', 'c', sql, '4');
    expect(results.map(({ rows, updated }) => rows ?? updated)).toEqual([[['1']], 2, 2, [['3'], ['3']]]);
    await expect(jdbc.run('query', 'c', sql, '2')).rejects.toMatchObject({ code: '8', state: '0A000' });
    await jdbc.query('c', 'alter session set multi_statement_count = 0');
    expect(await jdbc.run('query', 'c', 'select 1; select 2')).toHaveLength(2);
    const bound = [10, 20, 30, 40].flatMap((value) => ['int', String(value)]);
    const selected = await jdbc.run<JavaResult[]>('bound', 'c', 'select ?; select ?, ?; select ?', ...bound);
    expect(selected.map(({ rows }) => rows)).toEqual([[['10']], [['20', '30']], [['40']]]);
    await jdbc.query('c', 'alter session unset multi_statement_count');
  });

  test('asynchronous queries are fetched by id, also one that fails', async () => {
    const id = await jdbc.run<string>(
      'async',
      'c',
      'select count(*) from table(generator(rowcount => 20000000))',
    );
    expect((await jdbc.run<JavaResult>('fetch', 'c', id)).rows).toEqual([['20000000']]);
    expect(await jdbc.run('status', 'c', id)).toBe('SUCCESS');
    const failed = await jdbc.run<string>('async', 'c', 'select 1 / 0');
    await expect(jdbc.run('fetch', 'c', failed)).rejects.toThrow('Division by zero');
    expect(await jdbc.run('status', 'c', failed)).toBe('FAILED_WITH_ERROR');
  });

  test('a running query is cancelled, or ends with its time', async () => {
    const cancelled = { code: '604', state: '57014' };
    await expect(jdbc.run('cancel', 'c', ENDLESS, '300')).rejects.toMatchObject(cancelled);
    await expect(jdbc.run('timeout', 'c', ENDLESS, '1')).rejects.toMatchObject(cancelled);
    expect(await jdbc.rows('c', 'select 1')).toEqual([['1']]);
  });

  test('transactions by setAutoCommit, commit and rollback', async () => {
    await connect('other');
    await jdbc.query('c', 'create or replace table tx (a int)');
    expect(await jdbc.run('autocommit', 'other', 'false')).toBe(false);
    await jdbc.query('other', 'insert into tx values (1)');
    expect(await jdbc.rows('c', 'select * from tx')).toEqual([]);
    await jdbc.run('rollback', 'other');
    await jdbc.query('other', 'insert into tx values (2)');
    await jdbc.run('commit', 'other');
    expect(await jdbc.rows('c', 'select * from tx')).toEqual([['2']]);
    await jdbc.run('autocommit', 'other', 'true');
    await jdbc.query('other', 'insert into tx values (3)');
    expect(await jdbc.rows('c', 'select count(*) from tx')).toEqual([['2']]);
    await jdbc.run('close', 'other');
  });

  test('logins: names, parameters and zone from properties; wrong secrets', async () => {
    await jdbc.query('c', 'create warehouse if not exists w2');
    await jdbc.query('c', 'create role if not exists r2');
    await expect(connect('x', { role: 'nope' })).rejects.toMatchObject({ code: '390189' });
    await connect('p', { warehouse: 'w2', role: 'r2', TIMEZONE: 'Asia/Tokyo' });
    expect(await jdbc.run('context', 'p')).toEqual(['DB1', schema]);
    const sql =
      "select current_warehouse(), current_role(), '2024-01-01 00:00:00 +0000'::timestamp_ltz::varchar";
    expect(await jdbc.rows('p', sql)).toEqual([['W2', 'R2', '2024-01-01 09:00:00.000 +0900']]);
    expect(await jdbc.run('valid', 'p')).toBe(true);
    await jdbc.run('close', 'p');
    const denied = (code: string) => ({ code, state: '08001' });
    await expect(jdbc.connect('x', emulator, { password: 'wrong' })).rejects.toMatchObject(denied('390100'));
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    await expect(jdbc.connect('x', emulator, { privateKey })).rejects.toMatchObject(denied('390144'));
  });

  test('an expired session token is renewed on the way', async () => {
    await connect('e');
    await jdbc.query('e', "alter session set query_tag = 'kept'");
    const now = Date.now;
    vi.spyOn(Date, 'now').mockImplementation(() => now() + 2 * 3_600_000);
    expect(await jdbc.rows('e', 'select 1')).toEqual([['1']]);
    expect((await jdbc.rows('e', "show parameters like 'QUERY_TAG'"))[0]?.[1]).toBe('kept');
    vi.restoreAllMocks();
    await jdbc.run('close', 'e');
  });

  test('120,000 rows come in chunks, each once', async () => {
    const sql = "select seq4() as n, 'row ' || n as t from table(generator(rowcount => 120000))";
    expect(await jdbc.run('count', 'c', sql)).toEqual([120_000, (120_000 * 119_999) / 2]);
  });

  test('names are bound with IDENTIFIER(?)', async () => {
    await jdbc.query('c', 'create or replace table named_by_bind (a int, b varchar)');
    await jdbc.bound('c', 'insert into identifier(?) values (?, ?)', [
      ['string', 'named_by_bind'],
      ['int', '1'],
      ['string', 'x'],
    ]);
    const found = await jdbc.bound('c', 'select a from identifier(?) where b = ?', [
      ['string', 'NAMED_BY_BIND'],
      ['string', 'x'],
    ]);
    expect(found.rows).toEqual([['1']]);
  });

  test.each(LONG_NUMBERS)('19,000 numbers %s', async (_, sql, value) => {
    const long = longNumbers(sql, value);
    expect(await jdbc.rows('c', long.sql)).toEqual(long.rows);
  });

  test('identifiers: quoted, unicode, differing in case only', async () => {
    const names = ['a', 'A', 'aB', ' ', 'ż😀', 'x"y', 'semi;colon', '?', 'select'];
    const quoted = names.map((name) => `"${name.replaceAll('"', '""')}"`);
    await jdbc.query(
      'c',
      `create or replace table "ta ble" (${quoted.map((name) => `${name} int`).join(', ')})`,
    );
    await jdbc.bound(
      'c',
      `insert into "ta ble" values (${names.map(() => '?').join(', ')})`,
      names.map((_, index) => ['int', String(index)] as const),
    );
    const { columns, rows } = await jdbc.query('c', `select ${quoted.join(', ')} from "ta ble"`);
    expect(columns.map(([name]) => name)).toEqual(names);
    expect(rows).toEqual([names.map((_, index) => String(index))]);
  });
});
