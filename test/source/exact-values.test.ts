import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Keyset } from '../../src/source/mysql/keyset.ts';
import { readingExpressions } from '../../src/source/mysql/types/sql-types.ts';
import { allBatches, fittedColumns, javaText, openTestSource, type TestSource } from './database.ts';

let mysql: TestSource;

beforeAll(async () => {
  mysql = await openTestSource({ ownServer: true });
});

afterAll(async () => {
  await mysql[Symbol.asyncDispose]();
});

let tables = 0;

/** Puts SQL expressions into a column of a type and reads what Java would be given. */
async function exactTexts(columnSql: string, values: readonly string[]): Promise<(string | null)[]> {
  const name = `exact_${tables++}`;
  await mysql.execute(
    `CREATE TABLE ${name} (k INT NOT NULL PRIMARY KEY, v ${columnSql})`,
    ...values.map((value, index) => `INSERT INTO ${name} (k, v) VALUES (${index}, ${value})`),
  );
  return read(name);
}

async function read(name: string, wanted = 'v'): Promise<(string | null)[]> {
  const table = await mysql.describe(name);
  const column = fittedColumns(table).find(({ source }) => source.name === wanted);
  const batches = await allBatches(mysql.source, {
    table,
    keyset: new Keyset(table.key),
    expressions: readingExpressions(column === undefined ? [] : [column]),
    batchRows: 3,
  });
  return batches.flatMap(({ rows }) => rows.map(([cell]) => javaText(column, cell)));
}

type Case = [type: string, ...values: [sql: string, text: string | null][]];

