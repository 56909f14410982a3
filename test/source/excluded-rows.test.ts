import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { KeyValue } from '../../src/source/key.ts';
import { ExcludedRows } from '../../src/source/mysql/excluded-rows.ts';
import { Keyset } from '../../src/source/mysql/keyset.ts';
import { lastKey } from '../../src/source/mysql/last-key.ts';
import { measureRows, type SqlMeasure } from '../../src/source/mysql/measures.ts';
import { openMysqlSession } from '../../src/source/mysql/session.ts';
import type { SourceTable } from '../../src/source/table.ts';
import type { Cell } from '../../src/types/cell.ts';
import { printedSeed } from '../fixtures/seed.ts';
import { Random } from '../types/random-numbers.ts';
import { openTestSource, type TestSource } from './database.ts';

let mysql: TestSource;

beforeAll(async () => {
  mysql = await openTestSource({ ownServer: true });
  await mysql.execute("SET SESSION sql_mode = 'ALLOW_INVALID_DATES'");
});

afterAll(async () => {
  await mysql[Symbol.asyncDispose]();
});

const SEED = printedSeed();
const ROWS = 1100;
const COUNTS = [1, 2, 1000];

type Type = readonly [type: string, ...values: string[]];

/** Characters that every one of the sets below has, some of them with several codes. */
const letters = (...texts: string[]): string[] => ["''", "'a'", "'A '", "'~'", ...texts];

const EVERYWHERE: readonly Type[] = [
  ['TINYINT', '-128', '0', '127'],
  ['SMALLINT UNSIGNED ZEROFILL', '0', '7', '65535'],
  ['MEDIUMINT', '-8388608', '8388607'],
  ['INT', '-2147483648', '0', '2147483647'],
  ['BIGINT', '-9223372036854775808', '9007199254740993', '9223372036854775807'],
  ['BIGINT UNSIGNED', '0', '9223372036854775808', '18446744073709551614', '18446744073709551615'],
  ['YEAR', "'0000'", '1901', '1999', '2000', '2155'],
  ['DECIMAL(38,10)', '-1.5', '0', '0.0000000001', `${'9'.repeat(28)}.9999999999`],
  ['DECIMAL(65,30)', `1.${'0'.repeat(29)}1`, `1.${'0'.repeat(29)}2`],
  ['DECIMAL(9,2) UNSIGNED ZEROFILL', '0', '1.25'],
  ['FLOAT', '-1.1', '0.1', '0.3', '16777216', '3.4e38', '1e-38'],
  ['DOUBLE', '-1e308', '0', '0.1', '9.814946162354119', '9.81494616235412', '5e-324'],
  ['BIT(1)', "b'0'", "b'1'"],
  ['BIT(64)', "b'0'", `b'1${'0'.repeat(63)}'`, `b'${'1'.repeat(64)}'`],
  ['DATE', "'0000-00-00'", "'2020-02-31'", "'1000-01-01'", "'9999-12-31'"],
  ['TIME', "'-838:59:59'", "'25:00:00'", "'10:00:00'"],
  ['TIME(6)', "'-00:00:00.000001'", "'0:0:0'", "'838:59:59'"],
  ['DATETIME', "'0000-00-00'", "'2024-03-31 02:30:00'"],
  ['DATETIME(6)', "'1000-01-01'", "'2024-03-31 02:30:00.000001'", "'2024-03-31 02:30:00.000002'"],
  ['TIMESTAMP(3)', "'1970-01-01 00:00:01'", "'2024-10-27 01:30:00.5'"],
  ["ENUM('b','a','','ä')", '1', '2', '3', '4'],
  ["SET('b','a','ä')", '0', '1', '2', '4', '7'],
  ['BINARY(4)', "x'00'", "x'0001'", "x'61'", "x'2700'", "x'FFFFFFFF'"],
  ['VARBINARY(4)', "x''", "x'00'", "x'0000'", "x'61'", "x'27'", "x'80'"],
  ['CHAR(8)', ...letters("'ä'", "'b  '", "'🙂'")],
  ['VARCHAR(8)', ...letters("'ä'", "'a\\t'", "'\\\\'", "'\\''")],
  ...['unicode_ci', 'general_ci', 'bin', 'spanish_ci'].map(
    (name): Type => [`VARCHAR(20) COLLATE utf8mb4_${name}`, ...letters("'é'", "'ß'", "'漢'", "'🙂'")],
  ),
  ['VARCHAR(20) COLLATE utf8mb4_0900_ai_ci', "'a'", "'a '", "'ß'", "'🙂'"],
  ['VARCHAR(20) CHARACTER SET utf8mb3', ...letters("'ä'", "'漢'")],
  ['VARCHAR(20) CHARACTER SET latin1', ...letters("'ä'", "'ö'", "'€'")],
  ['CHAR(20) CHARACTER SET latin1 COLLATE latin1_german2_ci', ...letters("'ä'", "'ß'")],
  ['VARCHAR(20) CHARACTER SET latin2', ...letters("'ł'")],
  ['VARCHAR(20) CHARACTER SET ascii', ...letters("'b'")],
  ['VARCHAR(20) CHARACTER SET cp1250', ...letters("'ł'")],
  ['VARCHAR(20) CHARACTER SET cp1251', ...letters("'ж'", "'Я'")],
  ['VARCHAR(20) CHARACTER SET koi8r', ...letters("'ж'", "'Я'")],
  ['VARCHAR(20) CHARACTER SET greek', ...letters("'λ'")],
  ['VARCHAR(20) CHARACTER SET gbk', ...letters("'漢'", "'字'")],
  ['VARCHAR(20) CHARACTER SET gb2312', ...letters("'字'")],
  ['VARCHAR(20) CHARACTER SET big5', ...letters("'漢'", "'字'")],
  ['VARCHAR(20) CHARACTER SET sjis', ...letters("'漢'", "'\\\\'")],
  ['VARCHAR(20) CHARACTER SET cp932', ...letters("'漢'", "'∪'")],
  ['VARCHAR(20) CHARACTER SET eucjpms', ...letters("'漢'")],
  ['VARCHAR(20) CHARACTER SET ujis', ...letters("'漢'")],
  ['VARCHAR(20) CHARACTER SET euckr', ...letters("'漢'", "'가'")],
  ['VARCHAR(20) CHARACTER SET ucs2', ...letters("'漢'", "'ü'")],
  ['VARCHAR(20) CHARACTER SET utf16', ...letters("'漢'", "'🙂'")],
  ['VARCHAR(20) CHARACTER SET utf16le', ...letters("'漢'", "'🙂'")],
  ['VARCHAR(20) CHARACTER SET utf32', ...letters("'漢'", "'🙂'")],
];

