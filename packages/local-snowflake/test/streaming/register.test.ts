import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Table } from '../../src/catalog/entities.ts';
import { newColumn, type StreamingEmulator } from './emulator.ts';
import { content, type OpenedChannel, type RawClient, ROWS } from './raw-client.ts';
import { committedOf, countOf, streamingTableOfFile } from './table-of-file.ts';

let emulator: StreamingEmulator;
let client: RawClient;
let table: Table;
let a: OpenedChannel;
let b: OpenedChannel;

streamingTableOfFile(['A', 'B'], (made) => {
  ({ emulator, client, table } = made);
  [a, b] = made.channels as [OpenedChannel, OpenedChannel];
});

const count = (of: Table = table) => countOf(emulator, of);
const committed = (...channels: OpenedChannel[]) => committedOf(client, channels);
/** How many channels, keys and registered chunks are remembered of the table. */
const traces = () =>
  emulator.context.store.read(async (connection) => {
    const counts = ['channel', 'encryption_key', 'registered_chunk'].map(
      (name) => `(SELECT count(*) FROM store.streaming.${name} WHERE table_id = ${table.id})`,
    );
    return (await connection.runAndReadAll(`SELECT ${counts}`)).getRows()[0]?.map(Number);
  });
const stagePath = (path: string) => join(emulator.stageDir, path);

describe('a chunk', () => {
  test('loads its rows and moves sequencer and token of its channel', async () => {
    const blob = await client.blob([content(a)]);
    const { body } = await client.register(blob);
    expect(body).toEqual({
      status_code: 0,
      message: 'Success',
      encryption_keys: null,
      blobs: [
        {
          chunks: [
            {
              database: 'DB1',
              schema: 'PUBLIC',
              table: 'T',
              channels: [{ status_code: 0, message: 'Success', channel: 'A', client_sequencer: 0 }],
            },
          ],
        },
      ],
    });
    expect(await emulator.rows(table)).toEqual([
      ['0', 'n0'],
      ['1', 'n1'],
      ['2', 'n2'],
    ]);
    expect(await committed(a, b)).toEqual([
      [0, 1, 'end'],
      [0, 0, null],
    ]);
    expect(readdirSync(emulator.context.store.scratchDir)).toEqual([]);
  });

  test('that is repeated answers 0 and loads nothing, though its blob is gone', async () => {
    const blob = await client.blob([content(a, 1, 'one')]);
    expect(await client.registerCodes(blob)).toEqual([[[0]]]);
    expect(existsSync(stagePath(blob.path))).toBe(false);
    expect(await client.registerCodes(blob)).toEqual([[[0]]]);
    const next = await client.blob([content(a, 2, 'two')]);
    expect(await client.registerCodes(blob, next)).toEqual([[[0]], [[0]]]);
    expect(await client.registerCodes(blob, next)).toEqual([[[0]], [[0]]]);
    expect(await count()).toBe(6);
    expect(await committed(a)).toEqual([[0, 2, 'two']]);
  });

  test('repeated while the first request is still at work loads once', async () => {
    const blob = await client.blob([content(a)]);
    const answers = await Promise.all(Array.from({ length: 5 }, () => client.registerCodes(blob)));
    expect(answers).toEqual(Array(5).fill([[[0]]]));
    expect(await count()).toBe(3);
  });

  test('of several channels is judged as a whole', async () => {
    const c = await client.open('T', 'C');
    await client.open('T', 'B');
    const blob = await client.blob([
      {
        query: ROWS,
        writes: [
          { of: a, rowSequencer: 1, token: 'a' },
          { of: b, rowSequencer: 1, token: 'b' },
          { of: c, rowSequencer: 2, token: 'c' },
          { of: { ...c, channel: 'NEVER' }, rowSequencer: 1, token: 'n' },
        ],
      },
    ]);
    expect(await client.registerCodes(blob)).toEqual([[[22, 20, 21, 19]]]);
    expect(await count()).toBe(0);
    expect(await committed(a, c)).toEqual([
      [0, 0, null],
      [0, 0, null],
    ]);
  });

  test('moves all its channels together', async () => {
    const writes = [
      { of: a, rowSequencer: 1, token: 'a' },
      { of: b, rowSequencer: 1, token: null },
    ];
    expect(await client.registerCodes(await client.blob([{ query: ROWS, writes }]))).toEqual([[[0, 0]]]);
    expect(await committed(a, b)).toEqual([
      [0, 1, 'a'],
      [0, 1, null],
    ]);
    expect(await count()).toBe(3);
  });

  test('that fails leaves the other chunks and blobs of the request alone', async () => {
    const other = await emulator.createTable('OTHER', { ID: 'NUMBER(18,0)!', NAME: 'VARCHAR(10)' });
    const o = await client.open('OTHER', 'O');
    const mixed = await client.blob([content(o, 1), content(a, 7), content(b, 1)]);
    const more = await client.blob([content(o, 2)]);
    expect(await client.registerCodes(mixed, more)).toEqual([[[0], [21], [0]], [[0]]]);
    expect(await count()).toBe(3);
    expect(await count(other)).toBe(6);
  });
});

test('what the server could not do just now is 10 and can be repeated: the blob is kept', async () => {
  const { scratchDir } = emulator.context.store;
  const blob = await client.blob([content(a)]);
  rmSync(scratchDir, { recursive: true });
  expect(await client.registerCodes(blob)).toEqual([[[10]]]);
  mkdirSync(scratchDir);
  expect(await client.registerCodes(blob)).toEqual([[[0]]]);
  expect(await count()).toBe(3);
});

