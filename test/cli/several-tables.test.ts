import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunReport } from '../../src/load/run-report.ts';
import { type Ends, startEnds } from '../e2e/local.ts';
import { snowstream } from './snowstream.ts';

let ends: Ends;
beforeAll(async () => {
  ends = await startEnds();
  for (const name of ['one', 'two', 'spoilt', 'wordy1', 'wordy2'])
    for (const statement of [
      `CREATE TABLE ${name} (id INT PRIMARY KEY, name VARCHAR(20))`,
      `INSERT INTO ${name} VALUES (1,'a'),(2,'b'),(3,'much too long')`,
    ])
      await ends.source.query(statement);
  for (const statement of [
    'CREATE TABLE SPOILT (ID NUMBER(10,0) NOT NULL, NAME VARCHAR(20))',
    "INSERT INTO SPOILT VALUES (9, 'of another program')",
    'CREATE TABLE WORDY1 (ID NUMBER(10,0) NOT NULL, NAME VARCHAR(5))',
    'CREATE TABLE WORDY2 (ID NUMBER(10,0) NOT NULL, NAME VARCHAR(5))',
  ])
    await ends.snowflake.execute(statement);
});
afterAll(() => ends[Symbol.asyncDispose]());

const run = (names: readonly string[], ...more: string[]) =>
  snowstream(['run', '--create', ...names.flatMap((name) => ['--table', name]), ...more], {
    cwd: ends.cwd,
    env: ends.env,
  });
const short = (name: string): string => name.slice(name.indexOf('.') + 1);

// The exit code is the worst: rows that differ, then settings, then rejected rows.
test.each<[names: string[], code: number, outcomes: string[]]>([
  [['one', 'missing', 'two'], 2, ['proven', 'failed', 'proven']],
  [['missing', 'spoilt', 'one'], 3, ['failed', 'differs', 'proven']],
  [['missing', 'one', 'wordy1'], 2, ['failed', 'proven', 'proven']],
  [['one', 'wordy2', 'two'], 4, ['proven', 'proven', 'proven']],
])('run --table %s ends with %i', async (names, code, outcomes) => {
  const ended = await run(names, '--json', '--narrow-columns', 'reject', '--parallel-tables', '3');
  expect(ended.code, ended.stderr).toBe(code);
  const report = JSON.parse(ended.stdout) as RunReport;
  expect(report.outcomes.map(({ source, outcome }) => [short(source), outcome])).toEqual(
    names.map((name, index) => [name, outcomes[index]]),
  );
  const failed = report.outcomes.find(({ outcome }) => outcome === 'failed');
  expect(failed?.error).toEqual(
    names.includes('missing')
      ? {
          code: 'TABLE_NOT_FOUND',
          exitCode: 2,
          message: expect.stringContaining('missing does not exist in MySQL'),
        }
      : undefined,
  );
});

test('the text names each table, and stderr says at once which one failed', async () => {
  const ended = await run(['one', 'missing', 'two']);
  expect(ended.stderr).toMatch(/\.missing failed, and the other tables continue: .* \[TABLE_NOT_FOUND\]\n/);
  expect(ended.stdout).toMatch(/\.missing → .*\.MISSING\n {2}FAILED {2}table .*\[TABLE_NOT_FOUND\]\n/);
  expect(ended.stdout).toMatch(
    /\nNOT PROVEN: \S+\.missing \(failed\) \(2 of 3 tables, 6 rows proven in all\)\.\n$/,
  );
});

test('all columns of a table that do not fit are in its outcome', async () => {
  await ends.snowflake.execute('CREATE TABLE NARROW (ID NUMBER(1,0) NOT NULL, NAME NUMBER(3,0))');
  await ends.source.query('CREATE TABLE narrow (id INT PRIMARY KEY, name VARCHAR(20))');
  const columns = [/^ID +int\S* +NUMBER\(1,0\) /i, /^NAME +varchar\(20\) +NUMBER\(3,0\) /i];
  const text = await run(['one', 'narrow']);
  expect(text.code).toBe(2);
  const [, failed = ''] = text.stdout.split(/^ {2}FAILED {2}/m);
  const lines = failed.split('\n').map((line) => line.trim());
  for (const column of columns) expect(lines).toContainEqual(expect.stringMatching(column));
  const report = JSON.parse((await run(['one', 'narrow'], '--json')).stdout) as RunReport;
  const detail = report.outcomes.map(({ error }) => error?.detail);
  expect(detail).toEqual([
    undefined,
    [expect.stringMatching(/^column /), ...columns.map((column) => expect.stringMatching(column))],
  ]);
});

test('--fail-fast ends the run with the first', async () => {
  const ended = await run(['one', 'missing', 'two'], '--fail-fast');
  expect(ended).toMatchObject({ code: 2, stdout: '' });
  expect(ended.stderr).toMatch(
    /^snowstream: table .*missing does not exist in MySQL.*\[TABLE_NOT_FOUND\]\n$/m,
  );
});
