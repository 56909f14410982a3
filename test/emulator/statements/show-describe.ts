import { close, exact, type Family, refused } from './case.ts';

const T =
  "create table t (id number(10,2) not null default 5, name varchar(20) comment 'who', at timestamp_tz(3))";

export const SHOW_DESCRIBE: Family = {
  title: 'SHOW, DESCRIBE and INFORMATION_SCHEMA',
  cases: [
    exact('SHOW DATABASES', [
      ['create or replace database shown', "show databases like 'SHO_N'"],
      [['SHOWN', 'Y', 'STANDARD']],
      { only: ['name', 'is_current', 'kind'] },
    ]),
    exact('SHOW SCHEMAS', [
      "show schemas like 'cases' in database local_db",
      [['CASES', 'Y', 'LOCAL_DB']],
      { only: ['name', 'is_current', 'database_name'] },
    ]),
    close('SHOW TABLES', '`bytes` is 0', [
      [T, "insert into t (name) values ('x')", "show tables like 't' in schema cases"],
      [['T', 'LOCAL_DB', 'CASES', 'TABLE', '1']],
      { only: ['name', 'database_name', 'schema_name', 'kind', 'rows'] },
    ]),
    exact(
      'LIKE, STARTS WITH, LIMIT of SHOW',
      [
        ['create table ab (n int)', 'create table "ac" (n int)', "show tables like 'A%'"],
        [['AB'], ['ac']],
        { only: ['name'] },
      ],
      [
        ['create table ab (n int)', 'create table "ac" (n int)', "show tables starts with 'a'"],
        [['ac']],
        { only: ['name'] },
      ],
      [
        ['create table ab (n int)', 'create table b (n int)', 'show tables limit 1'],
        [['AB']],
        { only: ['name'] },
      ],
    ),
    exact('SHOW VIEWS', [
      [T, 'create view v as select id from t', "show views like 'V'"],
      [['V', 'CASES']],
      { only: ['name', 'schema_name'] },
    ]),
    exact('SHOW COLUMNS', [
      [T, 'show columns in table t'],
      [
        ['T', 'ID', '{"type":"FIXED","precision":10,"scale":2,"nullable":false}', 'NOT_NULL', '5'],
        [
          'T',
          'NAME',
          '{"type":"TEXT","length":20,"byteLength":80,"nullable":true,"fixed":false}',
          'true',
          '',
        ],
        ['T', 'AT', '{"type":"TIMESTAMP_TZ","precision":0,"scale":3,"nullable":true}', 'true', ''],
      ],
      { only: ['table_name', 'column_name', 'data_type', 'null?', 'default'] },
    ]),
    exact('SHOW PRIMARY KEYS', [
      ['create table k (a int, b int, primary key (b))', 'show primary keys in table k'],
      [['K', 'B', '1']],
      { only: ['table_name', 'column_name', 'key_sequence'] },
    ]),
    exact('SHOW PARAMETERS', [
      ["alter session set query_tag = 'me'", "show parameters like 'query_tag'"],
      [['QUERY_TAG', 'me', '', 'SESSION']],
      { only: ['key', 'value', 'default', 'level'] },
    ]),
    exact('SHOW USER FUNCTIONS', [
      ["create function f (a int) returns int as 'a + 1'", "show user functions like 'f'"],
      [['F', 'CASES', 'SQL']],
      { only: ['name', 'schema_name', 'language'] },
    ]),
    close('SHOW WAREHOUSES, ROLES, USERS', 'there is one of each: the session’s own', [
      'show warehouses',
      [['LOCAL_WH', 'STARTED']],
      { only: ['name', 'state'] },
    ]),
    close('SHOW GRANTS, STAGES, STREAMS, PIPES, TASKS, SEQUENCES, PROCEDURES', 'empty lists', [
      'show streams',
      [],
    ]),
    close('SHOW CHANNELS', 'also has the sequencers, which Snowflake does not show', [
      'show channels',
      [],
      {
        names: [
          'created_on',
          'name',
          'database_name',
          'schema_name',
          'table_name',
          'client_sequencer',
          'row_sequencer',
          'offset_token',
        ],
      },
    ]),
    exact(
      'DESCRIBE TABLE',
      // Which of its parts does not exist.
      ['describe table nowhere.s.t', { code: '002003', state: '02000', names: "Database 'NOWHERE'" }],
      [
        [T, 'create or replace database d9', 'describe table d9.nowhere.t'],
        { code: '002003', state: '02000', names: "Schema 'D9.NOWHERE'" },
      ],
      ['describe table nowhere', { code: '002003', state: '42S02', names: "'NOWHERE'" }],
      [
        [T, 'describe table t'],
        [
          ['ID', 'NUMBER(10,2)', 'COLUMN', 'N', '5', 'N', 'N', null],
          ['NAME', 'VARCHAR(20)', 'COLUMN', 'Y', null, 'N', 'N', 'who'],
          ['AT', 'TIMESTAMP_TZ(3)', 'COLUMN', 'Y', null, 'N', 'N', null],
        ],
        { only: ['name', 'type', 'kind', 'null?', 'default', 'primary key', 'unique key', 'comment'] },
      ],
      [
        [
          'create table t (a int, b float, c boolean, d binary, e date, f time, g timestamp_ltz, h variant, i object, j array, k char, l decimal(5), m timestamp, n double)',
          'desc table t',
        ],
        [
          ...['NUMBER(38,0)', 'FLOAT', 'BOOLEAN', 'BINARY(8388608)', 'DATE', 'TIME(9)', 'TIMESTAMP_LTZ(9)'],
          ...['VARIANT', 'OBJECT', 'ARRAY', 'VARCHAR(1)', 'NUMBER(5,0)', 'TIMESTAMP_NTZ(9)', 'FLOAT'],
        ].map((type) => [type]),
        { only: ['type'] },
      ],
    ),
    exact('DESCRIBE VIEW', [
      [T, 'create view v as select id, name from t', 'describe view v'],
      [
        ['ID', 'NUMBER(10,2)'],
        ['NAME', 'VARCHAR(20)'],
      ],
      { only: ['name', 'type'] },
    ]),
    close('DESCRIBE FUNCTION', 'has no `volatility` or `handler`', [
      ["create function f (a int) returns varchar as 'a::varchar'", 'describe function f (int)'],
      [
        ['signature', '(A NUMBER(38,0))'],
        ['returns', 'VARCHAR(16777216)'],
        ['language', 'SQL'],
        ['null handling', 'CALLED ON NULL INPUT'],
        ['body', 'a::varchar'],
      ],
    ]),
    refused('DESCRIBE WAREHOUSE, USER, STAGE', 'describe warehouse w', 'DESCRIBE WAREHOUSE'),
    exact('INFORMATION_SCHEMA.TABLES', [
      [
        T,
        'create view v as select 1 as a',
        "insert into t (name) values ('x')",
        "select table_name, table_type, row_count from information_schema.tables where table_schema = 'CASES' order by 1",
      ],
      [
        ['T', 'BASE TABLE', '1'],
        ['V', 'VIEW', null],
      ],
    ]),
    exact('INFORMATION_SCHEMA.COLUMNS', [
      [
        T,
        "select column_name, ordinal_position, data_type, is_nullable, numeric_precision, numeric_scale, character_maximum_length from information_schema.columns where table_schema = 'CASES' order by 2",
      ],
      [
        ['ID', '1', 'NUMBER', 'NO', '10', '2', null],
        ['NAME', '2', 'TEXT', 'YES', null, null, '20'],
        ['AT', '3', 'TIMESTAMP_TZ', 'YES', null, null, null],
      ],
    ]),
    exact('INFORMATION_SCHEMA.SCHEMATA, DATABASES, VIEWS', [
      "select catalog_name, schema_name from local_db.information_schema.schemata where schema_name = 'CASES'",
      [['LOCAL_DB', 'CASES']],
    ]),
  ],
};
