import { createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TableOutline } from '../../src/plan/table-outline.ts';
import { UNFILLED } from '../../src/snowflake/target-ddl.ts';
import { type Ends, startEnds } from '../e2e/local.ts';
import { type Ended, snowstream } from './snowstream.ts';

let ends: Ends;

beforeAll(async () => {
  ends = await startEnds();
  const admin = await createConnection(ends.mysql.url);
  const execute = (sql: string) => admin.query(sql);
  await execute(`CREATE TABLE people (
    id BIGINT UNSIGNED PRIMARY KEY COMMENT 'the key', name VARCHAR(40) CHARACTER SET utf8mb4 NOT NULL,
    born DATE, joined DATETIME NOT NULL, price DECIMAL(50,2), photo LONGBLOB, opens TIME(3), tags SET('x','y'))`);
  await execute('CREATE TABLE orders (id INT, line INT, amount DECIMAL(12,4), PRIMARY KEY (id, line))');
  await execute(
    "CREATE TABLE grown (id INT PRIMARY KEY, more VARCHAR(9) DEFAULT 'old', mine INT, at TIMESTAMP DEFAULT CURRENT_TIMESTAMP)",
  );
  await execute('CREATE TABLE keyless (a INT)');
  await execute('INSERT INTO orders VALUES (1, 1, 12.3456)');
  await admin.end();
  await ends.snowflake.execute(
    'CREATE TABLE ORDERS (AMOUNT NUMBER(12,2), ID NUMBER(5,0), LINE NUMBER(38,0), BY_WHOM VARCHAR NOT NULL)',
  );
  await ends.snowflake.execute('CREATE TABLE GROWN (MINE NUMBER(38,0) NOT NULL, ID NUMBER(38,0))');
});

afterAll(() => ends[Symbol.asyncDispose]());

function cli(command: string, tables: string[], ...flags: string[]): Promise<Ended> {
  const names = tables.flatMap((table) => ['--table', table]);
  // A JVM would say on stderr that it picked this up.
  const env = { ...ends.env, JAVA_TOOL_OPTIONS: '-Dcanary=1' };
  return snowstream([command, ...names, ...flags], { cwd: ends.cwd, env });
}

async function planned(
  tables: string[],
  ...flags: string[]
): Promise<{ code: number | null; fits: boolean; tables: TableOutline[] }> {
  const { code, stdout, stderr } = await cli('plan', tables, '--json', ...flags);
  expect(stderr).toBe('');
  return { code, ...JSON.parse(stdout) };
}

/** The cells of a printed line. */
const cells = (line: string): string[] => line.trim().split(/ {2,}/);

const tablesThere = async (): Promise<string[]> =>
  (await ends.snowflake.execute('SHOW TABLES')).map((row) => String(row.name)).sort();

