import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Field } from './field.ts';
import { expectWithin, isFull } from './size.ts';
import { numbered } from './workload.ts';

/** At full size the time-outs are those of the program. */
const TIMEOUTS = isFull ? [] : ['--java-timeout', '6000', '--close-timeout', '6000'];

test.each([
  ['close() that never returns', { endpoint: 'register', kind: 'delay', ms: 600_000 }, '--close-timeout'],
  ['an open that never returns', { endpoint: 'open', kind: 'delay', ms: 600_000 }, '--java-timeout'],
])('row 12: %s', { timeout: 200_000 }, async (fault, rule, setting) => {
  await using field = await Field.open();
  const load = await numbered(field.mysql, 'people', 5_000);
  const stuck = await field.snowflake.fault(rule);
  const program = field.start(load, ...TIMEOUTS);
  while ((await stuck.struck()) === 0) await sleep(50);
  const since = performance.now();
  const { code, stderr } = await program.ended;
  const seconds = (performance.now() - since) / 1000;
  expect(code, stderr).toBe(1);
  // The setting that raises this very time-out, and where to look.
  expect(stderr).toMatch(
    new RegExp(`snowstream: .*did not return within .*, or raise ${setting} \\[JVM_TIMEOUT\\]\n$`),
  );
  expect(stderr.match(/^snowstream: the log of the Java SDK is \/.*\.log$/gm)).toHaveLength(1);
  expectWithin(seconds, 60);
  await stuck.remove();
  await field.complete(load);
  await field.expectExactlyOnce(load, {
    row: 12,
    fault,
    injected: 1,
    note: `ended after ${seconds.toFixed(1)} s${isFull ? '' : ' with time-outs of 6 s'}`,
  });
});
