import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mysqlIdentifier } from '../../src/source/mysql-identifier.ts';
import { describeTable } from '../../src/source/table.ts';
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

  test('generated columns are columns like others', async () => {
    await mysql.execute(
      'CREATE TABLE generated (a INT PRIMARY KEY, b INT AS (a * 2) STORED, c VARCHAR(9) AS (CONCAT(a)) VIRTUAL)',
    );
    const { columns } = await mysql.describe('generated');
    expect(columns.map(({ name, dataType }) => [name, dataType])).toEqual([
      ['a', 'int'],
      ['b', 'int'],
      ['c', 'varchar'],
    ]);
  });

  test('tables whose names differ in case alone are told apart', async () => {
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
    expect(await mysql.describe('seen')).toMatchObject({
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
