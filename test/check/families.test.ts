import { describe, expect, test } from 'vitest';
import type { LoadedEnds } from './loaded.ts';
import { loadedEndsOfFile } from './loaded-of-file.ts';

/** A column: its type, three values in ascending order, one below and one above them, as SQL. */
type Column = readonly [name: string, type: string, values: readonly string[], below: string, above: string];

const COLUMNS: readonly Column[] = [
  ['tiny', 'TINYINT', ['-127', '0', '126'], '-128', '127'],
  ['small_u', 'SMALLINT UNSIGNED', ['1', '2', '65534'], '0', '65535'],
  ['medium', 'MEDIUMINT', ['-8388607', '0', '1'], '-8388608', '8388607'],
  ['whole', 'INT', ['-2', '10', '9'], '-2147483648', '2147483647'],
  [
    'big',
    'BIGINT',
    ['-9223372036854775807', '0', '9223372036854775806'],
    '-9223372036854775808',
    '9223372036854775807',
  ],
  [
    'big_u',
    'BIGINT UNSIGNED',
    ['1', '9223372036854775808', '18446744073709551614'],
    '0',
    '18446744073709551615',
  ],
  ['filled', 'INT(6) ZEROFILL', ['7', '42', '100'], '1', '999999'],
  ['years', 'YEAR', ['1902', '2000', '2154'], '1901', '2155'],
  ['price', 'DECIMAL(20,6)', ['-1.5', '0', '99999999999999.999998'], '-1.500001', '99999999999999.999999'],
  ['part', 'DECIMAL(10,10)', ['-0.5', '0', '0.9999999998'], '-0.9999999999', '0.9999999999'],
  ['filled_price', 'DECIMAL(8,2) ZEROFILL', ['1.5', '2', '10.25'], '0.01', '999999.99'],
  ['single', 'FLOAT', ['-0.1', '0.3', '3e38'], '-16777216', '3.4028234663852886e38'],
  [
    'twice',
    'DOUBLE',
    ['-9.814946162354119', '0.1', '1.5e300'],
    '-9.814946162354121',
    '1.7976931348623157e308',
  ],
  ['bits', 'BIT(64)', ["b'10'", "b'11'", `b'1${'0'.repeat(63)}'`], "b'0'", `b'${'1'.repeat(64)}'`],
  ['chars', 'CHAR(5)', ["'B'", "'a  '", "'ä'"], "''", "'🙂'"],
  [
    'text_ci',
    'VARCHAR(300) COLLATE utf8mb4_unicode_ci',
    ["'B'", "'a'", "'漢'"],
    "'A'",
    "'🙂 it''s \\\\ \"q\"'",
  ],
  ['text_latin', 'VARCHAR(20) CHARACTER SET latin1', ["'Z'", "'a'", "'é'"], "'A '", "'€'"],
  [
    'text_long',
    'MEDIUMTEXT',
    ["REPEAT('b', 70000)", "REPEAT('c', 300)", "'ü'"],
    "REPEAT('a', 300)",
    "REPEAT('🙂', 300)",
  ],
  ['label', "ENUM('z','a','m','b','y')", ["'b'", "'m'", "'y'"], "'a'", "'z'"],
  ['labels', "SET('c','b','a')", ["'b'", "'b,a'", "'c'"], "''", "'c,b'"],
  ['bytes', 'BINARY(4)', ["x'0001'", "x'61'", "x'FFFFFFFE'"], "x''", "x'FFFFFFFF'"],
  ['blobs', 'BLOB', ["x'00'", "REPEAT(x'7F', 5000)", "x'80'"], "x''", "x'FF'"],
  ['day', 'DATE', ["'1000-01-02'", "'2024-02-29'", "'9999-12-30'"], "'1000-01-01'", "'9999-12-31'"],
  [
    'clock',
    'TIME(6)',
    ["'00:00:00.000001'", "'12:00:00'", "'23:59:59.999998'"],
    "'00:00:00'",
    "'23:59:59.999999'",
  ],
  [
    'moment',
    'DATETIME(6)',
    ["'1000-01-01 00:00:00.000001'", "'2024-03-31 02:30:00'", "'9999-12-31 23:59:59'"],
    "'1000-01-01'",
    "'9999-12-31 23:59:59.999999'",
  ],
  [
    'second',
    'DATETIME',
    ["'1500-01-01 00:00:00'", "'1969-12-31 23:59:59'", "'2100-01-01'"],
    "'1499-12-31 23:59:59'",
    "'2100-01-01 00:00:01'",
  ],
  [
    'instant',
    'TIMESTAMP(6) NULL',
    ["'1970-01-01 00:00:02'", "'2024-10-27 01:30:00.123456'", "'2038-01-19 03:14:06'"],
    "'1970-01-01 00:00:01'",
    "'2038-01-19 03:14:07.999999'",
  ],
  [
    'spot',
    'POINT',
    ["ST_GeomFromText('POINT(1 2)')", "ST_GeomFromText('POINT(2.5 -3)')", "ST_GeomFromText('POINT(3 0)')"],
    "ST_GeomFromText('POINT(0 2)')",
    "ST_GeomFromText('POINT(9 9)')",
  ],
];
/** Whose values have no text in common on both sides: nulls alone are compared. */
const NULLS_ONLY: readonly Column[] = [
  ['document', 'JSON', ['\'{"a": 1.10}\'', "'[]'", "'null'"], "'1'", '\'"x"\''],
];
/** Two values only, so nothing lies outside. */
const FLAG: Column = ['flag', 'BIT(1)', ["b'0'", "b'1'", "b'1'"], '', ''];
const ALL = [...COLUMNS, ...NULLS_ONLY, FLAG];
/** A FLOAT is printed by each side in its own way, so it is compared by smallest and largest alone. */
const HASHED = ALL.filter(([, type]) => !['FLOAT', 'DOUBLE', 'JSON'].includes(type));

