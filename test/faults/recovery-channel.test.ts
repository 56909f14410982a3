import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Field } from './field.ts';
import { endLines, type Program } from './program.ts';
import { expectWithin, sized } from './size.ts';
import { moreRows, numbered, type Workload } from './workload.ts';

/** Bytes a second from MySQL. */
const PACE = 250_000;
/** Rows for which they take ten seconds. */
const ROWS = 25_000;

/** A program that has read rows and committed none: it does so when it closes its channels. SIGCONT has it go on. */
async function stoppedAmidRows(field: Field, load: Workload, channels: number): Promise<Program> {
  field.beforeMysql.pace = PACE / 10;
  const program = field.start(load, '--channels', String(channels), '--max-client-lag', '60000');
  expect(await program.until(/: [1-9][\d,]* rows/), program.stderr).toBe(true);
  program.signal('SIGSTOP');
  field.beforeMysql.pace = Number.POSITIVE_INFINITY;
  return program;
}

test('row 6: another process opens the same channel', { timeout: 300_000 }, async () => {
  await using field = await Field.open();
  const rounds = sized(1, 5);
  const load = await numbered(field.mysql, 'people', ROWS);
  let longest = 0;
  for (let round = 0; round < rounds; round += 1) {
    // The winner of the round before has carried all that there was.
    if (round > 0) await moreRows(field.mysql, load, round * ROWS + 1, (round + 1) * ROWS);
    field.beforeMysql.pace = PACE;
    const loser = field.start(load);
    expect(await field.commits.more(1), loser.stderr).toBe(true);
    const opened = field.beforeSnowflake.answer('/channels/open');
    const winner = field.start(load);
    (await opened).release();
    const since = performance.now();
    const lost = await loser.ended;
    longest = Math.max(longest, (performance.now() - since) / 1000);
    expect(lost.code, lost.stderr).toBe(1);
    expect(endLines(lost)).toEqual([
      expect.stringMatching(/another program has opened channel .*\[CHANNEL_TAKEN\]$/),
    ]);
    field.beforeMysql.pace = Number.POSITIVE_INFINITY;
    const ended = await winner.ended;
    expect(ended, ended.stderr).toMatchObject({ code: 0 });
  }
  await field.expectExactlyOnce(load, {
    row: 6,
    fault: 'another process opens the same channel',
    injected: rounds,
    note: `the loser ended after ${longest.toFixed(1)} s at most`,
  });
  expectWithin(longest, 5);
});

test('row 6: another process shards the same load differently', { timeout: 300_000 }, async () => {
  await using field = await Field.open();
  const divisions = [
    [1, 3],
    [3, 1],
    [3, 2],
  ] as const;
  const tried = divisions.slice(0, sized(1, divisions.length));
  for (const [channels, others] of tried) {
    const load = await numbered(field.mysql, `people_${channels}_${others}`, 5_000);
    const loser = await stoppedAmidRows(field, load, channels);
    const winner = field.start(load, '--channels', String(others));
    expect(await field.commits.more(1), winner.stderr).toBe(true);
    loser.signal('SIGCONT');
    const [lost, ended] = await Promise.all([loser.ended, winner.ended]);
    expect(lost.code, lost.stderr).toBe(1);
    expect(endLines(lost)).toEqual([
      expect.stringMatching(/another program has opened channel .*\[CHANNEL_TAKEN\]$/),
    ]);
    expect(ended, ended.stderr).toMatchObject({ code: 0 });
    await field.expectExactlyOnce(load, {
      row: 6,
      fault: `another process shards the load differently: ${channels} and ${others} channels`,
      injected: 1,
      note: 'the first one ended',
    });
  }
});

test('row 6: another process has committed under shards of its own', { timeout: 300_000 }, async () => {
  await using field = await Field.open();
  const divisions = [
    { channels: 1, others: 3, code: 1, reported: /by channel \S+_0 meanwhile.*\[CHANNEL_TAKEN\]$/ },
    { channels: 3, others: 1, code: 1, reported: /by channel \S+_0_\d meanwhile.*\[CHANNEL_TAKEN\]$/ },
    {
      channels: 3,
      others: 3,
      code: 2,
      reported: /belongs to a load of the table with other key ranges.*\[OFFSET_TOKEN_INVALID\]$/,
    },
  ];
  const tried = divisions.slice(0, sized(1, divisions.length));
  for (const { channels, others, code, reported } of tried) {
    const begun = await numbered(field.mysql, `both_${channels}_${others}`, 3_000);
    const first = await stoppedAmidRows(field, begun, channels);
    // With more rows the bounds are others, too.
    const load = await moreRows(field.mysql, begun, 3_001, 6_000);
    const opening = field.beforeSnowflake.request('/channels/open');
    const second = field.start(load, '--channels', String(others));
    const { release } = await opening;
    first.signal('SIGCONT');
    expect(await first.ended, first.stderr).toMatchObject({ code: 0 });
    release();
    const late = await second.ended;
    expect(late.code, late.stderr).toBe(code);
    expect(endLines(late)).toEqual([expect.stringMatching(reported)]);
    await field.complete(load);
    await field.expectExactlyOnce(load, {
      row: 6,
      fault: `another process has sharded the load and committed: ${channels} and ${others} channels`,
      injected: 1,
      note: 'the other one ended, and its next run resumed',
    });
  }
});

test('row 7: the channel becomes invalid every 5 s', { timeout: 1_200_000 }, async () => {
  await using field = await Field.open();
  const minutes = sized(0.15, 10);
  // At this pace more rows than the time is long enough for.
  const load = await numbered(field.mysql, 'people', Math.round(minutes * 60 * 1_500));
  field.beforeMysql.pace = 150_000;
  const program = field.start(load);
  let injected = 0;
  let longest = 0;
  let isOver = false;
  void program.ended.then(() => {
    isOver = true;
  });
  const codes = [36, 21, 19, 40, 22];
  const begun = performance.now();
  while (!isOver && performance.now() - begun < minutes * 60_000) {
    await sleep(5_000);
    const fault = await field.snowflake.fault({
      endpoint: 'register',
      kind: 'code',
      code: codes[injected % codes.length] ?? 36,
      count: 1,
    });
    while (!isOver && (await fault.struck()) === 0) await sleep(50);
    const struck = performance.now();
    injected += await fault.struck();
    await fault.remove();
    if (!isOver && (await field.commits.more(1)))
      longest = Math.max(longest, field.commits.after(struck) ?? 0);
  }
  const ended = await field.expectProven(program);
  await field.expectExactlyOnce(load, {
    row: 7,
    fault: 'the channel becomes invalid every 5 s',
    injected,
    secondsToRecover: longest,
    note: `for ${(ended.seconds / 60).toFixed(1)} minutes, no second start`,
  });
});
