/** Statements that fail, with the code and the SQL state that every client must get. `t` has (a int not null, s varchar(3)). */
export const ERRORS: readonly (readonly [sql: string, code: string, state: string])[] = [
  ['selec 1', '001003', '42000'],
  ['select nope from t', '000904', '42000'],
  ['select * from nope', '002003', '42S02'],
  ['use schema nope', '002043', '02000'],
  ['use database nope', '002043', '02000'],
  ['create table t (a int)', '002002', '42710'],
  ["insert into t values (1, 'abcd')", '100078', '22000'],
  ['insert into t (a) values (null)', '100072', '22000'],
  ['insert into t (a) values (1, 2)', '002020', '21S01'],
  ["select 'x'::int", '100038', '22018'],
  ["select 'x'::date", '100040', '22007'],
  ['select 1 / 0', '100051', '22012'],
  ['select nofn(1)', '002140', '42601'],
  ['alter session set nope = 1', '001007', '22023'],
];

/** Makes every client print the same text for dates and times. */
export const FORMATS = `alter session set
  timezone = 'Europe/Berlin',
  timestamp_output_format = 'YYYY-MM-DD HH24:MI:SS.FF9 TZHTZM',
  timestamp_ntz_output_format = 'YYYY-MM-DD HH24:MI:SS.FF9',
  time_output_format = 'HH24:MI:SS.FF9'`;

/** SQL that makes a value, and the text that a client shows for it under FORMATS. */
export const VALUES: readonly (readonly [sql: string, text: string | null])[] = [
  ['-99999999999999999999999999999999999999', '-99999999999999999999999999999999999999'],
  ['1.5::number(10,2)', '1.50'],
  ['0.0000000000000000000000000000000000001::number(38,37)', '0.0000000000000000000000000000000000001'],
  ['1.5e300::float', '1.5e+300'],
  ["'inf'::float", 'Infinity'],
  ["'-inf'::float", '-Infinity'],
  ["'nan'::float", 'NaN'],
  ['true', 'TRUE'],
  ['false', 'FALSE'],
  ["'zażółć 😀\\n\\t\\'\"\\\\'", 'zażółć 😀\n\t\'"\\'],
  ["''", ''],
  ["to_binary('00ff10', 'HEX')", '00FF10'],
  ["'0001-01-01'::date", '0001-01-01'],
  ["'9999-12-31'::date", '9999-12-31'],
  ["'1900-02-28'::date", '1900-02-28'],
  ["'23:59:59.123456789'::time(9)", '23:59:59.123456789'],
  ["'00:00:00'::time(0)", '00:00:00.000000000'],
  ["'1969-12-31 23:59:59.000000001'::timestamp_ntz", '1969-12-31 23:59:59.000000001'],
  ["'0001-01-01 00:00:00.000000001'::timestamp_ntz", '0001-01-01 00:00:00.000000001'],
  ["'9999-12-31 23:59:59.999999999'::timestamp_ntz", '9999-12-31 23:59:59.999999999'],
  // Winter and summer time of the session's zone.
  ["'2024-01-01 12:00:00.5'::timestamp_ltz", '2024-01-01 12:00:00.500000000 +0100'],
  ["'2024-07-01 12:00:00.5'::timestamp_ltz", '2024-07-01 12:00:00.500000000 +0200'],
  ["'2024-07-01 12:00:00 -0530'::timestamp_ltz", '2024-07-01 19:30:00.000000000 +0200'],
  ["'2024-07-01 12:00:00.000000007 -05:30'::timestamp_tz", '2024-07-01 12:00:00.000000007 -0530'],
  ['NULL', null],
];

/** VARIANT, OBJECT and ARRAY as Snowflake prints them. */
export const SEMI_STRUCTURED: readonly (readonly [sql: string, text: string | null])[] = [
  [
    `parse_json('{"b":[1,2.50,null],"a":{},"c":[]}')`,
    '{\n  "a": {},\n  "b": [\n    1,\n    2.50,\n    null\n  ],\n  "c": []\n}',
  ],
  ['array_construct(1, 2)', '[\n  1,\n  2\n]'],
  [`parse_json('{"a":1.234e1}')`, '{\n  "a": 1.234000000000000e+01\n}'],
  ['parse_json(\'"x"\')', '"x"'],
  ["parse_json('null')", 'null'],
  ["'x'::variant", '"x"'],
  ['12345678901234567890123456789012345678::variant', '12345678901234567890123456789012345678'],
];

/** A query that runs until it is stopped. */
export const ENDLESS = 'select sum(sin(seq4()) * cos(seq4())) from table(generator(rowcount => 20000000000))';

/** A table with a column of every kind into which text can go. */
export const COERCION_TABLE = `create or replace table coerced
  (bi binary, bo boolean, d date, ti time(9), n timestamp_ntz(9), l timestamp_ltz(9), z timestamp_tz(9), f float, nu number(10,2), v varchar, j variant)`;