let loaded: LoadedEnds;
loadedEndsOfFile(async (ends) => {
  loaded = ends;
  const columns = ALL.map(([name, type]) => `${name} ${type}`).join(', ');
  const row = (id: number, values: readonly string[]) =>
    `INSERT INTO families VALUES (${id}, ${values.join(', ')})`;
  await loaded.execute(
    `CREATE TABLE families (id INT PRIMARY KEY, ${columns})`,
    ...[0, 1, 2].map((index) =>
      row(
        (index + 1) * 10,
        ALL.map(([, , values]) => values[index] ?? 'NULL'),
      ),
    ),
    row(
      40,
      ALL.map(() => 'NULL'),
    ),
  );
  await loaded.load('families');
});

/** What the check says while a column of the source holds something else. */
async function whenSet(name: string, id: number, value: string): Promise<readonly string[]> {
  await loaded.execute(
    'DROP TABLE IF EXISTS kept',
    'CREATE TABLE kept AS SELECT * FROM families',
    `UPDATE families SET ${name} = ${value} WHERE id = ${id}`,
  );
  try {
    return (await loaded.check('families')).differences;
  } finally {
    await loaded.execute(`UPDATE families JOIN kept USING (id) SET families.${name} = kept.${name}`);
  }
}

test('every family is equal when it is equal', async () => {
  const proof = await loaded.check('families');
  expect(proof.differences).toEqual([]);
  expect(proof).toMatchObject({
    sourceRows: 4,
    targetRows: 4,
    rejectedRows: 0,
    offsetTokens: [{ equal: true }],
  });
  const measured = (aggregate: string) =>
    proof.columns.filter((column) => column.aggregate === aggregate).map(({ source }) => source);
  expect(measured('nulls')).toEqual(['id', ...ALL.map(([name]) => name)]);
  const extremes = ['id', ...COLUMNS.map(([name]) => name), 'flag'];
  expect(measured('min')).toEqual(extremes);
  expect(measured('max')).toEqual(extremes);
  expect(proof.columns.find(({ aggregate }) => aggregate === 'checksum')).toMatchObject({
    target: `${HASHED.length + 1} columns`,
    equal: true,
  });
});

describe.each(COLUMNS)('%s %s', (name, _type, _values, below, above) => {
  test('another smallest value', async () => {
    // Every row but the null one, so that the value is the smallest wherever the type puts it.
    expect(await whenSet(name, 10, below)).toContainEqual(
      expect.stringMatching(`^min of ${name} → ${name.toUpperCase()}: `),
    );
  });

  test('another largest value', async () => {
    expect(await whenSet(name, 30, above)).toContainEqual(
      expect.stringMatching(`^max of ${name} → ${name.toUpperCase()}: `),
    );
  });
});

describe.each(ALL)('%s %s', (name, _type, values) => {
  test('a null more and a null less', async () => {
    expect(await whenSet(name, 20, 'NULL')).toContain(
      `nulls of ${name} → ${name.toUpperCase()}: 2 in the source, 1 in the target`,
    );
    expect(await whenSet(name, 40, values[1] ?? '')).toContain(
      `nulls of ${name} → ${name.toUpperCase()}: 0 in the source, 1 in the target`,
    );
  });
});

describe.each(HASHED)('%s %s', (name, _type, values) => {
  test('two values that changed places', async () => {
    // Counts, nulls, smallest and largest are as before: the sum of hashes tells.
    const [first, second] = values[1] === values[2] ? [10, 20] : [20, 30];
    await loaded.execute(
      'DROP TABLE IF EXISTS kept',
      'CREATE TABLE kept AS SELECT * FROM families',
      `UPDATE families JOIN kept ON kept.id = ${first + second} - families.id SET families.${name} = kept.${name} WHERE families.id IN (${first}, ${second})`,
    );
    const { differences } = await loaded.check('families');
    await loaded.execute(`UPDATE families JOIN kept USING (id) SET families.${name} = kept.${name}`);
    expect(differences).toEqual([
      expect.stringMatching(/^checksum of all rows → \d+ columns: \d+ in the source, \d+ in the target$/),
    ]);
  });
});

test('after all that, both sides are equal again', async () => {
  expect((await loaded.check('families')).differences).toEqual([]);
});