describe('fencing', () => {
  test('20 echoes the sequencer of the request', async () => {
    const again = await client.open('T', 'A');
    expect(again).toMatchObject({ client_sequencer: 1, row_sequencer: 0 });
    const { body } = await client.register(await client.blob([content(a)]));
    expect(body.blobs[0]?.chunks[0]?.channels).toMatchObject([{ status_code: 20, client_sequencer: 0 }]);
    expect(await client.registerCodes(await client.blob([content(again)]))).toEqual([[[0]]]);
    expect((await client.status(a)).body.channels).toMatchObject([{ status_code: 20 }]);
  });

  test('21 for a sequencer that is too old or too new', async () => {
    expect(await client.registerCodes(await client.blob([content(a, 2)]))).toEqual([[[21]]]);
    expect(await client.registerCodes(await client.blob([content(a, 0)]))).toEqual([[[21]]]);
    expect(await client.registerCodes(await client.blob([content(a, 1)]))).toEqual([[[0]]]);
    expect(await client.registerCodes(await client.blob([content(a, 1)]))).toEqual([[[21]]]);
    expect(await count()).toBe(3);
  });

  test('19 and 25 when the table was replaced, also for the key of its predecessor', async () => {
    const blob = await client.blob([content(a)]);
    const replaced = await emulator.createTable('T', { ID: 'NUMBER(18,0)!', NAME: 'VARCHAR(10)' });
    expect(await client.registerCodes(blob)).toEqual([[[19]]]);
    expect((await client.status(a)).body.channels).toEqual([
      {
        status_code: 25,
        persisted_row_sequencer: null,
        persisted_client_sequencer: null,
        persisted_offset_token: null,
      },
    ]);
    const reopened = await client.open('T', 'A');
    expect(reopened).toMatchObject({ client_sequencer: 0, row_sequencer: 0, offset_token: null });
    expect(reopened.encryption_key).not.toBe(a.encryption_key);
    const stale = await client.register(await client.blob([content(a)]));
    expect(stale).toMatchObject({ status: 400, body: { code: '59' } });
    expect(await count(replaced)).toBe(0);
  });

  test('19 and 25 when the table is gone', async () => {
    const blob = await client.blob([content(a)]);
    await client.register(await client.blob([content(b)]));
    expect(await traces()).toEqual([2, 1, 1]);
    await emulator.context.catalog.change((change) => change.dropTable(table));
    expect(await client.registerCodes(blob)).toEqual([[[19]]]);
    expect((await client.status(a)).body.channels).toMatchObject([{ status_code: 25 }]);
    expect(await traces()).toEqual([0, 0, 0]);
  });
});

describe('a table that changes under its channel', () => {
  const change = emulatorChange();

  test('a new nullable column is NULL', async () => {
    await change((c) => c.addColumn(table, newColumn('MORE', 'DATE'), null));
    expect(await client.registerCodes(await client.blob([content(a)]))).toEqual([[[0]]]);
    expect(await emulator.rows(table)).toContainEqual(['0', 'n0', null]);
  });

  test('a new NOT NULL column needs a reopen (40)', async () => {
    await change((c) => c.addColumn(table, newColumn('MORE', 'DATE!'), null));
    expect(await client.registerCodes(await client.blob([content(a)]))).toEqual([[[40]]]);
    expect(await count()).toBe(0);
  });

  test('a dropped column is ignored, and so is one that came back under the same name', async () => {
    const name = table.columns[1];
    if (!name) throw new Error('no column');
    await change((c) => c.dropColumn(table, name));
    expect(await client.registerCodes(await client.blob([content(a, 1)]))).toEqual([[[0]]]);
    expect(await emulator.rows(table)).toEqual([['0'], ['1'], ['2']]);
    const now = emulator.context.catalog.tableById(table.id);
    if (!now) throw new Error('no table');
    await change((c) => c.addColumn(now, newColumn('NAME', 'BINARY(5)'), null));
    expect(await client.registerCodes(await client.blob([content(a, 2)]))).toEqual([[[0]]]);
    expect(await emulator.rows(table, 'count(*), count("NAME")')).toEqual([['6', '0']]);
  });

  test('a renamed column is still the same', async () => {
    const name = table.columns[1];
    if (!name) throw new Error('no column');
    await change((c) => c.renameColumn(table, name, 'OTHER'));
    expect(await client.registerCodes(await client.blob([content(a)]))).toEqual([[[0]]]);
    expect(await emulator.rows(table, '"OTHER"')).toEqual([['n0'], ['n1'], ['n2']]);
  });

  test('NULLs for a column that has become NOT NULL need a reopen (36)', async () => {
    const name = table.columns[1];
    if (!name) throw new Error('no column');
    await change((c) => c.alterColumn(table, name, { ...name, nullable: false }));
    const nulls = 'SELECT 1::DECIMAL(18,0) AS ID, NULL::VARCHAR AS NAME';
    expect(await client.registerCodes(await client.blob([content(a, 1, 'x', nulls)]))).toEqual([[[36]]]);
    expect(await client.registerCodes(await client.blob([content(a)]))).toEqual([[[0]]]);
  });

  function emulatorChange() {
    return (work: Parameters<typeof emulator.context.catalog.change>[0]) =>
      emulator.context.catalog.change(work);
  }
});
