import { close, exact, type Family, unsupported } from './case.ts';

const N = "create table n (k int, v varchar) as select * from values (1, 'a'), (2, null), (3, 'c')";

export const SELECT: Family = {
  title: 'SELECT',
  cases: [
    exact(
      'Names of columns',
      [
        'select 1, 1 + 1, count(*), upper(\'x\') as "u"',
        [['1', '2', '1', 'X']],
        { names: ['1', '1 + 1', 'COUNT(*)', 'u'] },
      ],
      [[N, 'select K, "V" as w, n.k from n limit 0'], [], { names: ['K', 'W', 'K'] }],
    ),
    exact(
      'WHERE with AND, OR, NOT and NULL',
      [
        [N, "select k from n where not (v = 'a' and k > 0) or v is null order by k"],
        [['2'], ['3']],
      ],
      [
        'select null and false, null or true, not null::boolean, null = null',
        [['FALSE', 'TRUE', null, null]],
      ],
    ),
    exact(
      'ORDER BY: NULLS FIRST, NULLS LAST',
      [
        [N, 'select v from n order by v'],
        [['a'], ['c'], [null]],
      ],
      [
        [N, 'select v from n order by v desc'],
        [[null], ['c'], ['a']],
      ],
      [
        [N, 'select v from n order by v nulls first'],
        [[null], ['a'], ['c']],
      ],
      [
        [N, 'select v from n order by 1 desc nulls last'],
        [['c'], ['a'], [null]],
      ],
      [
        "select column1 from values ('b'), ('B'), ('a'), ('ä'), ('_'), ('1') order by 1",
        [['1'], ['B'], ['_'], ['a'], ['b'], ['ä']],
      ],
      [[N, 'select v as k from n order by k desc limit 1'], [[null]]],
    ),
    exact(
      'LIMIT, OFFSET, FETCH, TOP',
      [[N, 'select k from n order by k limit 1 offset 1'], '2'],
      [[N, 'select k from n order by k offset 1 rows fetch next 1 row only'], '2'],
      [
        [N, 'select top 2 k from n order by k'],
        [['1'], ['2']],
      ],
    ),
    exact('DISTINCT', [
      'select distinct column1 from values (1), (null), (1), (null) order by 1',
      [['1'], [null]],
    ]),
    exact(
      'SELECT * EXCLUDE, RENAME, ILIKE',
      [[N, 'select * exclude v from n where k = 1'], '1', { names: ['K'] }],
      [[N, 'select * rename (k as id) from n where k = 1'], [['1', 'a']], { names: ['ID', 'V'] }],
      [[N, "select * ilike 'v%' from n where k = 1"], 'a', { names: ['V'] }],
    ),
    exact(
      'SELECT * REPLACE',
      [
        [N, "select * replace (k * 10 as k, v || '!' as v) from n where k = 1"],
        [['10', 'a!']],
        { names: ['K', 'V'] },
      ],
      [
        [N, 'select * exclude v replace (k + 1 as k) rename (k as id) from n where k = 1'],
        '2',
        { names: ['ID'] },
      ],
      [
        [N, "select * ilike 'k' replace (-k as k), n.* replace ('x' as v) from n where k = 1"],
        [['-1', '1', 'x']],
        { names: ['K', 'K', 'V'] },
      ],
      [
        [N, 'select * replace (1 as nope) from n'],
        { code: '000904', state: '42000', names: "invalid identifier 'NOPE'" },
      ],
    ),
    exact(
      'Joins in parentheses, of subqueries with an alias',
      ['select * from ((select 1 a) as l inner join (select 1 b) as r on l.a = r.b)', [['1', '1']]],
      [
        'select l.a, r.b from (((select 1 a) l cross join (select 2 b) r) cross join (select 3 c)) where c = 3',
        [['1', '2']],
      ],
      ['select * from ((select 1 a) l join (select 1 a, 2 b) r using (a))', [['1', '2']]],
      [
        'select x.c, y.d from ((values (1)) as x (c) join (values (1), (2)) as y (d) on x.c = y.d)',
        [['1', '1']],
      ],
      [
        "select l.a, f.value::int from ((select parse_json('[4]') a) as l cross join lateral flatten(input => l.a) f)",
        [['[\n  4\n]', '4']],
      ],
      ['select l.a, r.b from ((select 1 a) as l, lateral (select l.a + 1 as b) r)', [['1', '2']]],
      [
        'select * from ((with q as (select 1 a) select a from q) as l left join ((select 2 b)) as r on l.a = r.b)',
        [['1', null]],
      ],
      ['select * from ((select 1 a) union all (select 2)) order by 1', [['1'], ['2']]],
      ['select * from ((select 1 a) order by 1 limit 1)', '1'],
      ['select * from (((select 1 a)))', '1'],
      ['select count(*) from ((select 1 a) as l join (select ((1)) b) r on ((l.a) = (r.b)))', '1'],
    ),
    exact(
      'JOIN: INNER, LEFT, RIGHT, FULL, CROSS, NATURAL, USING',
      [
        [
          N,
          'create table m (k int, w int) as select * from values (2, 20), (4, 40)',
          'select n.k, m.k, w from n full join m on n.k = m.k order by coalesce(n.k, m.k)',
        ],
        [
          ['1', null, null],
          ['2', '2', '20'],
          ['3', null, null],
          [null, '4', '40'],
        ],
      ],
      [
        [
          N,
          'create table m (k int, w int) as select * from values (2, 20), (4, 40)',
          'select * from n left join m using (k) order by k',
        ],
        [
          ['1', 'a', null],
          ['2', null, '20'],
          ['3', 'c', null],
        ],
        { names: ['K', 'V', 'W'] },
      ],
      [
        [
          N,
          'create table m (k int, w int) as select * from values (2, 20), (4, 40)',
          'select k, w from n natural join m',
        ],
        [['2', '20']],
      ],
      [[N, 'select count(*) from n a cross join n b, n c'], '27'],
    ),
    exact(
      'GROUP BY, HAVING',
      [
        "select column1 as g, count(*), sum(column2) from values ('x', 1), ('y', 2), ('x', 3) group by g having count(*) > 1",
        [['x', '2', '4']],
      ],
      [
        "select column1, count(*) from values ('x'), ('y'), ('x') group by 1 order by 1",
        [
          ['x', '2'],
          ['y', '1'],
        ],
      ],
      [
        "select column1 as g, max(column2) from values ('x', 1), ('y', 2) group by all order by all",
        [
          ['x', '1'],
          ['y', '2'],
        ],
      ],
      [
        [N, 'select k, count(*) from n'],
        { code: '000979', state: '42601', names: 'is not a valid group by expression' },
      ],
    ),
    exact(
      'GROUP BY ROLLUP, CUBE, GROUPING SETS',
      [
        "select column1, column2, sum(column3) from values ('a', 'x', 1), ('a', 'y', 2), ('b', 'x', 4) group by rollup (column1, column2) order by 1, 2",
        [
          ['a', 'x', '1'],
          ['a', 'y', '2'],
          ['a', null, '3'],
          ['b', 'x', '4'],
          ['b', null, '4'],
          [null, null, '7'],
        ],
      ],
      [
        "select column1, column2, count(*) from values ('a', 'x'), ('b', 'y') group by grouping sets ((column1), (column2)) order by 1, 2",
        [
          ['a', null, '1'],
          ['b', null, '1'],
          [null, 'x', '1'],
          [null, 'y', '1'],
        ],
      ],
      [
        "select column1, column2, count(*) from values ('a', 'x') group by cube (column1, column2) order by 1, 2",
        [
          ['a', 'x', '1'],
          ['a', null, '1'],
          [null, 'x', '1'],
          [null, null, '1'],
        ],
      ],
    ),
    exact(
      'QUALIFY',
      [
        [
          'create table qt (i int, p char(1), o int)',
          "insert into qt values (1, 'A', 1), (2, 'A', 2), (3, 'B', 1), (4, 'B', 2)",
          'select i, p, o from qt qualify row_number() over (partition by p order by o) = 1 order by i',
        ],
        [
          ['1', 'A', '1'],
          ['3', 'B', '1'],
        ],
      ],
      [
        [
          'create table qt (i int, p char(1), o int)',
          "insert into qt values (1, 'A', 1), (2, 'A', 2), (3, 'B', 1), (4, 'B', 2)",
          'select i, p, o, row_number() over (partition by p order by o) as row_num from qt qualify row_num = 1 order by i',
        ],
        [
          ['1', 'A', '1', '1'],
          ['3', 'B', '1', '1'],
        ],
      ],
    ),
    exact(
      'WITH',
      ['with a as (select 1 as x), b (y) as (select x + 1 from a) select x, y from a, b', [['1', '2']]],
      [
        `with recursive current_f (current_val, previous_val) as (
           select 0, 1 union all
           select current_val + previous_val, current_val from current_f where current_val + previous_val < 100)
         select current_val from current_f order by current_val`,
        ['0', '1', '1', '2', '3', '5', '8', '13', '21', '34', '55', '89'].map((value) => [value]),
      ],
    ),
    exact(
      'Subqueries',
      [[N, 'select k from n where k = (select max(k) from n)'], '3'],
      [
        [N, 'select k from n where k in (select column1 from values (1), (3)) order by k'],
        [['1'], ['3']],
      ],
      [
        [N, 'select k from n a where exists (select 1 from n b where b.k > a.k) order by k'],
        [['1'], ['2']],
      ],
      [[N, 'select k from n where k > all (select column1 from values (1), (2))'], '3'],
      [[N, 'select k from n where k = any (select column1 from values (1), (7))'], '1'],
      ['select (select 1) + 1', '2'],
      [
        [N, 'select (select k from n)'],
        { code: '090150', state: '22000', names: 'Single-row subquery returns more than one row.' },
      ],
    ),
    exact(
      'UNION, INTERSECT, EXCEPT, MINUS',
      ['select 1 union all select 1.5 order by 1', [['1.0'], ['1.5']]],
      ['select 1 union select 1', '1'],
      ['select column1 from values (1), (2) intersect select 2', '2'],
      ['select column1 from values (1), (2) minus select 2', '1'],
      ['select column1 from values (1), (2) except select 2', '1'],
      ['select 1 union select 1, 2', { code: '001789', state: '42601' }],
    ),
    exact(
      'LIKE, ILIKE, ESCAPE, LIKE ANY, LIKE ALL',
      [
        "select 'abc' like 'a_c', 'aBc' like 'abc', 'aBc' ilike 'AbC', 'a' not like 'b%'",
        [['TRUE', 'FALSE', 'TRUE', 'TRUE']],
      ],
      ["select '100%' like '100^%' escape '^', '100x' like '100^%' escape '^'", [['TRUE', 'FALSE']]],
      ["select 'John  Dddoe' like any ('%Jo%oe%', 'T%e'), 'x' like all ('%', 'y')", [['TRUE', 'FALSE']]],
      ["select like('abc', 'A%'), ilike('abc', 'A%'), 'a\nb' like 'a%b'", [['FALSE', 'TRUE', 'TRUE']]],
      ["select null like '%', '' like '%'", [[null, 'TRUE']]],
    ),
    exact(
      'RLIKE, REGEXP',
      [
        "select 'San Francisco' rlike 'San.*', 'San Francisco' regexp 'Fran', 'abc' not rlike 'b'",
        [['TRUE', 'FALSE', 'TRUE']],
      ],
      [String.raw`select '2024-01' rlike '\\d{4}-\\d\\d', 'ab' rlike $$[a-z]{2}$$`, [['TRUE', 'TRUE']]],
    ),
    exact(
      'BETWEEN, IN, IS DISTINCT FROM',
      [
        "select 2 between 1 and 3, 'b' not between 'a' and 'c', 1 in (1, null), 2 in (1, null), 2 not in (1, 3)",
        [['TRUE', 'FALSE', 'TRUE', null, 'TRUE']],
      ],
      ['select null is distinct from 1, null is not distinct from null', [['TRUE', 'TRUE']]],
      ["select (1, 'a') in ((1, 'a'), (2, 'b'))", 'TRUE'],
    ),
    exact(
      'String constants',
      [
        String.raw`select 'it''s', 'a\tb', 'x\\y', '\u26c4', '\x41', 'a' || 'b'`,
        [["it's", 'a\tb', String.raw`x\y`, '⛄', 'A', 'ab']],
      ],
      [String.raw`select $$it's a \n "raw" text$$`, String.raw`it's a \n "raw" text`],
      ["select x'00ff', ''", [['00FF', '']]],
      [
        `select 1 -- one
        , /* two */ 2 // three`,
        [['1', '2']],
      ],
    ),
    exact(
      'Aliases in the same SELECT',
      ['select 1 as a, a + 1 as b, b * 2 as c', [['1', '2', '4']]],
      [
        [N, 'select k * 10 as ten from n where ten > 10 order by ten'],
        [['20'], ['30']],
      ],
    ),
    exact('Columns by position: $1', ["select $2, $1 from values (1, 'x')", [['x', '1']]]),
    exact('LATERAL', [
      [N, 'select n.k, l.m from n, lateral (select n.k * 2 as m) l order by 1'],
      [
        ['1', '2'],
        ['2', '4'],
        ['3', '6'],
      ],
    ]),
    exact(
      'IDENTIFIER()',
      [[N, "select count(*) from identifier('local_db.cases.n')"], '3'],
      [[N, "select max(identifier('v')) from table('n')"], 'c'],
    ),
    unsupported('PIVOT', [N, 'select * from n pivot (max(v) for k in (1, 2))'], 'PIVOT'),
    unsupported('UNPIVOT', [N, 'select * from n unpivot (x for y in (k, v))'], 'UNPIVOT'),
    unsupported('MATCH_RECOGNIZE', [N, 'select * from n match_recognize (order by k)'], 'MATCH_RECOGNIZE'),
    unsupported('SAMPLE, TABLESAMPLE', [N, 'select * from n sample (10)'], 'SAMPLE'),
    unsupported(
      'ASOF JOIN',
      [N, 'select * from n a asof join n b match_condition (a.k >= b.k)'],
      'ASOF JOIN',
    ),
    unsupported('CONNECT BY', [N, 'select k from n start with k = 1 connect by k = prior k'], 'CONNECT BY'),
    unsupported('AT, BEFORE (Time Travel)', [N, 'select * from n at (offset => -60)'], 'Time Travel'),
    unsupported('Queries of staged files', 'select $1 from @stage', 'SELECT FROM a stage'),
    close(
      'Errors',
      'positions in messages are those of the statement as it was sent',
      [
        'select from t',
        { code: '001003', state: '42000', names: "syntax error line 1 at position 7 unexpected 'from'." },
      ],
      ['select nosuch(1)', { code: '002140', state: '42601', names: 'Unknown function NOSUCH' }],
      [
        'select nosuch',
        { code: '000904', state: '42000', names: "error line 1 at position 7\ninvalid identifier 'NOSUCH'" },
      ],
      [[N, 'select k from n a, n b'], { code: '001052', state: '42601', names: "ambiguous column name 'K'" }],
    ),
  ],
};
