import { beforeEach, describe, expect, test } from 'vitest';
import { Client } from './local.ts';
import { type LocalSession, sessionOfFile } from './session-of-file.ts';

let emulator: LocalSession['emulator'];
let client: Client;
sessionOfFile((session) => {
  ({ emulator, client } = session);
});
beforeEach(async () => {
  await client.rows('use schema local_db.public');
  await client.rows('create or replace table t (id int, name varchar(20), amount number(10,2))');
  await client.rows("insert into t values (1, 'a', 1.5), (2, 'b', null), (3, null, 3)");
});

const dates = (rows: unknown[][]): string[][] =>
  rows.map((row) => row.map((each) => (each as Date).toISOString().slice(0, 10)));

describe('databases, schemas, tables and views', () => {
  test('are made, replaced, used and dropped', async () => {
    expect(await client.rows('create database d1')).toEqual([['Database D1 successfully created.']]);
    expect(await client.rows('select current_database(), current_schema()')).toEqual([['D1', 'PUBLIC']]);
    expect(await client.rows('create database if not exists d1')).toEqual([
      ['D1 already exists, statement succeeded.'],
    ]);
    await client.rows("create transient schema s1 comment = 'notes'");
    expect(await client.value('select current_schema()')).toBe('S1');
    await client.rows('create table x (a int)');
    await client.rows('create or replace schema s1');
    expect((await client.error('select * from x')).code).toBe('002003');
    await client.rows('drop schema s1');
    expect(await client.value('select current_schema()')).toBeNull();
    expect((await client.error('select * from x')).code).toBe('090106');
    await client.rows('drop database d1');
    expect((await client.error('select * from x')).code).toBe('090105');
    expect(await client.rows('drop database if exists d1')).toEqual([
      ['Drop statement executed successfully (D1 already dropped).'],
    ]);
  });

  test('a table with everything that a column can have', async () => {
    await client.rows(`create or replace transient table full_table (
      id int autoincrement start 10 increment 5 primary key comment 'the key',
      name varchar(10) default 'none' not null, -- a comment
      price number(10,2) default 1 + 1.25, /* another */ made timestamp_ntz default current_timestamp(),
      tag varchar collate 'en-ci' unique, constraint u unique (name)
    ) cluster by (id) data_retention_time_in_days = 1 comment = 'all of it'`);
    await client.rows("insert into full_table (name) values ('a'), (default)");
    expect(await client.rows('select id, name, price, made is not null from full_table order by id')).toEqual(
      [
        ['10', 'a', '2.25', true],
        ['15', 'none', '2.25', true],
      ],
    );
    const described = await client.rows('desc table full_table');
    expect(described.slice(0, 3).map((row) => [row[0], row[1], row[3], row[4], row[5], row[9]])).toEqual([
      ['ID', 'NUMBER(38,0)', 'N', 'IDENTITY START 10 INCREMENT 5 NOORDER', 'Y', 'the key'],
      ['NAME', 'VARCHAR(10)', 'N', "'none'", 'N', null],
      ['PRICE', 'NUMBER(10,2)', 'Y', '1 + 1.25', 'N', null],
    ]);
  });

  test('CTAS, LIKE, CLONE and views', async () => {
    await client.rows('create or replace table c as select id, amount * 2 as twice from t');
    expect(await client.rows('select * from c order by id')).toEqual([
      ['1', '3.00'],
      ['2', 'NULL'],
      ['3', '6.00'],
    ]);
    await client.rows('create or replace table c (k, v) as select id, name from t');
    expect(await client.rows('select k, v from c where k = 1')).toEqual([['1', 'a']]);
    await client.rows('create or replace table l like t');
    expect(await client.value('select count(*) from l')).toBe('0');
    await client.rows('create or replace table cl clone t');
    expect(await client.value('select count(*) from cl')).toBe('3');
    await client.rows('create or replace view vw (k, n) as select id, upper(name) from t where id < 3');
    await client.rows("insert into t values (0, 'z', 0)");
    expect(await client.rows('select n, k from vw order by k')).toEqual([
      ['Z', '0'],
      ['A', '1'],
      ['B', '2'],
    ]);
    await client.rows('drop view vw');
  });

  test('ALTER TABLE', async () => {
    await client.rows('create or replace table al (a int)');
    await client.rows('insert into al values (1)');
    await client.rows("alter table al add column b varchar(5) not null default 'x'");
    await client.rows('alter table al add c number(3,0), d date');
    await client.rows('alter table al rename column c to "c"');
    await client.rows('alter table al drop column d');
    await client.rows('alter table al alter column b set data type varchar(50)');
    await client.rows('alter table al alter a set not null, b drop not null');
    expect(await client.rows('select * from al')).toEqual([['1', 'x', 'NULL']]);
    const described = await client.rows('describe table al');
    expect(described.map((row) => [row[0], row[1], row[3]])).toEqual([
      ['A', 'NUMBER(38,0)', 'N'],
      ['B', 'VARCHAR(50)', 'Y'],
      ['c', 'NUMBER(3,0)', 'Y'],
    ]);
    await client.rows('alter table al rename to al2');
    expect(await client.value('select count(*) from al2')).toBe('1');
    expect((await client.error('select * from al')).code).toBe('002003');
    await client.rows('drop table al2');
  });
});