describe('the text that Java is given is the value that MySQL stores', () => {
  test.each<Case>([
    ['TINYINT', ['-128', '-128'], ['127', '127'], ['NULL', null], ['0', '0']],
    ['TINYINT UNSIGNED', ['0', '0'], ['255', '255']],
    ['TINYINT(1)', ['0', '0'], ['1', '1'], ['-128', '-128'], ['127', '127']],
    ['SMALLINT', ['-32768', '-32768'], ['32767', '32767'], ['NULL', null]],
    ['SMALLINT UNSIGNED', ['65535', '65535']],
    ['MEDIUMINT', ['-8388608', '-8388608'], ['8388607', '8388607']],
    ['MEDIUMINT UNSIGNED', ['16777215', '16777215']],
    ['INT', ['-2147483648', '-2147483648'], ['2147483647', '2147483647'], ['NULL', null]],
    ['INT UNSIGNED', ['2147483648', '2147483648'], ['4294967295', '4294967295']],
    [
      'BIGINT',
      ['-9223372036854775808', '-9223372036854775808'],
      ['9223372036854775807', '9223372036854775807'],
      ['9007199254740993', '9007199254740993'],
      ['NULL', null],
    ],
    [
      'BIGINT UNSIGNED',
      ['0', '0'],
      ['9223372036854775808', '9223372036854775808'],
      ['18446744073709551615', '18446744073709551615'],
    ],
    ['YEAR', ['1901', '1901'], ['2155', '2155'], ['NULL', null]],
    ['DECIMAL(38,0)', [`-${'9'.repeat(38)}`, `-${'9'.repeat(38)}`], ['1', '1'], ['NULL', null]],
    ['DECIMAL(10,4)', ['-123456.7890', '-123456.7890'], ['0.0001', '0.0001'], ['-0.0', '0.0000']],
    [
      'DECIMAL(65,30)',
      [`${'9'.repeat(35)}.${'9'.repeat(30)}`, `${'9'.repeat(35)}.${'9'.repeat(30)}`],
      [`-0.${'0'.repeat(29)}1`, `-0.${'0'.repeat(29)}1`],
      ['NULL', null],
    ],
    ['BIT(1)', ["b'0'", 'false'], ["b'1'", 'true'], ['NULL', null]],
    ['BIT(8)', ["b'0'", '0'], ["b'11111111'", '255']],
    [
      'BIT(64)',
      ["b'0'", '0'],
      [`b'${'1'.repeat(64)}'`, '18446744073709551615'],
      [`b'1${'0'.repeat(63)}'`, '9223372036854775808'],
      ['NULL', null],
    ],
    ['DATE', ["'1000-01-01'", '1000-01-01'], ["'9999-12-31'", '9999-12-31'], ['NULL', null]],
    ['TIME', ["'00:00:00'", '00:00:00'], ["'23:59:59'", '23:59:59'], ['NULL', null]],
    ['TIME(6)', ["'23:59:59.999999'", '23:59:59.999999'], ["'00:00:00.000001'", '00:00:00.000001']],
    ['TIME (3)', ["'00:00:00'", '00:00:00.000'], ["'23:59:59.5'", '23:59:59.500']],
    [
      'DATETIME',
      ["'1000-01-01 00:00:00'", '1000-01-01T00:00:00'],
      ["'9999-12-31 23:59:59'", '9999-12-31T23:59:59'],
      ['NULL', null],
    ],
    [
      'DATETIME(6)',
      ["'2024-02-29 23:59:59.999999'", '2024-02-29T23:59:59.999999'],
      ["'2024-03-31 02:30:00.000001'", '2024-03-31T02:30:00.000001'],
    ],
    ['DATETIME(3)', ["'2024-02-29 00:00:00.100'", '2024-02-29T00:00:00.100']],
    ['CHAR(5)', ["'a'", 'a'], ["'a  '", 'a'], ["' a'", ' a'], ["''", ''], ['NULL', null]],
    ['VARCHAR(20)', ["'a  '", 'a  '], ["''", ''], ["'NULL'", 'NULL'], ["'\\0\\Z\\\\\\''", "\0\u001a\\'"]],
    ['VARCHAR(20) CHARACTER SET latin1', ["'é€ß'", 'é€ß'], ["'ÿ'", 'ÿ']],
    ['VARCHAR(20) CHARACTER SET gbk', ["'漢字'", '漢字']],
    ['VARCHAR(20) CHARACTER SET ucs2', ["'ü漢'", 'ü漢']],
    ['VARCHAR(20) CHARACTER SET utf8mb4', ["'🙂𝒳é'", '🙂𝒳é'], ["'\u202eabc'", '\u202eabc']],
    ['VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin', ["'🙂'", '🙂']],
    ['TINYTEXT', ["'x'", 'x']],
    ['TEXT', ["REPEAT('ü', 20000)", 'ü'.repeat(20000)]],
    ['MEDIUMTEXT', ["REPEAT('🙂', 100000)", '🙂'.repeat(100000)]],
    ['LONGTEXT', ["'x'", 'x'], ['NULL', null]],
    ["ENUM('', 'b''c', 'ü,')", ["''", ''], ["'b''c'", "b'c"], ["'ü,'", 'ü,'], ['NULL', null]],
    ["SET('a', 'b', 'ü')", ["''", ''], ["'a,ü'", 'a,ü'], ["'ü,b,a'", 'a,b,ü'], ['NULL', null]],
    ['BINARY(4)', ["x'61'", '61000000'], ["x''", '00000000'], ["x'FF00FE01'", 'ff00fe01'], ['NULL', null]],
    ['VARBINARY(4)', ["x'6100'", '6100'], ["x''", ''], ["x'FFFFFFFF'", 'ffffffff']],
    ['TINYBLOB', ["x'00'", '00']],
    ['BLOB', ["x'C3'", 'c3']],
    ['LONGBLOB', ["REPEAT(x'FF00', 50000)", 'ff00'.repeat(50000)], ['NULL', null]],
    ['GEOMETRY', ["ST_GeomFromText('POINT(1 2.5)')", 'POINT(1 2.5)'], ['NULL', null]],
    [
      'LINESTRING',
      [
        "ST_GeomFromText('LINESTRING(0.1 0.30000000000000004,-1e300 5e-324)')",
        'LINESTRING(0.1 0.30000000000000004,-1e300 5e-324)',
      ],
    ],
    [
      'POLYGON',
      [
        "ST_GeomFromText('POLYGON((0 0,4 0,4 4,0 0),(1 1,2 1,2 2,1 1))')",
        'POLYGON((0 0,4 0,4 4,0 0),(1 1,2 1,2 2,1 1))',
      ],
    ],
    [
      'GEOMETRYCOLLECTION',
      [
        "ST_GeomFromText('GEOMETRYCOLLECTION(POINT(1 2),LINESTRING(1 2,3 4))')",
        'GEOMETRYCOLLECTION(POINT(1 2),LINESTRING(1 2,3 4))',
      ],
    ],
  ])('%s', async (type, ...values) => {
    expect(
      await exactTexts(
        type,
        values.map(([sql]) => sql),
      ),
    ).toEqual(values.map(([, text]) => text));
  });

  test('the default of a column', async () => {
    await mysql.execute(
      "CREATE TABLE defaults (k INT PRIMARY KEY, v BIGINT UNSIGNED NOT NULL DEFAULT 18446744073709551615, t VARCHAR(9) DEFAULT 'it''s')",
      'INSERT INTO defaults (k) VALUES (1)',
    );
    expect(await read('defaults')).toEqual(['18446744073709551615']);
    expect(await read('defaults', 't')).toEqual(["it's"]);
  });

  test('numbers that are padded with zeros on display keep their value', async () => {
    const value = (texts: (string | null)[]) => texts.map(Number);
    expect(value(await exactTexts('INT(6) ZEROFILL', ['42', '0']))).toEqual([42, 0]);
    expect(value(await exactTexts('BIGINT(20) ZEROFILL', ['42']))).toEqual([42]);
    expect(value(await exactTexts('DECIMAL(10,2) ZEROFILL', ['1.5']))).toEqual([1.5]);
  });

  test('the digits of numbers in JSON', async () => {
    const json = '{"n": 1.10, "big": 12345678901234567890, "x": 1e2, "s": "ü\\u0000"}';
    const [text] = await exactTexts('JSON', [`'${json.replaceAll('\\', '\\\\')}'`]);
    expect(text).toContain('12345678901234567890');
    if (mysql.isMariaDb) expect(text).toBe(json);
    expect(await exactTexts('JSON', ["'null'", 'NULL', '\'"text"\'', "'[]'"])).toEqual([
      'null',
      null,
      '"text"',
      '[]',
    ]);
  });

  test('coordinates keep their stored order whatever their reference system', async () => {
    // MySQL 8 takes and prints those of 4326 with the latitude first, and stores the longitude first.
    const point = mysql.isMariaDb
      ? "ST_GeomFromText('POINT(20.5 -10)', 4326)"
      : "ST_GeomFromText('POINT(-10 20.5)', 4326)";
    expect(await exactTexts('POINT', [point, "ST_GeomFromText('POINT(3 4)', 0)"])).toEqual([
      'POINT(20.5 -10)',
      'POINT(3 4)',
    ]);
    if (!mysql.isMariaDb)
      expect(await exactTexts('GEOMETRY SRID 4326', [point])).toEqual(['POINT(20.5 -10)']);
  });

  test('VECTOR, which the embedded MariaDB lacks: every float that it stores', async () => {
    const [[version]] = (await mysql.source.query('SELECT VERSION()')) as [[string]];
    const [major = 0, minor = 0] = version.split('.').map(Number);
    const has = mysql.isMariaDb ? major + minor / 100 >= 11.07 : major >= 9;
    if (!has) return expect(exactTexts('VECTOR(3)', [])).rejects.toThrow(/syntax|Unknown data type/);
    const floats = [0.1, 16777216, -1e-30, -3.4028234663852886e38, 1.401298464324817e-45, -0, 1 / 3];
    const bytes = Buffer.from(new Float32Array(floats).buffer).toString('hex');
    const [text, none] = await exactTexts(`VECTOR(${floats.length})`, [`x'${bytes}'`, 'NULL']);
    expect(JSON.parse(text ?? '')).toEqual(floats.map(Math.fround));
    expect(none).toBeNull();
    const table = await mysql.describe(`exact_${tables - 1}`);
    expect(table.columns[1]).toMatchObject({ dataType: 'vector', columnType: `vector(${floats.length})` });
    expect(fittedColumns(table)[1]?.type).toEqual({ kind: 'ARRAY' });
  });

  test('UUID and INET, which MariaDB alone has', async () => {
    if (!mysql.isMariaDb) {
      await expect(exactTexts('UUID', [])).rejects.toThrow(/syntax/);
      return;
    }
    expect(await exactTexts('UUID', ["'123e4567-e89b-12d3-a456-426655440000'", 'NULL'])).toEqual([
      '123e4567-e89b-12d3-a456-426655440000',
      null,
    ]);
    expect(await exactTexts('INET6', ["'::1'", "'2001:db8::ff00:42:8329'"])).toEqual([
      '::1',
      '2001:db8::ff00:42:8329',
    ]);
    expect(await exactTexts('INET4', ["'255.0.0.1'"])).toEqual(['255.0.0.1']);
  });
});

