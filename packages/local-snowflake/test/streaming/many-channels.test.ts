import { afterAll, beforeAll, expect, test } from 'vitest';
import { type StreamingEmulator, startStreaming } from './emulator.ts';
import { type OpenedChannel, RawClient } from './raw-client.ts';

const CHANNELS = 2_000;
/** Every so many channels get a new owner. */
const FENCED = 10;
/** Requests that a client has under way at once. */
const AT_ONCE = 20;
const IN_A_CHUNK = 250;

let emulator: StreamingEmulator;
let client: RawClient;

beforeAll(async () => {
  emulator = await startStreaming();
  client = new RawClient({ ...emulator, stageDir: emulator.context.settings.stageDir });
});
afterAll(() => emulator[Symbol.asyncDispose]());

async function inParallel<T>(count: number, work: (index: number) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  let next = 0;
  const worker = async () => {
    while (next < count) {
      const index = next++;
      results[index] = await work(index);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}

test('thousands of channels on one table: opened, written to, asked for and fenced, each by itself', {
  timeout: 600_000,
}, async () => {
  const table = await emulator.createTable('MANY', { ID: 'NUMBER(10,0)' });
  const opened = await inParallel(CHANNELS, (index) => client.open('MANY', `C${index}`));
  expect(new Set(opened.map(({ client_sequencer }) => client_sequencer))).toEqual(new Set([0]));

  // One row for each channel, many channels in a chunk, as the SDK puts them together.
  for (let from = 0; from < CHANNELS; from += IN_A_CHUNK) {
    const part = opened.slice(from, from + IN_A_CHUNK);
    const blob = await client.blob([
      {
        query: `SELECT (${from} + range)::DECIMAL(10,0) AS "ID" FROM range(${part.length})`,
        writes: part.map((of, index) => ({ of, rowSequencer: 1, token: `token ${from + index}` })),
      },
    ]);
    const { body } = await client.register(blob);
    const codes = body.blobs.flatMap(({ chunks }) =>
      chunks.flatMap(({ channels }) => channels.map((c) => c.status_code)),
    );
    expect(codes).toEqual(part.map(() => 0));
  }
  expect(await emulator.rows(table, 'COUNT(*), COUNT(DISTINCT "ID")')).toEqual([
    [String(CHANNELS), String(CHANNELS)],
  ]);

  const tokens = async (channels: OpenedChannel[]) =>
    (await client.status(...channels)).body.channels.map((channel) => channel.persisted_offset_token);
  expect(await tokens(opened)).toEqual(opened.map((_, index) => `token ${index}`));

  // Some channels get a new owner; their neighbours notice nothing.
  const again = await inParallel(CHANNELS / FENCED, (index) => client.open('MANY', `C${index * FENCED}`));
  expect(again.map(({ client_sequencer, offset_token }) => [client_sequencer, offset_token])).toEqual(
    again.map((_, index) => [1, `token ${index * FENCED}`]),
  );
  const { body } = await client.status(...opened);
  const owners = body.channels.map((channel) => channel.persisted_client_sequencer);
  expect(owners).toEqual(opened.map((_, index) => (index % FENCED === 0 ? 1 : 0)));
});
