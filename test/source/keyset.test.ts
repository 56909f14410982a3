import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mysqlIdentifier } from '../../src/source/mysql/identifier.ts';
import { Keyset } from '../../src/source/mysql/keyset.ts';
import { lastKey } from '../../src/source/mysql/last-key.ts';
import { type MysqlSession, openMysqlSession } from '../../src/source/mysql/session.ts';
import type { SourceTable } from '../../src/source/table.ts';
import { allBatches, openTestSource, type TestSource } from './database.ts';

let mysql: TestSource;

beforeAll(async () => {
  mysql = await openTestSource({ ownServer: true });
});

afterAll(async () => {
  await mysql[Symbol.asyncDispose]();
});

/** Reads a table's row numbers in pages, and in the server's own order. */
async function pagesOf(
  table: SourceTable,
  batchRows: number,
  source: MysqlSession = mysql.source,
): Promise<{ paged: unknown[]; ordered: unknown[] }> {
  const keyset = new Keyset(table.key);
  const batches = await allBatches(source, { table, keyset, expressions: ['n'], batchRows });
  for (const { rows } of batches) expect(rows.length).toBeLessThanOrEqual(batchRows);
  const ordered = await mysql.source.query(
    `SELECT n FROM ${mysqlIdentifier(table.name)} ORDER BY ${keyset.order}`,
  );
  return { paged: batches.flatMap(({ rows }) => rows.map(([n]) => n)), ordered: ordered.map(([n]) => n) };
}

let tables = 0;

/** A table of the given key columns, filled with keys given as SQL; duplicates are ignored. */
async function keyed(columns: readonly string[], keys: readonly (readonly string[])[]): Promise<SourceTable> {
  const name = `keyed_${tables++}`;
  const list = columns.map((column, index) => `k${index} ${column} NOT NULL`).join(', ');
  const rows = keys.map((key, n) => `(${n}, ${key.join(', ')})`).join(', ');
  await mysql.execute(
    `CREATE TABLE ${name} (n INT NOT NULL, ${list}, PRIMARY KEY (${columns.map((_, index) => `k${index}`)}))`,
    ...(keys.length > 0 ? [`INSERT IGNORE INTO ${name} VALUES ${rows}`] : []),
  );
  return mysql.describe(name);
}

/** Every page size gives every row exactly once, in key order. */
async function expectEveryRowOnce(table: SourceTable, rows: number): Promise<void> {
  for (const batchRows of [1, 2, 3, rows - 1, rows, rows + 1]) {
    const { paged, ordered } = await pagesOf(table, Math.max(batchRows, 1));
    expect(ordered).toHaveLength(rows);
    expect(paged, `pages of ${batchRows}`).toEqual(ordered);
  }
}

type Case = [type: string, ...keys: string[]];

