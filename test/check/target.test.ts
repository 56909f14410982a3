import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isProven } from '../../src/check/proof.ts';
import { SnowstreamError } from '../../src/errors.ts';
import { outlineTables } from '../../src/plan/table-outline.ts';
import { planTable } from '../../src/plan/table-plan.ts';
import { describeTargets } from '../../src/snowflake/described-targets.ts';
import type { TableName } from '../../src/snowflake/identifier.ts';
import { qualifiedName } from '../../src/snowflake/identifier.ts';
import { describeTarget, prepareTarget } from '../../src/snowflake/target.ts';
import { addColumnsSql, UNFILLED } from '../../src/snowflake/target-ddl.ts';
import { mapColumns, ownType, type TargetColumn } from '../../src/types/column-mapping.ts';
import { snowflakeTypeSql } from '../../src/types/snowflake-type.ts';
import type { Ends } from '../e2e/local.ts';
import { column, mapped as mappedOne } from '../types/columns.ts';
import { type LoadedEnds, startLoadedEnds, TARGETS } from './loaded.ts';

let loaded: LoadedEnds;
let ends: Ends;

beforeAll(async () => {
  loaded = await startLoadedEnds();
  ends = loaded.ends;
});

afterAll(() => loaded[Symbol.asyncDispose]());

const AS_IT_IS = { create: 'off', evolve: false } as const;
const CREATE = { create: 'on', evolve: false } as const;
const EVOLVE = { create: 'off', evolve: true } as const;

async function columnsOf(target: TableName): Promise<readonly TargetColumn[]> {
  const described = await describeTarget(ends.snowflake, target);
  if ('missing' in described) throw new Error(`${described.missing} is missing`);
  return described.columns;
}

async function failure(run: Promise<unknown>): Promise<SnowstreamError> {
  const error = await run.then(
    () => undefined,
    (thrown) => thrown,
  );
  if (error instanceof SnowstreamError) return error;
  throw error ?? new Error('nothing was thrown');
}

const name = (table: string): TableName => ({
  database: ends.emulator.database,
  schema: ends.emulator.schema,
  table,
});
const mapped = (...columns: Parameters<typeof column>[]) =>
  mapColumns(
    columns.map((each) => column(...each)),
    undefined,
    (written) => written,
  );

const SOURCE = mapped(
  ['id', 'bigint', { unsigned: true, nullable: false, comment: `it's "the" \\key\\` }],
  ['Name', 'varchar', { characterLength: 40 }],
  ['price', 'decimal', { numericPrecision: 12, numericScale: 3 }],
  ['huge', 'decimal', { numericPrecision: 65, numericScale: 30 }],
  ['ratio', 'double'],
  ['flag', 'bit', { numericPrecision: 1 }],
  ['raw', 'binary', { octetLength: 16 }],
  ['day', 'date'],
  ['clock', 'time', { datetimePrecision: 3 }],
  ['moment', 'datetime', { datetimePrecision: 6 }],
  ['instant', 'timestamp', { datetimePrecision: 0 }],
  ['document', 'json'],
);

