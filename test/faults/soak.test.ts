import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { REGISTER } from './commits.ts';
import { Field } from './field.ts';
import type { Program } from './program.ts';
import { end } from './proxy.ts';
import { chance, seed } from './size.ts';
import { moreRows, numbered } from './workload.ts';

/** `npm run soak` sets it. */
const MINUTES = Number(process.env.SOAK_MINUTES ?? 0.2);
/** Rows that are added beyond the cursor while it goes on, a second. */
const RATE = 1_000;
const ARGS = ['--retries', '10', '--java-timeout', '20000', '--close-timeout', '20000'];
/** Milliseconds without a commit after which the faults pause: one after the other they may leave no time for any. */
const BARREN = 60_000;
/** Milliseconds without faults in which a run that is not stuck commits something. */
const PAUSE = 120_000;

type Fault = (field: Field, random: () => number, program: () => Program) => Promise<unknown>;

const answer =
  (rule: Readonly<Record<string, string | number>>): Fault =>
  (field) =>
    field.snowflake.fault({ endpoint: 'register', count: 1, ...rule });

/** What may happen, each as likely as the others. */
const FAULTS: Readonly<Record<string, Fault>> = {
  'kill -9 of the program': (_field, _random, program) => program().kill(),
  SIGTERM: async (_field, _random, program) => program().signal('SIGTERM'),
  'kill -9 of Snowflake': async (field) => {
    await field.snowflake.kill();
    await field.snowflake.startAgain();
  },
  'kill -9 of MySQL': async (field) => {
    await field.mysql.kill();
    await field.mysql.startAgain();
  },
  'MySQL cut': async (field) => field.beforeMysql.cut(),
  'Snowflake cut': async (field) => field.beforeSnowflake.cut(),
  'Snowflake away': async (field, random) => {
    await field.beforeSnowflake.refuse();
    await sleep(500 + random() * 4_000);
    await field.beforeSnowflake.accept();
  },
  'MySQL away': async (field, random) => {
    await field.beforeMysql.refuse();
    await sleep(500 + random() * 4_000);
    await field.beforeMysql.accept();
  },
  'reset in the middle of an answer': async (field) => {
    const stop = field.beforeSnowflake.onAnswer((piece, passage) => {
      if (!passage.asked.includes(REGISTER)) return true;
      stop();
      passage.client.write(piece.subarray(0, piece.length / 2));
      end(passage);
      return false;
    });
  },
  'HTTP 410': answer({ kind: 'http', status: 410 }),
  'HTTP 429': answer({ kind: 'http', status: 429 }),
  'HTTP 500': answer({ kind: 'http', status: 500 }),
  'HTTP 503': answer({ kind: 'http', status: 503 }),
  'a lost reply': answer({ kind: 'lost' }),
  'a delay': answer({ kind: 'delay', ms: 3_000 }),
  'channel gone': answer({ kind: 'code', code: 19 }),
  'channel must be opened again': answer({ kind: 'code', code: 36 }),
  'queue full': answer({ kind: 'code', code: 7, count: 3 }),
  'another process opens the channel': async (field) => {
    const other = field.start(await people, ...ARGS);
    await sleep(2_000);
    await other.kill();
  },
};

let people: ReturnType<typeof numbered>;

test(`row 19: ${MINUTES} minutes of mixed faults`, { timeout: (MINUTES * 80 + 300) * 1000 }, async () => {
  await using field = await Field.open();
  people = numbered(field.mysql, 'people', 5_000);
  let load = await people;
  const random = chance('soak');
  field.beforeMysql.pace = 400_000;
  let program = field.start(load, ...ARGS);
  let starts = 1;
  let isOver = false;
  const stuck: string[] = [];
  const keepRunning = (async () => {
    while (!isOver) {
      await Promise.race([program.ended, sleep(500)]);
      if (await hasEnded(program)) {
        if (isOver) return;
        program = field.start(load, ...ARGS);
        starts += 1;
      }
    }
  })();
  let rows = 5_000;
  let struck = 0;
  let lastCommit = performance.now();
  let commits = 0;
  let pauses = 0;
  const names = Object.keys(FAULTS);
  const counts = new Map<string, number>();
  const until = performance.now() + MINUTES * 60_000;
  for (let last = performance.now(); performance.now() < until; ) {
    await sleep(1_000 + random() * 4_000);
    const name = names[Math.floor(random() * names.length)] ?? '';
    await FAULTS[name]?.(field, random, () => program);
    counts.set(name, (counts.get(name) ?? 0) + 1);
    struck += 1;
    const more = Math.floor(((performance.now() - last) / 1000) * RATE);
    last = performance.now();
    load = await moreRows(field.mysql, load, rows + 1, rows + more);
    rows += more;
    if (field.commits.count > commits) {
      commits = field.commits.count;
      lastCommit = performance.now();
    } else if (performance.now() - lastCommit > BARREN) {
      pauses += 1;
      // While nothing was sent they have heaped up, and would strike one after the other in the pause.
      await field.snowflake.removeFaults();
      if (!(await field.commits.more(1, PAUSE))) {
        stuck.push(`after ${name}, start ${starts}: ${program.stderr.slice(-2_000)}`);
        await program.kill();
      }
      lastCommit = performance.now();
    }
  }
  isOver = true;
  await keepRunning;
  await program.kill();
  field.beforeMysql.pace = Number.POSITIVE_INFINITY;
  await field.completeAgain(load, 3, ...ARGS, '--batch-rows', '10000');
  await field.expectExactlyOnce(load, {
    row: 19,
    fault: `${MINUTES} minutes of mixed faults`,
    injected: struck,
    note: `${counts.size} kinds, ${starts} starts, ${pauses} pauses without a commit for ${BARREN / 1000} s, ${stuck.length} runs stuck`,
  });
  expect(stuck, `FAULT_SEED=${seed}`).toEqual([]);
});

async function hasEnded(program: Program): Promise<boolean> {
  return Promise.race([program.ended.then(() => true), sleep(0).then(() => false)]);
}
