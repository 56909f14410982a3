import { describe, expect, test } from 'vitest';
import { type Client, post, rawLogin } from './local.ts';
import { type LocalSession, sessionOfFile } from './session-of-file.ts';

let emulator: LocalSession['emulator'];
let client: Client;
let token: string;
sessionOfFile(async (session) => {
  ({ emulator, client } = session);
  ({ token } = await rawLogin(emulator));
});

/** The cell as it goes over the wire, before the driver rounds it. */
async function cell(sqlText: string): Promise<{ cell: string | null; type: Record<string, unknown> }> {
  const headers = { authorization: `Snowflake Token="${token}"` };
  const { answer } = await post(emulator.url, '/queries/v1/query-request', { sqlText }, headers);
  if (!answer.success) throw new Error(JSON.stringify(answer));
  const { rowset, rowtype } = answer.data as {
    rowset: (string | null)[][];
    rowtype: Record<string, unknown>[];
  };
  return { cell: rowset[0]?.[0] ?? null, type: rowtype[0] ?? {} };
}

const NINES = '9'.repeat(38);

describe('a value goes into a column of its type and comes out exactly', () => {
  test.each([
    ['number(38,0)', NINES, NINES],
    ['number(38,0)', `-${NINES}`, `-${NINES}`],
    ['number(38,37)', `9.${'9'.repeat(37)}`, `9.${'9'.repeat(37)}`],
    ['number(38,10)', `${'9'.repeat(28)}.0000000001`, `${'9'.repeat(28)}.0000000001`],
    ['number(10,2)', '1.5', '1.50'],
    ['number(10,2)', "'  1.005 '", '1.01'],
    ['float', '0.1', '0.1'],
    ['float', "'NaN'", 'NaN'],
    ['float', "'-inf'", '-Infinity'],
    ['float', '1.7976931348623157e308', '1.7976931348623157e+308'],
    ['float', '5e-324', '5e-324'],
    ['float', '12', '12'],
    ['boolean', "'yes'", '1'],
    ['boolean', "'OFF'", '0'],
    ['varchar', "''", ''],
    ['varchar', "'a''b\\n\\\\ 日本 \u{1f600}'", "a'b\n\\ 日本 \u{1f600}"],
    ['binary', "'00ff10'", '00FF10'],
    ['binary', "x''", ''],
    ['date', "'0001-01-01'", '-719162'],
    ['date', "'9999-12-31'", '2932896'],
    ['date', "'31-Dec-1969'", '-1'],
    ['time', "'23:59:59.999999999'", '86399.999999999'],
    ['time(3)', "'12:34:56.789999'", '45296.789'],
    ['time(0)', "'00:00:00.9'", '0'],
    ['timestamp_ntz', "'0001-01-01 00:00:00.000000001'", '-62135596799.999999999'],
    ['timestamp_ntz', "'9999-12-31T23:59:59.999999999'", '253402300799.999999999'],
    ['timestamp_ntz(3)', "'1969-12-31 23:59:58.4999'", '-1.501'],
    ['timestamp_ntz(0)', "'2020-01-01 00:00:00.9'", '1577836800'],
    ['timestamp_ltz(9)', "'2020-01-01 00:00:00 +02:00'", '1577829600.000000000'],
    ['timestamp_tz(9)', "'2020-01-01 00:00:00.123456789 -05:30'", '1577856600.123456789 1110'],
    ['timestamp_tz(0)', "'0001-01-01 00:00:00 +14:00'", '-62135647200 2280'],
    ['timestamp_ntz', "'1600000000'", '1600000000.000000000'],
    ['timestamp_ntz', "'1600000000123'", '1600000000.123000000'],
  ])('%s %s', async (type, value, expected) => {
    await client.rows(`create or replace table one (v ${type})`);
    await client.rows(`insert into one select ${value}`);
    expect((await cell('select v from one')).cell).toBe(expected);
    expect((await cell('select max(v) from one')).cell).toBe(expected);
  });

  test.each([
    'number(5,2)',
    'float',
    'varchar(3)',
    'binary',
    'boolean',
    'date',
    'time',
    'timestamp_tz',
    'variant',
  ])('%s NULL', async (type) => {
    await client.rows(`create or replace table one (v ${type})`);
    await client.rows('insert into one values (null)');
    expect((await cell('select v from one')).cell).toBeNull();
    expect(await client.value('select count(v) from one')).toBe('0');
  });

  test('the driver reads them', async () => {
    const rows = await client.rows(
      "select 1.50, 'x', true, '2020-02-29'::date, to_binary('ff'), parse_json('{\"a\":[1]}'), 1.5::float, null",
    );
    expect(rows[0]?.[0]).toBe('1.50');
    expect(rows[0]?.[3]).toEqual(new Date('2020-02-29'));
    expect(Buffer.from([255]).equals(rows[0]?.[4] as Buffer)).toBe(true);
    expect(rows[0]?.[5]).toEqual({ a: [1] });
    expect(rows[0]?.[7]).toBeNull();
    const [[stamp]] = (await client.rows("select '2020-01-01 00:00:00.123456789'::timestamp_ntz")) as [
      [{ getNanoSeconds(): number; getEpochSeconds(): number }],
    ];
    expect([stamp.getEpochSeconds(), stamp.getNanoSeconds()]).toEqual([1577836800, 123456789]);
  });
});

