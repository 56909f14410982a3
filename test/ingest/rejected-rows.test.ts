import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StreamingEmulator } from '../../packages/local-snowflake/test/streaming/emulator.ts';
import type { Cell } from '../../src/types/cell.ts';
import { batch, type ChannelTest, COLUMNS, errorOf, startChannelTest, tableName, WAYS } from './streaming.ts';

let here: ChannelTest;
let emulator: StreamingEmulator;
let open: ChannelTest['open'];

beforeAll(async () => {
  here = await startChannelTest();
  ({ emulator, open } = here);
});

afterAll(() => here[Symbol.asyncDispose]());

describe.each(WAYS)('rows that are rejected, a %s at a time', (bridge) => {
  test('CONTINUE: each by index, column and reason; the others arrive', async () => {
    const table = await emulator.createTable('CONTINUED', COLUMNS);
    const channel = await open('CONTINUED', 'CONTINUE', bridge);
    const rejected = await channel.insertBatch(
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
    const byIndex = rejected.toSorted((one, other) => one.index - other.index);
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
    expect(channel.rejected).toHaveLength(5);
    expect(channel.rejected.every(({ offsetToken }) => offsetToken === 'a')).toBe(true);
    expect(await channel.getLatestCommittedOffsetToken()).toBe('b');
    expect(await emulator.rows(table, 'ID')).toEqual([['1'], ['7'], ['8']]);
  });

  test('ABORT: the first bad row throws, and nothing arrives before the channel is opened again', async () => {
    const table = await emulator.createTable('ABORTED', COLUMNS);
    for (const bad of [
      ['2', 'longer', null],
      ['2', 'x', 'no date'],
      [null, 'x', null],
    ]) {
      const channel = await open('ABORTED', 'ABORT', bridge);
      const error = await errorOf(channel.insertBatch(batch('bad', ['1', 'ok', null], bad)));
      expect(error.code).toMatch(/^(JAVA_EXCEPTION|ROWS_REFUSED)$/);
      expect(error.message).toMatch(/^[^\n]+$/);
      expect(channel.isValid()).toBe(true);
      // Its token would say that the rows before it are there.
      const later = await errorOf(channel.insertBatch(batch('later', ['3', null, null])));
      expect(later).toMatchObject({ code: error.code, cause: error });
      expect(later.message).toMatch(
        /accepts no more rows, because an earlier insert failed: .*: open it again/,
      );
      await channel.close();
      expect(channel.acceptedRows).toBe(0);
    }
    const again = await open('ABORTED', 'ABORT', bridge);
    expect(await again.getLatestCommittedOffsetToken()).toBeNull();
    await again.insertBatch(batch('good', ['9', null, null]));
    await again.close();
    expect(await again.getLatestCommittedOffsetToken()).toBe('good');
    expect(await emulator.rows(table, 'ID')).toEqual([['9']]);
  });

  test('ABORT: a batch that waits for a bad one fails with it', async () => {
    const table = await emulator.createTable('ABORTED_QUEUE', COLUMNS);
    for (const bad of [
      ['1', 'longer', null],
      ['1', 'x', 'no date'],
    ]) {
      const channel = await open('ABORTED_QUEUE', 'ABORT', bridge);
      const outcomes = await Promise.allSettled([
        channel.insertBatch(batch('1', bad)),
        channel.insertBatch(batch('2', ['2', null, null])),
      ]);
      expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
      await channel.close();
    }
    expect(await emulator.rows(table, 'ID')).toEqual([]);
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
      const rejected = await channel.insertBatch(batch('bad', ['1', 'ok', null], bad, ['3', 'ok', null]));
      expect(rejected).toMatchObject([
        { index: 0, message: 'skipped with its batch because of row 1' },
        { index: 1, column: expect.stringMatching(/NAME|BORN/) },
        { index: 2, message: 'skipped with its batch because of row 1' },
      ]);
    }
    expect(await channel.insertBatch(batch('good', ['9', null, null]))).toEqual([]);
    await channel.close();
    expect(channel.acceptedRows).toBe(1);
    expect(channel.rejected).toHaveLength(6);
    expect(await emulator.rows(table, 'ID')).toEqual([['9']]);
  });
});