describe('pages of any size give each row once, in key order', () => {
  test.each<Case>([
    ['TINYINT', '-128', '-1', '0', '1', '127'],
    ['INT', '-2147483648', '-1', '0', '7', '2147483647'],
    ['INT(6) ZEROFILL', '0', '7', '42', '999999'],
    ['BIGINT', '-9223372036854775808', '-9007199254740993', '0', '9007199254740993', '9223372036854775807'],
    [
      'BIGINT UNSIGNED',
      '0',
      '9223372036854775807',
      '9223372036854775808',
      '18446744073709551614',
      '18446744073709551615',
    ],
    ['YEAR', '1901', '1999', '2000', '2069', '2155', "'0000'"],
    ['DECIMAL(38,10)', '-1.5', '-0.0000000001', '0', '0.0000000001', `${'9'.repeat(28)}.9999999999`],
    ['DECIMAL(65,30)', '1', `1.${'0'.repeat(29)}1`, `1.${'0'.repeat(29)}2`, `${'9'.repeat(35)}.5`, '-3'],
    ['FLOAT', '-1.1', '0.1', '0.3', '16777216', '3.4e38', '1e-38'],
    [
      'DOUBLE',
      '-1e308',
      '0',
      '0.1',
      '9.814946162354119',
      '9.81494616235412',
      '5e-324',
      '1.7976931348623157e308',
    ],
    ['BIT(64)', "b'0'", "b'1'", `b'1${'0'.repeat(63)}'`, `b'${'1'.repeat(64)}'`],
    ['DATE', "'1000-01-01'", "'1969-12-31'", "'2024-02-29'", "'9999-12-31'"],
    ['TIME(6)', "'-838:59:59'", "'-00:00:00.000001'", "'0:0:0'", "'23:59:59.999999'", "'838:59:59'"],
    ['DATETIME(6)', "'1000-01-01'", "'2024-03-31 02:30:00.000001'", "'2024-03-31 02:30:00.000002'"],
    ['DATETIME', "'1000-01-01'", "'2024-03-31 02:30:00'", "'9999-12-31 23:59:59'"],
    ['TIMESTAMP(6)', "'1970-01-01 00:00:01'", "'2024-10-27 01:30:00.5'", "'2024-10-27 01:30:00.500001'"],
    [
      'VARCHAR(20) COLLATE utf8mb4_unicode_ci',
      "'a'",
      "'B'",
      "'c'",
      "'é'",
      "'Z'",
      "''",
      "'ß'",
      "'zz'",
      "'🙂'",
    ],
    ['VARCHAR(20) COLLATE utf8mb4_general_ci', "'Äa'", "'ab'", "'AC'", "'äd'", "'z'", "'ÿ'"],
    ['VARCHAR(20) COLLATE utf8mb4_bin', "'a'", "'A'", "'b'", "'B'", "'é'", "'e'", "'É'", "'🙂'"],
    ['VARCHAR(20) CHARACTER SET latin1 COLLATE latin1_swedish_ci', "'å'", "'ä'", "'ö'", "'z'", "'a'", "'€'"],
    ['VARCHAR(20) CHARACTER SET latin1 COLLATE latin1_german2_ci', "'ä'", "'af'", "'ad'", "'ß'", "'st'"],
    ['VARCHAR(20) CHARACTER SET gbk', "'漢'", "'字'", "'a'", "'中'"],
    ['VARCHAR(20) CHARACTER SET ucs2', "'漢'", "'ü'", "'a'"],
    ['VARCHAR(20) COLLATE utf8mb4_spanish_ci', "'n'", "'ñ'", "'o'", "'ch'", "'ci'"],
    ['CHAR(8)', "'a'", "'a b'", "'a\\t'", "'b  '", "''"],
    ['VARCHAR(8)', "'a '", "'a\\t'", "'ab'", "'a\\0'", "'b '", "' '"],
    ['VARCHAR(8) COLLATE utf8mb4_bin', "'a '", "'a\\t'", "'ab'", "'b'", "' '"],
    ['BINARY(4)', "x'00'", "x'0001'", "x'61'", "x'FFFFFFFF'", "x'2700'"],
    ['VARBINARY(4)', "x''", "x'00'", "x'0000'", "x'61'", "x'FFFFFFFF'", "x'80'"],
  ])('%s', async (type, ...keys) => {
    const table = await keyed(
      [type],
      keys.map((key) => [key]),
    );
    await expectEveryRowOnce(table, keys.length);
  });

  test('ENUM and SET go by the numbers of their labels', async () => {
    const label = fc.stringMatching(/^[aäB'"\\ ]{0,3}$/).filter((text) => text === text.trim());
    const labels = fc.uniqueArray(label, {
      minLength: 1,
      maxLength: 12,
      selector: (text) => text.toLowerCase(),
    });
    await fc.assert(
      fc.asyncProperty(labels, fc.constantFrom('ENUM', 'SET'), fc.nat(5), async (texts, type, batchRows) => {
        const list = texts.map((text) => mysql.admin.escape(text)).join();
        const numbers = Array.from(
          { length: type === 'SET' ? 2 ** Math.min(texts.length, 5) : texts.length },
          (_, index) => (type === 'SET' ? index : index + 1),
        );
        const collate = 'CHARACTER SET utf8mb4 COLLATE utf8mb4_bin';
        const keys = numbers.flatMap((number) => [
          [String(number), '1'],
          [String(number), '2'],
        ]);
        const table = await keyed([`${type}(${list}) ${collate}`, 'INT'], keys);
        const { paged, ordered } = await pagesOf(table, batchRows + 1);
        expect(paged).toEqual(ordered);
        expect(ordered).toEqual(keys.map((_, n) => n));
        await mysql.execute(`DROP TABLE ${table.name}`);
      }),
      { numRuns: 25 },
    );
  });

  test('a SET of 64 labels, and the empty value of an ENUM that took an invalid one', async () => {
    const labels = Array.from({ length: 64 }, (_, index) => `'l${index}'`).join();
    const numbers = [
      '1',
      '9007199254740992',
      '9007199254740993',
      '9223372036854775809',
      '18446744073709551615',
    ];
    await expectEveryRowOnce(
      await keyed(
        [`SET(${labels})`],
        numbers.map((number) => [number]),
      ),
      numbers.length,
    );
    await expectEveryRowOnce(await keyed(["ENUM('', 'a')"], [["''"], ["'no such label'"], ["'a'"]]), 3);
    const many = Array.from({ length: 1000 }, (_, index) => `'l${index}'`);
    const table = await keyed(
      [`ENUM(${many.join()})`],
      many.map((text) => [text]),
    );
    expect((await pagesOf(table, 99)).paged).toEqual(many.map((_, n) => n));
  });

  test('UUID and INET, which MariaDB alone has', async () => {
    if (!mysql.isMariaDb) return expect(keyed(['UUID'], [])).rejects.toThrow(/syntax/);
    // A UUID of version 1 is sorted by its time, which is not at its beginning.
    const uuids = [
      'ffffffff-0000-1000-8000-000000000000',
      '00000000-ffff-1fff-8000-000000000000',
      '10000000-0000-4000-8000-000000000000',
    ];
    await expectEveryRowOnce(
      await keyed(
        ['UUID'],
        uuids.map((uuid) => [`'${uuid}'`]),
      ),
      uuids.length,
    );
    const addresses = ['::', '::1', '10::', '2001:db8::1', 'fe80::', '::ffff:1.2.3.4'];
    await expectEveryRowOnce(
      await keyed(
        ['INET6'],
        addresses.map((text) => [`'${text}'`]),
      ),
      addresses.length,
    );
    const short = ['0.0.0.0', '9.0.0.0', '10.0.0.0', '127.0.0.1', '255.255.255.255'];
    await expectEveryRowOnce(
      await keyed(
        ['INET4'],
        short.map((text) => [`'${text}'`]),
      ),
      short.length,
    );
  });

  test('random floating-point keys, to the last bit', async () => {
    const bits = fc.double({ noNaN: true, noDefaultInfinity: true });
    const floats = fc.float({ noNaN: true, noDefaultInfinity: true });
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.tuple(fc.constant('DOUBLE'), fc.array(bits, { minLength: 1, maxLength: 40 })),
          fc.tuple(fc.constant('FLOAT'), fc.array(floats, { minLength: 1, maxLength: 40 })),
        ),
        fc.integer({ min: 1, max: 9 }),
        async ([type, values], batchRows) => {
          const table = await keyed(
            [type],
            // Neighbours differ in their last bit, where a text of sixteen digits is the same for both.
            values
              .flatMap((value) => [value, value * (1 + 2 ** -52)])
              .filter(Number.isFinite)
              .map((value) => [value.toExponential()]),
          );
          const { paged, ordered } = await pagesOf(table, batchRows);
          expect(paged).toEqual(ordered);
          expect(ordered.length).toBeGreaterThan(0);
          await mysql.execute(`DROP TABLE ${table.name}`);
        },
      ),
      { numRuns: 25 },
    );
  });

  test('zero dates', async () => {
    await mysql.execute("SET SESSION sql_mode = 'ALLOW_INVALID_DATES'");
    try {
      const dates = ["'0000-00-00'", "'2020-00-00'", "'2020-01-00'", "'2020-02-31'", "'2020-03-01'"];
      await expectEveryRowOnce(
        await keyed(
          ['DATE'],
          dates.map((key) => [key]),
        ),
        5,
      );
      await expectEveryRowOnce(
        await keyed(
          ['DATETIME(3)'],
          dates.map((key) => [key]),
        ),
        5,
      );
    } finally {
      await mysql.execute('SET SESSION sql_mode = DEFAULT');
    }
  });

  test('values that try to leave their literal', async () => {
    const texts = [
      "'",
      "''",
      '"',
      '\\',
      "\\'",
      '\0',
      '\n',
      '\u001a',
      '%',
      '_',
      '`',
      '?',
      "x' OR '1'='1",
      '; DROP',
      'ü',
      '漢',
      '🙂',
      '\u202e',
      '--',
      '/*',
    ];
    const table = await keyed(
      ['VARCHAR(20) COLLATE utf8mb4_bin'],
      texts.map((text) => [mysql.admin.escape(text)]),
    );
    await expectEveryRowOnce(table, texts.length);
  });

  test('names that try to leave their back-ticks', async () => {
    for (const name of ['a`b', "it's", '"q"', 'x`; DROP TABLE y; --', '?', '\\', 'ü 漢']) {
      const quoted = mysqlIdentifier(name);
      await mysql.execute(
        `CREATE TABLE ${quoted} (n INT, ${quoted} INT, \`${'`'.repeat(4)}\` VARCHAR(9), PRIMARY KEY (${quoted}, \`${'`'.repeat(4)}\`))`,
        `INSERT INTO ${quoted} VALUES (0, 1, 'a'), (1, 1, 'b'), (2, 2, 'a'), (3, 3, '')`,
      );
      await expectEveryRowOnce(await mysql.describe(name), 4);
    }
  });

  test.each(['NO_BACKSLASH_ESCAPES', 'ANSI_QUOTES', 'PAD_CHAR_TO_FULL_LENGTH'])(
    'on a server in the mode %s',
    async (mode) => {
      const texts = ["'", '"', '\\', "\\'", 'a', 'b '];
      const table = await keyed(
        ['CHAR(9)'],
        texts.map((text) => [mysql.admin.escape(text)]),
      );
      const [before] = await mysql.source.query('SELECT @@global.sql_mode');
      await mysql.execute(`SET GLOBAL sql_mode = '${mode}'`);
      try {
        const source = await openMysqlSession(mysql.settings);
        const { paged, ordered } = await pagesOf(table, 2, source);
        await source.close();
        expect(paged).toEqual(ordered);
        expect(paged).toHaveLength(texts.length);
      } finally {
        await mysql.execute(`SET GLOBAL sql_mode = '${before?.[0]}'`);
      }
    },
  );
});

