import { generateKeyPairSync } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Jvm, stopJvm } from '../../src/bridge/jvm.ts';
import type { RowBatch } from '../../src/bridge/row-bridge.ts';
import { toHashMap } from '../../src/bridge/row-map.ts';
import type { OnError } from '../../src/config/settings.ts';
import { SnowstreamError } from '../../src/errors.ts';
import type { StreamingIngestChannel } from '../../src/ingest/classic-channel.ts';
import type { StreamingIngestClient } from '../../src/ingest/classic-client.ts';
import type { JavaKind } from '../../src/types/family.ts';
import type { Cell } from '../../src/types/mysql-column.ts';
import { type StreamingEmulator, startStreaming } from '../emulator/streaming/emulator.ts';
import { openClient, startJvm, tableName } from './streaming.ts';

let emulator: StreamingEmulator;
let jvm: Jvm;
/** One client for each way over the bridge. */
const clients: Partial<Record<'batch' | 'cell', StreamingIngestClient>> = {};
const WAYS = ['batch', 'cell'] as const;

beforeAll(async () => {
  emulator = await startStreaming();
  jvm = await startJvm();
  for (const bridge of WAYS)
    clients[bridge] = await openClient(jvm, emulator, { bridge, maxClientLag: 1000 });
});

afterAll(async () => {
  for (const client of Object.values(clients)) await client.close();
  stopJvm();
  await emulator[Symbol.asyncDispose]();
});

function clientOf(bridge: 'batch' | 'cell'): StreamingIngestClient {
  const client = clients[bridge];
  if (client === undefined) throw new Error('no client');
  return client;
}

const open = (
  table: string,
  onError: OnError = 'CONTINUE',
  bridge: 'batch' | 'cell' = 'batch',
  channel = 'CH',
) => clientOf(bridge).openChannel({ channel, table: tableName(table), onError });

/** The three columns that most tests write. */
const COLUMNS = { ID: 'NUMBER(10,0)!', NAME: 'VARCHAR(5)', BORN: 'DATE' };
const carried = Object.entries({ ID: 'Long', NAME: 'String', BORN: 'LocalDate' }).map(([key, java]) => ({
  key,
  carriage: { java: java as JavaKind, text: String },
}));
const batch = (offsetToken: string, ...rows: Cell[][]): RowBatch => ({ rows, columns: carried, offsetToken });

async function errorOf(run: Promise<unknown>): Promise<SnowstreamError> {
  const error = await run.then(
    () => undefined,
    (thrown) => thrown,
  );
  if (error instanceof SnowstreamError) return error;
  throw error ?? new Error('nothing was thrown');
}

/** Inserts until the SDK has learnt that the channel is lost. */
async function becomesInvalid(channel: StreamingIngestChannel): Promise<SnowstreamError> {
  for (let tries = 0; tries < 100; tries++) {
    await setTimeout(100);
    try {
      await channel.insertRow({ ID: 999 }, 'lost');
    } catch (error) {
      return error as SnowstreamError;
    }
  }
  throw new Error('it stayed valid');
}

describe('a channel', () => {
  test('valid and open, then closed; what was inserted is committed with its token', async () => {
    const table = await emulator.createTable('LIFE', COLUMNS);
    const channel = await open('LIFE');
    expect(channel).toMatchObject({ name: 'CH', acceptedRows: 0, refused: [] });
    expect([channel.isValid(), channel.isClosed()]).toEqual([true, false]);
    expect(channel.getFullyQualifiedName()).toBe('DB1.PUBLIC.LIFE.CH');
    expect(await channel.getLatestCommittedOffsetToken()).toBeNull();

    const one = await channel.insertRow({ ID: 1, name: 'ä', BORN: '2000-01-31' }, '1');
    expect([one.hasErrors(), one.refused]).toEqual([false, []]);
    const more = await channel.insertRows(
      [{ ID: 2, NAME: null }, toHashMap(jvm, { ID: 3n, '"NAME"': 'c' })],
      '3',
    );
    expect(more.hasErrors()).toBe(false);
    await channel.close();

    expect([channel.isValid(), channel.isClosed()]).toEqual([true, true]);
    expect(await channel.getLatestCommittedOffsetToken()).toBe('3');
    expect(channel.acceptedRows).toBe(3);
    expect(await emulator.rows(table)).toEqual([
      ['1', 'ä', '2000-01-31'],
      ['2', null, null],
      ['3', 'c', null],
    ]);
  });

  test('takes nothing more when closed; closing again and disposing do no harm', async () => {
    await emulator.createTable('CLOSED', COLUMNS);
    const channel = await open('CLOSED');
    await channel.close();
    expect(await errorOf(channel.insertRow({ ID: 1 }, '1'))).toMatchObject({
      code: 'JAVA_EXCEPTION',
      message: expect.stringMatching(/^insertRows failed: .*closed/i),
    });
    await channel.close();
    await channel[Symbol.asyncDispose]();
  });

  test('disposing closes it', async () => {
    const table = await emulator.createTable('DISPOSED', COLUMNS);
    {
      await using channel = await open('DISPOSED');
      await channel.insertRow({ ID: 1 }, '1');
    }
    expect(await emulator.rows(table, 'ID')).toEqual([['1']]);
  });

  test('names in quotes, of table, channel and columns', async () => {
    const table = await emulator.createTable('my "Table"', { 'a b': 'NUMBER(3,0)', ä: 'VARCHAR' });
    const channel = await open('my "Table"', 'CONTINUE', 'cell', '"ch ""1"""');
    await channel.insertRow({ '"a b"': 1, '"ä"': 'x' }, '1');
    await channel.close();
    expect(await emulator.rows(table)).toEqual([['1', 'x']]);
  });

  test('local times are taken as UTC, not as the SDK would, as Los Angeles', async () => {
    const table = await emulator.createTable('ZONED', { T: 'TIMESTAMP_TZ(0)', D: 'TIMESTAMP_LTZ(0)' });
    const channel = await open('ZONED');
    const response = await channel.insertRow({ T: '2024-07-01T12:00:00', D: '2024-07-01T12:00:00' }, '1');
    expect(response.refused).toEqual([]);
    await channel.close();
    expect(JSON.stringify(await emulator.rows(table))).toContain(String(Date.UTC(2024, 6, 1, 12) / 1000));
    expect(JSON.stringify(await emulator.rows(table))).not.toContain(String(Date.UTC(2024, 6, 1, 19) / 1000));
  });
});