describe('variants print as Snowflake prints them', () => {
  test.each([
    ['{"a":{"b":[1,{}],"c":[]}}', '{\n  "a": {\n    "b": [\n      1,\n      {}\n    ],\n    "c": []\n  }\n}'],
    ['1.10', '1.10'],
    [NINES, NINES],
    ['1.234e1', '1.234000000000000e+01'],
    ['"x\\u00e9\\n"', '"xé\\n"'],
    ['null', 'null'],
    [' [ ] ', '[]'],
  ])('%s', async (json, expected) => {
    const { cell: text, type } = await cell(`select parse_json('${json.replaceAll('\\', '\\\\')}')`);
    expect(text).toBe(expected);
    expect(type.type).toBe('variant');
  });

  test('paths keep digits, and give NULL where there is nothing', async () => {
    const sql = `select v:a.b[1], v:a.b[1]::varchar, v['a']['b'][0]::number, v:"A", v:a.b[9] from (select parse_json('{"a":{"b":[1,${NINES}]}}') as v)`;
    const headers = { authorization: `Snowflake Token="${token}"` };
    const { answer } = await post(emulator.url, '/queries/v1/query-request', { sqlText: sql }, headers);
    expect(answer.data.rowset).toEqual([[NINES, NINES, '1', null, null]]);
  });
});

describe('a result tells the type of each column', () => {
  test.each([
    ['1', 'fixed', 1, 0],
    ['12.345', 'fixed', 5, 3],
    ['1.5 * 2.25', 'fixed', 5, 3],
    ['10 / 4', 'fixed', 8, 6],
    ['1 + 1', 'fixed', 2, 0],
    ['count(*)', 'fixed', 18, 0],
    ['sum(1.5)', 'fixed', 38, 1],
    ["'abc'", 'text', null, null],
    ['1e2', 'real', null, null],
    ["'12:00'::time(3)", 'time', 0, 3],
    ['current_timestamp()', 'timestamp_ltz', 0, 9],
    ["to_timestamp_tz('2020-01-01 00:00:00 +01:00')", 'timestamp_tz', 0, 9],
    ['parse_json(null)', 'variant', null, null],
    ['array_construct()', 'array', null, null],
    ["object_construct('a', 1)", 'object', null, null],
    ['1 = 1', 'boolean', null, null],
  ])('%s', async (expression, type, precision, scale) => {
    const known = await cell(`select ${expression}`);
    expect(known.type).toMatchObject({ type, precision, scale });
    for (const key of [
      'name',
      'database',
      'schema',
      'table',
      'length',
      'byteLength',
      'nullable',
      'collation',
    ]) {
      expect(known.type).toHaveProperty(key);
    }
  });

  test('columns of tables bring table, length and nullability along', async () => {
    await client.rows('create or replace table typed (id number(10,0) not null, name varchar(20))');
    const id = await cell('select id from typed');
    expect(id.type).toMatchObject({
      database: 'LOCAL_DB',
      schema: 'PUBLIC',
      table: 'TYPED',
      nullable: false,
    });
    const name = await cell('select n.name as other from typed n');
    expect(name.type).toMatchObject({ name: 'OTHER', length: 20, byteLength: 80, nullable: true });
    const outer = await cell('select b.id from typed a left join typed b on a.id = b.id');
    expect(outer.type).toMatchObject({ nullable: true });
  });

  test('names of columns', async () => {
    const columns = await client.columns("select 1 as a, 2 as \"b\", count(*), 1+1, 'x', upper('y')");
    expect(columns.map(({ name }) => name)).toEqual(['A', 'b', 'COUNT(*)', '1+1', "'X'", "UPPER('Y')"]);
  });
});
