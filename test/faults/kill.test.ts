import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { REGISTER } from './commits.ts';
import { Field } from './field.ts';
import type { Program } from './program.ts';
import { chance, isFull, sized } from './size.ts';
import { numbered, worded } from './workload.ts';

const KILLS = sized(5, 50);
/** Bytes a second out of MySQL: some 2,500 rows, so that they flow for as long as the kills fall. */
const PACE = 250_000;

test(`row 1: kill -9 of the program at ${KILLS} random points`, { timeout: 900_000 }, async () => {
  await using field = await Field.open();
  const load = await numbered(field.mysql, 'people', KILLS * 5_000);
  const random = chance('kill');
  field.beforeMysql.pace = PACE;
  for (let kills = 0; kills < KILLS; kills += 1) {
    const program = field.start(load);
    // Some die while the JVM starts, most among the rows.
    await sleep(500 + random() * 4_500);
    expect((await program.kill()).signal).toBe('SIGKILL');
  }
  field.beforeMysql.pace = Number.POSITIVE_INFINITY;
  const again = performance.now();
  await field.complete(load);
  await field.expectExactlyOnce(load, {
    row: 1,
    fault: 'kill -9 of the program at random points',
    injected: KILLS,
    secondsToRecover: field.commits.after(again),
  });
});

/** Waits for a step of the way, so that the program is killed at that very step. */
type Step = (field: Field, program: Program) => Promise<unknown>;

const STEPS: Readonly<Record<string, Step>> = {
  'before the channel is opened': (field) => field.beforeSnowflake.request('/channels/open'),
  'after the channel was opened': (field) => field.beforeSnowflake.answer('/channels/open'),
  'before the first rows are inserted': (field) => field.beforeMysql.request('ORDER BY'),
  'after rows were inserted': async (field) => {
    for (let page = 0; page < 3; page += 1) {
      const { release } = await field.beforeMysql.request('ORDER BY');
      release();
    }
  },
  'before an upload': (field) => field.beforeSnowflake.request('PUT /local-stage'),
  'after an upload': (field) => field.beforeSnowflake.answer('PUT /local-stage'),
  'before a registration': (field) => field.beforeSnowflake.request(REGISTER),
  'while rows are committed': async (field) => {
    const { release } = await field.beforeSnowflake.request(REGISTER);
    release();
    await sleep(5);
  },
  'after a commit that the program has not heard of': (field) => field.beforeSnowflake.answer(REGISTER),
  'at the second commit': async (field) => {
    (await field.beforeSnowflake.answer(REGISTER)).release();
    await field.beforeSnowflake.answer(REGISTER);
  },
  'before the channel is closed': (_field, program) => program.until('closing channel'),
  'after the channel was closed': (_field, program) => program.until(/checking .* by SQL/),
};

/** The steps at which most can go wrong, for the small size. */
const NARROW = /before an upload|while rows|has not heard|was closed/;
const CHOSEN = Object.entries(STEPS).filter(([step]) => isFull || NARROW.test(step));

test('row 2: kill -9 at each step, by a key of text and bytes', { timeout: 300_000 }, async () => {
  await using field = await Field.open({ stage: 's3' });
  const load = await worded(field.mysql, 'words', sized(12_000, 30_000));
  const reached: string[] = [];
  for (const [step, waiting] of CHOSEN) {
    const isAtTheEnd = /closed$/.test(step);
    field.beforeMysql.pace = isAtTheEnd ? Number.POSITIVE_INFINITY : 4 * PACE;
    const program = field.start(load);
    const there = await Promise.race([
      waiting(field, program).then(() => true),
      program.ended.then(() => false),
    ]);
    const { signal } = await program.kill();
    if (there && signal === 'SIGKILL') reached.push(step);
    const { twice, strangers, different } = await field.compare(load);
    expect({ step, twice, strangers, different }).toEqual({ step, twice: [], strangers: [], different: [] });
  }
  expect(reached).toEqual(CHOSEN.map(([step]) => step));
  const again = performance.now();
  await field.complete(load);
  await field.expectExactlyOnce(load, {
    row: 2,
    fault: 'kill -9 of the program at each step',
    injected: reached.length,
    secondsToRecover: field.commits.after(again),
  });
});