describe.each(WAYS)('rows that are refused, a %s at a time', (bridge) => {
  test('CONTINUE: each by index, column and reason; the others arrive', async () => {
    const table = await emulator.createTable('CONTINUED', COLUMNS);
    const channel = await open('CONTINUED', 'CONTINUE', bridge);
    const refused = await channel.insertBatch(
      batch(
        'a',
        ['1', 'ok', '2024-02-29'],
        [null, 'x', null],
        ['3', 'longer', null],
        ['4', 'x', '2024-02-30'],
        ['5', 'half \ud83d', null],
        ['12345678901', 'x', null],
        ['7', 'ok', '9999-12-31'],
      ),
    );
    const byIndex = refused.toSorted((one, other) => one.index - other.index);
    expect(byIndex).toMatchObject([
      { index: 1, column: 'ID', message: expect.stringMatching(/null|NULL/) },
      { index: 2, column: 'NAME', message: expect.stringMatching(/too long|length/i) },
      { index: 3, column: 'BORN', message: expect.stringMatching(/FEBRUARY 30/) },
      { index: 4, column: 'NAME', message: expect.stringMatching(/surrogate/) },
      { index: 5, column: 'ID', message: expect.stringMatching(/out of representable|range|precision/i) },
    ]);
    expect(await channel.insertBatch(batch('b', ['8', null, null]))).toEqual([]);
    await channel.close();
    expect(channel.acceptedRows).toBe(3);
    expect(channel.refused).toHaveLength(5);
    expect(channel.refused.every(({ offsetToken }) => offsetToken === 'a')).toBe(true);
    expect(await channel.getLatestCommittedOffsetToken()).toBe('b');
    expect(await emulator.rows(table, 'ID')).toEqual([['1'], ['7'], ['8']]);
  });

  test('ABORT: the first bad row throws, nothing of its batch arrives, the channel goes on', async () => {
    const table = await emulator.createTable('ABORTED', COLUMNS);
    const channel = await open('ABORTED', 'ABORT', bridge);
    for (const bad of [
      ['2', 'longer', null],
      ['2', 'x', 'no date'],
      [null, 'x', null],
    ]) {
      const error = await errorOf(channel.insertBatch(batch('bad', ['1', 'ok', null], bad)));
      expect(error.code).toMatch(/^(JAVA_EXCEPTION|ROWS_REFUSED)$/);
      expect(error.message).toMatch(/^[^\n]+$/);
    }
    expect(channel.isValid()).toBe(true);
    await channel.insertBatch(batch('good', ['9', null, null]));
    await channel.close();
    expect(channel.acceptedRows).toBe(1);
    expect(await channel.getLatestCommittedOffsetToken()).toBe('good');
    expect(await emulator.rows(table, 'ID')).toEqual([['9']]);
  });

  test('ABORT: a batch that waits behind a bad one fails with it', async () => {
    const table = await emulator.createTable('ABORTED_QUEUE', COLUMNS);
    const channel = await open('ABORTED_QUEUE', 'ABORT', bridge);
    for (const bad of [
      ['1', 'longer', null],
      ['1', 'x', 'no date'],
    ]) {
      const outcomes = await Promise.allSettled([
        channel.insertBatch(batch('1', bad)),
        channel.insertBatch(batch('2', ['2', null, null])),
      ]);
      expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    }
    await channel.insertBatch(batch('3', ['3', null, null]));
    await channel.close();
    expect(await emulator.rows(table, 'ID')).toEqual([['3']]);
  });

  test('batches that are sent at once arrive in order, whatever their size', async () => {
    const table = await emulator.createTable('ORDERED', COLUMNS);
    const channel = await open('ORDERED', 'CONTINUE', bridge);
    const ids = (first: number, count: number) =>
      Array.from({ length: count }, (_, index): Cell[] => [String(first + index), null, null]);
    await Promise.all([
      channel.insertBatch(batch('large', ...ids(0, 2000))),
      channel.insertBatch(batch('middle', ...ids(2000, 600))),
      channel.insertBatch(batch('small', ...ids(2600, 1))),
    ]);
    await channel.close();
    expect(await channel.getLatestCommittedOffsetToken()).toBe('small');
    expect((await emulator.rows(table, 'ID')).map(([id]) => Number(id))).toEqual(
      Array.from({ length: 2601 }, (_, id) => id),
    );
  });

  test('SKIP_BATCH: a bad row takes its batch with it; the next one arrives', async () => {
    const table = await emulator.createTable('SKIPPED', COLUMNS);
    const channel = await open('SKIPPED', 'SKIP_BATCH', bridge);
    for (const bad of [
      ['2', 'longer', null],
      ['2', 'x', 'no date'],
    ]) {
      const refused = await channel.insertBatch(batch('bad', ['1', 'ok', null], bad, ['3', 'ok', null]));
      expect(refused).toMatchObject([
        { index: 0, message: 'skipped with its batch because of row 1' },
        { index: 1, column: expect.stringMatching(/NAME|BORN/) },
        { index: 2, message: 'skipped with its batch because of row 1' },
      ]);
    }
    expect(await channel.insertBatch(batch('good', ['9', null, null]))).toEqual([]);
    await channel.close();
    expect(channel.acceptedRows).toBe(1);
    expect(channel.refused).toHaveLength(6);
    expect(await emulator.rows(table, 'ID')).toEqual([['9']]);
  });
});

