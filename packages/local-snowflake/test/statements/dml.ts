import { close, exact, type Family, type Proof, unsupported } from './case.ts';

const T = ['create table t (a int, b varchar)', "insert into t values (1, 'x'), (2, 'y'), (3, 'z')"];

export const DML: Family = {
  title: 'Changing data',
  cases: [
    exact(
      'INSERT … VALUES',
      [
        ['create table t (a int, b varchar)', "insert into t values (1, 'x'), (2, 'y')"],
        '2',
        { names: ['number of rows inserted'] },
      ],
      [
        ['create table t (a int, b varchar)', "insert into t (b) values ('x')", 'select * from t'],
        [[null, 'x']],
      ],
      [
        ['create table t (a int, b varchar)', 'insert into t values (1)'],
        {
          code: '002020',
          state: '21S01',
          names: 'Insert value list does not match column list expecting 2 but got 1',
        },
      ],
      [
        ['create table t (a varchar(3))', "insert into t values ('abcd')"],
        { code: '100078', state: '22000', names: "String 'abcd' is too long and would be truncated" },
      ],
      [
        ['create table t (a int)', "insert into t values ('abc')"],
        { code: '100038', state: '22018', names: "Numeric value 'abc' is not recognized" },
      ],
    ),
    exact('Conversion of text on INSERT', [
      [
        'create table t (a boolean, b date, c timestamp_ntz, d binary, e number(5,2), f time)',
        "insert into t values ('yes', '2024-02-29', '2024-02-29T01:02:03.5', '00ff', '12.345', '1:02')",
        'select * from t',
      ],
      [['TRUE', '2024-02-29', '2024-02-29 01:02:03.500', '00FF', '12.35', '01:02:00']],
    ]),
    exact('INSERT … SELECT', [
      [
        ...T,
        "insert into t (a) select a * 10 from t where b <> 'x'",
        'select a from t where b is null order by a',
      ],
      [['20'], ['30']],
    ]),
    exact('INSERT OVERWRITE', [
      [...T, 'insert overwrite into t select 9, null', 'select * from t'],
      [['9', null]],
    ]),
    exact('INSERT … SELECT PARSE_JSON', [
      ['create table t (v variant)', `insert into t select parse_json('{"a":1}')`, 'select v:a::int from t'],
      '1',
    ]),
    unsupported(
      'INSERT ALL, INSERT FIRST',
      ['create table t (a int)', 'insert all into t select 1'],
      'Multi-table INSERT',
    ),
    exact(
      'UPDATE',
      [
        [...T, "update t set b = 'new', a = a + 1 where a > 1"],
        [['2', '0']],
        { names: ['number of rows updated', 'number of multi-joined rows updated'] },
      ],
      [[...T, 'update t set b = upper(b)', 'select listagg(b) within group (order by b) from t'], 'XYZ'],
    ),
    exact(
      'UPDATE … FROM',
      [
        [
          'create table target (k int, v int)',
          'insert into target values (0, 10), (1, 20), (2, 30)',
          'create table src (k int, v int)',
          'insert into src values (0, 11), (0, 12), (0, 13), (1, 21), (5, 9)',
          'update target set v = src.v from src where target.k = src.k',
        ],
        [['2', '1']],
        { names: ['number of rows updated', 'number of multi-joined rows updated'] },
      ],
      [
        [
          'create table target (k int, v int)',
          'insert into target values (0, 10)',
          'create table src (k int, v int)',
          'insert into src values (0, 11), (5, 9)',
          'update target set v = src.v from src where target.k = src.k',
          'select * from target',
        ],
        [['0', '11']],
      ],
    ),
    exact('DELETE', [[...T, 'delete from t where a = 1'], '1', { names: ['number of rows deleted'] }]),
    exact('DELETE … USING', [
      [
        'create table leased (bicycle_id int, customer_id int)',
        'create table returned (bicycle_id int)',
        'insert into leased values (101, 1111), (102, 2222), (103, 3333), (104, 4444), (105, 5555)',
        'insert into returned values (102), (104)',
        'delete from leased using returned where leased.bicycle_id = returned.bicycle_id',
        'select bicycle_id from leased order by 1',
      ],
      [['101'], ['103'], ['105']],
    ]),
    exact(
      'MERGE',
      [
        [
          'create table target (id int, description varchar)',
          'create table source (id int, description varchar)',
          "insert into target values (10, 'To be updated (this is the old value)')",
          "insert into source values (10, 'To be updated (this is the new value)')",
          'merge into target using source on target.id = source.id when matched then update set target.description = source.description',
        ],
        '1',
        { names: ['number of rows updated'] },
      ],
      [
        [
          ...T,
          "create table s (a int, b varchar, gone boolean) as select * from values (1, 'new', false), (2, null, true), (4, 'four', false)",
          `merge into t using s on t.a = s.a
             when matched and s.gone then delete
             when matched then update set b = s.b
             when not matched then insert (a, b) values (s.a, s.b)`,
        ],
        [['1', '1', '1']],
        { names: ['number of rows inserted', 'number of rows updated', 'number of rows deleted'] },
      ],
      [
        [
          ...T,
          'merge into t using (select 1 as a union all select 1) s on t.a = s.a when matched then update set b = null',
        ],
        { code: '100090', state: '42P18', names: 'Duplicate row detected during DML action' },
      ],
      [
        [
          ...T,
          "merge into t using (select 9 as k) s on t.a = s.k when not matched and s.k > 10 then insert values (1, 'q') when not matched then insert values (s.k, 'nine')",
          'select b from t where a = 9',
        ],
        'nine',
      ],
    ),
    exact(
      'MERGE: names of WHEN NOT MATCHED are those of the source',
      [
        [
          'create table t (id int, v varchar)',
          "insert into t values (1, 'old')",
          "create table s (id int, v varchar) as select * from values (1, 'new'), (2, 'two'), (3, null)",
          'merge into t using s on t.id = s.id when matched then update set v = s.v when not matched and v is not null then insert (id, v) values (id, v)',
          'select * from t order by id',
        ],
        [
          ['1', 'new'],
          ['2', 'two'],
        ],
      ],
      [
        [
          ...T,
          "merge into t using (select 7 as k, 'seven' as b) s on t.a = k when not matched then insert values (k, upper(b))",
          'select b from t where a = 7',
        ],
        'SEVEN',
      ],
      [
        [...T, 'merge into t using (select 1 as a) s on t.a = a when matched then delete'],
        { code: '001052', state: '42601', names: "ambiguous column name 'A'" },
      ],
      [
        [
          ...T,
          'merge into t using (select 9 as k) s on t.a = s.k when not matched then insert values (s.k, t.b)',
        ],
        { code: '000904', state: '42000', names: "invalid identifier 'T.B'" },
      ],
      [
        [
          ...T,
          'merge into t using (select 9 as k) s on t.a = s.k when not matched then insert (a, b) values (s.k)',
        ],
        { code: '002020', state: '21S01', names: 'expecting 2 but got 1' },
      ],
      ...[
        ['', '<EOF>'],
        ['when', '<EOF>'],
        ['when matched', '<EOF>'],
        ['when matched then', '<EOF>'],
        ['when matched then insert values (1, 2)', 'insert'],
        ["when not matched then update set b = 'x'", 'update'],
        ['when not matched then delete', 'delete'],
        ['when not matched then insert', '<EOF>'],
        ["when matched then update b = 'x'", 'b'],
        ['when matched then delete when matched then delete', 'matched'],
        ['when not matched by source then delete', 'by'],
        ["when matched then update set b = 'x' where a = 1", 'where'],
      ].map(
        ([clauses, found]): Proof => [
          [...T, `merge into t using (select 9 as k) s on t.a = s.k ${clauses}`],
          { code: '001003', state: '42000', names: `unexpected '${found}'` },
        ],
      ),
    ),
    unsupported(
      'MERGE … ALL BY NAME',
      [...T, 'merge into t using t s on t.a = s.a when not matched then insert all by name'],
      'ALL BY NAME',
    ),
    exact(
      'BEGIN, COMMIT, ROLLBACK',
      [[...T, 'begin', 'delete from t', 'rollback', 'select count(*) from t'], '3'],
      [[...T, 'begin transaction', 'delete from t', 'commit', 'select count(*) from t'], '0'],
      [[...T, 'begin', 'delete from t', 'create table u (a int)', 'rollback', 'select count(*) from t'], '0'],
    ),
    close(
      'Transactions of several sessions',
      'two open transactions that change the same rows: the second is rejected instead of waiting',
      ['begin', 'Statement executed successfully.'],
    ),
    exact('VALUES as a table', [
      "select * from (values (1, 'one'), (2, 'two')) as v (n, s) order by n desc",
      [
        ['2', 'two'],
        ['1', 'one'],
      ],
      { names: ['N', 'S'] },
    ]),
    unsupported('COPY INTO', ['create table t (a int)', 'copy into t from @~'], 'COPY'),
    unsupported('PUT, GET, LIST, REMOVE', 'list @~', 'LIST'),
  ],
};
