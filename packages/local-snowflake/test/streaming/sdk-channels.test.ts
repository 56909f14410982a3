import { generateKeyPairSync } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Cell, Driver } from './driver.ts';
import { newColumn, type StreamingEmulator, startStreaming } from './emulator.ts';

let emulator: StreamingEmulator;
let driver: Driver;

beforeAll(async () => {
  emulator = await startStreaming();
  driver = new Driver();
  await driver.client('one', emulator.url, emulator.privateKey);
  await driver.client('two', emulator.url, emulator.privateKey);
});

afterAll(async () => {
  await driver[Symbol.asyncDispose]();
  await emulator[Symbol.asyncDispose]();
});

const INVALID_CHANNEL = { code: '0013' };
const OPEN_CHANNEL_FAILURE = { code: '0007' };
const CHANNEL_STATUS_INVALID = { code: '0028' };

/** Waits until the SDK's flush, a second after the insert, has come through. */
async function waitForToken(id: string, token: string): Promise<void> {
  for (let tries = 0; (await driver.committed(id)) !== token; tries++) {
    if (tries > 100) throw new Error(`Token ${token} never came.\n${driver.log}`);
    await setTimeout(100);
  }
}

/** Inserts until the SDK has learnt that the channel is lost; those rows must not arrive. */
async function becomesInvalid(id: string): Promise<void> {
  const inserting = async (): Promise<never> => {
    for (;;) {
      await setTimeout(200);
      await driver.insert(id, ids(1_000_000, 1), 'lost');
    }
  };
  await expect(inserting()).rejects.toMatchObject(INVALID_CHANNEL);
}

const ids = (first: number, count: number): Record<string, Cell>[] =>
  Array.from({ length: count }, (_, index) => ({ ID: first + index }));