describe('rows by hand that are refused', () => {
  test('CONTINUE: a missing and a null column, an extra one, a text that is no date', async () => {
    const table = await emulator.createTable('BY_HAND', COLUMNS);
    const channel = await open('BY_HAND');
    const response = await channel.insertRows(
      [
        { ID: 1 },
        { NAME: 'x' },
        { ID: null },
        { ID: 4, NO_SUCH: 1 },
        { ID: 5, BORN: 'no date' },
        { ID: 'six' },
        { id: 7 },
      ],
      't',
    );
    expect(response.hasErrors()).toBe(true);
    expect(response.refused).toMatchObject([
      { index: 1, column: 'ID', message: expect.stringMatching(/Missing/i) },
      { index: 2, column: 'ID' },
      { index: 3, column: 'NO_SUCH', message: expect.stringMatching(/Extra/i) },
      { index: 4, column: 'BORN', message: expect.stringContaining('BORN') },
      { index: 5, column: 'ID' },
    ]);
    const single = await channel.insertRow({ NAME: 'x' }, 'u');
    expect(single.refused).toMatchObject([{ index: 0, column: 'ID' }]);
    await channel.close();
    expect(channel.acceptedRows).toBe(2);
    expect(channel.refused.map(({ offsetToken }) => offsetToken)).toEqual(['t', 't', 't', 't', 't', 'u']);
    expect(await emulator.rows(table, 'ID')).toEqual([['1'], ['7']]);
  });

  test('ABORT throws the reason', async () => {
    const table = await emulator.createTable('BY_HAND_ABORT', COLUMNS);
    const channel = await open('BY_HAND_ABORT', 'ABORT');
    const error = await errorOf(channel.insertRows([{ ID: 1 }, { ID: 2, BORN: 'no date' }], 't'));
    expect(error).toMatchObject({ code: 'JAVA_EXCEPTION', message: expect.stringContaining('BORN') });
    await channel.close();
    expect(await emulator.rows(table)).toEqual([]);
  });

  test('SKIP_BATCH refuses the neighbours too', async () => {
    const table = await emulator.createTable('BY_HAND_SKIP', COLUMNS);
    const channel = await open('BY_HAND_SKIP', 'SKIP_BATCH');
    const response = await channel.insertRows([{ ID: 1 }, { ID: null }], 't');
    expect(response.refused).toMatchObject([
      { index: 0, message: expect.stringMatching(/row 1/) },
      { index: 1, column: 'ID' },
    ]);
    await channel.close();
    expect(await emulator.rows(table)).toEqual([]);
  });

  test('rows that are sent at once arrive in order', async () => {
    const table = await emulator.createTable('BY_HAND_ORDER', COLUMNS);
    const channel = await open('BY_HAND_ORDER');
    const ids = Array.from({ length: 200 }, (_, id) => id);
    await Promise.all(ids.map((id) => channel.insertRow({ ID: id }, String(id))));
    await channel.close();
    expect(await channel.getLatestCommittedOffsetToken()).toBe('199');
    expect((await emulator.rows(table, 'ID')).map(([id]) => Number(id))).toEqual(ids);
  });

  test('a value without an exact Java form throws before anything is inserted', async () => {
    const table = await emulator.createTable('BY_HAND_VALUE', COLUMNS);
    const channel = await open('BY_HAND_VALUE');
    const inserting = channel.insertRows([{ ID: 1 }, { ID: 2, BORN: new Date() as unknown as string }], 't');
    expect(await errorOf(inserting)).toMatchObject({ code: 'VALUE_NOT_CARRIED' });
    await channel.close();
    expect(await emulator.rows(table)).toEqual([]);
  });
});

