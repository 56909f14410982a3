import { expect, test } from 'vitest';
import { REGISTER } from './commits.ts';
import { Field } from './field.ts';
import { end } from './proxy.ts';
import { sized } from './size.ts';
import { numbered } from './workload.ts';

const PACE = 250_000;

/** After these the SDK gives up a chunk, some of them without a word; the run has to notice and send it again. */
const GIVEN_UP: readonly Readonly<Record<string, string | number>>[] = [
  { endpoint: 'register', kind: 'http', status: 410, count: 1 },
  { endpoint: 'register', kind: 'http', status: 403, count: 1 },
  { endpoint: 'register', kind: 'http', status: 401, count: 2 },
  { endpoint: 'register', kind: 'cut', count: 1 },
  { endpoint: 'register', kind: 'code', code: 10, count: 4 },
  { endpoint: 'register', kind: 'code', code: 21, count: 1 },
  { endpoint: 'register', kind: 'code', code: 36, count: 1 },
  { endpoint: 'register', kind: 'code', code: 46, count: 1 },
  { endpoint: 'register', kind: 'code', code: 58, count: 1 },
  { endpoint: 'register', kind: 'code', code: 59, count: 1 },
];

test.each(sized([GIVEN_UP.slice(0, 3)], [GIVEN_UP, GIVEN_UP, GIVEN_UP]))(
  'row 4: answers after which the SDK gives a chunk up',
  { timeout: 600_000 },
  async (...rules) => {
    await using field = await Field.open();
    const load = await numbered(field.mysql, 'people', sized(20_000, 100_000));
    field.beforeMysql.pace = PACE;
    let injected = 0;
    let longest = 0;
    const program = field.start(load, '--close-timeout', '10000');
    for (const rule of rules) {
      expect(await field.commits.more(1), program.stderr).toBe(true);
      const fault = await field.snowflake.fault(rule);
      const wanted = Number(rule.count);
      for (let waited = 0; (await fault.struck()) < wanted && waited < 400; waited += 1) await pause(50);
      injected += await fault.struck();
      await fault.remove();
      const struck = performance.now();
      expect(await field.commits.more(1), program.stderr).toBe(true);
      longest = Math.max(longest, field.commits.after(struck) ?? 0);
    }
    await field.expectProven(program);
    await field.expectExactlyOnce(load, {
      row: 4,
      fault: 'answers after which the SDK gives a chunk up (401, 403, 410, codes 10 to 59)',
      injected,
      secondsToRecover: longest,
      note: 'no second start',
    });
  },
);

test('row 4: the connection is reset in the middle of the answer to a commit', {
  timeout: 300_000,
}, async () => {
  await using field = await Field.open();
  const load = await numbered(field.mysql, 'people', 15_000);
  field.beforeMysql.pace = PACE;
  let injected = 0;
  let since = 0;
  const stop = field.beforeSnowflake.onAnswer((piece, passage) => {
    if (!passage.asked.includes(REGISTER) || field.commits.count < 2 || injected >= sized(2, 10)) return true;
    injected += 1;
    since = performance.now();
    passage.client.write(piece.subarray(0, piece.length / 2));
    end(passage);
    return false;
  });
  const ended = await field.start(load, '--close-timeout', '10000').ended;
  stop();
  expect(ended, ended.stderr).toMatchObject({ code: 0 });
  await field.expectExactlyOnce(load, {
    row: 4,
    fault: 'reset in the middle of the answer to a commit',
    injected,
    secondsToRecover: field.commits.after(since),
    note: 'no second start',
  });
});

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
