import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunReport } from '../../src/load/run-report.ts';
import { readRejects } from '../../src/rejects/rejects-file.ts';
import type { RetryReport } from '../../src/retry-rejects.ts';
import { type Ended, snowstream } from '../cli/snowstream.ts';
import { type Ends, startEnds } from '../e2e/local.ts';

const ROWS = 3_000;

let ends: Ends;
beforeAll(async () => {
  ends = await startEnds();
  await ends.source.query('CREATE TABLE words (id INT PRIMARY KEY, word VARCHAR(40))');
  const rows = Array.from(
    { length: ROWS },
    (_, id) => `(${id}, '${id % 3 === 0 ? 'much too long' : `w${id}`}')`,
  );
  await ends.source.query(`INSERT INTO words VALUES ${rows.join()}`);
  await ends.snowflake.execute('CREATE TABLE words (id NUMBER(10,0) NOT NULL, word VARCHAR(9))');
});
afterAll(() => ends[Symbol.asyncDispose]());

async function targetRows(): Promise<number> {
  const [row] = await ends.snowflake.execute('SELECT COUNT(*) AS N, COUNT(DISTINCT id) AS D FROM words');
  expect(row?.N, 'no row is there twice').toBe(row?.D);
  return Number(row?.N);
}

const sizeOf = (file: string): number => (existsSync(file) ? statSync(file).size : 0);

/** Runs a command, and kills it without a word once a number has grown. */
async function command(args: readonly string[], grows?: () => number | Promise<number>): Promise<Ended> {
  const common = ['--table', 'words', '--narrow-columns', 'reject', '--batch-rows', '2', '--json'];
  const before = await grows?.();
  let pid = 0;
  let ended = false;
  const running = snowstream([...args, ...common], {
    cwd: ends.cwd,
    env: ends.env,
    onStderr: (_text, id) => {
      pid = id;
    },
  }).finally(() => {
    ended = true;
  });
  while (grows !== undefined && !ended) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    if ((await grows()) === before || ended) continue;
    process.kill(pid, 'SIGKILL');
    break;
  }
  return running;
}

/** Kills a command some times, by turns when rows were committed and when some were written down; then lets it end. */
async function killed(
  args: readonly string[],
  file: string,
): Promise<{ readonly ended: Ended; readonly seen: readonly number[] }> {
  const seen: number[] = [];
  for (const grows of [targetRows, () => sizeOf(file), targetRows, () => sizeOf(file)]) {
    const { signal } = await command(args, grows);
    expect(signal).toBe('SIGKILL');
    seen.push(await targetRows());
  }
  return { ended: await command(args), seen };
}

async function differences(): Promise<string[]> {
  const target = await ends.snowflake.execute('SELECT id, word FROM words ORDER BY id');
  const source = await ends.source.query(
    'SELECT id, word FROM words WHERE CHAR_LENGTH(word) <= 9 ORDER BY id',
  );
  const text = (id: unknown, word: unknown) => `${id} ${word}`;
  const there = target.map(({ ID, WORD }) => text(ID, WORD));
  const wanted = source.map(([id, word]) => text(id, word));
  return there.length === wanted.length
    ? wanted.filter((row, index) => row !== there[index])
    : [`${there.length} of ${wanted.length}`];
}

test('kill -9 at any time loses no rejected row and doubles none, in the run and in the retry', async () => {
  const file = join(ends.cwd, 'words.jsonl.gz');
  const run = await killed(['run', '--rejects', file, '--max-rejects', '5000'], file);
  expect(run.ended.code).toBe(0);
  expect((JSON.parse(run.ended.stdout) as RunReport).tables[0]?.proof).toMatchObject({
    differences: [],
    sourceRows: ROWS,
    targetRows: 2000,
    rejectedRows: 1000,
  });
  expect(await differences()).toEqual([]);
  expect(run.seen[0]).toBeLessThan(2000);
  const kept = readRejects(file)?.records.map(({ key }) => Number(key[0])) ?? [];
  expect(kept.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, index) => index * 3));

  await ends.source.query("UPDATE words SET word = CONCAT('m', id) WHERE id % 3 = 0 AND id % 2 = 0");
  const retry = await killed(['retry-rejects', file], file);
  expect(retry.ended.code).toBe(4);
  const report = JSON.parse(retry.ended.stdout) as RetryReport;
  expect(report).toMatchObject({ left: 500, tables: [{ proof: { differences: [], rejectedRows: 500 } }] });
  expect(await differences()).toEqual([]);
  expect(retry.seen[0]).toBeGreaterThan(2000);
  expect(retry.seen[0]).toBeLessThan(2500);

  await ends.source.query("UPDATE words SET word = CONCAT('n', id) WHERE id % 6 = 3");
  const last = await command(['retry-rejects', file]);
  expect(last.code).toBe(0);
  expect(JSON.parse(last.stdout)).toMatchObject({ left: 0, tables: [{ rowsSent: 500, rejectedAgain: [] }] });
  expect(await differences()).toEqual([]);
  expect(existsSync(file)).toBe(false);
}, 300_000);