describe('a target that is made', () => {
  test('has the types, NOT NULLs, comments and order of the source, as Snowflake describes it', async () => {
    const target = name('MADE');
    const fitted = await prepareTarget(ends.snowflake, target, SOURCE, CREATE);
    expect(fitted.map(({ target, type }) => [target, snowflakeTypeSql(type)])).toEqual([
      ['ID', 'NUMBER(20,0)'],
      ['NAME', 'VARCHAR(40)'],
      ['PRICE', 'NUMBER(12,3)'],
      ['HUGE', 'VARCHAR(67)'],
      ['RATIO', 'FLOAT'],
      ['FLAG', 'BOOLEAN'],
      ['RAW', 'BINARY(16)'],
      ['DAY', 'DATE'],
      ['CLOCK', 'TIME(3)'],
      ['MOMENT', 'TIMESTAMP_NTZ(6)'],
      ['INSTANT', 'TIMESTAMP_TZ(0)'],
      ['DOCUMENT', 'VARIANT'],
    ]);
    const described = await columnsOf(target);
    expect(
      described.map(({ name, nullable, hasDefault }) => [name, nullable, hasDefault]).slice(0, 2),
    ).toEqual([
      ['ID', false, false],
      ['NAME', true, false],
    ]);
    const rows = await ends.snowflake.execute(`DESCRIBE TABLE ${qualifiedName(target)}`);
    expect(rows[0]?.comment).toBe(`it's "the" \\key\\`);
  });

  test('is left as it is when it is there', async () => {
    const target = name('KEPT');
    await ends.snowflake.execute(`CREATE TABLE ${qualifiedName(target)} (MORE DATE, ID NUMBER(38,0))`);
    const [fitted] = await prepareTarget(ends.snowflake, target, mapped(['id', 'int']), CREATE);
    expect(fitted?.type).toEqual({ kind: 'NUMBER', precision: 38, scale: 0 });
    expect(await columnsOf(target)).toHaveLength(2);
  });

  test.each(['a"b', "it's", 'x; DROP TABLE MADE', '"', 'ü 漢 🙂', 'lower', '--', '$1', '%'])(
    'whose names try to leave their quotes: %o',
    async (odd) => {
      const columns = mapColumns(
        [column('c', 'int', { comment: odd })],
        [{ source: 'c', target: odd }],
        (written) => written,
      );
      const [fitted] = await prepareTarget(ends.snowflake, name(odd), columns, CREATE);
      expect(fitted?.target).toBe(odd);
      expect((await columnsOf(name(odd))).map((each) => each.name)).toEqual([odd]);
      expect(await columnsOf(name('MADE'))).toHaveLength(SOURCE.length);
    },
  );
});

describe('many targets', () => {
  test('are described together as each by itself', async () => {
    const schema = { ...name(''), schema: 'MANY' };
    await ends.snowflake.execute(`CREATE SCHEMA "${schema.database}"."MANY"`);
    const types = [
      ...[
        'NUMBER(5,2)',
        'NUMBER(38,0) NOT NULL',
        'NUMBER(1,0) DEFAULT 7',
        'NUMBER(9,0) AUTOINCREMENT',
        'FLOAT',
      ],
      ...['VARCHAR(7) NOT NULL', "VARCHAR DEFAULT ''", 'BINARY(9)', 'BINARY', 'BOOLEAN', 'DATE', 'TIME(3)'],
      ...['TIMESTAMP_NTZ(6)', 'TIMESTAMP_LTZ(0)', 'TIMESTAMP_TZ(9)', 'VARIANT', 'OBJECT', 'ARRAY'],
    ];
    const columns = types.map((type, index) => `"c ${index}" ${type}`);
    for (let index = 0; index < 12; index += 1) {
      const some = columns.filter((_, at) => (at + index) % 3 > 0).join(', ');
      await ends.snowflake.execute(`CREATE TABLE "${schema.database}"."MANY"."t ${index}" (${some})`);
    }
    const names = Array.from({ length: 13 }, (_, index) => ({ ...schema, table: `t ${index}` }));
    const wanted = [...names, name('MADE'), { ...schema, schema: 'NOWHERE' }, names[0] ?? schema];
    const together = await describeTargets(ends.snowflake, wanted);
    const alone = [];
    for (const each of wanted) alone.push(await describeTarget(ends.snowflake, each));
    expect(together).toEqual(alone);
    expect(together.filter((target) => 'missing' in target)).toEqual([
      { missing: 'table' },
      { missing: 'schema' },
    ]);
    const nowhere = names.map((each) => ({ ...each, database: 'NOWHERE' }));
    expect(new Set(await describeTargets(ends.snowflake, nowhere))).toEqual(
      new Set(nowhere.map(() => ({ missing: 'database' }))),
    );
  });
});

