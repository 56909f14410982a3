import { exact, type Family } from './case.ts';

export const ARITHMETIC: Family = {
  title: 'Numbers',
  cases: [
    exact(
      'Addition, subtraction',
      [
        'select 1.1 + 2, 5 - 0.25, -(3 - 5)',
        [['3.1', '4.75', '2']],
        { types: ['NUMBER(3,1)', 'NUMBER(4,2)', 'NUMBER(2,0)'] },
      ],
      ['select 1.5::float + 1, 1 + 1e2', [['2.5', '101']], { types: ['FLOAT', 'FLOAT'] }],
      ["select '1' + 2, '1.5' * 2", [['3', '3.0']]],
      ["select 'a' + 1", { code: '100038', state: '22018', names: "Numeric value 'a' is not recognized" }],
      [
        'select 99999999999999999999999999999999999999 + 0, 99999999999999999999999999999999999999::number(38,0) + 1 is null',
        { code: '100039', state: '22003', names: 'out of range' },
      ],
    ),
    exact(
      'Multiplication',
      [
        'select 10.01 * 1.1, 10.001 * .001',
        [['11.011', '0.010001']],
        { types: ['NUMBER(6,3)', 'NUMBER(8,6)'] },
      ],
      [
        'select 1.1234567::number(10,7) * 1.1234567::number(10,7)',
        '1.262154956775',
        { types: ['NUMBER(18,12)'] },
      ],
    ),
    exact(
      'Division: six digits more, at most twelve',
      [
        'select 2/7, 10.1/2.1, 10.001/.001',
        [['0.285714', '4.8095238', '10001.000000000']],
        { types: ['NUMBER(7,6)', 'NUMBER(10,7)', 'NUMBER(14,9)'] },
      ],
      ['select 7/2, -1/3, 2/3', [['3.500000', '-0.333333', '0.666667']]],
      [
        [
          'create table q (a int, b int, c number(38,10))',
          'insert into q values (7, 2, 1.5)',
          'select a / b, a / c, c / a from q',
        ],
        [['3.500000', '4.666667', '0.214285714286']],
      ],
      [
        [
          'create table q (a int, b number(38,10))',
          'insert into q values (7, 1.5), (-9, 4)',
          'select sum(a) / count(*), sum(b) / sum(a), min(a) / max(b), sum(a) / count(distinct b) from q',
        ],
        [['-1.000000', '-2.750000000000', '-2.250000', '-1.000000']],
      ],
      [
        ['create table q (a int)', 'insert into q values (0)', 'select sum(a) / sum(a) from q'],
        { code: '100051', state: '22012', names: 'Division by zero' },
      ],
      ['select 1/0', { code: '100051', state: '22012', names: 'Division by zero' }],
    ),
    exact('Modulo', ['select 7 % 3, -7 % 3, 5.5 % 2, mod(10, 4)', [['1', '-1', '1.5', '2']]]),
    exact(
      'CAST to NUMBER rounds',
      [
        "select 2.5::int, -2.5::int, 3.456::number(3,1), '1.55'::number(2,1), 2.5::float::int",
        [['3', '-3', '3.5', '1.6', '3']],
      ],
      ['select 1234::number(3,0)', { code: '100039', state: '22003', names: 'out of range' }],
      ['select true::int, 1e3::int, .5, 5.', [['1', '1000', '0.5', '5']]],
    ),
    exact(
      'Numbers against texts',
      [
        "select '10' = 10, '10' > 9, '1.0' = 1, 5 in ('5'), '2' < 10",
        [['TRUE', 'TRUE', 'TRUE', 'TRUE', 'TRUE']],
      ],
      [
        "select 'abc' = 1",
        { code: '100038', state: '22018', names: "Numeric value 'abc' is not recognized" },
      ],
    ),
    exact('38 digits', [
      'select 12345678901234567890123456789012345678, 0.1234567890123456789012345678901234567',
      [['12345678901234567890123456789012345678', '0.1234567890123456789012345678901234567']],
    ]),
    exact('FLOAT', [
      "select 0.1::float, 1e20::float, 1e-7::float, 'nan'::float = 'NaN'::float, 'inf'::float > 1e300",
      [['0.1', '1e+20', '1e-07', 'TRUE', 'TRUE']],
    ]),
    exact('ABS, SIGN, SQRT, POWER, EXP, LN, LOG', [
      'select abs(-1.5), sign(-3), sqrt(16), power(2, 10), exp(0), ln(1), log(2, 8)',
      [['1.5', '-1', '4', '1024', '1', '0', '3']],
    ]),
    exact(
      'ROUND',
      [
        'select round(135.135, -2), round(135.135), round(135.135, 1), round(-2.5), round(1.005::number(5,3), 2)',
        [['100', '135', '135.1', '-3', '1.01']],
      ],
      ['select round(2.5::float), round(-2.5::float)', [['3', '-3']]],
    ),
    exact('TRUNC, CEIL, FLOOR', [
      'select trunc(135.975, 1), trunc(-975.975), ceil(135.135), ceil(-135.135, 1), floor(-135.135), floor(135.135, -2)',
      [['135.9', '-975', '136', '-135.1', '-136', '100']],
    ]),
    exact('DIV0, DIV0NULL', [
      'select div0(1, 0), div0(1, 2), div0(null, 0), div0null(1, null)',
      [['0.000000', '0.500000', null, '0.000000']],
    ]),
    exact('BITAND, BITOR, BITXOR, BITSHIFTLEFT, BITSHIFTRIGHT, BITNOT', [
      'select bitand(6, 3), bitor(6, 3), bitxor(6, 3), bitshiftleft(1, 4), bitshiftright(16, 2), bitnot(5)',
      [['2', '7', '5', '16', '4', '-6']],
    ]),
    exact('FACTORIAL, PI, SQUARE, CBRT, DEGREES', [
      'select factorial(5), round(pi(), 6), square(3), cbrt(27), degrees(0)',
      [['120', '3.141593', '9', '3', '0']],
    ]),
    exact('WIDTH_BUCKET', [
      'select width_bucket(290000, 200000, 600000, 4), width_bucket(1, 2, 6, 4), width_bucket(9, 2, 6, 4)',
      [['1', '0', '5']],
    ]),
    exact('GREATEST, LEAST', [
      'select greatest(1, 3, 2), least(1.5, 2), greatest(1, null), greatest_ignore_nulls(1, null)',
      [['3', '1.5', null, '1']],
    ]),
  ],
};