describe('offset tokens and owners', () => {
  test('a channel that is opened again tells where it was; dropped, it starts anew', async () => {
    const table = await emulator.createTable('RESUMED', COLUMNS);
    const first = await open('RESUMED');
    await first.insertBatch(batch('{"k": "ü\'\\""}', ['1', null, null]));
    await first.close();
    const second = await open('RESUMED');
    expect(await second.getLatestCommittedOffsetToken()).toBe('{"k": "ü\'\\""}');
    await second.close();
    await clientOf('batch').dropChannel({ channel: 'CH', table: tableName('RESUMED') });
    const third = await open('RESUMED');
    expect(await third.getLatestCommittedOffsetToken()).toBeNull();
    await third.insertBatch(batch('x', ['2', null, null]));
    await third.close({ drop: true });
    const fourth = await open('RESUMED');
    expect(await fourth.getLatestCommittedOffsetToken()).toBeNull();
    await fourth.close();
    expect(await emulator.rows(table, 'ID')).toEqual([['1'], ['2']]);
  });

  test('opening a channel fences off the one before', async () => {
    const table = await emulator.createTable('FENCED', COLUMNS);
    const older = await open('FENCED', 'CONTINUE', 'batch');
    await older.insertBatch(batch('1', ['1', null, null]));
    for (let tries = 0; (await older.getLatestCommittedOffsetToken()) !== '1'; tries++) {
      if (tries > 100) throw new Error('the first row was never committed');
      await setTimeout(100);
    }
    const newer = await open('FENCED', 'CONTINUE', 'cell');
    expect(await newer.getLatestCommittedOffsetToken()).toBe('1');
    const error = await becomesInvalid(older);
    expect(error).toMatchObject({ code: 'JAVA_EXCEPTION', message: expect.stringMatching(/invalid/i) });
    expect(older.isValid()).toBe(false);
    expect(newer.isValid()).toBe(true);
    await newer.insertBatch(batch('2', ['2', null, null]));
    await newer.close();
    expect(await emulator.rows(table, 'ID')).toEqual([['1'], ['2']]);
  });

  test('a fenced channel does not claim, when it is closed, that its rows are committed', async () => {
    await emulator.createTable('FENCED_CLOSE', COLUMNS);
    const older = await open('FENCED_CLOSE', 'CONTINUE', 'batch');
    await older.insertBatch(batch('1', ['1', null, null]));
    const newer = await open('FENCED_CLOSE', 'CONTINUE', 'cell');
    expect(await errorOf(older.close())).toMatchObject({
      code: expect.stringMatching(/JAVA_EXCEPTION|CHANNEL_INVALID/),
    });
    await newer.close();
  });
});

describe('a client', () => {
  test('says which table is not there', async () => {
    expect(await errorOf(open('NO_SUCH_TABLE'))).toMatchObject({
      code: 'JAVA_EXCEPTION',
      message: expect.stringMatching(/^opening channel CH failed: .*table does not exist/i),
    });
  });

  test('with a key that nobody knows', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const error = await errorOf(openClient(jvm, { ...emulator, privateKey }));
    expect(error.code).toBe('JAVA_EXCEPTION');
    expect(error.message).toMatch(/^making the streaming client failed: [^\n]+$/);
  });

  test('is closed once, however often one asks', async () => {
    const client = await openClient(jvm, emulator);
    expect(client.isClosed()).toBe(false);
    await Promise.all([client.close(), client.close()]);
    await client[Symbol.asyncDispose]();
    expect(client.isClosed()).toBe(true);
    expect(
      await errorOf(client.openChannel({ channel: 'CH', table: tableName('LIFE'), onError: 'CONTINUE' })),
    ).toMatchObject({
      code: 'JAVA_EXCEPTION',
    });
  });
});
