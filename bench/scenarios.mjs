// @ts-check

/**
 * @typedef {'a' | "a'" | 'b' | 'c' | 'd'} ContenderKey
 *
 * @typedef {object} Column
 * @property {string} name in MySQL
 * @property {string} type in MySQL
 * @property {string} value how the n-th row's is made, in SQL over `n`
 * @property {string} target its name in Snowflake
 * @property {string} targetType
 * @property {boolean} [asText] a value that is no text, in a VARCHAR
 *
 * @typedef {object} Scenario
 * @property {string} name
 * @property {string} about one line for the report
 * @property {string} table in MySQL
 * @property {string} key column of its primary key, which is also the order
 * @property {Column[]} columns that are loaded
 * @property {number} rows
 * @property {Partial<Record<ContenderKey, number>>} fewer contenders that are too slow for all rows, with the rows they get
 * @property {ContenderKey[]} contenders
 * @property {boolean} [startOnly] one row: what counts is the time from command to end
 * @property {number} [rounds] at the most
 * @property {number} [channels] that ours loads through at once
 */

/** @type {Column[]} */
const PEOPLE = ['USER_ID', 'EMAIL', 'PHONE', 'DATE_OF_BIRTH'].map((name) => ({
  name,
  type: '',
  value: '',
  target: { USER_ID: 'CUSTOMER_ID' }[name] ?? name,
  targetType: 'VARCHAR',
  ...(name === 'DATE_OF_BIRTH' && { asText: true }),
}));

/** @type {Column[]} */
const TYPED = [
  column('ID', 'BIGINT NOT NULL PRIMARY KEY', 'n', 'NUMBER(19,0)'),
  column('AMOUNT', 'DECIMAL(18,4)', 'IF(n % 50 = 0, NULL, (n * 7919 % 100000007) / 16)', 'NUMBER(18,4)'),
  column('RATIO', 'DOUBLE', 'SQRT(n) / 3', 'FLOAT'),
  column('BORN', 'DATE', "DATE_ADD('1950-01-01', INTERVAL n % 20000 DAY)", 'DATE'),
  column(
    'SEEN',
    'DATETIME(6)',
    "DATE_ADD('2001-02-03 04:05:06', INTERVAL n * 1000003 MICROSECOND)",
    'TIMESTAMP_NTZ(6)',
  ),
  column(
    'CHANGED',
    'TIMESTAMP NULL',
    "DATE_ADD('2011-02-03 04:05:06', INTERVAL n SECOND)",
    'TIMESTAMP_TZ(0)',
  ),
  column('NAME', 'VARCHAR(80)', "IF(n % 20 = 0, NULL, CONCAT('name ', MD5(n)))", 'VARCHAR(80)'),
  // MariaDB keeps JSON as LONGTEXT; the target is a VARIANT where the server has the type.
  column('PAYLOAD', 'JSON', `CONCAT('{"n": ', n, ', "tags": ["a", "', n % 97, '"]}')`, 'VARIANT'),
  column('ACTIVE', 'BIT(1)', 'n % 2', 'BOOLEAN'),
  column('TOKEN', 'VARBINARY(16)', 'UNHEX(MD5(n))', 'BINARY(16)'),
];

/**
 * @param {number} count a multiple of four but for the key
 * @returns {Column[]}
 */
export function mixedColumns(count) {
  const kinds = [
    /** @type {const} */ (['BIGINT', (/** @type {number} */ c) => `n * ${c + 3}`, 'NUMBER(19,0)']),
    /** @type {const} */ ([
      'VARCHAR(40)',
      (/** @type {number} */ c) => `CONCAT('value ', n % ${1000 + c})`,
      'VARCHAR(40)',
    ]),
    /** @type {const} */ ([
      'DECIMAL(18,4)',
      (/** @type {number} */ c) => `n * ${c + 1} / 16`,
      'NUMBER(18,4)',
    ]),
    /** @type {const} */ ([
      'DATETIME(6)',
      (/** @type {number} */ c) => `DATE_ADD('2001-02-03', INTERVAL n * ${1_000_003 + c} MICROSECOND)`,
      'TIMESTAMP_NTZ(6)',
    ]),
  ];
  const others = Array.from({ length: count - 1 }, (_, index) => {
    const [type, value, targetType] = kinds[(index + 1) % kinds.length] ?? /** @type {any} */ ([]);
    return column(`C${index + 1}`, type, value(index), targetType);
  });
  return [column('ID', 'BIGINT NOT NULL PRIMARY KEY', 'n', 'NUMBER(19,0)'), ...others];
}

/** @type {ContenderKey[]} */
const ALL = ['a', "a'", 'b', 'c', 'd'];

/** @type {Scenario[]} */
export const SCENARIOS = [
  {
    name: 'people',
    about: "the notebook's 4 columns as text",
    table: 'people_bench',
    key: 'ROW_INDEX',
    columns: PEOPLE,
    rows: 500_000,
    fewer: { b: 100_000, c: 100_000 },
    contenders: ALL,
  },
  {
    name: 'typed',
    about: '10 columns of 10 types',
    table: 'typed_bench',
    key: 'ID',
    columns: TYPED,
    rows: 500_000,
    fewer: { b: 20_000, c: 20_000 },
    contenders: ALL,
  },
  {
    name: 'wide',
    about: '40 columns of 4 types',
    table: 'wide_bench',
    key: 'ID',
    columns: mixedColumns(40),
    rows: 100_000,
    fewer: { b: 10_000, c: 10_000 },
    contenders: ALL,
  },
  {
    name: 'one',
    about: 'one row; ours also proves it by SQL and exits',
    table: 'people_bench',
    key: 'ROW_INDEX',
    columns: PEOPLE,
    rows: 1,
    fewer: {},
    contenders: ['a', "a'", 'd'],
    startOnly: true,
  },
];

/** Ours alone, one run each: how the cost grows with the rows, the columns and the channels. @type {Scenario[]} */
export const GROWTH = [
  ...[10_000, 100_000, 1_000_000, 10_000_000].map((rows) =>
    growth(`rows ${rows}`, 'people_growth', 'ROW_INDEX', PEOPLE, rows),
  ),
  ...[4, 20, 40, 100].map((count) =>
    growth(`columns ${count}`, `columns_${count}`, 'ID', mixedColumns(count), 50_000),
  ),
  ...[1, 2, 4, 8].map((channels) => ({
    ...growth(`channels ${channels}`, 'people_growth', 'ROW_INDEX', PEOPLE, 1_000_000),
    channels,
  })),
];

/**
 * @param {string} name
 * @param {string} table
 * @param {string} key
 * @param {Column[]} columns
 * @param {number} rows
 * @returns {Scenario}
 */
function growth(name, table, key, columns, rows) {
  return { name, about: name, table, key, columns, rows, fewer: {}, contenders: ['d'], rounds: 1 };
}

/**
 * @param {string} name
 * @param {string} type
 * @param {string} value
 * @param {string} targetType
 * @returns {Column}
 */
function column(name, type, value, targetType) {
  return { name, type, value, target: name, targetType };
}
