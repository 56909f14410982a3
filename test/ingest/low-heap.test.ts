import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type StreamingEmulator,
  startStreaming,
} from '../../packages/local-snowflake/test/streaming/emulator.ts';
import { local } from '../../scripts/setup/places.mjs';
import { classPath } from '../../src/bridge/jars.ts';
import { ensureJvm, type Jvm, stopJvm } from '../../src/bridge/jvm.ts';
import { testClasses } from '../bridge/recorder.ts';
import { batch, COLUMNS, openClient, tableName, WAYS } from './streaming.ts';

const log = join(local, 'test-java-low-heap.log');
let jvm: Jvm;
let emulator: StreamingEmulator;

beforeAll(async () => {
  const classes = testClasses('Garbage');
  rmSync(log, { force: true });
  jvm = await ensureJvm({
    classPath: [...classPath(), classes],
    logFile: log,
    options: ['-Xmx512m', '-XX:+UseSerialGC'],
  });
  jvm.callStatic('java.lang.Class', 'forName', 'Garbage');
  rmSync(classes, { recursive: true, force: true });
  emulator = await startStreaming();
});

afterAll(async () => {
  stopJvm();
  await emulator[Symbol.asyncDispose]();
});

test.each(WAYS)('an insert goes on where garbage alone fills the heap, a %s at a time', async (bridge) => {
  const name = `LOW_${bridge.toUpperCase()}`;
  const table = await emulator.createTable(name, COLUMNS);
  const client = await openClient(jvm, emulator, { maxClientLag: 1000, bridge });
  const channel = await client.openChannel({ channel: 'CH', table: tableName(name), onError: 'CONTINUE' });
  // All classes are loaded, and nothing is under way.
  await channel.insertBatch(batch('a', ['1', 'first', null]));
  while ((await channel.getLatestCommittedOffsetToken()) !== 'a') await sleep(100);
  jvm.callStatic('Garbage', 'leave', 9);
  // The SDK measures ten times a second.
  await sleep(300);
  await channel.insertBatch(batch('b', ['2', 'then', null]));
  await channel.close();
  await client.close();
  expect(await emulator.rows(table, 'ID')).toEqual([['1'], ['2']]);
  const looks = new RegExp(`Insert throttled .* retryCount=(\\d+).*\\.${name}\\.`).exec(
    readFileSync(log, 'utf8'),
  );
  // The SDK did hold it up, and without a collection it looks dozens of times.
  expect(Number(looks?.[1])).toBeGreaterThan(0);
  expect(Number(looks?.[1])).toBeLessThan(5);
});