describe('rows', () => {
  test('INSERT, UPDATE, DELETE, MERGE, TRUNCATE and their counts', async () => {
    expect(
      await client.rows('insert into t (name, id) select upper(name), id + 10 from t where name is not null'),
    ).toEqual([['2']]);
    expect(await client.rows("update t set name = name || '!', amount = default where id > 10")).toEqual([
      ['2', '0'],
    ]);
    expect(
      await client.rows("update t set name = s.n from (values (1, 'one')) s(i, n) where t.id = s.i"),
    ).toEqual([['1', '0']]);
    expect(await client.rows('delete from t using (select 2 as i) s where t.id = s.i')).toEqual([['1']]);
    expect(await client.rows('select id, name from t order by id')).toEqual([
      ['1', 'one'],
      ['3', null],
      ['11', 'A!'],
      ['12', 'B!'],
    ]);
    const merged =
      await client.rows(`merge into t using (select 1 as id, 'm' as n union all select 3, 'gone' union all select 9, 'new') s on t.id = s.id
      when matched and s.n = 'gone' then delete
      when matched then update set t.name = s.n
      when not matched then insert (id, name) values (s.id, s.n)`);
    expect(merged).toEqual([['1', '1', '1']]);
    expect(await client.rows('select id, name from t order by id')).toEqual([
      ['1', 'm'],
      ['9', 'new'],
      ['11', 'A!'],
      ['12', 'B!'],
    ]);
    expect(await client.rows('insert overwrite into t select 5, null, 5')).toEqual([['1']]);
    expect(await client.rows('select * from t')).toEqual([['5', null, '5.00']]);
    await client.rows('truncate table t');
    expect(await client.value('select count(*) from t')).toBe('0');
  });

  test('transactions of a session are seen by others once they are committed', async () => {
    const other = await Client.connect(emulator);
    await client.rows('begin');
    await client.rows("insert into t values (4, 'd', 4)");
    expect(await client.value('select count(*) from t')).toBe('4');
    expect(await other.value('select count(*) from t')).toBe('3');
    await client.rows('rollback');
    expect(await client.value('select count(*) from t')).toBe('3');
    await client.rows('begin transaction');
    await client.rows('delete from t where id = 1');
    await client.rows('commit');
    expect(await other.value('select count(*) from t')).toBe('2');
    await other.close();
  });

  describe.each([
    ['an open transaction', 'select count(*) from t'],
    ['one that has read the table', 'select count(*) from altered'],
  ])('beside %s, a table is altered with what was changed before', (_, seen) => {
    test.each(
      [
        "update altered set n = 3, s = 'b', f = 'filled'",
        "update altered set f = 'filled' where i = 1; update altered set n = 5, f = s",
        'delete from altered where i = 1; update altered set f = s',
        "insert into altered values (3, 3, 'c', 'd'); update altered set f = s where f is null",
        "merge into altered using (select 2 as k) on i = k when matched then update set n = 7, f = 'm' when not matched then insert (i, f) values (k, 'm'); update altered set f = 'x' where f is null",
        "insert overwrite into altered select i, n + 1, s, 'o' from altered; update altered set s = 'z'",
      ].flatMap((changes) =>
        [
          'alter f set not null',
          'alter n set data type number(20,0)',
          'alter s set data type varchar(20), column f set not null',
          "add column g varchar default 'g'",
          'drop column s',
          'rename column s to z',
        ].map((alteration) => [changes, alteration] as const),
      ),
    )('%s; %s', async (changes, alteration) => {
      const other = await Client.connect(emulator);
      await client.rows('create or replace table altered (i int, n number(3,0), s varchar(9), f varchar)');
      await client.rows("insert into altered values (1, 1, 'a', null), (2, 2, 'b', null)");
      await other.rows('begin');
      await other.rows(seen);
      for (const change of changes.split('; ')) await client.rows(change);
      const kept = alteration === 'drop column s' ? 'i, n, f' : 'i, n, s, f';
      const before = await client.rows(`select ${kept} from altered order by i`);
      await client.rows(`alter table altered ${alteration}`);
      const after = await client.rows(
        `select ${kept.replace('s', alteration.startsWith('rename') ? 'z' : 's')} from altered order by i`,
      );
      expect(after).toEqual(before);
      if (alteration.includes('not null'))
        await expect(client.rows('insert into altered (i) values (9)')).rejects.toThrow('NULL');
      await other.rows('commit');
      expect(await other.value('select count(*) from altered')).toBe(String(before.length));
      await other.close();
    });
  });

  test('binds of every kind the driver sends, and of arrays', async () => {
    await client.rows(
      'create or replace table b (n number(38,0), f float, s varchar, t boolean, d date, ts timestamp_ntz, v variant)',
    );
    await client.rows('insert into b select ?, ?, ?, ?, ?, ?, parse_json(?)', [
      7,
      1.5,
      "it's",
      true,
      '2020-01-02',
      '2020-01-02T03:04:05.123Z',
      '{"a":1}',
    ]);
    expect(await client.rows('select n, f, s, t, v from b where n = ? and s = :2', [7, "it's"])).toEqual([
      ['7', '1.5', "it's", true, { a: 1 }],
    ]);
    expect(dates(await client.rows('select d from b'))).toEqual([['2020-01-02']]);
    await client.rows('insert into b (n, s) values (?, ?)', [
      [1, 'x'],
      [2, null],
      [3, 'z'],
    ]);
    expect(await client.rows('select n, s from b where n < 4 order by n')).toEqual([
      ['1', 'x'],
      ['2', null],
      ['3', 'z'],
    ]);
    expect(await client.value('select ? is null', [null])).toBe(true);
  });
});

