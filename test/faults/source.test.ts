import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Field } from './field.ts';
import { record } from './figures.ts';
import { endLines } from './program.ts';
import { chance, sized } from './size.ts';
import { numbered, worded } from './workload.ts';

const PACE = 250_000;

test('row 9: the MySQL connection is cut again and again', { timeout: 600_000 }, async () => {
  await using field = await Field.open();
  const cuts = sized(3, 20);
  const load = await worded(field.mysql, 'words', cuts * 4_000);
  const random = chance('cut');
  const program = await field.startSlowly(load, PACE);
  let injected = 0;
  let longest = 0;
  for (let cut = 0; cut < cuts; cut += 1) {
    await sleep(300 + random() * 900);
    injected += Math.min(1, field.beforeMysql.cut());
    const since = performance.now();
    expect(await field.commits.more(1), program.stderr).toBe(true);
    longest = Math.max(longest, field.commits.after(since) ?? 0);
  }
  await field.expectProven(program);
  await field.expectExactlyOnce(load, {
    row: 9,
    fault: 'the MySQL connection is cut',
    injected,
    secondsToRecover: longest,
    note: 'no second start',
  });
});

test('row 9: the MySQL server is killed and started again', { timeout: 300_000 }, async () => {
  await using field = await Field.open();
  const kills = sized(1, 5);
  const load = await numbered(field.mysql, 'people', kills * 20_000);
  field.beforeMysql.pace = PACE;
  const program = field.start(load, '--retries', '20');
  let longest = 0;
  for (let kill = 0; kill < kills; kill += 1) {
    expect(await field.commits.more(1), program.stderr).toBe(true);
    await field.mysql.kill();
    await sleep(1_000);
    await field.mysql.startAgain();
    const back = performance.now();
    expect(await field.commits.more(1), program.stderr).toBe(true);
    longest = Math.max(longest, field.commits.after(back) ?? 0);
  }
  await field.expectProven(program);
  await field.expectExactlyOnce(load, {
    row: 9,
    fault: 'kill -9 of the MySQL server',
    injected: kills,
    secondsToRecover: longest,
    note: 'no second start',
  });
});

const ALTERED: readonly [what: string, sql: string, says: RegExp][] = [
  ['loses a column', 'ALTER TABLE people DROP COLUMN note', /note/i],
  ['has a column of another type', 'ALTER TABLE people MODIFY note VARCHAR(400)', /note/i],
  ['has a column renamed', 'ALTER TABLE people CHANGE note remark VARCHAR(40)', /note/i],
  ['is dropped', 'DROP TABLE people', /people/i],
];

test.each(ALTERED.slice(0, sized(2, ALTERED.length)))(
  'row 10: the source %s: the run stops and names it',
  { timeout: 200_000 },
  async (what, sql, says) => {
    await using field = await Field.open();
    const load = await numbered(field.mysql, 'people', 10_000);
    const program = await field.startSlowly(load, PACE);
    await field.mysql.admin.query(sql);
    const ended = await program.ended;
    expect(ended.code, ended.stderr).not.toBe(0);
    const said = endLines(ended).join('\n');
    expect(said).toMatch(says);
    record({
      row: 10,
      fault: `the source ${what}`,
      injected: 1,
      note: `stops with ${ended.code}: ${said.slice(0, 150)}`,
    });
  },
);