describe('composite keys', () => {
  const word = fc.stringMatching(/^[aAäÄbB'"\\ 漢]{0,4}$/);
  const row = fc.tuple(
    fc.integer({ min: -2, max: 2 }),
    word,
    fc.integer({ min: 0, max: 3 }).map((day) => `'2024-02-2${6 + day} 00:00:00.00000${day}'`),
    fc.uint8Array({ maxLength: 2 }),
  );

  test('random rows in pages of random size, forwards from any key', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 20 }),
        fc.shuffledSubarray([0, 1, 2, 3], { minLength: 2 }),
        async (rows, batchRows, chosen) => {
          const types = ['INT', 'VARCHAR(9)', 'DATETIME(6)', 'VARBINARY(4)'];
          const table = await keyed(
            chosen.map((index) => types[index] ?? ''),
            rows.map(([number, text, date, bytes]) => {
              const literals = [
                String(number),
                mysql.admin.escape(text),
                date,
                `x'${Buffer.from(bytes).toString('hex')}'`,
              ];
              return chosen.map((index) => literals[index] ?? '');
            }),
          );
          const { paged, ordered } = await pagesOf(table, batchRows);
          expect(paged).toEqual(ordered);

          const keyset = new Keyset(table.key);
          const [first] = await allBatches(mysql.source, { table, keyset, expressions: ['n'], batchRows });
          const rest = await allBatches(mysql.source, {
            table,
            keyset,
            expressions: ['n'],
            batchRows: 1000,
            ...(first && { after: first.lastKey }),
          });
          expect(rest.flatMap(({ rows }) => rows.map(([n]) => n))).toEqual(ordered.slice(first?.rows.length));
          expect(await lastKey(mysql.source, table, keyset)).toEqual(
            (await allBatches(mysql.source, { table, keyset, expressions: ['n'], batchRows: 1000 })).at(-1)
              ?.lastKey,
          );
          await mysql.execute(`DROP TABLE ${table.name}`);
        },
      ),
      { numRuns: 25 },
    );
  });

  test('the condition of one key picks that row alone', async () => {
    const table = await keyed(
      ['VARCHAR(9) COLLATE utf8mb4_bin', 'FLOAT'],
      [
        ["'a'", '0.1'],
        ["'a'", '0.2'],
        ["'A'", '0.1'],
      ],
    );
    const keyset = new Keyset(table.key);
    const batches = await allBatches(mysql.source, { table, keyset, expressions: ['n'], batchRows: 1 });
    for (const { rows, lastKey: key } of batches) {
      const found = await mysql.source.query(`SELECT n FROM ${table.name} WHERE ${keyset.is(key)}`);
      expect(found).toEqual([[rows[0]?.[0]]]);
    }
  });

  test.each([
    ['INT', '180'],
    ["ENUM('a', 'b', 'c')", '2'],
    ['CHAR(9) CHARACTER SET sjis', '180'],
  ])('a page is read from the index, not by looking through the table: %s', async (type, value) => {
    const first = (index: number) => (type.startsWith('ENUM') ? String(1 + (index % 3)) : String(index >> 4));
    const keys = Array.from({ length: 3000 }, (_, index) => [first(index), `'${index}'`]);
    const table = await keyed([type, 'VARCHAR(9)'], keys);
    await mysql.execute(`ANALYZE TABLE ${table.name}`);
    const keyset = new Keyset(table.key);
    const [plan] = (await mysql.source.query(
      `EXPLAIN FORMAT=JSON SELECT n FROM ${table.name} WHERE ${keyset.after([value, '9'])} ORDER BY ${keyset.order} LIMIT 10`,
    )) as string[][];
    expect(plan?.[0]).toMatch(/"access_type": "range"|"index_range_scan"/);
    expect(plan?.[0]).not.toMatch(/filesort|"Sort/);
  });
});