describe('character sets', () => {
  /** Texts that each set has, as far as it goes. */
  const TEXTS: Readonly<Record<string, readonly string[]>> = {
    latin1: ['é€ßÿ', '\u0081'],
    utf8mb3: ['é漢\uffee\ue000', '\u202eabc'],
    utf8mb4: ['🙂𝒳é\u{10ffff}', 'e\u0301\u200d'],
    gbk: ['漢字中文', '\\', '＼'],
    gb18030: ['漢字🙂é\u{10ffff}'],
    sjis: ['漢字ｱア', '表ソ十'],
    cp932: ['漢字①髙', '表ソ\\'],
    eucjpms: ['漢字①ｱ'],
    euckr: ['한국어'],
    big5: ['漢字功\\'],
    ucs2: ['ü漢\ue000'],
    utf16: ['ü漢🙂\u{10ffff}'],
    utf16le: ['ü漢🙂'],
    utf32: ['ü漢🙂\u{10ffff}'],
    cp1251: ['Жёя'],
    greek: ['Ωλ'],
    ascii: ['~\\'],
  };

  test.each(Object.keys(TEXTS))('%s: NUL, spaces, control characters and its own letters', async (set) => {
    const [known] = await mysql.source.query(
      'SELECT 1 FROM information_schema.CHARACTER_SETS WHERE CHARACTER_SET_NAME = ?',
      [set],
    );
    // MariaDB has no gb18030.
    if (known === undefined) return expect([mysql.isMariaDb, set]).toEqual([true, 'gb18030']);
    const texts = [...(TEXTS[set] ?? []), '', ' ', 'a  ', ' a', '\0', 'a\0b\0', '\t\n\r\u001a', `'"%_\``];
    const sql = texts.map((value) => mysql.admin.escape(value));
    expect(await exactTexts(`VARCHAR(20) CHARACTER SET ${set}`, sql)).toEqual(texts);
    expect(await exactTexts(`TEXT CHARACTER SET ${set}`, sql)).toEqual(texts);
    // A CHAR comes without its trailing spaces: they are no part of the value.
    const stripped = texts.map((value) => value.replace(/ +$/, ''));
    expect(await exactTexts(`CHAR(20) CHARACTER SET ${set}`, sql)).toEqual(stripped);
    // The column's own set decides how an ENUM's labels are stored.
    const label = TEXTS[set]?.[0] ?? '';
    expect(
      await exactTexts(`ENUM(${mysql.admin.escape(label)}) CHARACTER SET ${set}`, [
        mysql.admin.escape(label),
      ]),
    ).toEqual([label]);
  });
});