describe('channels of the SDK', () => {
  test('several tables and channels interleaved in one client', async () => {
    const names = ['T0', 'T1', 'T2'];
    const tables = await Promise.all(
      names.map((name) =>
        emulator.createTable(name, { ID: 'NUMBER(18,0)!', NAME: 'VARCHAR', RAW: 'BINARY' }),
      ),
    );
    const channels = names.flatMap((name) =>
      ['A', 'B', 'C'].map((channel) => ({ name, channel, id: name + channel })),
    );
    for (const { id, name, channel } of channels)
      await driver.open(id, { client: 'one', table: name, channel });
    for (const round of [0, 1, 2]) {
      for (const [index, { id }] of channels.entries()) {
        const rows = ids(index * 1000 + round * 10, 10).map((row) => ({
          ...row,
          NAME: `${id} ${String(row.ID)}`,
          RAW: { type: 'bytes' as const, value: 'ff00fe' },
        }));
        expect(await driver.insert(id, rows, `${round}`)).toEqual([]);
      }
      if (round === 0) await waitForToken('T0A', '0');
    }
    for (const { id } of channels) await driver.close(id);
    for (const [index, table] of tables.entries()) {
      const expected = [0, 1, 2].flatMap((channel) =>
        Array.from({ length: 30 }, (_, row) => {
          const id = (index * 3 + channel) * 1000 + row;
          return [String(id), `T${index}${'ABC'[channel]} ${id}`, 'FF00FE'];
        }),
      );
      expect(await emulator.rows(table, 'ID, NAME, hex(RAW) ORDER_KEY').then(sorted)).toEqual(
        sorted(expected),
      );
    }
    expect(bdecFiles()).toEqual([]);
    const blobs = emulator.registered.flatMap((request) => request.blobs);
    expect(Math.max(...blobs.map((blob) => blob.chunks.length))).toBe(3);
    expect(Math.max(...blobs.flatMap((blob) => blob.chunks.map((chunk) => chunk.channels.length)))).toBe(3);
  });

  test('a reopen fences off the client before, which learns it at its next insert', async () => {
    const table = await emulator.createTable('FENCED', { ID: 'NUMBER(18,0)!' });
    await driver.open('old', { client: 'one', table: 'FENCED', channel: 'CH' });
    await driver.insert('old', ids(0, 5), 'first');
    await waitForToken('old', 'first');
    await driver.open('new', { client: 'two', table: 'FENCED', channel: 'CH' });
    expect(await driver.committed('new')).toBe('first');
    await driver.insert('new', ids(5, 5), 'second');
    await waitForToken('new', 'second');

    await driver.insert('old', ids(100, 5), 'lost');
    await becomesInvalid('old');
    expect(await driver.send({ op: 'valid', id: 'old' })).toBe(false);

    await driver.close('new');
    expect(await emulator.rows(table).then(sorted)).toEqual(
      sorted(ids(0, 10).map((row) => [String(row.ID)])),
    );
  });

  test('the status of a fenced channel is an error too', async () => {
    await emulator.createTable('STATUS', { ID: 'NUMBER(18,0)!' });
    await driver.open('before', { client: 'one', table: 'STATUS', channel: 'CH' });
    await driver.open('after', { client: 'two', table: 'STATUS', channel: 'CH' });
    await expect(driver.committed('before')).rejects.toMatchObject(CHANNEL_STATUS_INVALID);
    await driver.close('after');
  });

  test('tokens: none, as given at the open, as inserted, and after a reopen', async () => {
    await emulator.createTable('TOKENS', { ID: 'NUMBER(18,0)!' });
    await driver.open('k1', { client: 'one', table: 'TOKENS', channel: 'CH' });
    expect(await driver.committed('k1')).toBeNull();
    await driver.insert('k1', ids(0, 1), '{"key": [1, "ü"]}');
    await driver.close('k1');
    await driver.open('k2', { client: 'one', table: 'TOKENS', channel: 'CH' });
    expect(await driver.committed('k2')).toBe('{"key": [1, "ü"]}');
    await driver.open('k3', { client: 'one', table: 'TOKENS', channel: 'CH', offsetToken: 'given' });
    expect(await driver.committed('k3')).toBe('given');
    await driver.close('k3');
  });

  test('drop at the close and by the client; the channel starts anew', async () => {
    await emulator.createTable('DROPPED', { ID: 'NUMBER(18,0)!' });
    for (const way of ['close', 'client']) {
      await driver.open(way, { client: 'one', table: 'DROPPED', channel: 'CH' });
      expect(await driver.committed(way)).toBeNull();
      await driver.insert(way, ids(0, 3), way);
      await driver.close(way, way === 'close');
      if (way === 'close') continue;
      await driver.send({
        op: 'drop',
        client: 'one',
        database: 'DB1',
        schema: 'PUBLIC',
        table: 'DROPPED',
        channel: 'CH',
      });
    }
    await driver.open('again', { client: 'one', table: 'DROPPED', channel: 'CH' });
    expect(await driver.committed('again')).toBeNull();
    await driver.close('again');
  });

  test('a replaced table ends its channels', async () => {
    await emulator.createTable('REPLACED', { ID: 'NUMBER(18,0)!' });
    await driver.open('r', { client: 'one', table: 'REPLACED', channel: 'CH' });
    await driver.insert('r', ids(0, 3), 'x');
    await waitForToken('r', 'x');
    const table = await emulator.createTable('REPLACED', { ID: 'NUMBER(18,0)!' });
    await expect(driver.committed('r')).rejects.toMatchObject(CHANNEL_STATUS_INVALID);
    await driver.open('r2', { client: 'one', table: 'REPLACED', channel: 'CH' });
    await driver.insert('r2', ids(0, 2), 'y');
    await driver.close('r2');
    expect(await emulator.rows(table).then(sorted)).toEqual([['0'], ['1']]);
  });

  test('a new NOT NULL column invalidates the channel; a reopen knows it', async () => {
    const table = await emulator.createTable('GROWN', { ID: 'NUMBER(18,0)!' });
    await driver.open('g', { client: 'one', table: 'GROWN', channel: 'CH' });
    await emulator.context.catalog.change((change) =>
      change.addColumn(table, newColumn('MORE', 'NUMBER(3,0)!'), null),
    );
    await driver.insert('g', ids(3, 3), 'y');
    await becomesInvalid('g');
    await driver.open('g2', { client: 'one', table: 'GROWN', channel: 'CH' });
    expect(await driver.committed('g2')).toBeNull();
    await driver.insert('g2', [{ ID: 3, MORE: 7 }], 'z');
    await driver.close('g2');
    expect(await emulator.rows(table)).toEqual([['3', '7']]);
  });

  test.each<[string, Record<string, string>]>([
    ['table', { table: 'NOPE' }],
    ['schema', { schema: 'NOPE' }],
    ['database', { database: 'NOPE' }],
  ])('opening without such a %s', async (what, where) => {
    const opening = driver.open('x', { client: 'one', table: 'T0', ...where });
    await expect(opening).rejects.toMatchObject(OPEN_CHANNEL_FAILURE);
    await expect(opening).rejects.toThrow(`The ${what} does not exist`);
  });
});

test("a key that is not the user's is rejected at once, without an end of retries", async () => {
  const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  await expect(driver.client('stranger', emulator.url, stranger)).rejects.toMatchObject({
    code: 'SecurityException',
  });
});

describe('names', () => {
  test('of tables, channels and columns that need quotes, differ only in case, or are empty', async () => {
    const names = ['A', 'a', 'Aa', '', '"', 'with "quotes"', 'NOTNULL', 'ü 漢', 'a.b', "it's", 'b c', '$1'];
    const table = await emulator.createTable(
      'the "Table" x',
      Object.fromEntries(names.map((name) => [name, 'VARCHAR!'])),
    );
    await emulator.createTable('THE "TABLE" X', { OTHER: 'VARCHAR' });
    const quote = (name: string) => `"${name.replaceAll('"', '""')}"`;
    await driver.open('q', { client: 'one', table: quote('the "Table" x'), channel: '"Mixed channel"' });
    await driver.insert(
      'q',
      [Object.fromEntries(names.map((name) => [quote(name), `value of ${name}`]))],
      't',
    );
    await driver.close('q');
    expect(await emulator.rows(table)).toEqual([names.map((name) => `value of ${name}`)]);
    await driver.open('lower', { client: 'one', table: 'tokens', channel: 'ch-1' });
    await driver.insert('lower', [{ id: 1 }], 't');
    await driver.close('lower');
  });
});

function sorted(rows: unknown[][]): unknown[][] {
  return rows.sort((x, y) => Number(x[0]) - Number(y[0]));
}

function bdecFiles(): string[] {
  const all = readdirSync(emulator.stageDir, { recursive: true, encoding: 'utf8' });
  return all.filter((name) => name.endsWith('.bdec'));
}
