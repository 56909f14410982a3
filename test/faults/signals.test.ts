import { expect, test } from 'vitest';
import { Field } from './field.ts';
import { expectWithin, sized } from './size.ts';
import { numbered } from './workload.ts';

const ROUNDS = sized(1, 5);
const PACE = 250_000;

test('row 18: SIGTERM and SIGINT end in good order, and the next run goes on', {
  timeout: 300_000,
}, async () => {
  await using field = await Field.open();
  const load = await numbered(field.mysql, 'people', ROUNDS * 20_000);
  let longest = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [name, code] of [
      ['SIGTERM', 143],
      ['SIGINT', 130],
    ] as const) {
      field.beforeMysql.pace = PACE;
      const program = field.start(load);
      expect(await field.commits.more(1)).toBe(true);
      const committed = field.commits.count;
      const sent = performance.now();
      program.signal(name);
      const ended = await program.ended;
      longest = Math.max(longest, (performance.now() - sent) / 1000);
      expect(ended, ended.stderr).toMatchObject({ code });
      expect(ended.stderr).toContain(`stopped by ${name}: the next run resumes after the last committed row`);
      // What was under way was committed, not thrown away.
      expect(field.commits.count).toBeGreaterThan(committed);
    }
  }
  expectWithin(longest, 15);
  field.beforeMysql.pace = Number.POSITIVE_INFINITY;
  await field.complete(load);
  await field.expectExactlyOnce(load, {
    row: 18,
    fault: 'SIGTERM and SIGINT',
    injected: 2 * ROUNDS,
    note: `ended after ${longest.toFixed(1)} s at most`,
  });
});

test('row 18: a second signal ends at once', { timeout: 60_000 }, async () => {
  await using field = await Field.open();
  const load = await numbered(field.mysql, 'people', 20_000);
  field.beforeMysql.pace = PACE;
  const program = field.start(load);
  expect(await field.commits.more(1)).toBe(true);
  // A commit that never comes back holds up the end in good order.
  const stuck = await field.snowflake.fault({ endpoint: 'register', kind: 'delay', ms: 600_000 });
  program.signal('SIGTERM');
  await program.until('once more ends at once');
  await new Promise((resolve) => setTimeout(resolve, 700));
  const again = performance.now();
  program.signal('SIGTERM');
  expect((await program.ended).signal).toBe('SIGTERM');
  const seconds = (performance.now() - again) / 1000;
  expectWithin(seconds, 2);
  await stuck.remove();
  field.beforeMysql.pace = Number.POSITIVE_INFINITY;
  await field.complete(load);
  await field.expectExactlyOnce(load, {
    row: 18,
    fault: 'a second signal',
    injected: 1,
    note: `ended after ${seconds.toFixed(1)} s`,
  });
});
