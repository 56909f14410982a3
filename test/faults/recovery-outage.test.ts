import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Field } from './field.ts';
import { chance, expectWithin, sized } from './size.ts';
import { numbered } from './workload.ts';

const PACE = 250_000;
const OUTAGE = sized(4_000, 30_000);
const PATIENT = ['--retries', '20'];

test(`row 3: Snowflake cannot be reached for ${OUTAGE / 1000} s`, { timeout: 300_000 }, async () => {
  await using field = await Field.open();
  const load = await numbered(field.mysql, 'people', sized(30_000, 150_000));
  field.beforeMysql.pace = PACE;
  const program = field.start(load, ...PATIENT);
  expect(await field.commits.more(2), program.stderr).toBe(true);
  await field.beforeSnowflake.refuse();
  await sleep(OUTAGE);
  await field.beforeSnowflake.accept();
  const back = performance.now();
  expect(await field.commits.more(1, 60_000), program.stderr).toBe(true);
  await field.expectProven(program);
  const secondsToRecover = field.commits.after(back);
  await field.expectExactlyOnce(load, {
    row: 3,
    fault: `Snowflake cannot be reached for ${OUTAGE / 1000} s`,
    injected: 1,
    secondsToRecover,
    note: 'no second start',
  });
  expectWithin(secondsToRecover ?? Number.POSITIVE_INFINITY, 10);
});

test('row 3: the local Snowflake is killed and started again', { timeout: 600_000 }, async () => {
  await using field = await Field.open();
  const kills = sized(1, 10);
  const load = await numbered(field.mysql, 'people', kills * 15_000);
  const random = chance('kill snowflake');
  field.beforeMysql.pace = PACE;
  const program = field.start(load, ...PATIENT);
  let longest = 0;
  for (let kill = 0; kill < kills; kill += 1) {
    expect(await field.commits.more(1), program.stderr).toBe(true);
    await sleep(random() * 1_000);
    await field.snowflake.kill();
    await sleep(500);
    await field.snowflake.startAgain();
    const back = performance.now();
    expect(await field.commits.more(1), program.stderr).toBe(true);
    longest = Math.max(longest, field.commits.after(back) ?? 0);
  }
  await field.expectProven(program);
  await field.expectExactlyOnce(load, {
    row: 3,
    fault: 'kill -9 of Snowflake (the local one)',
    injected: kills,
    secondsToRecover: longest,
    note: 'no second start',
  });
});
