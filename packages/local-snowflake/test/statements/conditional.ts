import { exact, type Family } from './case.ts';

export const CONDITIONAL: Family = {
  title: 'Conditional expressions',
  cases: [
    exact(
      'CASE',
      [
        "select column1, case when column1 = 1 then 'one' when column1 = 2 then 'two' else 'other' end as result from (values (1), (2), (3)) v",
        [
          ['1', 'one'],
          ['2', 'two'],
          ['3', 'other'],
        ],
      ],
      ["select case 2 when 1 then 'a' end, case null when null then 'x' else 'y' end", [[null, 'y']]],
      ['select case when false then 1 else 2.5 end', '2.5'],
    ),
    exact('IFF', [
      "select iff(true, 'true', 'false'), iff(false, 'true', 'false'), iff(null, 'true', 'false'), iff(true, null, 1)",
      [['true', 'false', 'false', null]],
    ]),
    exact('COALESCE, NVL, IFNULL', [
      "select coalesce(null, null, 3), nvl(null, 'x'), ifnull(1, 2), coalesce(null, null)",
      [['3', 'x', '1', null]],
    ]),
    exact('NVL2', ['select nvl2(0, 5, 3), nvl2(null, 5, 3)', [['5', '3']]]),
    exact('NULLIF', [
      "select nullif(0, 0), nullif(0, 1), nullif(null, 1), nullif('a', 'b')",
      [[null, '0', null, 'a']],
    ]),
    exact('ZEROIFNULL, NULLIFZERO', [
      'select zeroifnull(null::int), zeroifnull(3.14), nullifzero(0), nullifzero(1)',
      [['0', '3.14', null, '1']],
    ]),
    exact('DECODE', [
      "select column1, decode(column1, 1, 'one', 2, 'two', null, '-NULL-', 'other') from values (1), (2), (null), (4)",
      [
        ['1', 'one'],
        ['2', 'two'],
        [null, '-NULL-'],
        ['4', 'other'],
      ],
    ]),
    exact('EQUAL_NULL', [
      'select equal_null(null, null), equal_null(1, null), equal_null(1, 1)',
      [['TRUE', 'FALSE', 'TRUE']],
    ]),
    exact('BOOLAND, BOOLOR, BOOLXOR, BOOLNOT', [
      'select booland(1, -2), boolor(0, null), boolxor(2, 0), boolnot(0), boolor(null, 3), booland(0, null)',
      [['TRUE', null, 'TRUE', 'TRUE', 'TRUE', 'FALSE']],
    ]),
    exact('REGR_VALX', [
      'select regr_valx(null, 10), regr_valx(1, null), regr_valx(1, 10)',
      [[null, null, '10']],
    ]),
    exact('IS [NOT] NULL, IS TRUE', [
      'select null is null, 1 is not null, null is true, true is not false',
      [['TRUE', 'TRUE', 'FALSE', 'TRUE']],
    ]),
  ],
};
