import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TableName } from '../../src/snowflake/identifier.ts';
import { qualifiedName } from '../../src/snowflake/identifier.ts';
import { describeTarget, prepareTarget } from '../../src/snowflake/target.ts';
import { mapColumns } from '../../src/types/column-mapping.ts';
import { snowflakeTypeSql } from '../../src/types/snowflake-type.ts';
import { type Ends, startEnds } from '../e2e/local.ts';
import { column } from '../types/columns.ts';

let ends: Ends;

beforeAll(async () => {
  ends = await startEnds();
});

afterAll(() => ends[Symbol.asyncDispose]());

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
    const fitted = await prepareTarget(ends.snowflake, target, SOURCE, true);
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
    const described = await describeTarget(ends.snowflake, target);
    expect(
      described?.map(({ name, nullable, hasDefault }) => [name, nullable, hasDefault]).slice(0, 2),
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
    const [fitted] = await prepareTarget(ends.snowflake, target, mapped(['id', 'int']), true);
    expect(fitted?.type).toEqual({ kind: 'NUMBER', precision: 38, scale: 0 });
    expect(await describeTarget(ends.snowflake, target)).toHaveLength(2);
  });

  test.each(['a"b', "it's", 'x; DROP TABLE MADE', '"', 'ü 漢 🙂', 'lower', '--', '$1', '%'])(
    'whose names try to leave their quotes: %o',
    async (odd) => {
      const columns = mapColumns(
        [column('c', 'int', { comment: odd })],
        [{ source: 'c', target: odd }],
        (written) => written,
      );
      const [fitted] = await prepareTarget(ends.snowflake, name(odd), columns, true);
      expect(fitted?.target).toBe(odd);
      const described = await describeTarget(ends.snowflake, name(odd));
      expect(described?.map((each) => each.name)).toEqual([odd]);
      expect(await describeTarget(ends.snowflake, name('MADE'))).toBeDefined();
    },
  );
});

describe('a target that is not there, or does not fit', () => {
  test('is not made unless that is wanted', async () => {
    await expect(prepareTarget(ends.snowflake, name('NOT_THERE'), SOURCE, false)).rejects.toMatchObject({
      code: 'TABLE_NOT_FOUND',
      message: expect.stringMatching(/NOT_THERE does not exist .*--create/),
    });
    expect(await describeTarget(ends.snowflake, name('NOT_THERE'))).toBeUndefined();
  });

  test('in a database or schema that is not there', async () => {
    const target = { ...name('T'), schema: 'NO_SUCH_SCHEMA' };
    expect(await describeTarget(ends.snowflake, target)).toBeUndefined();
    await expect(prepareTarget(ends.snowflake, target, SOURCE, true)).rejects.toMatchObject({
      code: 'SNOWFLAKE_SQL',
    });
  });

  test('names each column that is too narrow, missing, or not fed', async () => {
    const target = name('NARROW');
    await ends.snowflake.execute(
      `CREATE TABLE ${qualifiedName(target)} (ID NUMBER(9,0), NEEDED DATE NOT NULL, FILLED NUMBER(3,0) NOT NULL DEFAULT 7, FREE VARCHAR)`,
    );
    const source = mapped(
      ['id', 'int', { columnType: 'int(11)' }],
      ['name', 'varchar', { characterLength: 3 }],
    );
    await expect(prepareTarget(ends.snowflake, target, source, true)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message:
        'the target table does not fit: ID is NUMBER(9,0), which cannot hold int(11) (NUMBER(10,0) can); NAME does not exist; NEEDED is NOT NULL and no source column feeds it',
    });
  });
});