describe.each(WAYS)('rows that are reported before their batch goes in, a %s at a time', (bridge) => {
  const tell = async (onError: 'CONTINUE' | 'SKIP_BATCH' | 'ABORT') => {
    const name = `TOLD_${onError}_${bridge}`.toUpperCase();
    const table = await emulator.createTable(name, COLUMNS);
    const reported: { indexes: number[]; taken: number; batch: string }[] = [];
    const channel = await here.clients[bridge].openChannel({
      channel: 'CH',
      table: tableName(name),
      onError,
      onRejected: async (rejected, { offsetToken }) => {
        await new Promise((resolve) => setTimeout(resolve, 50));
        const indexes = rejected.map(({ index }) => index).toSorted((one, other) => one - other);
        reported.push({ indexes, taken: channel.acceptedRows, batch: offsetToken });
      },
    });
    return { channel, reported, table };
  };

  test('CONTINUE: ours, those of Java and those of the SDK; the next batch waits behind them', async () => {
    const { channel, reported, table } = await tell('CONTINUE');
    const [rejected] = await Promise.all([
      channel.insertBatch(
        batch(
          'a',
          ['1', 'ok', null],
          ['2', 'half \ud83d', null],
          ['3', 'longer', null],
          ['4', 'x', 'no date'],
          ['5', 'ok', null],
        ),
      ),
      channel.insertBatch(batch('b', ['6', 'longer', null], ['7', 'ok', null])),
      channel.insertBatch(batch('c', ['8', 'longer', null])),
    ]);
    expect(rejected.map(({ index }) => index).toSorted()).toEqual([1, 2, 3]);
    expect(
      reported
        .filter(({ batch: token }) => token === 'a')
        .flatMap(({ indexes }) => indexes)
        .toSorted(),
    ).toEqual([1, 2, 3]);
    expect(reported.filter(({ batch: token }) => token === 'a').every(({ taken }) => taken === 0)).toBe(true);
    expect(reported.filter(({ batch: token }) => token !== 'a')).toEqual([
      { indexes: [0], taken: 2, batch: 'b' },
      { indexes: [0], taken: 3, batch: 'c' },
    ]);
    await channel.close();
    expect(channel.acceptedRows).toBe(3);
    expect(await emulator.rows(table, 'ID')).toEqual([['1'], ['5'], ['7']]);
    // A batch of which nothing was taken leaves no token.
    expect(await channel.getLatestCommittedOffsetToken()).toBe('b');
  });

  test('what cannot be written down keeps its batch out, and those behind it', async () => {
    const name = `UNTOLD_${bridge}`.toUpperCase();
    const table = await emulator.createTable(name, COLUMNS);
    const channel = await here.clients[bridge].openChannel({
      channel: 'CH',
      table: tableName(name),
      onError: 'CONTINUE',
      onRejected: () => Promise.reject(new Error('disk full')),
    });
    const outcomes = await Promise.allSettled([
      channel.insertBatch(batch('1', ['1', 'ok', null])),
      channel.insertBatch(batch('2', ['2', 'ok', null], ['3', 'longer', null])),
      channel.insertBatch(batch('3', ['4', 'ok', null])),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    await channel.close();
    expect(await emulator.rows(table, 'ID')).toEqual([['1']]);
    expect(await channel.getLatestCommittedOffsetToken()).toBe('1');
  });

  test('SKIP_BATCH: with their neighbours', async () => {
    const { channel, reported, table } = await tell('SKIP_BATCH');
    await channel.insertBatch(batch('a', ['1', 'ok', null], ['2', 'longer', null]));
    expect(reported).toEqual([{ indexes: [0, 1], taken: 0, batch: 'a' }]);
    await channel.close();
    expect(await emulator.rows(table, 'ID')).toEqual([]);
  });

  test('ABORT: not at all', async () => {
    const { channel, reported } = await tell('ABORT');
    await errorOf(channel.insertBatch(batch('a', ['1', 'longer', null])));
    expect(reported).toEqual([]);
    await channel.close();
  });
});

describe('rows by hand that are rejected', () => {
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
    expect(response.rejected).toMatchObject([
      { index: 1, column: 'ID', message: expect.stringMatching(/Missing/i) },
      { index: 2, column: 'ID' },
      { index: 3, column: 'NO_SUCH', message: expect.stringMatching(/Extra/i) },
      { index: 4, column: 'BORN', message: expect.stringContaining('BORN') },
      { index: 5, column: 'ID' },
    ]);
    const single = await channel.insertRow({ NAME: 'x' }, 'u');
    expect(single.rejected).toMatchObject([{ index: 0, column: 'ID' }]);
    await channel.close();
    expect(channel.acceptedRows).toBe(2);
    expect(channel.rejected.map(({ offsetToken }) => offsetToken)).toEqual(['t', 't', 't', 't', 't', 'u']);
    expect(await emulator.rows(table, 'ID')).toEqual([['1'], ['7']]);
  });

  test('are counted, and the last of them kept', async () => {
    await emulator.createTable('BY_HAND_MANY', COLUMNS);
    const channel = await open('BY_HAND_MANY', 'CONTINUE');
    const rejected = Array.from({ length: 700 }, () => ({ ID: 'x' }));
    for (const token of ['a', 'b', 'c', 'd']) await channel.insertRows(rejected, token);
    await channel.close();
    expect([channel.rejectedRows, channel.acceptedRows]).toEqual([2800, 0]);
    expect(channel.rejected.map(({ offsetToken }) => offsetToken)).toEqual([
      ...Array.from({ length: 300 }, () => 'c'),
      ...Array.from({ length: 700 }, () => 'd'),
    ]);
  });

  test('ABORT throws the reason', async () => {
    const table = await emulator.createTable('BY_HAND_ABORT', COLUMNS);
    const channel = await open('BY_HAND_ABORT', 'ABORT');
    const error = await errorOf(channel.insertRows([{ ID: 1 }, { ID: 2, BORN: 'no date' }], 't'));
    expect(error).toMatchObject({ code: 'JAVA_EXCEPTION', message: expect.stringContaining('BORN') });
    await channel.close();
    expect(await emulator.rows(table)).toEqual([]);
  });

  test('SKIP_BATCH rejects the neighbours too', async () => {
    const table = await emulator.createTable('BY_HAND_SKIP', COLUMNS);
    const channel = await open('BY_HAND_SKIP', 'SKIP_BATCH');
    const response = await channel.insertRows([{ ID: 1 }, { ID: null }], 't');
    expect(response.rejected).toMatchObject([
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
