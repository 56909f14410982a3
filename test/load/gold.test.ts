import { beforeAll, describe, expect, test } from 'vitest';
import type { Settings } from '../../src/config/settings.ts';
import { outlineTables } from '../../src/plan/table-outline.ts';
import { runText } from '../../src/report/run-text.ts';
import type { LoadedEnds } from '../check/loaded.ts';
import { loadedEndsOfFile } from '../check/loaded-of-file.ts';
import type { FollowedOptions as RunOptions } from './completed-run.ts';
import { completedRun as run } from './completed-run.ts';

let loaded: LoadedEnds;
loadedEndsOfFile(async (ends) => {
  loaded = ends;
  await loaded.execute(
    'CREATE TABLE people (customer_id INT PRIMARY KEY, email VARCHAR(40), phone VARCHAR(40), date_of_birth VARCHAR(20))',
    "INSERT INTO people VALUES (1, 'a@b.c', '212-555-0123', '2000-01-01'), (2, 'd@e.f', '?', '1999-12-31')",
    'CREATE TABLE other (id INT PRIMARY KEY, email VARCHAR(40))',
    "INSERT INTO other VALUES (1, 'x')",
  );
});

const load = (
  names: readonly string[],
  gold: string,
  more: Partial<Settings> = {},
  options: RunOptions = {},
) =>
  run(
    { ...loaded.settings, tables: names.map((name) => loaded.table(name)), gold: { table: gold }, ...more },
    options,
  );
const rowsOf = async (name: string) =>
  Number((await loaded.ends.snowflake.execute(`SELECT COUNT(*) AS N FROM ${name}`))[0]?.N);

describe('before a row moves', () => {
  beforeAll(async () => {
    await loaded.load('people');
    await loaded.load('other');
    await loaded.execute(
      "INSERT INTO people VALUES (3, 'g@h.i', '?', '2001-01-01')",
      "INSERT INTO other VALUES (2, 'y')",
    );
  });

  test.each([
    [
      'like the raw table',
      ['people', 'other'],
      'People',
      'target of \\w+\\.people are both \\w+.PUBLIC.PEOPLE',
    ],
    [
      'like another target',
      ['people', 'other'],
      '"OTHER"',
      'target of \\w+\\.other are both \\w+.PUBLIC.OTHER',
    ],
    [
      'from a table without its columns',
      ['other', 'people'],
      'gold',
      'no CUSTOMER_ID, PHONE, DATE_OF_BIRTH: ',
    ],
  ])('a gold table %s is refused, and nothing is deleted', async (_what, names, gold, reason) => {
    for (const options of [{}, { restart: true }])
      await expect(load(names, gold, {}, options)).rejects.toMatchObject({
        code: 'CONFIG_INVALID',
        message: expect.stringMatching(reason),
      });
    expect([await rowsOf('people'), await rowsOf('other')]).toEqual([2, 1]);
  });

  test.each([
    ['a view', 'VIEW gold_a AS SELECT * FROM people', 'gold_a', 'it is a view; '],
    [
      'without its columns',
      'TABLE gold_b (x INT)',
      'gold_b',
      'no CUSTOMER_ID, EMAIL, PHONE, DATE_OF_BIRTH; ',
    ],
    [
      'with columns of other types',
      'TABLE "gold c" (customer_id INT, email DATE, phone TEXT, date_of_birth INT)',
      '"gold c"',
      'column EMAIL is DATE and accepts no VARCHAR, column DATE_OF_BIRTH is NUMBER\\(38,0\\) and accepts no DATE; ',
    ],
    [
      'with a column that nothing is for',
      'TABLE gold_d (customer_id TEXT, email TEXT, phone TEXT, date_of_birth DATE, x INT NOT NULL, y INT)',
      'gold_d',
      'column X is NOT NULL, and there is no value for it; ',
    ],
  ])('a gold table that is %s is rejected, by plan too', async (_what, ddl, gold, reason) => {
    const { source, snowflake } = loaded.ends;
    await snowflake.execute(`CREATE ${ddl}`);
    const message = expect.stringMatching(`^the gold rows cannot be inserted into .*: .*${reason}`);
    for (const options of [{}, { restart: true }])
      await expect(load(['people', 'other'], gold, {}, options)).rejects.toMatchObject({
        code: 'CONFIG_INVALID',
        message,
      });
    expect([await rowsOf('people'), await rowsOf('other')]).toEqual([2, 1]);
    const [outline] = await outlineTables(source, snowflake, [loaded.table('people')], {
      ...loaded.settings.targets,
      gold: { table: gold },
    });
    expect(outline?.problems).toEqual([{ code: 'CONFIG_INVALID', message }]);
  });

  test('plan says so', async () => {
    const { source, snowflake } = loaded.ends;
    const tables = [loaded.table('other'), loaded.table('people')];
    const outlines = await outlineTables(source, snowflake, tables, {
      ...loaded.settings.targets,
      gold: { table: 'gold' },
    });
    expect(outlines.map(({ problems }) => problems.map(({ message }) => message))).toEqual([
      [expect.stringContaining('has no CUSTOMER_ID, PHONE, DATE_OF_BIRTH: ')],
      [],
    ]);
  });
});

test.each([
  ['is there already', '(customer_id TEXT, email TEXT, phone TEXT, date_of_birth DATE)'],
  [
    'has columns of other types and further ones',
    '(x INT, y INT NOT NULL DEFAULT 1, date_of_birth TIMESTAMP_NTZ, phone INT, email VARCHAR(99), customer_id INT)',
  ],
])('it is made when it %s', async (what, columns) => {
  const name = `gold_there_${what.length}`;
  await loaded.ends.snowflake.execute(`CREATE TABLE ${name} ${columns}`);
  expect(await load(['people'], name)).toMatchObject({ gold: { rows: 3 } });
});

test('it is made when another table of the run fails', async () => {
  const { gold, outcomes } = await load(['people', 'missing'], 'gold_beside');
  expect(outcomes.map(({ outcome }) => outcome)).toEqual(['proven', 'failed']);
  expect(gold).toMatchObject({ rows: 3, invalidPhones: 2 });
});

test('a gold table that cannot be made leaves the report of what was loaded', async () => {
  await loaded.execute("INSERT INTO people VALUES (4, 'j@k.l', '?', 'no date')");
  const report = await load(['people', 'other'], 'gold_beside');
  expect(report).toMatchObject({
    outcomes: [{ outcome: 'proven' }, { outcome: 'proven' }],
    goldFailure: { code: 'SNOWFLAKE_SQL', exitCode: 1, message: expect.stringContaining('no date') },
  });
  expect(report.gold).toBeUndefined();
  expect(runText(report)).toMatch(/\nGold table\n {2}FAILED {2}Snowflake .*no date.* \[SNOWFLAKE_SQL\]\n/);
  expect(runText(report)).toMatch(/6 rows proven: Snowflake has the same rows as MySQL\.$/);
  // It holds what it held before.
  expect(await rowsOf('gold_beside')).toBe(3);
});
