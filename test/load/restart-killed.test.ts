import { afterAll, beforeAll, expect, test } from 'vitest';
import { Field } from '../faults/field.ts';
import type { TcpProxy } from '../faults/proxy.ts';
import { numbered, type Workload } from '../faults/workload.ts';

const ROWS = 600;
const OPEN = '/channels/open';
const DROP = '/channels/drop';

let field: Field;
let load: Workload;
/** Of the load that is there: they go up and down from step to step. */
let channels = 3;

beforeAll(async () => {
  field = await Field.open();
  load = await numbered(field.mysql, 'people', ROWS);
  await field.complete(load, '--channels', String(channels));
});
afterAll(() => field[Symbol.asyncDispose]());

type Held = ReturnType<TcpProxy['request']>;

/** Waits for the n-th of its kind, and lets those before it pass. */
async function passing(times: number, next: () => Held): Promise<void> {
  for (let passed = 1; passed < times; passed += 1) (await next()).release();
  await next();
}

const before = (text: string, times = 1) => passing(times, () => field.beforeSnowflake.request(text));
const after = (text: string, times = 1) => passing(times, () => field.beforeSnowflake.answer(text));
const truncated = async () => {
  (await field.beforeSnowflake.request('TRUNCATE')).release();
  await before('SHOW CHANNELS');
};

// The marks go into four channels: that of the whole table and those of the three shards. Each is opened before, to
// fence its owner. Then come the truncation, the drop of what the new load does not have, its own channels, and
// the drop of that of the whole table.
test.each<[step: string, () => Promise<void>, rowsThen: number]>([
  ['after the first mark', () => after(OPEN, 2), ROWS],
  ['before the truncation', () => before('TRUNCATE'), ROWS],
  ['after the truncation', truncated, 0],
  ['after the first token of the new load', () => after(OPEN, 2 * (channels + 1) + 1), 0],
])('killed %s: a plain run is refused, and a restart loads all once', async (_step, reached, rowsThen) => {
  const wanted = channels === 3 ? 2 : 3;
  const program = field.start(load, '--restart', '--yes', '--channels', String(wanted));
  const there = await Promise.race([reached().then(() => true), program.ended.then(() => false)]);
  expect({ there, ended: await program.kill() }).toMatchObject({
    there: true,
    ended: { signal: 'SIGKILL' },
  });

  const plain = await field.start(load).ended;
  expect(plain.code, plain.stderr).toBe(2);
  expect(plain.stderr).toMatch(/snowstream: a restart of .*run --restart begins it again/);
  expect(await field.compare(load)).toMatchObject({ targetRows: rowsThen, twice: [] });

  await field.complete(load, '--restart', '--yes', '--channels', String(wanted));
  channels = wanted;
  expect(await field.compare(load)).toMatchObject({
    targetRows: ROWS,
    lost: [],
    twice: [],
    strangers: [],
    different: [],
  });
});

test('killed before the first mark: a plain run goes on as if nothing had been', async () => {
  const program = field.start(load, '--restart', '--yes', '--channels', String(channels));
  await after(OPEN);
  await program.kill();
  const { stdout } = await field.complete(load);
  expect(stdout).toContain('Time to ingest 0 records');
  expect(await field.compare(load)).toMatchObject({ targetRows: ROWS, lost: [], twice: [] });
});

test('killed behind the last mark: a plain run loads all once', async () => {
  const wanted = channels === 3 ? 2 : 3;
  const program = field.start(load, '--restart', '--yes', '--channels', String(wanted));
  await after(DROP, wanted < channels ? 2 : 1);
  await program.kill();
  const { stdout } = await field.complete(load);
  expect(stdout).toContain(`Time to ingest ${ROWS} records`);
  expect(stdout.match(/^ +Channel: /gm)).toHaveLength(wanted);
  expect(await field.compare(load)).toMatchObject({
    targetRows: ROWS,
    lost: [],
    twice: [],
    strangers: [],
    different: [],
  });
});