describe('a target that is not there', () => {
  test('is not made unless that is wanted', async () => {
    await expect(prepareTarget(ends.snowflake, name('NOT_THERE'), SOURCE, EVOLVE)).rejects.toMatchObject({
      code: 'TABLE_NOT_FOUND',
      message: expect.stringMatching(/^table \S+\.NOT_THERE does not exist .*: --create creates it$/),
    });
    expect(await describeTarget(ends.snowflake, name('NOT_THERE'))).toEqual({ missing: 'table' });
  });

  test('nor is its schema or its database, unless by name', async () => {
    const schemaless = { ...name('T'), schema: 'NEW_SCHEMA' };
    const databaseless = { database: 'NEW_DATABASE', schema: 'odd "schema"', table: 'T' };
    for (const [target, missing, modes] of [
      [schemaless, 'schema', ['off', 'on']],
      [databaseless, 'database', ['off', 'on', 'schema']],
    ] as const) {
      for (const create of modes) {
        const error = await failure(prepareTarget(ends.snowflake, target, SOURCE, { create, evolve: false }));
        expect(error.code).toBe('TABLE_NOT_FOUND');
        expect(error.message).toMatch(
          new RegExp(`^the ${missing} of .* does not exist .*: --create ${missing} creates it$`),
        );
        expect(await describeTarget(ends.snowflake, target)).toEqual({ missing });
      }
      const made = await prepareTarget(ends.snowflake, target, SOURCE, { create: missing, evolve: false });
      expect(made).toHaveLength(SOURCE.length);
    }
    expect(await describeTarget(ends.snowflake, { ...databaseless, table: 'U' })).toEqual({
      missing: 'table',
    });
  });
});

describe('a target that does not fit', () => {
  const source = mapped(
    ['id', 'int', { columnType: 'int(11)' }],
    ['name', 'varchar', { characterLength: 3, columnType: 'varchar(3)' }],
  );

  test('is reported in one table, before anything is changed', async () => {
    const target = name('NARROW');
    await ends.snowflake.execute(
      `CREATE TABLE ${qualifiedName(target)} (ID NUMBER(9,0), NEEDED DATE NOT NULL, FILLED NUMBER(3,0) NOT NULL DEFAULT 7, FREE VARCHAR)`,
    );
    // Rows are streamed into no table with a default; the check compares one all the same.
    const unsupported = await failure(prepareTarget(ends.snowflake, target, source, AS_IT_IS));
    expect(unsupported).toMatchObject({ code: 'TARGET_UNSUPPORTED' });
    const checked = { ...AS_IT_IS, sqlOnly: true };
    const error = await failure(prepareTarget(ends.snowflake, target, source, checked));
    expect(error).toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(
        /^\S+\.NARROW is incompatible: 3 columns, the first is ID \(int\(11\) into NUMBER\(9,0\)\), which would lose values above 999999999$/,
      ),
    });
    expect(error.detail?.split('\n').map((line) => line.split(/ {2,}/).slice(0, 4))).toEqual([
      ['column', 'source type', 'target type', 'fitting type'],
      ['ID', 'int(11)', 'NUMBER(9,0)', 'NUMBER(10,0)'],
      ['NEEDED', '-', 'DATE', '-'],
      ['NAME', 'varchar(3)', '-', 'VARCHAR(3)'],
    ]);
    // What does fit is not added as long as anything does not.
    const evolved = { ...EVOLVE, sqlOnly: true };
    expect((await failure(prepareTarget(ends.snowflake, target, source, evolved))).message).toMatch(/ 2 col/);
    expect(await columnsOf(target)).toHaveLength(4);
  });
});