describe('a table that would be made', () => {
  test('is printed with each column, what policies do to its values, its key and the DDL; nothing is changed', async () => {
    const { code, stdout, stderr } = await cli('plan', ['people'], '--create');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const target = `${ends.emulator.database}.${ends.emulator.schema}.PEOPLE`;
    const lines = stdout.split('\n');
    expect(lines.slice(0, 2)).toEqual([
      `${ends.mysql.database}.people → ${target} (missing)`,
      '  read in the order of its key: id',
    ]);
    expect(lines.slice(2, 13).map(cells)).toEqual([
      ['column', 'type', '→ column', 'type', 'Java class', 'policies and notes'],
      ['id', expect.stringMatching(/^bigint.* unsigned$/), '→ ID', 'NUMBER(20,0) NOT NULL', 'BigInteger'],
      ['name', 'varchar(40)', '→ NAME', 'VARCHAR(40) NOT NULL', 'String'],
      ['born', 'date', '→ BORN', 'DATE', 'LocalDate', 'a year, month or day of zero: NULL (zeroDates null)'],
      [
        ...['joined', 'datetime', '→ JOINED', 'TIMESTAMP_NTZ(0)', 'LocalDateTime'],
        'a year, month or day of zero: NULL (zeroDates null)',
      ],
      ['NOT NULL in the source; the target is nullable, as a policy may make values NULL'],
      [
        'price',
        'decimal(50,2)',
        '→ PRICE',
        'VARCHAR(52)',
        'String',
        'all digits as text (wideDecimals text)',
      ],
      [
        'photo',
        'longblob',
        '→ PHOTO',
        'BINARY(8388608)',
        'byte[]',
        'beyond 8 MB: row rejected (oversized reject)',
      ],
      [
        ...['opens', 'time(3)', '→ OPENS', 'TIME(3)', 'LocalTime'],
        'below zero or from 24 hours on: row rejected (outOfDayTimes reject)',
      ],
      ['tags', "set('x','y')", '→ TAGS', 'VARCHAR(3)', 'String'],
      ['a run would begin with'],
    ]);
    expect(stdout).toContain(`    CREATE TABLE IF NOT EXISTS "${target.replaceAll('.', '"."')}" (
      "ID" NUMBER(20,0) NOT NULL COMMENT 'the key',
      "NAME" VARCHAR(40) NOT NULL,
      "BORN" DATE,`);
    expect(lines.at(-2)).toBe('1 table: a run could start. Nothing was changed.');
    expect(await tablesThere()).toEqual(['GROWN', 'ORDERS']);
  });

  test('follows the policies of the run', async () => {
    const flags = [
      '--zero-dates',
      'epoch',
      '--wide-decimals',
      'number',
      '--out-of-day-times',
      'text',
      '--sets',
      'array',
    ];
    const { tables } = await planned(['people'], '--create', ...flags, '--oversized', 'null');
    const effects = tables[0]?.columns.flatMap(({ target, targetType, policies }) =>
      policies.map(({ policy, choice, effect }) => [target, targetType, policy, choice, effect]),
    );
    expect(effects).toEqual([
      ['BORN', 'DATE', 'zeroDates', 'epoch', 'a year, month or day of zero: 1970-01-01'],
      [
        'JOINED',
        'TIMESTAMP_NTZ(0) NOT NULL',
        'zeroDates',
        'epoch',
        'a year, month or day of zero: 1970-01-01',
      ],
      ['PRICE', 'NUMBER(38,2)', 'wideDecimals', 'number', 'more digits than NUMBER holds: row rejected'],
      ['PHOTO', 'BINARY(8388608)', 'oversized', 'null', 'beyond 8 MB: NULL'],
      ['OPENS', 'VARCHAR(14)', 'outOfDayTimes', 'text', 'every time as text'],
      ['TAGS', 'ARRAY', 'sets', 'array', 'an ARRAY of its labels'],
    ]);
  });

  test('is refused without --create, which is reported beside the DDL', async () => {
    const { code, fits, tables } = await planned(['people']);
    expect({ code, fits }).toEqual({ code: 2, fits: false });
    expect(tables).toMatchObject([
      {
        state: 'missing',
        ddlNeeds: '--create',
        ddl: [expect.stringMatching(/^CREATE TABLE IF NOT EXISTS /)],
        problems: [{ code: 'TABLE_NOT_FOUND' }],
      },
    ]);
  });

  test('with its schema or database', async () => {
    const schema = await planned(['people'], '--create', 'schema', '--snowflake-schema', 'ELSEWHERE');
    expect(schema.tables[0]?.ddl.map((statement) => statement.split('\n')[0])).toEqual([
      expect.stringMatching(/^CREATE SCHEMA IF NOT EXISTS /),
      expect.stringMatching(/^CREATE TABLE IF NOT EXISTS /),
    ]);
    const database = await planned(['people'], '--create', 'database', '--snowflake-database', 'ELSEWHERE');
    expect(database).toMatchObject({ code: 0, fits: true });
    expect(database.tables[0]?.ddl[0]).toBe('CREATE DATABASE IF NOT EXISTS "ELSEWHERE"');
  });
});