describe('queries', () => {
  test.each([
    [
      'select count(*), count(name), min(amount), max(name), sum(amount), avg(amount) from t',
      [['3', '2', '1.50', 'b', '4.50', '2.25000000']],
    ],
    [
      "select count_if(id > 1), count(distinct id % 2), listagg(name, ',') within group (order by id desc) from t",
      [['2', '2', 'b,a']],
    ],
    ['select id from t order by name nulls first, id desc limit 2', [['3'], ['1']]],
    ['select id from t order by name desc', [['3'], ['2'], ['1']]],
    ['select top 1 id from t order by 1 desc', [['3']]],
    [
      'select id as k, k * 2 as twice from t where k > 1 order by twice',
      [
        ['2', '4'],
        ['3', '6'],
      ],
    ],
    ['select id % 2 as odd, count(*) as n from t group by odd having n > 1', [['1', '2']]],
    ['select id, row_number() over (order by id desc) as r from t qualify r = 1', [['3', '1']]],
    ['with a as (select id from t), b(k) as (select id from a where id > 1) select sum(k) from b', [['5']]],
    [
      'with recursive r as (select 1 as n union all select n + 1 from r where n < 5) select sum(n) from r',
      [['15']],
    ],
    [
      'select a.id, b.name from t a join t b using (id) where b.name is not null order by id',
      [
        ['1', 'a'],
        ['2', 'b'],
      ],
    ],
    [
      'select x.id, y.id from t x left join t y on x.id = y.id + 1 order by 1',
      [
        ['1', 'NULL'],
        ['2', '1'],
        ['3', '2'],
      ],
    ],
    [
      'select id from t where exists (select 1 from t u where u.id > t.id) and id not in (select 1) order by 1',
      [['2']],
    ],
    ['select 1 union select 1 union all select 2.5 order by 1', [['1.0'], ['2.5']]],
    ['select 1 except select 1', []],
    ['select * exclude (name, amount) rename id as k from t where id = 1', [['1']]],
    ["select column1, $2 from values (1, 'x'), (2, 'y') order by 1 desc limit 1 offset 1", [['1', 'x']]],
    [
      "select case id when 1 then 'one' when 2 then 'two' else 'many' end from t order by id",
      [['one'], ['two'], ['many']],
    ],
    [
      "select iff(1 > 2, 'y', 'n'), nvl(null, 'z'), coalesce(null, 1, 2.5), nullif(1, 1), zeroifnull(null)",
      [['n', 'z', '1.0', 'NULL', '0']],
    ],
    [
      "select upper('ab') || lower('CD'), substr('hello', -3, 2), split_part('a-b-c', '-', -1), position('l' in 'hello')",
      [['ABcd', 'll', 'c', '3']],
    ],
    [
      "select md5('a'), sha2('a', 256), hex_encode('a'), md5_number_lower64('a')",
      [
        [
          '0cc175b9c0f1b6a831c399e269772661',
          'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb',
          '61',
          '3585878926028121697',
        ],
      ],
    ],
    [
      "select to_char(1234.5, '9,999.99'), to_varchar('2020-03-04'::date, 'DD-MON-YYYY'), to_char('12:34:56.789'::time, 'HH12:MI:SS.FF3 AM')",
      [[' 1,234.50', '04-Mar-2020', '12:34:56.789 PM']],
    ],
    [
      "select try_to_date('x'), try_to_number('x'), try_cast('1.55' as number(5,1)), to_number('12.345', 10, 2)",
      [[null, 'NULL', '1.6', '12.35']],
    ],
    [
      "select to_varchar(to_timestamp_tz('2020-01-02 03:04:05.123456789 +0530'), 'YYYY-MM-DD HH24:MI:SS.FF TZHTZM')",
      [['2020-01-02 03:04:05.123456789 +0530']],
    ],
    [
      "select datediff(month, '2020-01-31'::date, '2020-03-01'::date), datediff('hour', '2020-01-01 00:59:00'::timestamp, '2020-01-01 01:00:00'::timestamp)",
      [['2', '1']],
    ],
    [
      "select year('2020-05-06'::date), date_part(epoch_second, '1970-01-02'::timestamp_ntz), dayname('2020-01-01'::date)",
      [['2020', '86400', 'Wed']],
    ],
    [
      "select f.index, f.value::int from table(flatten(input => parse_json('[5,7]'))) f order by 1",
      [
        ['0', '5'],
        ['1', '7'],
      ],
    ],
    [
      "select typeof(parse_json('1.5')), typeof(parse_json('[]')), array_size(parse_json('[1,2]')), is_object(parse_json('{}'))",
      [['DECIMAL', 'ARRAY', '2', true]],
    ],
    [
      'select count(*), min(seq4()), max(seq4()) from table(generator(rowcount => 1000))',
      [['1000', '0', '999']],
    ],
    [
      "select 'It''s' ilike '%S', 'a%c' like 'a\\\\%c' escape '\\\\', 'abc' rlike 'A.C', 'x' in ('x', null)",
      [[true, true, false, true]],
    ],
    [
      'select 10 / 4, 7 % 4, 2 * 1.25, 1e0 / 4, -(-3), 1 - 0.1',
      [['2.500000', '3', '2.50', '0.25', '3', '0.9']],
    ],
    [
      'select null and false, null or true, not null, null = null, null is not distinct from null',
      [[false, true, null, null, true]],
    ],
    ["select $$it's \\n raw$$, 'tab\\there'", [["it's \\n raw", 'tab\there']]],
    ['select current_warehouse(), last_query_id() is not null', [['LOCAL_WH', true]]],
    ['select 1; -- the end', [['1']]],
  ])('%s', async (sql, expected) => {
    expect(await client.rows(sql)).toEqual(expected);
  });

  test('dates', async () => {
    const sql = `select dateadd(month, 1, '2020-01-31'::date), date_trunc('month', '2020-05-17'::date), last_day('2020-02-03'::date),
      '2020-01-01'::date + 31, to_date('03/04/2020'), to_date('20200105', 'YYYYMMDD'), to_date(86400)`;
    expect(dates(await client.rows(sql))).toEqual([
      ['2020-02-29', '2020-05-01', '2020-02-29', '2020-02-01', '2020-03-04', '2020-01-05', '1970-01-02'],
    ]);
  });

  test('time zones of the session', async () => {
    await client.rows("alter session set timezone = 'America/New_York'");
    const text = "to_varchar('2020-07-01 12:00:00'::timestamp_ltz, 'YYYY-MM-DD HH24:MI TZH:TZM')";
    expect(await client.value(`select ${text}`)).toBe('2020-07-01 12:00 -04:00');
    expect(await client.value("select date_part(epoch_second, '2020-07-01 12:00:00'::timestamp_ltz)")).toBe(
      '1593619200',
    );
    await client.rows('alter session unset timezone');
    expect(await client.value(`select ${text}`)).toBe('2020-07-01 12:00 +00:00');
  });

  test('a large result comes in chunks, whole and in order', async () => {
    const rows = await client.rows(
      "select seq4() as n, 'row ' || seq4() from table(generator(rowcount => 120000))",
    );
    expect(rows).toHaveLength(120_000);
    expect(rows.every(([n, text], index) => Number(n) === index && text === `row ${index}`)).toBe(true);
  });

  test('several statements in one request', async () => {
    const texts = await new Promise<unknown[]>((resolve, reject) => {
      const seen: unknown[] = [];
      client.connection.execute({
        sqlText: "select 1 as a; insert into t (id) values (50); select 'x;y' as b",
        parameters: { MULTI_STATEMENT_COUNT: 3 },
        complete: (error: unknown, statement: { hasNext(): boolean; NextResult(): void }, rows: unknown) => {
          if (error) return reject(error);
          seen.push(rows);
          if (statement.hasNext()) statement.NextResult();
          else resolve(seen);
        },
      } as never);
    });
    expect(texts).toEqual([[{ A: 1 }], [{ 'number of rows inserted': 1 }], [{ B: 'x;y' }]]);
  });
});