describe('a target whose source has gained columns', () => {
  test('is an error that names them unless they are to be added', async () => {
    const target = name('GAINED');
    await ends.snowflake.execute(`CREATE TABLE ${qualifiedName(target)} (ID NUMBER(10,0))`);
    const source = mapped(['id', 'int'], ['more', 'int', { comment: "it's more" }]);
    expect((await failure(prepareTarget(ends.snowflake, target, source, CREATE))).message).toMatch(
      /column MORE \(int\), which would lose every value: .* --evolve adds$/,
    );
    const fitted = await prepareTarget(ends.snowflake, target, source, EVOLVE);
    expect(fitted.map((each) => each.target)).toEqual(['ID', 'MORE']);
    const rows = await ends.snowflake.execute(`DESCRIBE TABLE ${qualifiedName(target)}`);
    expect(rows[1]).toMatchObject({ name: 'MORE', type: 'NUMBER(10,0)', 'null?': 'Y', comment: "it's more" });
  });

  const text = { characterLength: 9, octetLength: 36 };
  const needed = { nullable: false };
  test.each<
    [Parameters<typeof column>[1], Parameters<typeof column>[2], value: string | null, shown?: string | null]
  >([
    ['int', {}, null],
    ['int', { defaultValue: '5' }, '5'],
    ['int', { defaultValue: '-5', ...needed }, '-5'],
    // What MySQL gives old rows of a column without a default.
    ['int', needed, '0'],
    ['decimal', { numericPrecision: 5, numericScale: 2, defaultValue: '1.50' }, '1.50'],
    ['double', { defaultValue: '2.5e-7' }, '2.5e-7'],
    ['bit', { numericPrecision: 1, defaultValue: "b'1'" }, 'true', 'TRUE'],
    ['bit', { numericPrecision: 8, defaultValue: "b'101'" }, '5'],
    ['varchar', { ...text, defaultValue: "it's \\ ü" }, String.raw`'it''s \\ ü'`, "it's \\ ü"],
    ['varchar', { ...text, ...needed }, "''", ''],
    ['enum', { ...text, ...needed, columnType: "enum('it''s','b')" }, "'it''s'", "it's"],
    ['float', { defaultValue: '0.1' }, '0.10000000149011612'],
    // Of 123456.7, which is stored as 123456.703125, servers show this.
    ['float', { defaultValue: '123457' }, null],
    ['date', { defaultValue: '2024-02-29' }, "'2024-02-29'::DATE", '2024-02-29'],
    // A zero date is NULL by policy, and a row with it rejected where it may not be.
    ['date', { defaultValue: '0000-00-00', ...needed }, null],
    ['date', needed, null],
    ['time', { defaultValue: '12:34:56.789', datetimePrecision: 3 }, "'12:34:56.789'::TIME(3)", '12:34:56'],
    ['time', { ...needed }, "'00:00:00'::TIME(0)", '00:00:00'],
    [
      'datetime',
      { defaultValue: '2024-01-02 03:04:05' },
      "'2024-01-02T03:04:05'::TIMESTAMP_NTZ(0)",
      '2024-01-02 03:04:05.000',
    ],
    [
      'timestamp',
      { defaultValue: '2024-01-02 03:04:05' },
      "'2024-01-02T03:04:05Z'::TIMESTAMP_TZ(0)",
      '2024-01-02 03:04:05.000 +0000',
    ],
    ['timestamp', { defaultValue: 'CURRENT_TIMESTAMP', defaultIsExpression: true, ...needed }, null],
    ['int', { generated: true, ...needed }, null],
    ['binary', { octetLength: 2, defaultValue: 'ab', ...needed }, null],
    ['json', { ...needed }, null],
    ['json', { defaultValue: '{"a": 1}' }, `PARSE_JSON('{"a": 1}')::VARIANT`, '{\n  "a": 1\n}'],
  ])('fills old rows as MySQL did: %s %o with %s', async (dataType, more, value, shown = value) => {
    const target = name('FILLED');
    const table = qualifiedName(target);
    const added = ownType(mappedOne(column('c', dataType, more)));
    const statements = addColumnsSql(target, [added]);
    expect(statements).toEqual([
      `ALTER TABLE ${table} ADD COLUMN IF NOT EXISTS "C" ${snowflakeTypeSql(added.type)}${value === null ? '' : ` COMMENT '${UNFILLED}'`}`,
      ...(value === null ? [] : [`UPDATE ${table} SET "C" = ${value} WHERE "C" IS NULL`]),
      ...(value === null || more?.nullable !== false
        ? []
        : [`ALTER TABLE ${table} ALTER COLUMN "C" SET NOT NULL`]),
      ...(value === null ? [] : [`ALTER TABLE ${table} ALTER COLUMN "C" UNSET COMMENT`]),
    ]);
    await ends.snowflake.execute(`CREATE OR REPLACE TABLE ${table} AS SELECT 1 AS ID`);
    for (const statement of statements) await ends.snowflake.execute(statement);
    const [row] = await ends.snowflake.execute(`SELECT C FROM ${table}`);
    expect(Number(row?.C) === Number(shown) ? shown : (row?.C ?? null)).toBe(shown);
    const [, described] = await columnsOf(target);
    expect(described?.nullable).toBe(more?.nullable !== false || value === null);
    // The SDK opens no channel on a table with defaults.
    expect(described?.hasDefault).toBe(false);
  });

  test('resumes where it was: old rows hold what MySQL shows, new ones are loaded with all columns', async () => {
    const evolving = { targets: { ...TARGETS, create: 'on', evolve: true } } as const;
    await loaded.execute(
      'CREATE TABLE EVOLVING (id INT PRIMARY KEY, name VARCHAR(9))',
      "INSERT INTO EVOLVING VALUES (1, 'a'), (2, 'b')",
    );
    const [first] = (await loaded.load('EVOLVING', evolving)).tables;
    expect(first?.proof.differences).toEqual([]);
    await loaded.execute(
      `ALTER TABLE EVOLVING ADD COLUMN born DATE DEFAULT '2000-01-01' FIRST, ADD COLUMN n INT NOT NULL,
         ADD COLUMN label VARCHAR(20) CHARACTER SET utf8mb4 NOT NULL DEFAULT 'it''s "ü"' COMMENT 'new',
         ADD COLUMN seen DATETIME(3) DEFAULT '2024-01-02 03:04:05.678', ADD COLUMN note JSON`,
    );
    // With nothing new to load, too.
    const [still] = (await loaded.load('EVOLVING', evolving)).tables;
    const committed = first?.channels[0]?.committedOffsetToken;
    expect(committed).toContain('3.load.');
    expect(still).toMatchObject({ rowsRead: 0, channels: [{ committedOffsetToken: committed }] });
    expect(still?.proof.differences).toEqual([]);
    expect(isProven(await loaded.check('EVOLVING'))).toBe(true);
    await loaded.execute(
      `INSERT INTO EVOLVING VALUES ('1999-12-31', 3, 'c', 7, 'x', '2024-05-06 07:08:09', '{"a": 1}'),
         (NULL, 4, NULL, 8, 'y', NULL, NULL)`,
    );
    const [last] = (await loaded.load('EVOLVING', evolving)).tables;
    expect(last).toMatchObject({ rowsRead: 2, channels: [{ resumedAfter: committed }] });
    expect(last?.proof.differences).toEqual([]);
    expect(isProven(await loaded.check('EVOLVING'))).toBe(true);
    const names = (await columnsOf(name('EVOLVING'))).map((each) => each.name);
    expect(names).toEqual(['ID', 'NAME', 'BORN', 'N', 'LABEL', 'SEEN', 'NOTE']);
  });

  test('completes what an earlier run has begun, wherever it was killed', async () => {
    const evolving = { targets: { ...TARGETS, create: 'on', evolve: true } } as const;
    const { source, snowflake } = ends;
    const wanted = loaded.table('killed');
    const killed = qualifiedName(name('KILLED'));
    const options = { ...TARGETS, evolve: true, resume: true };
    /** Lets statements that change something through until the one at which the run is killed. */
    const killedAt = (at: number, isSent: boolean) => {
      let made = 0;
      return Object.create(snowflake, {
        execute: {
          value: async (statement: string) => {
            if (!/^(ALTER|UPDATE)/.test(statement) || made++ < at) return snowflake.execute(statement);
            if (isSent) await snowflake.execute(statement);
            throw new Error(`killed at ${statement}`);
          },
        },
      });
    };
    await loaded.execute('CREATE TABLE killed (id INT PRIMARY KEY)', 'INSERT INTO killed VALUES (1), (2)');
    const GAINED = `ALTER TABLE killed ADD COLUMN a INT NOT NULL, ADD COLUMN b VARCHAR(9) DEFAULT 'old' COMMENT 'new here',
      ADD COLUMN c JSON, ADD COLUMN d DECIMAL(5,1) NOT NULL DEFAULT 1.5`;
    let statements = 0;
    for (let at = 0; at === 0 || at < statements; at += 1) {
      await loaded.load(
        'killed',
        { targets: { ...TARGETS, create: 'on' } },
        at === 0 ? {} : { columns: [{ source: 'id', target: 'ID' }] },
      );
      if (at === 0) await loaded.execute(GAINED);
      const [outline] = await outlineTables(source, snowflake, [wanted], options);
      statements = outline?.ddl.length ?? 0;
      expect(statements).toBe(10);
      await expect(planTable(source, killedAt(at, at % 2 === 0), wanted, options)).rejects.toThrow(
        'killed at ',
      );
      const isBegun = at > 0 || at % 2 === 0;
      // A run without --evolve neither loads nor calls it proven.
      if (isBegun) await expect(loaded.load('killed')).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
      const [table] = (await loaded.load('killed', evolving)).tables;
      expect(table?.proof.differences, `killed at ${at}`).toEqual([]);
      expect(await snowflake.execute(`SELECT * FROM ${killed} ORDER BY ID`)).toEqual(
        ['1', '2'].map((ID) => ({ ID, A: '0', B: 'old', C: null, D: '1.5' })),
      );
      const described = await snowflake.execute(`DESCRIBE TABLE ${killed}`);
      expect(described.map((each) => [each.name, each['null?'], each.comment])).toEqual([
        ['ID', 'N', null],
        ['A', 'N', null],
        ['B', 'Y', 'new here'],
        ['C', 'Y', null],
        ['D', 'N', null],
      ]);
      expect((await outlineTables(source, snowflake, [wanted], options))[0]?.ddl).toEqual([]);
      for (const column of ['A', 'B', 'C', 'D'])
        await snowflake.execute(`ALTER TABLE ${killed} DROP COLUMN ${column}`);
    }
  });

  test('repeats a statement whose session was lost, and names what is outstanding without --evolve', async () => {
    const { source, snowflake } = ends;
    await loaded.execute(
      'CREATE TABLE repeated (id INT PRIMARY KEY)',
      'INSERT INTO repeated VALUES (1), (2)',
    );
    await loaded.load('repeated');
    await loaded.execute('ALTER TABLE repeated ADD COLUMN a INT NOT NULL DEFAULT 3');
    const twice = Object.create(snowflake, {
      execute: {
        value: async (statement: string) => {
          await snowflake.execute(statement);
          return snowflake.execute(statement);
        },
      },
    });
    const options = { ...TARGETS, evolve: true, resume: true };
    await planTable(source, twice, loaded.table('repeated'), options);
    expect((await loaded.load('repeated')).tables[0]?.proof.differences).toEqual([]);
    await snowflake.execute(
      `ALTER TABLE ${qualifiedName(name('REPEATED'))} ALTER COLUMN A COMMENT '${UNFILLED}'`,
    );
    await expect(loaded.load('repeated')).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(
        /^the backfill of A in \w+\.PUBLIC\.REPEATED is incomplete, .*: complete it with snowstream run --evolve$/,
      ),
    });
  });

  test('does not go on when a column has gone, or the mapping is another', async () => {
    await loaded.execute(
      'CREATE TABLE SHRUNK (id INT PRIMARY KEY, a INT, b INT)',
      'INSERT INTO SHRUNK VALUES (1, 2, 3)',
    );
    await loaded.load('SHRUNK');
    const some = {
      columns: [
        { source: 'id', target: 'ID' },
        { source: 'b', target: 'B' },
      ],
    };
    const error = await failure(loaded.load('SHRUNK', {}, some));
    expect(error).toMatchObject({
      code: 'OFFSET_TOKEN_INVALID',
      message: expect.stringContaining(
        'belongs to 3 columns that are not the first of the 2 columns loaded now',
      ),
    });
  });
});