const MARIADB: readonly Type[] = [
  ['YEAR(2)', '0', '69', '70', '99'],
  ['UUID', "'00000000-ffff-1fff-8000-000000000000'", "'10000000-0000-4000-8000-000000000000'"],
  ['INET4', "'9.0.0.0'", "'10.0.0.0'"],
  ['INET6', "'::1'", "'fe80::'", "'::ffff:1.2.3.4'"],
  ['VARCHAR(20) COLLATE utf8mb4_nopad_bin', "'a'", "'a '", "'ä'"],
  ['VARCHAR(20) COLLATE uca1400_ai_ci', ...letters("'é'")],
];
const MYSQL: readonly Type[] = [['VARCHAR(20) CHARACTER SET gb18030', ...letters("'漢'", "'🙂'")]];

const NUMBER: Omit<SqlMeasure, 'sql'> = { combination: 'sum', inTextOrder: false };
const MEASURES: readonly SqlMeasure[] = [
  { ...NUMBER, sql: 'CAST(SUM(n) AS CHAR)' },
  { ...NUMBER, sql: 'MIN(n)', combination: 'least' },
  { ...NUMBER, sql: 'MAX(n)', combination: 'greatest' },
];

/** What is measured without some rows is what the others are, and the last key is that of the last other. */
async function expectExcluded(table: SourceTable, keyset: Keyset, random: Random): Promise<void> {
  const { source } = mysql;
  const rows = await source.query(
    `SELECT n, ${keyset.identity}, ${keyset.expressions.join()} FROM ${table.name} ORDER BY ${keyset.order}`,
  );
  const keyOf = (row: readonly Cell[]): KeyValue => keyset.valueOf(row.slice(2));
  for (const count of COUNTS.filter((each) => each < rows.length)) {
    // In no order, and every other time the last row is among them.
    const shuffled = rows.map((row) => ({ row, at: random.bits() })).sort((one, other) => one.at - other.at);
    const excluded = new Set(shuffled.slice(0, count).map(({ row }) => row));
    if (random.chance(2) && rows.length > count + 1) excluded.add(rows.at(-1) as Cell[]);
    const keys = [...excluded].map(keyOf);
    const others = rows.filter((row) => !excluded.has(row));
    const ns = others.map(([n]) => Number(n));
    const what = `${count} of ${rows.length} by ${keyset.order}, seed ${SEED}`;
    expect(await measureRows(source, { table, keyset, excludedKeys: keys }, MEASURES), what).toEqual({
      rows: others.length,
      excluded: excluded.size,
      unmeasured: [],
      values: [ns.reduce((sum, each) => sum + each, 0), Math.min(...ns), Math.max(...ns)].map(String),
    });
    const without = new Set([...excluded].map(([, identity]) => String(identity)));
    expect(await lastKey(source, table, keyset, { without }), what).toEqual(keyOf(others.at(-1) as Cell[]));
  }
}

