import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Table } from '../../src/catalog/entities.ts';
import type { StreamingEmulator } from './emulator.ts';
import { content, type OpenedChannel, type RawClient } from './raw-client.ts';
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
const stagePath = (path: string) => join(emulator.stageDir, path);

describe('what is not as it says', () => {
  test.each<[string, Record<string, unknown>, number]>([
    ['another MD5 sum', { chunk_md5: '0'.repeat(32) }, 38],
    ['longer than the blob', { chunk_length: 1 << 20 }, 30],
    ['cut', { chunk_length: 40 }, 38],
    ['elsewhere in the blob', { chunk_start_offset: 16 }, 30],
  ])('a chunk with %s', async (_, wrong, code) => {
    const blob = await client.blob([content(a)]);
    const [chunk] = blob.chunks;
    expect(await client.registerCodes({ ...blob, chunks: [{ ...chunk, ...wrong }] })).toEqual([[[code]]]);
    expect(await count()).toBe(0);
    expect(await committed(a)).toEqual([[0, 0, null]]);
    expect(readdirSync(emulator.context.store.scratchDir)).toEqual([]);
  });

  test('a blob that is not there', async () => {
    const blob = await client.blob([content(a)]);
    rmSync(stagePath(blob.path));
    expect(await client.registerCodes(blob)).toEqual([[[34]]]);
  });

  test('a blob whose bytes were changed', async () => {
    const blob = await client.blob([content(a)]);
    const bytes = readFileSync(stagePath(blob.path));
    bytes.writeUInt8((bytes[20] as number) ^ 1, 20);
    writeFileSync(stagePath(blob.path), bytes);
    expect(await client.registerCodes(blob)).toEqual([[[38]]]);
    expect(await count()).toBe(0);
  });

  test.each([
    ['VARCHAR(3)', "'äöüß'"],
    ['BINARY(3)', "'abcd'"],
    ['TIME(0)', '86400::DECIMAL(9,0)'],
    ['TIME(3)', '(-0.001)::DECIMAL(9,3)'],
    ['NUMBER(3,0)', '1000::DECIMAL(9,0)'],
    ['BOOLEAN', "'x'"],
    ['DATE', '1.5::DOUBLE'],
    ['FLOAT', "'1'::BLOB"],
  ])('a value that is none of %s', async (type, value) => {
    const odd = await emulator.createTable('ODD', { V: type });
    const opened = await client.open('ODD', 'O');
    const blob = await client.blob([content(opened, 1, 'end', `SELECT ${value} AS V`)]);
    expect(await client.registerCodes(blob)).toEqual([[[38]]]);
    expect(await count(odd)).toBe(0);
    expect(await committed(opened)).toEqual([[0, 0, null]]);
  });

  test('a NULL where the statistics count none', async () => {
    const nulls = content(a, 1, 'end', 'SELECT 1::DECIMAL(18,0) AS ID, NULL::VARCHAR AS NAME');
    const blob = await client.blob([nulls]);
    const [chunk] = blob.chunks;
    const columns = { ...chunk.eps.columns, NAME: { ...chunk.eps.columns.NAME, nullCount: 0 } };
    const wrong = { ...blob, chunks: [{ ...chunk, eps: { ...chunk.eps, columns } }] };
    expect(await client.registerCodes(wrong)).toEqual([[[38]]]);
    expect(await count()).toBe(0);
    expect(await client.registerCodes(await client.blob([nulls]))).toEqual([[[0]]]);
  });

  test('bytes that are no Parquet file', async () => {
    const blob = await client.blob([content(a)]);
    // Another path derives another key, so what comes out is noise with the right MD5 sum.
    const path = blob.path.replace('.bdec', 'x.bdec');
    writeFileSync(stagePath(path), readFileSync(stagePath(blob.path)));
    expect(await client.registerCodes({ ...blob, path })).toEqual([[[38]]]);
    expect(await count()).toBe(0);
  });

  test('another number of rows than the statistics say', async () => {
    const blob = await client.blob([content(a)]);
    blob.chunks[0].eps.rows = 4;
    expect(await client.registerCodes(blob)).toEqual([[[31]]]);
    expect(await count()).toBe(0);
    expect(await committed(a)).toEqual([[0, 0, null]]);
  });

  test('values that the column cannot hold', async () => {
    const blob = await client.blob([content(a, 1, 'x', "SELECT 'no number' AS ID, 'n' AS NAME")]);
    expect(await client.registerCodes(blob)).toEqual([[[38]]]);
    expect(await count()).toBe(0);
  });

  test.each([
    '../outside.bdec',
    'a/../../outside.bdec',
    '/etc/outside.bdec',
    'a//b.bdec',
    './b.bdec',
    'a\\..\\b.bdec',
    'a\0b.bdec',
  ])('the path %j', async (path) => {
    const blob = await client.blob([content(a)]);
    writeFileSync(join(emulator.stageDir, '../outside.bdec'), readFileSync(stagePath(blob.path)));
    expect(await client.registerCodes({ ...blob, path })).toEqual([[[34]]]);
    expect(existsSync(join(emulator.stageDir, '../outside.bdec'))).toBe(true);
    expect(await count()).toBe(0);
  });

  test('a symbolic link out of the stage, as a file and as a folder', async () => {
    const outside = join(emulator.stageDir, '../outside');
    mkdirSync(outside, { recursive: true });
    for (const path of ['link.bdec', 'folder/link.bdec']) {
      // A blob that would load, were it not for the link: made in the stage, then moved out.
      const blob = await client.blob([content(a)], path);
      writeFileSync(join(outside, 'link.bdec'), readFileSync(stagePath(path)));
      rmSync(stagePath(path));
      if (path === 'link.bdec') symlinkSync(join(outside, 'link.bdec'), stagePath(path));
      else {
        rmSync(stagePath('folder'), { recursive: true });
        symlinkSync(outside, stagePath('folder'));
      }
      expect(await client.registerCodes(blob)).toEqual([[[34]]]);
      expect(existsSync(join(outside, 'link.bdec'))).toBe(true);
    }
    expect(await count()).toBe(0);
  });

  test('the key of nobody is HTTP 400 with code 59, and nothing of the request is loaded', async () => {
    const good = await client.blob([content(a)]);
    const bad = await client.blob([content(b)]);
    bad.chunks[0].encryption_key_id += 1;
    const { status, body } = await client.register(good, bad);
    expect([status, body]).toMatchObject([400, { code: '59' }]);
    expect(await count()).toBe(0);
  });
});