/** Texts that INSERT takes into each kind of column, and what SELECT shows under FORMATS. */
export const COERCIONS: readonly (readonly [column: string, given: string, shown: string])[] = [
  ['bi', '00ff', '00FF'],
  ['bi', 'DEADbeef', 'DEADBEEF'],
  ...['on', 'yes', 'y', 't', 'true', 'TRUE', '1', 'On'].map((text) => ['bo', text, 'TRUE'] as const),
  ...['off', 'no', 'n', 'f', 'false', 'FALSE', '0', 'nO'].map((text) => ['bo', text, 'FALSE'] as const),
  ['d', '2024-02-29', '2024-02-29'],
  ['d', '2024-2-9', '2024-02-09'],
  ['d', '2024-02-29T12:13:14', '2024-02-29'],
  ['d', '2024-02-29 23:59:59.999 -0800', '2024-02-29'],
  ['d', '29-FEB-2024', '2024-02-29'],
  ['d', '02/29/2024', '2024-02-29'],
  ['d', '1709208794', '2024-02-29'],
  ['d', '1709208794000', '2024-02-29'],
  ['ti', '12:13', '12:13:00.000000000'],
  ['ti', '12:13:14', '12:13:14.000000000'],
  ['ti', '12:13:14.5', '12:13:14.500000000'],
  ['ti', '12:13:14.123456789', '12:13:14.123456789'],
  ['ti', '01:02 PM', '13:02:00.000000000'],
  ['n', '2024-02-29', '2024-02-29 00:00:00.000000000'],
  ['n', '2024-02-29T12:13:14.123456789', '2024-02-29 12:13:14.123456789'],
  ['n', '2024-02-29T12:13:14.123Z', '2024-02-29 12:13:14.123000000'],
  ['n', '2024-02-29 12:13', '2024-02-29 12:13:00.000000000'],
  ['n', '1709208794', '2024-02-29 12:13:14.000000000'],
  ['n', '1709208794123', '2024-02-29 12:13:14.123000000'],
  ['n', '1709208794123456', '2024-02-29 12:13:14.123456000'],
  ['n', '1709208794123456789', '2024-02-29 12:13:14.123456789'],
  ['n', 'Thu, 29 Feb 2024 12:13:14 +0200', '2024-02-29 12:13:14.000000000'],
  ['l', '2024-02-29T12:13:14Z', '2024-02-29 13:13:14.000000000 +0100'],
  ['l', '2024-07-01 12:13:14', '2024-07-01 12:13:14.000000000 +0200'],
  ['l', '1709208794', '2024-02-29 13:13:14.000000000 +0100'],
  ['z', '2024-02-29T12:13:14-05:30', '2024-02-29 12:13:14.000000000 -0530'],
  ['z', '2024-02-29 12:13:14 +0200', '2024-02-29 12:13:14.000000000 +0200'],
  ['z', '2024-07-01 12:13:14', '2024-07-01 12:13:14.000000000 +0200'],
  ['f', '1.5', '1.5'],
  ['f', '-1e-7', '-1e-07'],
  ['f', 'NaN', 'NaN'],
  ['f', '-inf', '-Infinity'],
  ['nu', '1.5', '1.50'],
  ['nu', ' 12 ', '12.00'],
  ['nu', '1.005', '1.01'],
  ['nu', '1e2', '100.00'],
  ['v', '', ''],
];

/** Texts that INSERT refuses: column, text, code. */
export const NOT_COERCED: readonly (readonly [column: string, given: string, code: string])[] = [
  ['bi', '0', '100115'],
  ['bi', 'xy', '100115'],
  ['bo', 'maybe', '100037'],
  ['bo', '', '100037'],
  ['d', '2023-02-29', '100040'],
  ['ti', '25:00', '100108'],
  ['n', 'yesterday', '100035'],
  ['nu', '12a', '100038'],
  ['f', '', '100038'],
];

const BEYOND_64_BITS = 2n ** 64n - 1n;

/**
 * Results of 19,000 rows, which come in parts, of numbers some of which need more than 64 bits: what makes each
 * value, and the value.
 */
export const LONG_NUMBERS: readonly (readonly [
  name: string,
  sql: string,
  value: (row: number) => string | null,
])[] = [
  [
    'beyond 64 bits in later parts only',
    `iff(seq4() < 12000, seq4(), ${BEYOND_64_BITS} - seq4())::number(20,0)`,
    (row) => String(row < 12_000 ? row : BEYOND_64_BITS - BigInt(row)),
  ],
  [
    'beyond 64 bits in the first part only',
    `iff(seq4() < 5000, -${BEYOND_64_BITS} + seq4(), seq4())::number(38,0)`,
    (row) => String(row < 5000 ? -BEYOND_64_BITS + BigInt(row) : row),
  ],
  [
    'beyond 64 bits in the last row only, after NULL',
    `iff(seq4() = 18999, ${BEYOND_64_BITS}, null)::number(20,0)`,
    (row) => (row === 18_999 ? String(BEYOND_64_BITS) : null),
  ],
  [
    'at the ends of 64 bits',
    `iff(seq4() % 2 = 0, 9223372036854775807, iff(seq4() < 15000, -9223372036854775808, 9223372036854775808))::number(38,0)`,
    (row) =>
      row % 2 === 0 ? '9223372036854775807' : row < 15_000 ? '-9223372036854775808' : '9223372036854775808',
  ],
  [
    'with digits behind the point',
    `iff(seq4() < 12000, seq4(), ${BEYOND_64_BITS})::number(38,3)`,
    (row) => `${row < 12_000 ? row : BEYOND_64_BITS}.000`,
  ],
];

/** The query of {@link LONG_NUMBERS}, and its rows. */
export function longNumbers(sql: string, value: (row: number) => string | null) {
  return {
    sql: `select ${sql} as n, seq4()::varchar as t from table(generator(rowcount => 19000))`,
    rows: Array.from({ length: 19_000 }, (_, row) => [value(row), String(row)]),
  };
}
