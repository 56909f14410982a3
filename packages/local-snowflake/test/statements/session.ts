import { close, exact, type Family, unsupported } from './case.ts';

const DONE = 'Statement executed successfully.';

export const SESSION: Family = {
  title: 'Session, roles and the rest',
  cases: [
    exact(
      'USE DATABASE, SCHEMA, WAREHOUSE, ROLE',
      [
        [
          'create or replace database du',
          'use database local_db',
          'use schema cases',
          'select current_database(), current_schema()',
        ],
        [['LOCAL_DB', 'CASES']],
      ],
      [['use local_db.cases', 'select current_schema()'], 'CASES'],
      [
        [
          'create or replace warehouse w2',
          'use warehouse local_wh',
          'use warehouse w2',
          'use role accountadmin',
          'select current_warehouse(), current_role()',
        ],
        [['W2', 'ACCOUNTADMIN']],
      ],
      ['use warehouse nowhere', { code: '002043', state: '02000' }],
      ['use role nobody', { code: '002043', state: '02000' }],
      [
        'use schema nowhere',
        { code: '002043', state: '02000', names: 'Object does not exist, or operation cannot be performed.' },
      ],
    ),
    close('USE SECONDARY ROLES', 'taken note of in words only', ['use secondary roles all', DONE]),
    exact(
      'ALTER SESSION SET, UNSET',
      [
        [
          "alter session set timezone = 'Asia/Tokyo'",
          'alter session unset timezone',
          "show parameters like 'timezone'",
        ],
        [['TIMEZONE', 'UTC']],
        { only: ['key', 'value'] },
      ],
      [
        'alter session set nosuch = 1',
        { code: '001007', state: '22023', names: "invalid parameter 'NOSUCH'" },
      ],
    ),
    exact(
      'CURRENT_DATABASE, CURRENT_SCHEMA, CURRENT_USER, CURRENT_ROLE, CURRENT_WAREHOUSE, CURRENT_ACCOUNT',
      [
        'select current_database(), current_schema(), current_user(), current_role(), current_warehouse(), current_account()',
        [['LOCAL_DB', 'CASES', 'LOCAL_USER', 'SYSADMIN', 'LOCAL_WH', 'LOCAL']],
      ],
    ),
    exact(
      'CURRENT_TRANSACTION',
      ['select current_transaction()', null],
      [['begin', "select current_transaction() rlike '[0-9]+'"], 'TRUE'],
      [['begin', 'commit', 'select current_transaction()'], null],
      [['begin', 'rollback', 'select current_transaction()'], null],
    ),
    exact('Several statements where one is allowed', [
      'select 1; select 2',
      {
        code: '000008',
        state: '0A000',
        names: 'Actual statement count 2 did not match the desired statement count 1',
      },
    ]),
    exact('CURRENT_SESSION, LAST_QUERY_ID, CURRENT_STATEMENT', [
      [
        'select 1',
        "select current_session() is not null, last_query_id() rlike '[0-9a-f-]{36}', current_version() is not null",
      ],
      [['TRUE', 'TRUE', 'TRUE']],
    ]),
    exact(
      'SET, UNSET, $variable',
      [['set v = 5', 'select $v + 1'], '6'],
      [["set (a, b) = ('x', 2 * 3)", 'select $a, $b'], [['x', '6']]],
      [
        ["set t = 'LOCAL_DB.CASES.N'", 'create table n as select 1 as a', 'select a from identifier($t)'],
        '1',
      ],
      [
        ['set v = 1', 'unset v', 'select $v'],
        { code: '002211', state: '02000', names: "Session variable '$V' does not exist" },
      ],
    ),
    exact(
      'No warehouse: 000606',
      [
        ['create table t (a int)', 'create or replace warehouse w', 'drop warehouse w', 'select * from t'],
        { code: '000606', state: '57P03', names: 'No active warehouse selected in the current session.' },
      ],
      [['create or replace warehouse w', 'drop warehouse w', 'select current_warehouse(), 1'], [[null, '1']]],
      ['drop warehouse w', { code: '002003', state: '02000' }],
    ),
    close(
      'CREATE ROLE, GRANT, REVOKE',
      'roles exist and can be used, but there is one user, who may do everything',
      ['create or replace role r', 'Role R successfully created.'],
      [['create or replace role r', 'use role r', 'select current_role()'], 'R'],
      [['create or replace role r', 'create role r'], { code: '002002', state: '42710' }],
      [['create or replace role r', 'create role if not exists r'], 'R already exists, statement succeeded.'],
      [['drop role if exists r', 'drop role r'], { code: '002003', state: '02000' }],
      ['drop role sysadmin', { code: '003001', state: '42501' }],
      ['create role analyst', 'Role ANALYST successfully created.'],
      ['grant select on all tables in schema cases to role analyst', DONE],
      ['grant role analyst to user local_user', DONE],
      ['revoke usage on database local_db from role analyst', DONE],
      ['drop role analyst', 'ANALYST successfully dropped.'],
    ),
    close(
      'CREATE WAREHOUSE, CREATE USER, ALTER WAREHOUSE, ALTER USER',
      'warehouses exist and can be used, but compute nothing; users are taken note of in words only',
      [
        "create warehouse if not exists w warehouse_size = 'XSMALL' auto_suspend = 60",
        'Warehouse W successfully created.',
      ],
      [['create or replace warehouse w', 'alter warehouse w set auto_suspend = 10'], DONE],
      ["alter user local_user set rsa_public_key = 'x'", DONE],
    ),
    close('CREATE STREAM', 'taken note of in words only', [
      ['create table t (a int)', 'create stream s on table t'],
      'Stream S successfully created.',
    ]),
    unsupported('EXPLAIN', 'explain select 1', 'EXPLAIN'),
    unsupported('CREATE STAGE, FILE FORMAT, PIPE, TASK', 'create stage s', 'CREATE STAGE'),
    unsupported('CREATE SEQUENCE', 'create sequence s', 'CREATE SEQUENCE'),
    unsupported(
      'CREATE DYNAMIC TABLE',
      "create dynamic table t target_lag = '1 minute' warehouse = w as select 1 as a",
      'CREATE DYNAMIC',
    ),
    unsupported(
      'Snowflake Scripting: EXECUTE IMMEDIATE, DECLARE, CALL',
      "execute immediate 'select 1'",
      'EXECUTE',
    ),
    unsupported(
      'Masking policies, tags',
      'create masking policy p as (v varchar) returns varchar -> v',
      'CREATE MASKING',
    ),
    unsupported('GET_DDL', "select get_ddl('table', 't')", 'GET_DDL'),
  ],
};
