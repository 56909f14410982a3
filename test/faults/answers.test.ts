import { expect, test } from 'vitest';
import { Field } from './field.ts';
import { chance, sized } from './size.ts';
import { numbered } from './workload.ts';

const PACE = 250_000;
const DELAY = sized(2_000, 10_000);
type Rule = Readonly<Record<string, string | number>>;

/** What the clients overcome by themselves, while rows flow. */
const WHILE_ROWS_FLOW: readonly Rule[] = [
  { endpoint: 'register', kind: 'http', status: 429 },
  { endpoint: 'register', kind: 'http', status: 500 },
  { endpoint: 'register', kind: 'http', status: 503 },
  { endpoint: 'register', kind: 'lost' },
  { endpoint: 'register', kind: 'reset' },
  { endpoint: 'register', kind: 'delay', ms: DELAY },
  { endpoint: 'register', kind: 'slow', ms: 500 },
  { endpoint: 'stage', kind: 'http', status: 500 },
  { endpoint: 'stage', kind: 'http', status: 503 },
  { endpoint: 'stage', kind: 'reset' },
];

/** Before and after rows flow: the login, the channel, the check. */
const AROUND: readonly Rule[] = [
  { endpoint: 'login', kind: 'http', status: 503 },
  { endpoint: 'query', kind: 'http', status: 503, after: 2 },
  { endpoint: 'query', kind: 'lost', after: 5 },
  { endpoint: 'configure', kind: 'reset' },
  { endpoint: 'open', kind: 'http', status: 503 },
  { endpoint: 'open', kind: 'lost' },
  { endpoint: 'status', kind: 'lost' },
  { endpoint: 'status', kind: 'http', status: 500 },
];

test('row 4: HTTP errors, resets, delays and replies lost after the commit', {
  timeout: 900_000,
}, async () => {
  await using field = await Field.open({ stage: 's3' });
  const rounds = sized(1, 5);
  const load = await numbered(field.mysql, 'people', rounds * sized(40_000, 80_000));
  const random = chance('answers');
  let injected = 0;
  for (let round = 0; round < rounds; round += 1) {
    field.beforeMysql.pace = PACE;
    const around = await Promise.all(AROUND.map((rule) => field.snowflake.fault({ ...rule, count: 1 })));
    const program = field.start(load);
    const rules = [...WHILE_ROWS_FLOW].sort(() => random() - 0.5);
    for (const rule of rules.slice(0, sized(4, rules.length))) {
      expect(await field.commits.more(1), program.stderr).toBe(true);
      const fault = await field.snowflake.fault({ ...rule, count: 1 });
      for (let waited = 0; (await fault.struck()) === 0 && waited < 200; waited += 1) await pause(50);
      expect(await fault.struck(), JSON.stringify(rule)).toBe(1);
      injected += 1;
    }
    if (round < rounds - 1) await program.kill();
    else {
      await field.expectProven(program);
    }
    for (const fault of around) {
      injected += await fault.struck();
      await fault.remove();
    }
  }
  await field.expectExactlyOnce(load, {
    row: 4,
    fault: 'HTTP 429, 500, 503; resets; delays; replies lost after the commit',
    injected,
    note: 'no second start',
  });
});

test('row 5: tokens that expire during the run', { timeout: 300_000 }, async () => {
  await using field = await Field.open({ stage: 's3' });
  const load = await numbered(field.mysql, 'people', 20_000);
  field.beforeMysql.pace = PACE;
  const rules: readonly Rule[] = [
    { endpoint: 'open', kind: 'http', status: 401 },
    { endpoint: 'register', kind: 'http', status: 401, after: 1 },
    { endpoint: 'status', kind: 'http', status: 401 },
    // The session of the check: its token expires after the run's first statements.
    { endpoint: 'query', kind: 'code', code: 390112, after: 5 },
    // The keys of the stage.
    { endpoint: 'stage', kind: 'http', status: 403, after: 1 },
  ];
  const faults = await Promise.all(rules.map((rule) => field.snowflake.fault({ ...rule, count: 1 })));
  await field.complete(load);
  const struck = await Promise.all(faults.map((fault) => fault.struck()));
  expect(struck).toEqual(rules.map(() => 1));
  await field.expectExactlyOnce(load, {
    row: 5,
    fault: 'JWT, session and stage credentials expire',
    injected: struck.length,
    note: 'no second start',
  });
});

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