describe('floating point', () => {
  test('FLOAT: the value that MySQL stores, not its print of six digits', async () => {
    const values = [0.1, 3.14159274, 16777216, -1.17549435e-38, 3.4028234663852886e38, 123456.789];
    const texts = await exactTexts('FLOAT', values.map(String));
    expect(texts.map(Number)).toEqual(values.map(Math.fround));
  });

  test('DOUBLE: every bit, also where a sum of digits would round twice', async () => {
    const seeds = Array.from({ length: 300 }, (_, index) => (index * 0.618033988749895) % 1);
    const values = [
      ...[Number.MAX_VALUE, -Number.MAX_VALUE, 2.2250738585072014e-308, 0.1, 1 / 3, 2 ** 53 + 2, 1e22, 1e23],
      // Sixteen digits beyond 2^53: read digit by digit they round twice.
      ...seeds.map((seed) => 9.1 + seed * 0.899),
      ...seeds.map((seed, index) => (seed - 0.5) * 10 ** (index % 40)),
    ];
    const name = 'doubles';
    await mysql.execute(
      `CREATE TABLE ${name} (k INT PRIMARY KEY, v DOUBLE)`,
      `INSERT INTO ${name} VALUES ${values.map((value, index) => `(${index}, ${value.toExponential()})`).join()}`,
    );
    const texts = await read(name);
    const wrong = values.filter((value, index) => !Object.is(Number(texts[index]), value));
    expect(wrong).toEqual([]);
  });

  test('the sign of zero', async () => {
    const texts = await exactTexts('DOUBLE', ['-0e0', '0e0']);
    // MariaDB keeps the sign; a server that drops it is no loss of ours.
    const [[stored]] = (await mysql.source.query(
      `SELECT CAST(v AS CHAR) FROM exact_${tables - 1} WHERE k = 0`,
    )) as [[string]];
    expect(texts.map(Number)).toEqual([Number(stored), 0]);
  });
});

