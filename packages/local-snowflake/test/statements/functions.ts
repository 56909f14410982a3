import { close, exact, type Family, unsupported } from './case.ts';

export const FUNCTIONS: Family = {
  title: 'Functions of one’s own, generated rows, random values',
  cases: [
    exact(
      'CREATE FUNCTION … LANGUAGE SQL',
      [
        "create function area (radius float) returns float as 'pi() * radius * radius'",
        'Function AREA successfully created.',
      ],
      [
        ["create function twice (n number) returns number as 'n * 2'", 'select twice(4), twice(null)'],
        [['8', null]],
      ],
      [
        [
          'create table t (a int) as select * from values (1), (2)',
          'create function total () returns number as $$ select sum(a) from t $$',
          'select total()',
        ],
        '3',
      ],
      [
        [
          "create function o (a int) returns varchar as $$ 'number' $$",
          "create function o (a varchar) returns varchar as $$ 'text' $$",
          "select o(1), o('x')",
        ],
        [['number', 'text']],
      ],
      [["create function cases.q (a int) returns int as 'a'", 'select local_db.cases.q(1)'], '1'],
    ),
    exact(
      'CREATE FUNCTION … LANGUAGE JAVASCRIPT',
      [
        [
          'create function js_factorial (d double) returns double language javascript strict as $$ if (D <= 0) return 1; let r = 1; for (let i = 2; i <= D; i++) r *= i; return r; $$',
          'select js_factorial(5), js_factorial(null)',
        ],
        [['120', null]],
      ],
      [
        [
          "create function f (v variant) returns variant language javascript as 'return {n: V.a + 1, list: [V.a]};'",
          'select f(parse_json(\'{"a":1}\'))',
        ],
        '{\n  "list": [\n    1\n  ],\n  "n": 2\n}',
      ],
      [
        [
          'create function f (a varchar) returns varchar language javascript as \'return A === undefined ? "undefined" : A.toUpperCase();\'',
          "select f('x'), f(null)",
        ],
        [['X', 'undefined']],
      ],
      [
        ['create function f () returns int language javascript as \'throw new Error("no");\'', 'select f()'],
        { code: '100132', state: 'P0000', names: 'JavaScript execution error: Uncaught Error: no in F' },
      ],
    ),
    exact(
      'CREATE OR REPLACE FUNCTION, IF NOT EXISTS',
      [
        [
          "create function f () returns int as '1'",
          "create or replace function f () returns int as '2'",
          'select f()',
        ],
        '2',
      ],
      [
        [
          "create function f () returns int as '1'",
          "create function if not exists f () returns int as '2'",
          'select f()',
        ],
        '1',
      ],
    ),
    exact(
      'DROP FUNCTION',
      [["create function f (a int) returns int as 'a'", 'drop function f (int)'], 'F successfully dropped.'],
      [
        ["create function f (a int) returns int as 'a'", 'drop function f (int)', 'select f(1)'],
        { code: '002140', state: '42601', names: 'Unknown function F' },
      ],
    ),
    unsupported(
      'Functions in Python, Java, Scala',
      "create function f () returns int language python runtime_version = '3.11' handler = 'f' as 'x'",
      'PYTHON',
    ),
    unsupported(
      'User-defined table functions',
      "create function f () returns table (a int) as 'select 1'",
      'Table functions of users',
    ),
    unsupported(
      'CREATE PROCEDURE, CALL',
      "create procedure p () returns int language sql as 'begin return 1; end'",
      'CREATE PROCEDURE',
    ),
    exact(
      'TABLE(GENERATOR())',
      ['select count(*) from table(generator(rowcount => 1000))', '1000'],
      ['select seq4() from table(generator(rowcount => 3)) order by 1', [['0'], ['1'], ['2']]],
    ),
    exact(
      'SEQ1, SEQ2, SEQ4, SEQ8 go on at 0, or at the smallest number, after the largest',
      [
        'select max(a), min(b), max(b), max(c), min(d), max(e), count(distinct a), count(distinct b) from (select seq1() a, seq1(1) b, seq2(0) c, seq2(1) d, seq4(1) e from table(generator(rowcount => 70000)))',
        [['127', '-128', '127', '32767', '-32768', '69999', '128', '256']],
      ],
      [
        'select seq1(), seq1(1), seq2(), seq8(1) from table(generator(rowcount => 130)) order by seq8() limit 3 offset 127',
        [
          ['127', '127', '127', '127'],
          ['0', '-128', '128', '128'],
          ['1', '-127', '129', '129'],
        ],
      ],
    ),
    exact('SEQ1, SEQ2, SEQ4, SEQ8', [
      'select seq1(), seq2(), seq4(), seq8() from table(generator(rowcount => 2)) order by 1',
      [
        ['0', '0', '0', '0'],
        ['1', '1', '1', '1'],
      ],
    ]),
    close(
      'RANDOM',
      'other numbers than Snowflake’s; the same seed gives the same numbers',
      [
        'select random() <> random(), random(42) = random(42), random() between -9223372036854775808 and 9223372036854775807',
        [['TRUE', 'TRUE', 'TRUE']],
      ],
      ['select count(distinct random(1)) from table(generator(rowcount => 50))', '50'],
    ),
    close(
      'RANDSTR',
      'other letters than Snowflake’s for the same seed',
      [
        "select randstr(5, 1234) = randstr(5, 1234), length(randstr(20, random())), randstr(40, 1) rlike '[0-9A-Za-z]{40}'",
        [['TRUE', '20', 'TRUE']],
      ],
      ['select count(distinct randstr(12, random())) from table(generator(rowcount => 50))', '50'],
    ),
    close(
      'UNIFORM',
      'other numbers than Snowflake’s for the same seed',
      [
        'select min(n) >= 1, max(n) <= 10, count(distinct n) from (select uniform(1, 10, random()) as n from table(generator(rowcount => 1000)))',
        [['TRUE', 'TRUE', '10']],
      ],
      [
        'select uniform(1, 10, 5) = uniform(1, 10, 5), uniform(0::float, 1::float, random()) < 1',
        [['TRUE', 'TRUE']],
      ],
    ),
    close('NORMAL', 'other numbers than Snowflake’s for the same seed', [
      'select abs(avg(normal(10, 2, random())) - 10) < 1 from table(generator(rowcount => 1000))',
      'TRUE',
    ]),
    unsupported('ZIPF', 'select zipf(1, 10, random())', 'ZIPF'),
    unsupported(
      'GENERATOR with TIMELIMIT',
      'select 1 from table(generator(timelimit => 1))',
      'GENERATOR without ROWCOUNT',
    ),
    exact(
      'SPLIT_TO_TABLE',
      [
        "select t.index, t.value from table(split_to_table('a.b', '.')) t order by 1",
        [
          ['1', 'a'],
          ['2', 'b'],
        ],
      ],
      [
        "select v.column1, s.value from values ('x,y'), ('z') v, lateral split_to_table(v.column1, ',') s order by 2",
        [
          ['x,y', 'x'],
          ['x,y', 'y'],
          ['z', 'z'],
        ],
      ],
    ),
    exact('STRTOK_SPLIT_TO_TABLE', [
      "select index, value from table(strtok_split_to_table('a.b c', '. ')) order by 1",
      [
        ['1', 'a'],
        ['2', 'b'],
        ['3', 'c'],
      ],
    ]),
    unsupported('RESULT_SCAN', 'select * from table(result_scan(last_query_id()))', 'RESULT_SCAN'),
  ],
};
