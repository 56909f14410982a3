import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mysqlIdentifier } from '../../src/source/mysql/identifier.ts';
import { openMysqlSession } from '../../src/source/mysql/session.ts';
import { describeTable, describeTables } from '../../src/source/mysql/table.ts';
import { openTestSource, type TestSource } from './database.ts';

let mysql: TestSource;

beforeAll(async () => {
  mysql = await openTestSource();
});

afterAll(async () => {
  await mysql[Symbol.asyncDispose]();
});

const keyOf = async (table: string) => (await mysql.describe(table)).key.map(({ name }) => name);

describe('columns', () => {
  test('what decides their types, in their order', async () => {
    await mysql.execute(`CREATE TABLE described (
      id BIGINT UNSIGNED NOT NULL PRIMARY KEY COMMENT 'it''s "the" key',
      price DECIMAL(12,3),
      name VARCHAR(40) CHARACTER SET latin1 COLLATE latin1_general_cs NOT NULL,
      raw BINARY(16),
      seen TIMESTAMP(6) NULL,
      flag BIT(1) NOT NULL,
      kind ENUM('a','bcd'))`);
    const { columns } = await mysql.describe('described');
    expect(columns.map(({ name, ordinal }) => [name, ordinal])).toEqual([
      ['id', 1],
      ['price', 2],
      ['name', 3],
      ['raw', 4],
      ['seen', 5],
      ['flag', 6],
      ['kind', 7],
    ]);
    expect(columns).toMatchObject([
      { dataType: 'bigint', unsigned: true, nullable: false, comment: 'it\'s "the" key' },
      { dataType: 'decimal', numericPrecision: 12, numericScale: 3, nullable: true, unsigned: false },
      {
        dataType: 'varchar',
        characterLength: 40,
        octetLength: 40,
        characterSet: 'latin1',
        collation: 'latin1_general_cs',
        nullable: false,
      },
      { dataType: 'binary', octetLength: 16 },
      { dataType: 'timestamp', datetimePrecision: 6, nullable: true },
      { dataType: 'bit', numericPrecision: 1, columnType: 'bit(1)' },
      { dataType: 'enum', characterLength: 3, columnType: "enum('a','bcd')" },
    ]);
  });

  test('JSON is json on every server; a LONGTEXT of another kind is not', async () => {
    await mysql.execute(
      'CREATE TABLE json_columns (k INT PRIMARY KEY, j JSON, `j``"q` JSON, plain LONGTEXT, checked VARCHAR(9) CHECK (json_valid(checked)))',
    );
    const { columns } = await mysql.describe('json_columns');
    expect(columns.map(({ dataType }) => dataType)).toEqual(['int', 'json', 'json', 'longtext', 'varchar']);
  });

  test('generated and invisible columns say so', async () => {
    await mysql.execute(
      `CREATE TABLE made (a INT PRIMARY KEY, b INT AS (a * 2) STORED, c VARCHAR(9) AS (CONCAT(a)) VIRTUAL,
         hidden INT DEFAULT 5 INVISIBLE, now_by_itself TIMESTAMP DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP)`,
    );
    const { columns } = await mysql.describe('made');
    expect(columns.map(({ name, generated, invisible }) => [name, generated, invisible])).toEqual([
      ['a', false, false],
      ['b', true, false],
      ['c', true, false],
      ['hidden', false, true],
      ['now_by_itself', false, false],
    ]);
  });

  test.each<[type: string, written: string, value: string | null, isExpression: boolean]>([
    ['INT', '', null, false],
    ['INT', 'DEFAULT NULL', null, false],
    ['INT NOT NULL', '', null, false],
    ['INT', 'DEFAULT -7', '-7', false],
    ['DECIMAL(5,2)', 'DEFAULT 1.5', '1.50', false],
    ['VARCHAR(40)', "DEFAULT ''", '', false],
    ['VARCHAR(40)', "DEFAULT 'NULL'", 'NULL', false],
    ['VARCHAR(40)', "DEFAULT 'CURRENT_USER()'", 'CURRENT_USER()', false],
    ['VARCHAR(40)', `DEFAULT 'it''s "a" \\\\ b\\n漢'`, `it's "a" \\ b\n漢`, false],
    ["ENUM('x','y')", "DEFAULT 'y'", 'y', false],
    ['DATE', "DEFAULT '2024-02-29'", '2024-02-29', false],
    ['BIT(3)', "DEFAULT b'101'", "b'101'", false],
  ])('%s %s', async (type, written, defaultValue, defaultIsExpression) => {
    await mysql.execute(
      'DROP TABLE IF EXISTS preset',
      `CREATE TABLE preset (k INT PRIMARY KEY, v ${type} ${written})`,
    );
    const { columns } = await mysql.describe('preset');
    expect(columns[1]).toMatchObject({ defaultValue, defaultIsExpression });
  });

  test('functional defaults', async () => {
    await mysql.execute(
      "CREATE TABLE functional (k CHAR(36) DEFAULT (UUID()) PRIMARY KEY, t DATETIME(3) DEFAULT CURRENT_TIMESTAMP(3), n INT DEFAULT (1 + 2), s VARCHAR(9) DEFAULT (CONCAT('a', 'b')))",
      'INSERT INTO functional (n) VALUES (3)',
    );
    const { columns } = await mysql.describe('functional');
    expect(columns.map(({ defaultIsExpression }) => defaultIsExpression)).toEqual([true, true, true, true]);
    expect(columns.map(({ defaultValue }) => defaultValue?.toLowerCase())).toEqual([
      'uuid()',
      'current_timestamp(3)',
      expect.stringMatching(/1 \+ 2/),
      expect.stringMatching(/^concat\(/),
    ]);
    expect(columns.map(({ generated }) => generated)).toEqual([false, false, false, false]);
  });

  test('tables whose names differ in case alone are kept apart', async () => {
    const [[lowered]] = (await mysql.source.query('SELECT @@lower_case_table_names')) as [[string]];
    // Servers on macOS and Windows do not have such tables.
    if (lowered !== '0') return expect(['1', '2']).toContain(lowered);
    await mysql.execute(
      'CREATE TABLE Twin (A INT PRIMARY KEY, payload JSON)',
      'CREATE TABLE twin (b VARCHAR(9) PRIMARY KEY, payload LONGTEXT)',
    );
    expect(await mysql.describe('Twin')).toMatchObject({
      columns: [{ name: 'A' }, { name: 'payload', dataType: 'json' }],
      key: [{ name: 'A' }],
    });
    expect(await mysql.describe('twin')).toMatchObject({
      columns: [{ name: 'b' }, { name: 'payload', dataType: 'longtext' }],
      key: [{ name: 'b' }],
    });
  });

  test('a view has columns and no key', async () => {
    await mysql.execute('CREATE VIEW seen AS SELECT id, name FROM described');
    expect(await mysql.describe('described')).toMatchObject({ kind: 'BASE TABLE' });
    expect(await mysql.describe('seen')).toMatchObject({
      kind: 'VIEW',
      columns: [{ name: 'id' }, { name: 'name' }],
      key: [],
    });
  });
});

describe('the key', () => {
  test.each<[string, string, string[]]>([
    ['primary, in key order', 'a INT, b INT, c INT, PRIMARY KEY (c, a)', ['c', 'a']],
    ['primary before unique', 'a INT NOT NULL UNIQUE, z INT PRIMARY KEY', ['z']],
    ['unique without nulls', 'a INT, b INT NOT NULL, UNIQUE aa (a), UNIQUE bb (b)', ['b']],
    ['unique, of two columns', 'a INT NOT NULL, b INT NOT NULL, UNIQUE (b, a)', ['b', 'a']],
    ['none where a part is nullable', 'a INT, b INT NOT NULL, UNIQUE (b, a)', []],
    ['none where only a prefix is unique', 'a VARCHAR(99) NOT NULL, UNIQUE (a(3))', []],
    [
      'none where a prefix is a part of it: the other part alone is not unique',
      'a INT NOT NULL, b VARCHAR(99) NOT NULL, UNIQUE (a, b(3))',
      [],
    ],
    ['none without unique indexes', 'a INT NOT NULL, KEY (a)', []],
  ])('%s', async (_what, columns, key) => {
    await mysql.execute('DROP TABLE IF EXISTS keyed', `CREATE TABLE keyed (${columns})`);
    expect(await keyOf('keyed')).toEqual(key);
  });
});

describe('names', () => {
  const hostile = [
    'a`b',
    "it's",
    '"quoted"',
    'a.b',
    'x; DROP TABLE described',
    '`',
    'ü 漢',
    '?',
    '%s',
    '\\',
    '--',
  ];

  test.each(hostile)('a table called %s', async (name) => {
    const quoted = mysqlIdentifier(name);
    await mysql.execute(
      `CREATE TABLE ${quoted} (${quoted} INT PRIMARY KEY COMMENT ${mysql.admin.escape(name)}, v JSON)`,
    );
    const table = await mysql.describe(name);
    expect(table).toMatchObject({
      name,
      columns: [
        { name, comment: name },
        { name: 'v', dataType: 'json' },
      ],
      key: [{ name }],
    });
  });

  test('a table that is not there', async () => {
    await expect(mysql.describe("no' OR '1'='1")).rejects.toMatchObject({
      code: 'TABLE_NOT_FOUND',
      message: expect.stringContaining("no' OR '1'='1 does not exist"),
    });
    await expect(describeTable(mysql.source, 'nowhere', 'described')).rejects.toMatchObject({
      code: 'TABLE_NOT_FOUND',
    });
  });
});

describe('many tables at once', () => {
  test('come as they were asked for, in as many queries as one', async () => {
    const names = Array.from({ length: 30 }, (_, index) => `many_${String(index).padStart(2, '0')}`);
    await mysql.execute(
      ...names.map((name, index) =>
        index % 3 === 0
          ? `CREATE TABLE ${name} (a_${index} INT NOT NULL, j JSON, UNIQUE (a_${index}))`
          : `CREATE TABLE ${name} (b_${index} INT, c VARCHAR(9), j LONGTEXT, PRIMARY KEY (c, b_${index}))`,
      ),
    );
    const { database } = mysql.settings;
    const wanted = names.toReversed().map((name) => ({ database, name }));
    const source = await openMysqlSession(mysql.settings);
    let asked = 0;
    const query = source.query.bind(source);
    source.query = (sql, values) => {
      asked++;
      return query(sql, values);
    };
    const tables = await describeTables(source, wanted);
    const forAll = asked;
    asked = 0;
    await describeTables(source, wanted.slice(0, 1));
    expect(asked).toBe(forAll);
    await source.close();
    expect(tables.map(({ name }) => name)).toEqual(names.toReversed());
    for (const table of tables) expect(table).toEqual(await mysql.describe(table.name));
    expect(tables.at(-1)).toMatchObject({ key: [{ name: 'a_0' }], columns: [{}, { dataType: 'json' }] });
    expect(tables.at(-2)).toMatchObject({ key: [{ name: 'c' }, { name: 'b_1' }] });
    expect(tables.at(-2)?.columns.map(({ dataType }) => dataType)).toEqual(['int', 'varchar', 'longtext']);
  });

  test('of several databases, and one that is missing', async () => {
    const here = mysql.settings.database;
    await mysql.execute('CREATE TABLE beside (k INT PRIMARY KEY)');
    const tables = await describeTables(mysql.source, [
      { database: 'information_schema', name: 'TABLES' },
      { database: here, name: 'beside' },
    ]);
    expect(tables).toMatchObject([
      { database: 'information_schema', name: 'TABLES', kind: 'VIEW' },
      { database: here, name: 'beside', kind: 'BASE TABLE', key: [{ name: 'k' }] },
    ]);
    await expect(
      describeTables(mysql.source, [
        { database: here, name: 'beside' },
        { database: here, name: 'gone' },
      ]),
    ).rejects.toMatchObject({ code: 'TABLE_NOT_FOUND', message: expect.stringContaining(`${here}.gone`) });
    expect(await describeTables(mysql.source, [])).toEqual([]);
  });
});

test('the size that the server estimates', async () => {
  await mysql.execute(
    'CREATE TABLE sized (k INT PRIMARY KEY, v VARCHAR(1000))',
    `INSERT INTO sized VALUES ${Array.from({ length: 500 }, (_, k) => `(${k}, REPEAT('x', 1000))`).join()}`,
    'ANALYZE TABLE sized',
  );
  const { averageRowBytes, estimatedRows } = await mysql.describe('sized');
  expect(averageRowBytes).toBeGreaterThan(500);
  expect(averageRowBytes).toBeLessThan(5000);
  expect(estimatedRows).toBeGreaterThan(100);
  await mysql.execute('CREATE TABLE nothing (k INT PRIMARY KEY)');
  const empty = await mysql.describe('nothing');
  expect(empty.estimatedRows).toBe(0);
  expect(empty.averageRowBytes).toBeGreaterThanOrEqual(1);
});
