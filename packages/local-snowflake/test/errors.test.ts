import { expect, test } from 'vitest';
import type { Client } from './local.ts';
import { sessionOfFile } from './session-of-file.ts';

let client: Client;
sessionOfFile(async (session) => {
  ({ client } = session);
  await client.rows(
    'create table t (a int not null, b varchar(3), c number(5,2), d date, x binary, f boolean)',
  );
  await client.rows("insert into t values (1, 'x', 1, '2020-01-01', 'ff', true)");
  await client.rows('create view v as select a from t');
});

test.each([
  ['selec 1', '001003', '42000', "unexpected 'selec'"],
  ['select 1 from', '001003', '42000', "unexpected '<EOF>'"],
  ["select 'open", '001003', '42000', 'syntax error line 1 at position 7'],
  [
    'select 1\nfrom t where nope = 1',
    '000904',
    '42000',
    "error line 2 at position 13\ninvalid identifier 'NOPE'",
  ],
  ['select "a" from t', '000904', '42000', `invalid identifier '"a"'`],
  ['select t.z from t', '000904', '42000', "invalid identifier 'T.Z'"],
  ['select a from t x, t y', '001052', '42601', "ambiguous column name 'A'"],
  ['select nosuch(1)', '002140', '42601', 'Unknown function NOSUCH'],
  ['select * from table(nosuch(1))', '002141', '42601', 'Unknown table function NOSUCH'],
  ['select * from nosuch', '002003', '42S02', "Object 'NOSUCH' does not exist or not authorized."],
  ['select * from nodb.s.t', '002003', '42S02', 'does not exist'],
  ['drop table nosuch', '002003', '42S02', 'does not exist'],
  ['use database nosuch', '002043', '02000', 'Object does not exist, or operation cannot be performed.'],
  ['create schema nosuch.s', '002003', '02000', "Database 'NOSUCH' does not exist"],
  ['create table t (a int)', '002002', '42710', 'already exists'],
  ['create table u (a int, a int)', '002025', '42S21', "duplicate column name 'A'"],
  ['create table u (a nosuchtype)', '002040', '42601', "Unsupported data type 'NOSUCHTYPE'"],
  ['create table u (a number(39,0))', '001003', '42000', 'NUMBER(39,0)'],
  ["insert into t (a) values ('abc')", '100038', '22018', "Numeric value 'abc' is not recognized"],
  ["insert into t (a, d) values (1, 'soon')", '100040', '22007', "Date 'soon' is not recognized"],
  ["insert into t (a, x) values (1, 'zz')", '100115', '22018', 'not a legal hex-encoded value'],
  ["insert into t (a, f) values (1, 'maybe')", '100037', '22018', "Boolean value 'maybe' is not recognized"],
  [
    "insert into t (a, b) values (1, 'long')",
    '100078',
    '22000',
    "String 'long' is too long and would be truncated",
  ],
  ['insert into t (a, c) values (1, 12345.67)', '100039', '22003', 'out of range'],
  ['insert into t (a) values (null)', '100072', '22000', 'NULL result in a non-nullable column'],
  ['insert into t (b) values (1)', '100072', '22000', 'NULL result in a non-nullable column'],
  ['insert into t values (1)', '002020', '21S01', 'expecting 6 but got 1'],
  ['insert into t (nope) values (1)', '000904', '42000', "invalid identifier 'NOPE'"],
  ['insert into v values (1)', '002203', '42601', 'is a view'],
  ['select 1 / 0', '100051', '22012', 'Division by zero'],
  ['select 1.5::float / 0', '100051', '22012', 'Division by zero'],
  ["select parse_json('{')", '100069', '22P02', 'Error parsing JSON'],
  [`select parse_json('{"a":1,"a":2}')`, '100069', '22P02', 'duplicate object attribute'],
  ['select (select column1 from values (1),(2))', '090150', '22000', 'more than one row'],
  ['select b, count(*) from t', '000979', '42601', 'not a valid group by expression'],
  ['select iff(true, 1)', '000938', '22023', 'not enough arguments for function'],
  ["select '2020-01-01'::timestamp_ntz + 1", '001044', '42P13', 'Invalid argument types'],
  ['select true = date_from_parts(2020,1,1)', '001044', '42P13', 'Incompatible types'],
  ['select minhash(5, a) from t', '000002', '0A000', "Unsupported feature 'Function MINHASH'"],
  ['call p()', '000002', '0A000', "Unsupported feature 'CALL'"],
  ['copy into t from @s', '000002', '0A000', "Unsupported feature 'COPY'"],
  ['create stage s', '000002', '0A000', "Unsupported feature 'CREATE STAGE'"],
  ['select * from t at(offset => -60)', '000002', '0A000', "Unsupported feature 'Time Travel'"],
  ['select ?', '002049', '42601', 'Bind variable ? not set'],
  ["alter session set timezone = 'Mars'", '001008', '22023', "invalid value [Mars] for parameter 'TIMEZONE'"],
  ['alter session set nosuch = 1', '001007', '22023', "invalid parameter 'NOSUCH'"],
])('%s', async (sql, code, sqlState, message) => {
  const error = await client.error(sql);
  expect(error).toMatchObject({ code, sqlState });
  expect(error.message).toContain(message);
});

test('nothing of DuckDB can be reached', async () => {
  for (const sql of [
    "select * from read_csv('/etc/passwd')",
    "select read_text('/etc/passwd')",
    "select * from '/etc/passwd'",
    'select * from duckdb_tables()',
    'select * from store.data.t3',
    'select * from pg_catalog.pg_tables',
    "select getenv('HOME')",
    "select sf_javascript('1', '[]')",
    'pragma database_list',
    "attach '/tmp/x.db' as x",
    "copy t to '/tmp/x.csv'",
    'set global memory_limit = 1',
    'install httpfs',
  ]) {
    const { code } = await client.error(sql);
    expect(['001003', '002003', '002140', '002141', '000002']).toContain(code);
  }
});

test('names and texts cannot break out of their quotes', async () => {
  const evil = `x"; drop table t; --`;
  const quoted = `"${evil.replaceAll('"', '""')}"`;
  await client.rows(`create table ${quoted} (${quoted} varchar)`);
  await client.rows(`insert into ${quoted} values (?)`, [`'); drop table t; -- \0 \\'`]);
  expect(await client.rows(`select ${quoted} from ${quoted}`)).toEqual([[`'); drop table t; -- \0 \\'`]]);
  await client.rows(`alter table ${quoted} rename column ${quoted} to "a"";b"`);
  expect(await client.value(`select "a"";b" is not null from ${quoted}`)).toBe(true);
  expect(await client.value('select count(*) from t')).toBe('1');
});

test('a failed statement changes nothing', async () => {
  await client.error("insert into t (a, d) select 7, '2020-01-01' union all select 8, 'bad'");
  expect(await client.value('select count(*) from t where a in (7, 8)')).toBe('0');
  await client.error('create or replace table t as select 1/0 as z');
  expect(await client.value('select count(*) from t')).toBe('1');
});