describe('keys that cannot be read by', () => {
  test.each(['JSON', 'POINT', 'GEOMETRY'])('%s', async (type) => {
    await mysql.execute('DROP TABLE IF EXISTS no_order', `CREATE TABLE no_order (k0 ${type} NOT NULL)`);
    const { columns } = await mysql.describe('no_order');
    expect(() => new Keyset(columns)).toThrow(
      expect.objectContaining({
        code: 'SOURCE_NO_KEY',
        message: expect.stringMatching(/k0 is (json|point|geometry) and cannot be a key/),
      }),
    );
  });

  test.each([
    ['INT', 'abc'],
    ['INT', '1 OR 1=1'],
    ['INT', ''],
    ['DATE', "2020-01-01' OR '1'='1"],
    ['VARBINARY(4)', "61' OR '1'='1"],
    ['VARBINARY(4)', '6'],
    ["ENUM('a')", 'a'],
    ["SET('a')", '1 OR 1=1'],
    ["ENUM('a')", ''],
  ])('a key that %s cannot have: %s', async (type, key) => {
    const table = await keyed([type], []);
    expect(() => new Keyset(table.key).after([key])).toThrow(
      expect.objectContaining({ code: 'OFFSET_TOKEN_INVALID' }),
    );
  });
});

test('an empty table has no last key', async () => {
  await mysql.execute('CREATE TABLE none (n INT, k INT PRIMARY KEY)');
  const table = await mysql.describe('none');
  expect(await lastKey(mysql.source, table, new Keyset(table.key))).toBeUndefined();
  expect(await pagesOf(table, 10)).toEqual({ paged: [], ordered: [] });
});
