import { close, exact, type Family, unsupported } from './case.ts';

const T =
  "create table t (g varchar, n int, o int) as select * from values ('a', 10, 1), ('a', 20, 2), ('b', 30, 3), ('b', null, 4), ('b', 30, 5)";

export const AGGREGATE: Family = {
  title: 'Aggregates and window functions',
  cases: [
    exact('COUNT, COUNT(DISTINCT), COUNT_IF', [
      [
        T,
        'select count(*), count(n), count(distinct n), count_if(n > 10), count(distinct g, n), count(g, n) from t',
      ],
      [['5', '4', '3', '3', '3', '4']],
    ]),
    exact(
      'SUM, AVG, MIN, MAX',
      [
        [T, "select sum(n), avg(n), min(n), max(g), sum(distinct n), sum(n) from t where g = 'a'"],
        [['30', '15.000000', '10', 'a', '30', '30']],
        {
          types: ['NUMBER(38,0)', 'NUMBER(38,6)', 'NUMBER(38,0)', 'VARCHAR', 'NUMBER(38,0)', 'NUMBER(38,0)'],
        },
      ],
      [[T, 'select sum(n), count(*), max(n) from t where false'], [[null, '0', null]]],
      ["select sum(column1), avg(column1) from values ('1'), ('2.5')", [['3.5', '1.75']]],
    ),
    exact(
      'LISTAGG',
      [
        [
          T,
          "select listagg(distinct g, ',') within group (order by g desc), listagg(n, '|') within group (order by o), listagg(g) from t where n <> 20",
        ],
        [['b,a', '10|30|30', 'abb']],
      ],
      [[T, 'select listagg(n) from t where false'], ''],
    ),
    exact(
      'ARRAY_AGG',
      [
        [
          T,
          'select to_json(array_agg(n) within group (order by o)), to_json(array_agg(distinct g) within group (order by g)) from t',
        ],
        [['[10,20,30,30]', '["a","b"]']],
      ],
      [[T, 'select array_agg(n) from t where false'], '[]'],
    ),
    exact('OBJECT_AGG', [[T, 'select to_json(object_agg(o, n)) from t'], '{"1":10,"2":20,"3":30,"5":30}']),
    close('MEDIAN, PERCENTILE_CONT, PERCENTILE_DISC, MODE', 'of a NUMBER, the first two are FLOAT', [
      "select median(column1)::float, percentile_cont(0.25) within group (order by column1)::float, percentile_disc(0.5) within group (order by column1), mode(column2) from values (0, 'x'), (10, 'x'), (20, 'y'), (40, 'x')",
      [['15', '7.5', '10', 'x']],
    ]),
    close('STDDEV, VARIANCE, VAR_POP, CORR, COVAR_POP, COVAR_SAMP', 'are FLOAT', [
      'select round(stddev(column1), 6), round(variance(column1), 6), round(var_pop(column1), 6), round(corr(column1, column2), 6), round(covar_pop(column1, column2), 6), round(covar_samp(column1, column2), 6) from values (1, 2), (2, 4), (4, 8)',
      [['1.527525', '2.333333', '1.555556', '1', '3.111111', '4.666667']],
    ]),
    exact('BOOLAND_AGG, BOOLOR_AGG, BOOLXOR_AGG', [
      'select booland_agg(column1), boolor_agg(column1), boolxor_agg(column1) from values (true), (false)',
      [['FALSE', 'TRUE', 'TRUE']],
    ]),
    exact('BITAND_AGG, BITOR_AGG, BITXOR_AGG', [
      'select bitand_agg(column1), bitor_agg(column1), bitxor_agg(column1) from values (6), (3)',
      [['2', '7', '5']],
    ]),
    exact('ANY_VALUE, MAX_BY, MIN_BY', [
      [T, "select any_value(g), max_by(o, n), min_by(g, o) from t where g = 'a'"],
      [['a', '2', 'a']],
    ]),
    exact('GROUPING', [
      "select column1, grouping(column1), count(*) from values ('a'), ('b') group by rollup (column1) order by 2, 1",
      [
        ['a', '0', '1'],
        ['b', '0', '1'],
        [null, '1', '2'],
      ],
    ]),
    close('APPROX_COUNT_DISTINCT, HLL', 'counted exactly', [
      [T, 'select approx_count_distinct(n), hll(n) from t'],
      [['3', '3']],
    ]),
    exact('ROW_NUMBER, RANK, DENSE_RANK, NTILE', [
      [
        T,
        'select o, row_number() over (order by o), rank() over (order by g), dense_rank() over (order by g), ntile(2) over (order by o) from t order by o',
      ],
      [
        ['1', '1', '1', '1', '1'],
        ['2', '2', '1', '1', '1'],
        ['3', '3', '3', '2', '1'],
        ['4', '4', '3', '2', '2'],
        ['5', '5', '3', '2', '2'],
      ],
    ]),
    exact('PERCENT_RANK, CUME_DIST', [
      'select column1, percent_rank() over (order by column1), cume_dist() over (order by column1) from values (1), (2), (3), (4), (5) order by 1 limit 2',
      [
        ['1', '0', '0.2'],
        ['2', '0.25', '0.4'],
      ],
    ]),
    exact('LAG, LEAD', [
      [
        T,
        'select o, lag(n) over (order by o), lead(n, 2, -1) over (order by o), lag(n) ignore nulls over (order by o), lag(n, 1, 0) over (order by o) from t order by o',
      ],
      [
        ['1', null, '30', null, '0'],
        ['2', '10', null, '10', '10'],
        ['3', '20', '30', '20', '20'],
        ['4', '30', '-1', '30', '30'],
        ['5', null, '-1', '30', null],
      ],
    ]),
    exact('FIRST_VALUE, LAST_VALUE, NTH_VALUE', [
      [
        T,
        'select o, first_value(n) over (partition by g order by o), last_value(o) over (partition by g order by o), nth_value(o, 2) over (partition by g order by o) from t order by o',
      ],
      [
        ['1', '10', '2', '2'],
        ['2', '10', '2', '2'],
        ['3', '30', '5', '4'],
        ['4', '30', '5', '4'],
        ['5', '30', '5', '4'],
      ],
    ]),
    exact('Aggregates OVER (PARTITION BY … ORDER BY … ROWS BETWEEN …)', [
      [
        T,
        'select o, sum(o) over (order by o), sum(o) over (order by o rows between 1 preceding and current row), count(*) over (partition by g), sum(o) over (), max(o) over (order by o rows between unbounded preceding and 1 preceding) from t order by o',
      ],
      [
        ['1', '1', '1', '2', '15', null],
        ['2', '3', '3', '2', '15', '1'],
        ['3', '6', '5', '3', '15', '2'],
        ['4', '10', '7', '3', '15', '3'],
        ['5', '15', '9', '3', '15', '4'],
      ],
    ]),
    exact('RATIO_TO_REPORT', [
      'select ratio_to_report(column1) over () from values (1), (3) order by 1',
      [['0.250000'], ['0.750000']],
    ]),
    exact('CONDITIONAL_TRUE_EVENT', [
      [T, 'select o, conditional_true_event(n > 10) over (order by o) from t order by o'],
      [
        ['1', '0'],
        ['2', '1'],
        ['3', '2'],
        ['4', '2'],
        ['5', '3'],
      ],
    ]),
    unsupported(
      'CONDITIONAL_CHANGE_EVENT',
      'select conditional_change_event(1) over (order by 1)',
      'CONDITIONAL_CHANGE_EVENT',
    ),
    unsupported('APPROX_TOP_K, MINHASH, BITMAP_…', 'select minhash(5, 1)', 'MINHASH'),
  ],
};