describe('what there is', () => {
  test('SHOW', async () => {
    await client.rows("create or replace table shown (a int) comment = 'seen'");
    await client.rows('insert into shown values (1), (2)');
    const shown = await client.rows("show tables like 'SHOWN' in database local_db");
    expect(shown.map((row) => [row[1], row[2], row[3], row[4], row[5], row[7]])).toEqual([
      ['SHOWN', 'LOCAL_DB', 'PUBLIC', 'TABLE', 'seen', '2'],
    ]);
    expect((await client.rows('show databases')).map((row) => row[1])).toContain('LOCAL_DB');
    expect((await client.rows('show schemas in database local_db')).map((row) => row[1])).toEqual(['PUBLIC']);
    expect((await client.rows('show columns in table shown')).map((row) => row[2])).toEqual(['A']);
    expect((await client.rows('show warehouses')).map((row) => row[0])).toEqual(['LOCAL_WH']);
    expect(await client.rows("show parameters like 'timezone'")).toEqual([
      ['TIMEZONE', 'UTC', 'UTC', '', '', 'STRING'],
    ]);
    expect(await client.rows('show channels in table shown')).toEqual([]);
    expect(await client.rows('show streams')).toEqual([]);
    expect((await client.error('show nonsense')).code).toBe('000002');
  });

  test('INFORMATION_SCHEMA', async () => {
    const columns = await client.rows(
      "select column_name, data_type, numeric_precision, numeric_scale, character_maximum_length, is_nullable from information_schema.columns where table_name = 'T' and table_schema = 'PUBLIC' order by ordinal_position",
    );
    expect(columns).toEqual([
      ['ID', 'NUMBER', '38', '0', 'NULL', 'YES'],
      ['NAME', 'TEXT', 'NULL', 'NULL', '20', 'YES'],
      ['AMOUNT', 'NUMBER', '10', '2', 'NULL', 'YES'],
    ]);
    const tables = await client.rows(
      "select table_name, table_type, row_count from local_db.information_schema.tables where table_name = 'T'",
    );
    expect(tables).toEqual([['T', 'BASE TABLE', '3']]);
    expect(
      await client.value("select count(*) from information_schema.views where table_name = 'NOPE'"),
    ).toBe('0');
  });

  test('GRANT and its like are taken note of', async () => {
    for (const sql of [
      'grant select on table t to role r',
      'revoke all on t from role r',
      'create role if not exists r',
      'use role sysadmin',
      'create or replace warehouse w',
      'use warehouse w',
      'create or replace stream s on table t',
      'alter table t migrate',
      "alter warehouse w set warehouse_size = 'SMALL'",
    ]) {
      expect(await client.rows(sql)).toHaveLength(1);
    }
    await client.rows('use warehouse local_wh');
  });
});
