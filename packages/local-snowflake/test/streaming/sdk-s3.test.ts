import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Driver } from './driver.ts';
import { type StreamingEmulator, startStreaming } from './emulator.ts';

let emulator: StreamingEmulator;
let driver: Driver;

beforeAll(async () => {
  emulator = await startStreaming({ stage: 's3' });
  driver = new Driver(240);
  await driver.client('c', emulator.url, emulator.privateKey);
});

afterAll(async () => {
  await driver[Symbol.asyncDispose]();
  await emulator[Symbol.asyncDispose]();
});

afterEach(() => emulator.faults.clear());

const uploads = () => emulator.requests.filter((line) => line.includes(' /local-stage/'));

async function load(name: string, count: number, more: Record<string, unknown> = {}): Promise<string[]> {
  const table = await emulator.createTable(name, { ID: 'NUMBER(18,0)!', PAD: 'BINARY' });
  emulator.requests.length = 0;
  await driver.open(name, { client: 'c', table: name });
  await driver.send({ op: 'generate', id: name, first: 0, count, ...more });
  await driver.close(name);
  const [row = []] = await emulator.rows(table, 'count(*), count(DISTINCT ID), sum(octet_length(PAD))');
  return row.map(String);
}

describe('blobs that the SDK uploads as to S3', () => {
  test('arrive, and are removed once their rows are loaded', async () => {
    expect(await load('SMALL', 1000)).toEqual(['1000', '1000', 'null']);
    expect(uploads()).toEqual([expect.stringMatching(/^PUT \/local-stage\/blobs\/\d+\/.*\.bdec$/)]);
    expect(left()).toEqual([]);
  });

  test('of 40 MB, which come in parts', async () => {
    await driver.client('lazy', emulator.url, emulator.privateKey, { max_client_lag: '60 seconds' });
    const table = await emulator.createTable('LARGE', { ID: 'NUMBER(18,0)!', PAD: 'BINARY' });
    emulator.requests.length = 0;
    await driver.open('LARGE', { client: 'lazy', table: 'LARGE' });
    await driver.send({ op: 'generate', id: 'LARGE', first: 0, count: 4000, batch: 500, pad: 10_000 });
    await driver.close('LARGE');
    expect(await emulator.rows(table, 'count(*), count(DISTINCT PAD), sum(octet_length(PAD))')).toEqual([
      ['4000', '4000', '40000000'],
    ]);
    expect(uploads().filter((line) => line.startsWith('PUT')).length).toBeGreaterThan(2);
    expect(left()).toEqual([]);
  });

  test.each([
    'stage:http=500:count=2',
    'stage:http=503:count=2',
    'stage:http=403:count=1',
    'stage:http=400:count=1',
    'stage:reset:count=2',
    'stage:lost:count=2',
    'stage:delay=1500:count=1',
  ])('in spite of %s: no row is lost or twice', async (flag) => {
    const struck = emulator.fault(flag);
    expect(await load('SPITE', 1000)).toEqual(['1000', '1000', 'null']);
    expect(struck()).toBe(Number(/count=(\d)/.exec(flag)?.[1]));
    expect(left()).toEqual([]);
  });
});

function left(): string[] {
  const files = readdirSync(emulator.stageDir, { recursive: true, encoding: 'utf8' });
  const drafts = join(emulator.stageDir, '.drafts');
  return [
    ...files.filter((name) => name.endsWith('.bdec')),
    ...(existsSync(drafts) ? readdirSync(drafts) : []),
  ];
}
