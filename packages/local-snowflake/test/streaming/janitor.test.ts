import { existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Janitor } from '../../src/streaming/janitor.ts';
import { type StreamingEmulator, startStreaming } from './emulator.ts';
import { RawClient } from './raw-client.ts';

const HOUR = 3_600_000;

let emulator: StreamingEmulator;
let now = Date.now();
let janitor: Janitor;

beforeAll(async () => {
  emulator = await startStreaming();
  janitor = new Janitor({ ...emulator.context, clock: { now: () => now } });
});

afterAll(() => emulator[Symbol.asyncDispose]());

const chunks = async () =>
  (
    await emulator.context.store.read((c) =>
      c.runAndReadAll('SELECT path FROM store.streaming.registered_chunk'),
    )
  ).getRows().length;

function put(path: string, hoursOld: number): string {
  const file = join(emulator.stageDir, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, 'x');
  const then = (now - hoursOld * HOUR) / 1000;
  for (let each = file; each !== emulator.stageDir; each = dirname(each)) utimesSync(each, then, then);
  return file;
}

test('removes old blobs and the folders they were in, and nothing else', async () => {
  const old = put('2020/1/2/3/4/old.bdec', 25);
  const young = put('2020/1/2/3/5/young.bdec', 23);
  const strange = put('2020/1/2/3/6/notes.txt', 1000);
  const elsewhere = put('mine/old.bdec', 1000);
  for (const folder of ['2020/1/2/3', '2020/1/2', '2020/1', '2020']) {
    utimesSync(join(emulator.stageDir, folder), 0, 0);
  }
  await janitor.sweep();
  expect([old, dirname(old), young, strange, elsewhere].map((each) => existsSync(each))).toEqual([
    false,
    false,
    true,
    true,
    true,
  ]);
});

test('forgets chunks after a day, and looks once an hour at most', async () => {
  await emulator.createTable('T', { ID: 'NUMBER(18,0)' });
  const client = new RawClient(emulator);
  const opened = await client.open('T', 'C');
  const query = 'SELECT 1::DECIMAL(18,0) AS ID';
  await client.register(
    await client.blob([{ query, writes: [{ of: opened, rowSequencer: 1, token: null }] }]),
  );
  now += 23 * HOUR;
  await janitor.sweep();
  expect(await chunks()).toBe(1);
  now += 0.9 * HOUR;
  await janitor.sweep();
  now += 0.2 * HOUR;
  expect(await chunks()).toBe(1);
  await janitor.sweep();
  expect(await chunks()).toBe(0);
});

test('clears what a killed process left in the scratch folder', async () => {
  const left = join(emulator.context.store.scratchDir, 'left.parquet');
  writeFileSync(left, 'x');
  await janitor.clearScratch();
  expect(existsSync(left)).toBe(false);
});
