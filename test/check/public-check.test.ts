import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { check, isProven, plan } from '../../src/index.ts';
import { stopJvm } from '../fixtures/jvm.ts';
import { type LoadedEnds, startLoadedEnds } from './loaded.ts';

let loaded: LoadedEnds;

beforeAll(async () => {
  loaded = await startLoadedEnds();
  await loaded.execute(
    'CREATE TABLE asked (id INT PRIMARY KEY, word VARCHAR(9))',
    "INSERT INTO asked VALUES (1, 'one'), (2, 'two')",
    'CREATE TABLE unknown_there (id INT PRIMARY KEY)',
  );
  await loaded.load('asked');
});

afterAll(async () => {
  stopJvm();
  await loaded[Symbol.asyncDispose]();
});

const settingsOf = (...names: readonly string[]) => ({
  ...loaded.settings,
  tables: names.map((name) => loaded.table(name)),
});

test('a program proves its tables, and hears what differs', async () => {
  const [proven] = await check(settingsOf('asked'));
  expect(proven && isProven(proven.proof)).toBe(true);
  expect(proven).toMatchObject({
    target: `${loaded.ends.emulator.database}.PUBLIC.ASKED`,
    proof: { targetRows: 2 },
  });
  await loaded.execute("INSERT INTO asked VALUES (3, 'late')");
  const [differing] = await check(settingsOf('asked'));
  expect(differing?.proof.differences).toContain('rows: 3 to load in the source, 2 in the target');
});

test('a program hears what a run would do, and nothing is changed', async () => {
  const [asked, missing] = await plan(settingsOf('asked', 'unknown_there'));
  expect(asked).toMatchObject({ state: 'exists', key: ['id'], ddl: [], problems: [] });
  expect(missing).toMatchObject({ state: 'missing', ddl: [expect.stringMatching(/^CREATE TABLE/)] });
  expect(await loaded.ends.snowflake.execute("SHOW TABLES LIKE 'UNKNOWN_THERE'")).toEqual([]);
});

test('both end at once with the reason of a signal', async () => {
  const reason = new Error('enough');
  const options = { signal: AbortSignal.abort(reason) };
  await expect(check(settingsOf('asked'), options)).rejects.toBe(reason);
  await expect(plan(settingsOf('asked'), options)).rejects.toBe(reason);
});

test('a rejects file is read', async () => {
  const rejects = join(loaded.ends.cwd, 'none.jsonl');
  writeFileSync(rejects, 'no record\n', { mode: 0o600 });
  await expect(check({ ...settingsOf('asked'), rejects })).rejects.toMatchObject({ code: 'REJECTS_INVALID' });
});
