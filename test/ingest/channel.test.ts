import { generateKeyPairSync } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StreamingEmulator } from '../../packages/local-snowflake/test/streaming/emulator.ts';
import { toHashMap } from '../../src/bridge/row-map.ts';
import type { SnowstreamError } from '../../src/errors.ts';
import type { StreamingIngestChannel } from '../../src/ingest/classic-channel.ts';
import {
  batch,
  type ChannelTest,
  COLUMNS,
  errorOf,
  openClient,
  startChannelTest,
  tableName,
} from './streaming.ts';

let here: ChannelTest;
let emulator: StreamingEmulator;
let open: ChannelTest['open'];

beforeAll(async () => {
  here = await startChannelTest();
  ({ emulator, open } = here);
});

afterAll(() => here[Symbol.asyncDispose]());

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
    expect(channel).toMatchObject({ name: 'CH', acceptedRows: 0, rejected: [] });
    expect([channel.isValid(), channel.isClosed()]).toEqual([true, false]);
    expect(channel.getFullyQualifiedName()).toBe('DB1.PUBLIC.LIFE.CH');
    expect(await channel.getLatestCommittedOffsetToken()).toBeNull();

    const one = await channel.insertRow({ ID: 1, name: 'ä', BORN: '2000-01-31' }, '1');
    expect([one.hasErrors(), one.rejected]).toEqual([false, []]);
    const more = await channel.insertRows(
      [{ ID: 2, NAME: null }, toHashMap(here.jvm, { ID: 3n, '"NAME"': 'c' })],
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
    expect(response.rejected).toEqual([]);
    await channel.close();
    expect(JSON.stringify(await emulator.rows(table))).toContain(String(Date.UTC(2024, 6, 1, 12) / 1000));
    expect(JSON.stringify(await emulator.rows(table))).not.toContain(String(Date.UTC(2024, 6, 1, 19) / 1000));
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
    await here.clients.batch.dropChannel({ channel: 'CH', table: tableName('RESUMED') });
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
    const error = await errorOf(openClient(here.jvm, { ...emulator, privateKey }));
    expect(error.code).toBe('JAVA_EXCEPTION');
    expect(error.message).toMatch(/^making the streaming client failed: [^\n]+$/);
  });

  test('is closed once, however often one asks', async () => {
    const client = await openClient(here.jvm, emulator);
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