describe('a malformed request is rejected as a whole', () => {
  type Bend = (blob: Awaited<ReturnType<RawClient['blob']>>) => unknown[];
  const chunk =
    (fields: Record<string, unknown>): Bend =>
    (blob) => [{ ...blob, chunks: [{ ...blob.chunks[0], ...fields }] }];
  const channel =
    (fields: Record<string, unknown>): Bend =>
    (blob) => [
      { ...blob, chunks: [{ ...blob.chunks[0], channels: [{ ...blob.chunks[0].channels[0], ...fields }] }] },
    ];
  const blobWith =
    (fields: Record<string, unknown>): Bend =>
    (blob) => [{ ...blob, ...fields }];

  test.each<[number, string, Bend]>([
    [11, 'no blobs', () => []],
    [12, 'no chunks', blobWith({ chunks: [] })],
    [13, 'no channels', chunk({ channels: [] })],
    [14, 'no path', blobWith({ path: undefined })],
    [15, 'no database', chunk({ database: undefined })],
    [16, 'no schema', chunk({ schema: '' })],
    [17, 'no table', chunk({ table: null })],
    [18, 'no channel name', channel({ channel_name: undefined })],
    [
      23,
      'a channel twice',
      (blob) => chunk({ channels: [blob.chunks[0].channels[0], blob.chunks[0].channels[0]] })(blob),
    ],
    [24, 'no client sequencer', channel({ client_sequencer: undefined })],
    [24, 'a row sequencer that is text', channel({ row_sequencer: '1' })],
    [28, 'no chunk MD5', chunk({ chunk_md5: undefined })],
    [29, 'no statistics', chunk({ eps: undefined })],
    [30, 'a length of nothing', chunk({ chunk_length: 0 })],
    [30, 'a negative offset', chunk({ chunk_start_offset: -16 })],
    [31, 'no number of rows', chunk({ eps: { columns: {} } })],
    [32, 'a column without an ordinal', chunk({ eps: { rows: 3, columns: { ID: { nullCount: 0 } } } })],
    [38, 'another ending', (blob) => blobWith({ path: `${blob.path}.txt` })(blob)],
    [39, 'no blob MD5', blobWith({ md5: undefined })],
    [41, 'a blob twice', (blob) => [blob, blob]],
    [42, 'another version', blobWith({ bdec_version: 1 })],
  ])('%i: %s', async (code, _, bend) => {
    const blob = await client.blob([content(a)]);
    expect(await client.registerCodes(...bend(blob))).toBe(code);
    expect(await count()).toBe(0);
  });

  test('statistics that lack a column of the file', async () => {
    const blob = await client.blob([content(a)]);
    delete blob.chunks[0].eps.columns.NAME;
    expect(await client.registerCodes(blob)).toEqual([[[32]]]);
  });

  test('44 and 45 for the User-Agent', async () => {
    const blob = await client.blob([content(a)]);
    const answers = [];
    for (const agent of ['', 'nonsense']) {
      const { body } = await client.post('channels/write/blobs', { blobs: [blob] }, { 'user-agent': agent });
      answers.push(body.status_code);
    }
    expect(answers).toEqual([44, 45]);
    expect(await count()).toBe(0);
  });
});