describe('a table that is there', () => {
  test('gains columns with --evolve; old rows that will hold NULL are reported', async () => {
    const { code, tables } = await planned(['grown'], '--evolve');
    expect(code).toBe(0);
    expect(tables[0]?.columns.map(({ target, targetType, notes }) => [target, targetType, notes])).toEqual([
      ['MINE', 'NUMBER(38,0) NOT NULL', ['NULL: row rejected, as the column is NOT NULL']],
      ['ID', 'NUMBER(38,0)', []],
      ['MORE', 'VARCHAR(9)', []],
      ['AT', expect.stringMatching(/^TIMESTAMP_TZ\(0\)$/), ['NULL in rows that were loaded before']],
    ]);
    expect(tables[0]?.ddl.map((statement) => statement.replace(/^(\w+ \w*) *".*?" /, '$1 '))).toEqual([
      `ALTER TABLE ADD COLUMN IF NOT EXISTS "MORE" VARCHAR(9) COMMENT '${UNFILLED}'`,
      'ALTER TABLE ADD COLUMN IF NOT EXISTS "AT" TIMESTAMP_TZ(0)',
      `UPDATE  SET "MORE" = 'old' WHERE "MORE" IS NULL`,
      'ALTER TABLE ALTER COLUMN "MORE" UNSET COMMENT',
    ]);
    const [narrow] = (await planned(['grown'])).tables;
    expect(narrow).toMatchObject({
      ddlNeeds: '--evolve',
      incompatibilities: [{ column: 'MORE' }, { column: 'AT' }],
    });
  });

  test('that does not fit is reported column by column', async () => {
    const { code, stdout } = await cli('plan', ['orders']);
    expect(code).toBe(2);
    const lines = stdout.split('\n');
    const at = lines.findIndex((line) => line.startsWith('  INCOMPATIBLE'));
    expect(lines[at]).toMatch(
      /ORDERS is incompatible: 3 columns, the first is AMOUNT .* \[CONFIG_INVALID\]$/,
    );
    expect(lines.slice(at + 1, at + 5).map(cells)).toEqual([
      ['column', 'source type', 'target type', 'fitting type', 'what would be lost'],
      ['AMOUNT', 'decimal(12,4)', 'NUMBER(12,2)', 'NUMBER(12,4)', 'fractional digits beyond 2'],
      ['ID', expect.stringMatching(/^int/), 'NUMBER(5,0)', 'NUMBER(10,0)', 'values above 99999'],
      ['BY_WHOM', '-', expect.stringMatching(/^VARCHAR/), '-', expect.stringMatching(/^every row: /)],
    ]);
    expect(lines.at(-2)).toBe(
      '1 table, 1 of which is incompatible: no run could start. Nothing was changed.',
    );
  });

  test('fits value by value when that is wanted', async () => {
    const [outline] = (await planned(['orders'], '--narrow-columns', 'reject')).tables;
    expect(outline?.incompatibilities.map(({ column }) => column)).toEqual(['BY_WHOM']);
    expect(outline?.columns.flatMap(({ policies }) => policies.map(({ effect }) => effect))).toEqual([
      'fractional digits beyond 2: row rejected',
      'values above 99999: row rejected',
    ]);
  });

  test('stops a run with one line and that table on stderr, before the first row', async () => {
    const { code, stdout, stderr } = await cli('run', ['orders']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    const lines = stderr.trimEnd().split('\n');
    const at = lines.findIndex((line) => line.startsWith('snowstream: '));
    expect(lines[at]).toMatch(/is incompatible: 3 columns, the first is AMOUNT .* \[CONFIG_INVALID\]$/);
    expect(lines.slice(at + 1).map((line) => cells(line)[0])).toEqual(['column', 'AMOUNT', 'ID', 'BY_WHOM']);
    expect(await ends.snowflake.execute('SELECT * FROM ORDERS')).toEqual([]);
  });
});

describe('a name', () => {
  test('with its database is understood, and so is a target with its schema', async () => {
    const { database } = ends.mysql;
    const { tables } = await planned([`${database}.people:PUBLIC.OTHER`], '--create');
    expect(tables).toMatchObject([
      { source: `${database}.people`, target: `${ends.emulator.database}.PUBLIC.OTHER`, problems: [] },
    ]);
  });

  test.each([
    ['peopel', ': did you mean people?'],
    ['ordrs', ': did you mean orders?'],
    ['zz', ''],
    ['something_else_altogether', ''],
  ])('that is misspelt has the one that may have been meant beside it: %s', async (name, question) => {
    const { tables } = await planned([name], '--create');
    expect(tables[0]?.problems[0]?.message).toBe(
      `table ${ends.mysql.database}.${name} does not exist in MySQL, or its user has no SELECT on it${question}`,
    );
  });

  test('of a database that is misspelt too', async () => {
    const { database } = ends.mysql;
    const { tables } = await planned([`${database}x.people`], '--create');
    expect(tables[0]?.problems[0]?.message).toContain(`did you mean ${database}.people?`);
  });
});

describe('many tables', () => {
  test('are all reported, whatever is wrong with some', async () => {
    const { code, tables } = await planned(
      ['people', 'nowhere', 'keyless', 'orders', 'grown'],
      '--create',
      '--evolve',
    );
    expect(code).toBe(2);
    expect(
      tables.map(({ source, problems }) => [
        source.split('.')[1],
        ...problems.map((problem) => problem.code),
      ]),
    ).toEqual([
      ['people'],
      ['nowhere', 'TABLE_NOT_FOUND'],
      ['keyless', 'SOURCE_NO_KEY'],
      ['orders', 'CONFIG_INVALID'],
      ['grown'],
    ]);
    expect((await cli('plan', ['people', 'nowhere', 'orders'], '--create')).stdout).toMatch(
      /\n3 tables, 2 of which are incompatible: no run could start\. Nothing was changed\.\n$/,
    );
  });
});

test('what is reported is what a run does: its statements make a target that fits', async () => {
  const before = await planned(['people', 'grown'], '--create', '--evolve');
  for (const { ddl } of before.tables) for (const statement of ddl) await ends.snowflake.execute(statement);
  const after = await planned(['people', 'grown']);
  expect(after).toMatchObject({ code: 0, fits: true });
  const shape = (outlines: readonly TableOutline[]) =>
    outlines.map(({ columns }) => columns.map(({ target, targetType, java }) => [target, targetType, java]));
  expect(shape(after.tables)).toEqual(shape(before.tables));
  expect(after.tables.map(({ state, ddl }) => [state, ddl])).toEqual([
    ['exists', []],
    ['exists', []],
  ]);
});

test('what a type says stands in a terminal as text, in the table of a target that does not fit too', async () => {
  const admin = await createConnection(ends.mysql.url);
  await admin.query("CREATE TABLE labelled (id INT PRIMARY KEY, state ENUM('\u001b[31mred'))");
  await admin.end();
  await ends.snowflake.execute('CREATE TABLE LABELLED (ID NUMBER(38,0), STATE NUMBER(1,0))');
  const { code, stderr } = await cli('check', ['labelled']);
  expect(code).toBe(2);
  // The line itself, and the table below it.
  expect(stderr.split('\\u001b[31mred')).toHaveLength(3);
  expect(stderr).not.toContain('\u001b');
});