describe('rows that are excluded by a key', () => {
  test.each([...EVERYWHERE, ...MARIADB, ...MYSQL])('%s', async (type, ...values) => {
    if (mysql.isMariaDb ? MYSQL.some(([other]) => other === type) : MARIADB.some(([other]) => other === type))
      return expect(mysql.execute(`CREATE TABLE t (k ${type})`)).rejects.toThrow(/syntax|Unknown|YEAR/);
    const random = new Random(SEED);
    const several = Array.from(
      { length: ROWS },
      (_, n) => `(${n}, ${n % 3}, ${values[Math.floor(n / 3) % values.length]})`,
    );
    const single = values.map((value, n) => `(${n}, 0, ${value})`);
    for (const key of ['k', 'k, n', 'n, k', 'm, k, n']) {
      await mysql.execute(
        'DROP TABLE IF EXISTS keyed',
        `CREATE TABLE keyed (n INT NOT NULL, m INT NOT NULL, k ${type} NOT NULL, PRIMARY KEY (${key}))`,
        // Some collations take two of the values for one.
        `INSERT IGNORE INTO keyed VALUES ${(key === 'k' ? single : several).join()}`,
      );
      const table = await mysql.describe('keyed');
      await expectExcluded(table, new Keyset(table.key), random);
    }
  });

  test('more of them than a statement of 1 MB can list', async () => {
    const [before] = await mysql.source.query('SELECT @@global.max_allowed_packet');
    const rows = 60_000;
    const literal = (n: number) =>
      `(${n}, ${n - 30_000}, ${n % 7}.5, 'ж${n}', '${n % 800}:00:00', x'${n.toString(16).padStart(8, '0')}')`;
    await mysql.execute(
      `CREATE TABLE many (n INT PRIMARY KEY, i INT, d DECIMAL(9,2), t VARCHAR(9), o TIME, b VARBINARY(9))`,
    );
    for (let at = 0; at < rows; at += 10_000)
      await mysql.execute(
        `INSERT INTO many VALUES ${Array.from({ length: 10_000 }, (_, index) => literal(at + index)).join()}`,
      );
    const table = await mysql.describe('many');
    const keyset = new Keyset(table.key);
    const excludedKeys = Array.from({ length: 55_000 }, (_, n) => [String(n)]);
    const least = { combination: 'least', inTextOrder: false } as const;
    const greatest = { combination: 'greatest', inTextOrder: false } as const;
    const measures: SqlMeasure[] = ['i', 'd', 'o'].flatMap((name) => [
      { ...least, sql: `CAST(MIN(${name}) AS CHAR)` },
      { ...greatest, sql: `CAST(MAX(${name}) AS CHAR)` },
    ]);
    for (const text of ['CAST(t AS BINARY)', 'HEX(b)'])
      measures.push(
        { ...least, inTextOrder: true, sql: `MIN(${text})` },
        { ...greatest, inTextOrder: true, sql: `MAX(${text})` },
      );
    measures.push({ ...MEASURES[0], sql: 'CAST(SUM(n) AS CHAR)' } as SqlMeasure);
    const list = measures.map(({ sql }) => sql).join();
    const [expected = []] = await mysql.source.query(`SELECT ${list} FROM many WHERE n >= 55000`);
    await mysql.execute('SET GLOBAL max_allowed_packet = 1048576');
    try {
      await using source = await openMysqlSession(mysql.settings);
      expect(await measureRows(source, { table, keyset, excludedKeys }, measures)).toEqual({
        rows: 5000,
        excluded: 55_000,
        unmeasured: [],
        values: expected.map(String),
      });
      const without = (await ExcludedRows.find(source, table, keyset, excludedKeys)).identities;
      expect(await lastKey(source, table, keyset, { where: 'n < 55001', without })).toEqual(['55000']);
      expect(await lastKey(source, table, keyset, { where: 'n < 55000', without })).toBeUndefined();
    } finally {
      await mysql.execute(`SET GLOBAL max_allowed_packet = ${String(before?.[0])}`);
    }
  });
});
