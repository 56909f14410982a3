import { expect, test } from 'vitest';
import { Field } from './field.ts';
import { numbered } from './workload.ts';

const ROWS = 12_000;
/** Bytes a second from MySQL: so slow that the fault is there in the middle. */
const PACE = 150_000;

test('a channel that is lost again and again is opened by a new client', { timeout: 120_000 }, async () => {
  await using field = await Field.open();
  const load = await numbered(field.mysql, 'people', ROWS);
  field.beforeMysql.pace = PACE;
  let clients = 0;
  field.beforeSnowflake.onRequest((piece) => {
    if (piece.includes('/v1/streaming/client/configure')) clients += 1;
    return true;
  });
  const program = field.start(load);
  expect(await field.commits.more(1), program.stderr).toBe(true);
  expect(clients).toBe(1);
  // What the SDK hears when its keys or its deployment are those from before.
  const lost = await field.snowflake.fault({ endpoint: 'register', kind: 'code', code: 36 });
  expect(await program.until('was lost repeatedly: making a new streaming client'), program.stderr).toBe(
    true,
  );
  await lost.remove();
  await field.expectProven(program);
  expect(clients).toBeGreaterThan(1);
  await field.expectExactlyOnce(load, {
    row: 19,
    fault: 'a channel is lost again and again',
    injected: await lost.struck(),
    note: 'a new client continued, no second start',
  });
});

test('the account fails over in the middle of a load: what was not taken is sent again', {
  timeout: 120_000,
}, async () => {
  await using field = await Field.open();
  const load = await numbered(field.mysql, 'people', ROWS);
  const program = await field.startSlowly(load, PACE);
  await field.snowflake.failOver();
  await field.expectProven(program);
  await field.expectExactlyOnce(load, {
    row: 19,
    fault: 'the account fails over',
    injected: 1,
    note: 'no second start',
  });
});

test('the account fails over, and its old credentials expire: a new client finds its way', {
  timeout: 300_000,
}, async () => {
  // By S3, where the SDK refreshes expired credentials, finds another deployment, and takes no blob to it.
  await using field = await Field.open({ stage: 's3' });
  const load = await numbered(field.mysql, 'people', ROWS);
  const program = await field.startSlowly(load, PACE);
  await field.snowflake.failOver();
  expect(await program.until('was lost repeatedly: making a new streaming client'), program.stderr).toBe(
    true,
  );
  await field.expectProven(program);
  await field.expectExactlyOnce(load, {
    row: 19,
    fault: 'the account fails over and old credentials expire',
    injected: 1,
    note: 'a new client continued, no second start',
  });
});
