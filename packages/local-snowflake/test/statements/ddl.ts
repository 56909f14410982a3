import { close, exact, type Family, type Proof, unsupported } from './case.ts';

const DONE = 'Statement executed successfully.';
const T = 'create table t (a int, b varchar(10))';

/** What the last of some statements shows in some of its columns. */
const described = (sql: readonly string[], columns: string, ...rows: readonly string[][]): Proof => [
  sql,
  rows,
  { only: columns.split(',') },
];

export const DDL: Family = {
  title: 'Databases, schemas, tables and views',
  cases: [
    exact(
      'CREATE DATABASE',
      ['create database d1', 'Database D1 successfully created.'],
      [['create or replace database d1', 'select current_database(), current_schema()'], [['D1', 'PUBLIC']]],
      [
        ['create or replace database d1', 'create database d1'],
        { code: '002002', state: '42710', names: "Object 'D1' already exists." },
      ],
    ),
    exact('CREATE OR REPLACE DATABASE', [
      [
        'create or replace database d2',
        'create table t (a int)',
        'create or replace database d2',
        'select * from t',
      ],
      { code: '002003', state: '42S02', names: "'T' does not exist or not authorized" },
    ]),
    exact('CREATE DATABASE IF NOT EXISTS', [
      ['create or replace database d3', 'create database if not exists d3'],
      'D3 already exists, statement succeeded.',
    ]),
    exact('CREATE TRANSIENT DATABASE', [
      ['create or replace transient database d4', "show databases like 'd4'"],
      [['D4', 'TRANSIENT']],
      { only: ['name', 'options'] },
    ]),
    exact(
      'DROP DATABASE',
      [['create or replace database d5', 'drop database d5'], 'D5 successfully dropped.'],
      ['drop database nowhere', { code: '002003', state: '02000', names: "Database 'NOWHERE'" }],
      ['drop database if exists nowhere', 'Drop statement executed successfully (NOWHERE already dropped).'],
      [
        ['create or replace database d5', 'drop database d5', 'create table t (a int)'],
        { code: '090105', state: '22000', names: 'does not have a current database' },
      ],
    ),
    exact(
      'CREATE SCHEMA',
      ['create or replace schema s1', 'Schema S1 successfully created.'],
      [['create or replace schema s1', 'select current_schema()'], 'S1'],
      [
        ['create or replace schema s1', 'create schema if not exists s1'],
        'S1 already exists, statement succeeded.',
      ],
      ['create schema nowhere.s', { code: '002003', state: '02000', names: 'NOWHERE' }],
    ),
    exact('DROP SCHEMA', [['create or replace schema s2', 'drop schema s2'], 'S2 successfully dropped.']),
    exact(
      'CREATE TABLE',
      [T, 'Table T successfully created.'],
      [[T, T], { code: '002002', state: '42710', names: "Object 'LOCAL_DB.CASES.T' already exists." }],
      [[T, 'select count(*) from t'], '0'],
      [
        'create table t (a int, a int)',
        { code: '002025', state: '42S21', names: "duplicate column name 'A'" },
      ],
    ),
    exact('CREATE OR REPLACE TABLE', [
      [T, "insert into t values (1, 'x')", 'create or replace table t (c date)', 'select * from t'],
      [],
      { names: ['C'] },
    ]),
    exact('CREATE TABLE IF NOT EXISTS', [
      [T, 'create table if not exists t (c date)'],
      'T already exists, statement succeeded.',
    ]),
    exact('CREATE TRANSIENT TABLE', [
      ['create transient table t (a int)', "show tables like 't'"],
      [['T', 'TRANSIENT']],
      { only: ['name', 'kind'] },
    ]),
    unsupported('CREATE TEMPORARY TABLE', 'create temporary table t (a int)', 'TEMPORARY'),
    exact(
      'Column DEFAULT',
      [
        [
          "create table t (a int, b varchar default 'new', c timestamp_ntz default current_timestamp())",
          'insert into t (a) values (1)',
          'select a, b, c is not null from t',
        ],
        [['1', 'new', 'TRUE']],
      ],
      [
        ['create table t (a int default 7, b int)', 'insert into t values (default, 1)', 'select a from t'],
        '7',
      ],
    ),
    exact(
      'Column NOT NULL',
      [
        ['create table t (a int not null)', 'insert into t values (null)'],
        { code: '100072', state: '22000', names: 'NULL result in a non-nullable column' },
      ],
      [
        ['create table t (a int not null, b int)', 'insert into t (b) values (1)'],
        { code: '100072', state: '22000', names: 'NULL result in a non-nullable column' },
      ],
    ),
    exact(
      'AUTOINCREMENT, IDENTITY',
      [
        [
          'create table t (id int autoincrement start 100 increment 10, b varchar)',
          "insert into t (b) values ('x'), ('y')",
          'select id from t order by id',
        ],
        [['100'], ['110']],
      ],
      [
        [
          'create table t (id number(10) identity (1, 1), b varchar)',
          "insert into t (b) values ('x')",
          "insert into t (b) values ('y')",
          'select id, b from t order by id',
        ],
        [
          ['1', 'x'],
          ['2', 'y'],
        ],
      ],
    ),
    exact(
      'COMMENT of a column or table',
      [
        ["create table t (a int comment 'the first')", 'describe table t'],
        [['A', 'the first']],
        { only: ['name', 'comment'] },
      ],
      [
        ["create table t (a int) comment = 'all of it'", "show tables like 't'"],
        [['all of it']],
        { only: ['comment'] },
      ],
      [[T, "comment on table t is 'later'", "show tables like 't'"], [['later']], { only: ['comment'] }],
    ),
    exact('PRIMARY KEY, UNIQUE, FOREIGN KEY', [
      [
        'create table p (id int primary key)',
        'create table t (a int, b int unique, constraint pk primary key (a), foreign key (b) references p (id))',
        'insert into t values (1, 1), (1, 1)',
        'select count(*) from t',
      ],
      '2',
    ]),
    exact(
      'ALTER TABLE … ADD, DROP, RENAME, ALTER CONSTRAINT',
      described(
        [
          'create table t (a int, b int)',
          'alter table t add constraint k primary key (b, a)',
          'show primary keys in table t',
        ],
        'column_name,key_sequence,constraint_name,rely',
        ['B', '1', 'K', 'false'],
        ['A', '2', 'K', 'false'],
      ),
      described(
        [
          'create table t (a int primary key, b int)',
          'alter table t drop primary key',
          'alter table t add unique (b)',
          'describe table t',
        ],
        'name,null?,primary key,unique key',
        ['A', 'N', 'N', 'N'],
        ['B', 'Y', 'N', 'Y'],
      ),
      described(
        [
          'create table t (a int constraint k1 unique)',
          'alter table t rename constraint k1 to k2',
          'alter table t alter constraint k2 rely',
          'show unique keys in table t',
        ],
        'constraint_name,rely',
        ['K2', 'true'],
      ),
      [
        ['create table t (a int primary key)', 'alter table t add primary key (a)'],
        { code: '002002', state: '42710' },
      ],
      [['create table t (a int)', 'alter table t drop constraint nope'], { code: '002003', state: '42S02' }],
    ),
    exact('Synonyms of data types', [
      [
        `create table t (a character varying, b char varying(3), c nchar varying(4), d nvarchar2(5), e string, f character(2),
         g double precision, h dec(5,1), i byteint, j varbinary(7), k datetime(3), l timestamp without time zone)`,
        'describe table t',
      ],
      [
        ['VARCHAR(16777216)'],
        ['VARCHAR(3)'],
        ['VARCHAR(4)'],
        ['VARCHAR(5)'],
        ['VARCHAR(16777216)'],
        ['VARCHAR(2)'],
        ['FLOAT'],
        ['NUMBER(5,1)'],
        ['NUMBER(38,0)'],
        ['BINARY(7)'],
        ['TIMESTAMP_NTZ(3)'],
        ['TIMESTAMP_NTZ(9)'],
      ],
      { only: ['type'] },
    ]),
    exact('CLUSTER BY', ['create table t (a int) cluster by (a)', 'Table T successfully created.']),
    exact(
      'CREATE TABLE … AS SELECT',
      described(
        ["create table t as select 1.5 as n, 'x'::varchar(5) as s, null::date as d", 'describe table t'],
        'name,type',
        ['N', 'NUMBER(2,1)'],
        ['S', 'VARCHAR(5)'],
        ['D', 'DATE'],
      ),
      [['create table t (x, y) as select 1, 2', 'select x, y from t'], [['1', '2']]],
      described(['create table t (x varchar) as select 1', 'describe table t'], 'name,type', [
        'X',
        'VARCHAR(16777216)',
      ]),
    ),
    exact('CREATE TABLE … LIKE', [
      [
        'create table s (a int not null, b varchar(3))',
        'insert into s values (1, null)',
        'create table t like s',
        'select count(*) from t',
      ],
      '0',
    ]),
    exact('CREATE TABLE … CLONE', [
      [
        'create table s (a int)',
        'insert into s values (1), (2)',
        'create table t clone s',
        'delete from s',
        'select a from t order by a',
      ],
      [['1'], ['2']],
    ]),
    unsupported('CREATE SCHEMA … CLONE', 'create schema s9 clone cases', 'CLONE of a schema'),
    unsupported('CREATE DATABASE … CLONE', 'create database d9 clone local_db', 'CLONE of a database'),
    exact(
      'CREATE VIEW',
      [
        [T, "insert into t values (1, 'x')", 'create view v as select a + 1 as n from t', 'select * from v'],
        '2',
        { names: ['N'] },
      ],
      [['create view v (x, y) as select 1, 2', 'select y, x from v'], [['2', '1']]],
      ['create view v as select 1 as a', 'View V successfully created.'],
      [
        ['create view v as select 1 as a', 'create or replace view v as select 2 as a', 'select a from v'],
        '2',
      ],
    ),
    exact(
      'DROP VIEW',
      [['create view v as select 1 as a', 'drop view v'], 'V successfully dropped.'],
      [[T, 'drop view t'], { code: '002203', state: '42601', names: "not specified type 'VIEW'" }],
    ),
    unsupported(
      'CREATE MATERIALIZED VIEW',
      'create materialized view v as select 1 as a',
      'CREATE MATERIALIZED',
    ),
    exact(
      'DROP TABLE',
      [[T, 'drop table t'], 'T successfully dropped.'],
      ['drop table if exists t2', 'Drop statement executed successfully (T2 already dropped).'],
      ['drop table t2', { code: '002003', state: '42S02', names: "'T2' does not exist or not authorized" }],
    ),
    unsupported('UNDROP TABLE', [T, 'drop table t', 'undrop table t'], 'UNDROP'),
    exact(
      'ALTER TABLE … RENAME TO',
      [[T, 'alter table t rename to u', 'select count(*) from u'], '0'],
      [[T, 'alter table if exists nowhere rename to u'], DONE],
    ),
    exact(
      'ALTER TABLE … ADD COLUMN',
      [
        [T, "insert into t values (1, 'x')", 'alter table t add column c int', 'select * from t'],
        [['1', 'x', null]],
        { names: ['A', 'B', 'C'] },
      ],
      [
        [T, "insert into t values (1, 'x')", 'alter table t add c int not null default 5', 'select c from t'],
        '5',
      ],
      [
        [
          T,
          "insert into t values (1, 'x')",
          "alter table t add column v varchar(5) default 'it''s', w timestamp_ntz default '2024-01-01'::timestamp_ntz",
          'select v, w from t',
        ],
        [["it's", '2024-01-01 00:00:00.000']],
      ],
      [[T, 'alter table t add column if not exists a int'], DONE],
      [
        [T, 'alter table t add column a int'],
        { code: '001430', state: '42601', names: "column 'A' already exists" },
      ],
    ),
    exact(
      'ALTER TABLE … DROP COLUMN',
      [
        [T, "insert into t values (1, 'x')", 'alter table t drop column a', 'select * from t'],
        'x',
        { names: ['B'] },
      ],
      [
        [T, 'alter table t drop column z'],
        { code: '000904', state: '42000', names: "invalid identifier 'Z'" },
      ],
    ),
    exact('ALTER TABLE … RENAME COLUMN', [
      [T, "insert into t values (1, 'x')", 'alter table t rename column a to z', 'select z from t'],
      '1',
    ]),
    exact(
      'ALTER TABLE … ALTER COLUMN',
      [
        [
          'create table t (a int not null, b varchar(10))',
          'alter table t alter column a drop not null, column b set data type varchar(20)',
          'describe table t',
        ],
        [
          ['A', 'NUMBER(38,0)', 'Y'],
          ['B', 'VARCHAR(20)', 'Y'],
        ],
        { only: ['name', 'type', 'null?'] },
      ],
      [
        [T, 'alter table t modify column a set not null', 'insert into t values (null, null)'],
        { code: '100072', state: '22000' },
      ],
      [
        [T, "alter table t alter a comment 'one'", 'describe table t'],
        [['one'], [null]],
        { only: ['comment'] },
      ],
      [
        ['create table t (a int default 5)', 'alter table t alter a drop default', 'describe table t'],
        [[null]],
        { only: ['default'] },
      ],
      [
        [T, 'alter table t alter column b set data type int'],
        {
          code: '002108',
          state: '22000',
          names: 'cannot change column B from type VARCHAR(10) to NUMBER(38,0)',
        },
      ],
    ),
    exact('ALTER TABLE … SET COMMENT', [
      [T, "alter table t set comment = 'new'", "show tables like 't'"],
      [['new']],
      { only: ['comment'] },
    ]),
    exact('ALTER TABLE … SWAP WITH', [
      [
        'create table a (n int)',
        'insert into a values (1)',
        'create table b (n int)',
        'insert into b values (2)',
        'alter table a swap with b',
        'select n from a',
      ],
      '2',
    ]),
    close('ALTER TABLE … CLUSTER BY', 'taken note of in words only', [
      [T, 'alter table t cluster by (a)'],
      DONE,
    ]),
    exact('TRUNCATE TABLE', [
      [T, "insert into t values (1, 'x')", 'truncate table t', 'select count(*) from t'],
      '0',
    ]),
    exact(
      'Identifiers',
      [
        ['create table "t" ("a" int, a int, "" int, "ä b" int)', 'select * from "t"'],
        [],
        { names: ['a', 'A', '', 'ä b'] },
      ],
      [
        [
          'create table "say ""hi""" (a int)',
          'insert into "say ""hi""" values (1)',
          'select a from "say ""hi"""',
        ],
        '1',
      ],
      [[T, 'select "a" from t'], { code: '000904', state: '42000', names: `invalid identifier '"a"'` }],
      [["create table identifier('t') (a$b_1 int)", "select A$B_1 from identifier('t')"], []],
      [
        [T, "insert into t values (1, 'x')", 'select t.a, cases.t.b, local_db.cases.t.a from t'],
        [['1', 'x', '1']],
      ],
    ),
  ],
};