describe('time zones and dates that are none', () => {
  test('TIMESTAMP arrives in UTC whatever the zone of the server', async () => {
    await mysql.execute(
      'CREATE TABLE zones (k INT PRIMARY KEY, v TIMESTAMP(6) NULL)',
      "SET time_zone = '-03:30'",
      "INSERT INTO zones VALUES (1, '2024-06-30 22:00:00.123456'), (2, '1970-01-01 00:00:01'), (3, NULL)",
      "SET time_zone = '+00:00'",
    );
    const [[before]] = (await mysql.source.query('SELECT @@global.time_zone')) as [[string]];
    await mysql.execute("SET GLOBAL time_zone = '+05:45'");
    try {
      expect(await read('zones')).toEqual([
        '2024-07-01T01:30:00.123456Z',
        '1970-01-01T03:30:01.000000Z',
        null,
      ]);
    } finally {
      await mysql.execute(`SET GLOBAL time_zone = '${before}'`);
    }
  });

  test('dates without a day are replaced by policy; one that no calendar has arrives as text that Java rejects', async () => {
    await mysql.execute("SET SESSION sql_mode = 'ALLOW_INVALID_DATES'");
    try {
      expect(await exactTexts('DATE', ["'0000-00-00'", "'2020-00-10'", "'2020-02-31'"])).toEqual([
        null,
        null,
        '2020-02-31',
      ]);
      expect(await exactTexts('DATETIME(3)', ["'0000-00-00 00:00:00'"])).toEqual([null]);
      expect(await exactTexts('TIMESTAMP NULL', ["'0000-00-00 00:00:00'"])).toEqual([null]);
      expect(await exactTexts('YEAR', ["'0000'"]).then(([year]) => Number(year))).toBe(0);
    } finally {
      await mysql.execute('SET SESSION sql_mode = DEFAULT');
    }
  });
});
