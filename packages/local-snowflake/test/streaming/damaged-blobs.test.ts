import { createCipheriv, createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { printedSeed } from '../../../../test/fixtures/seed.ts';
import { Random } from '../../../../test/types/random-numbers.ts';
import type { Table } from '../../src/catalog/entities.ts';
import { CODE } from '../../src/protocol/codes.ts';
import { type StreamingEmulator, startStreaming } from './emulator.ts';
import { content, type OpenedChannel, type RawBlob, RawClient } from './raw-client.ts';

// Blobs and registrations that were damaged anywhere are bad data: no error of the server, nothing that would make the
// client send them again, and no rows.

const SEED = printedSeed();
const MUTATIONS = Number(process.env.BLOB_MUTATIONS ?? 400);

const COLUMNS = {
  ID: 'NUMBER(18,0)!',
  NAME: 'VARCHAR(10)',
  WIDE: 'NUMBER(38,5)',
  REAL: 'FLOAT',
  YES: 'BOOLEAN',
  DAY: 'DATE',
  AT: 'TIMESTAMP_NTZ(9)',
  ZONED: 'TIMESTAMP_TZ(3)',
  RAW: 'BINARY(20)',
  DOC: 'VARIANT',
};
const ROWS = 60;
const QUERY = `SELECT i::DECIMAL(18,0) AS ID, CASE WHEN i % 7 <> 0 THEN 'näm' || (i % 11) END AS NAME,
  (i * 12345.678)::DECIMAL(38,5) AS WIDE, i / 3 AS REAL, i % 2 = 0 AS YES, DATE '2024-02-29' + i::INT AS DAY,
  (i * 86400.5)::DECIMAL(38,9) AS AT,
  ((((i::HUGEINT * 1000) << 14) + 1440)::DECIMAL(35,0) * 0.001::DECIMAL(3,3))::DECIMAL(38,3) AS ZONED,
  'x' || i AS RAW, '{"a":' || i || '}' AS DOC FROM range(${ROWS}) r(i)`;

let emulator: StreamingEmulator;
let client: RawClient;
let table: Table;
let channel: OpenedChannel;
/** The plain bytes of the Parquet file and how it is registered. */
let good: { readonly blob: RawBlob; readonly parquet: Buffer };

beforeAll(async () => {
  emulator = await startStreaming();
  client = new RawClient(emulator);
  table = await emulator.createTable('T', COLUMNS);
  channel = await client.open('T', 'A');
  const blob = await client.blob([content(channel, 1, 'end', QUERY)]);
  const [{ chunk_length: length }] = blob.chunks;
  const parquet = crypt(blob.path, readFileSync(stagePath(blob.path)).subarray(0, length));
  good = { blob, parquet };
});

afterAll(() => emulator[Symbol.asyncDispose]());

const stagePath = (path: string) => join(emulator.stageDir, path);

/** AES in counter mode works both ways. */
function crypt(path: string, bytes: Buffer): Buffer {
  const key = createHash('sha256')
    .update(Buffer.from(channel.encryption_key, 'base64'))
    .update(path)
    .digest();
  return createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(bytes);
}

/** One to four changes: bits flipped, bytes overwritten, cut off, taken out, put in, moved. */
function damaged(random: Random, bytes: Buffer): Buffer {
  let result = Buffer.from(bytes);
  const changes = random.pick([1, 1, 1, 2, 4]);
  for (let done = 0; done < changes && result.length > 0; done++) {
    // The footer is small and decides the most.
    const inTail = random.chance(2);
    const from = inTail ? Math.max(0, result.length - 1500) : 0;
    const at = random.int(from, result.length - 1);
    const length = Math.min(random.pick([1, 1, 2, 8, 64]), result.length - at);
    const rest = result.subarray(at + length);
    switch (random.int(0, 5)) {
      case 0:
        result[at] = (result[at] as number) ^ (1 << random.int(0, 7));
        break;
      case 1:
        random.bytes(length).copy(result, at);
        break;
      case 2:
        result.fill(random.pick([0, 0xff]), at, at + length);
        break;
      case 3:
        result = random.chance(2) ? result.subarray(0, at) : result.subarray(at);
        break;
      case 4:
        result = Buffer.concat([result.subarray(0, at), rest]);
        break;
      default:
        result = Buffer.concat([result.subarray(0, at), random.bytes(length), result.subarray(at)]);
    }
  }
  return result;
}

const LEAVES = [
  ...[
    0,
    1,
    -1,
    7,
    16,
    2 ** 31,
    2 ** 53,
    2 ** 64,
    1e300,
    0.5,
    '',
    'x',
    '0',
    null,
    true,
    [],
    {},
    [[]],
    { a: 1 },
  ],
  ...['a"b', '"', '\u0000', '../../x.bdec', '/etc/passwd', 'x'.repeat(5000), '__proto__', '\ud800'],
];

/** The registration with one to three of its values replaced or left out. */
function misregistered(random: Random, blob: RawBlob): unknown {
  const copy = structuredClone(blob) as unknown as Record<string, unknown>;
  for (let left = random.pick([1, 1, 2, 3]); left > 0; left--) {
    let node: Record<string, unknown> = copy;
    for (;;) {
      const name = random.pick(Object.keys(node));
      const value = node[name];
      const isInner = typeof value === 'object' && value !== null && Object.keys(value).length > 0;
      if (isInner && !random.chance(6)) {
        node = value as Record<string, unknown>;
        continue;
      }
      if (random.chance(5)) delete node[name];
      else if (typeof value === 'number' && random.chance(2))
        node[name] = value + random.pick([1, -1, 16, -16]);
      else if (typeof value === 'string' && value !== '' && random.chance(2))
        node[name] = value.slice(1) + random.pick(['', 'a', '\u00e9']);
      else node[name] = random.pick(LEAVES);
      break;
    }
    if (Object.keys(copy).length === 0) break;
  }
  return copy;
}

/** What a client may be answered: it gives up the channel, and does not send the same again. */
const REPEATED: ReadonlySet<number> = new Set([CODE.TRY_AGAIN, CODE.QUEUE_FULL]);

function codesOf(answer: unknown): number[] {
  const found: number[] = [];
  JSON.stringify(answer, (key, value) => {
    if (key === 'status_code') found.push(value as number);
    return value;
  });
  return found;
}

const rows = async () => Number((await emulator.rows(table, 'count(*)'))[0]?.[0]);
const committed = async () => {
  const [state] = (await client.status(channel)).body.channels;
  return [state?.persisted_row_sequencer, state?.persisted_offset_token];
};

/** Registers, expects bad data or an undamaged reading of it, and takes back what was loaded. */
async function registerDamaged(what: string, blob: unknown): Promise<string> {
  const { status, body } = await client.register(blob);
  const codes = codesOf(body);
  const attempt = `${what}: HTTP ${status} ${JSON.stringify(body)}`;
  if (status !== 200) {
    // The one answer that is an HTTP error: a key that the table never had, upon which a client closes itself.
    expect(attempt).toMatch(/: HTTP 400 .*"code":"59"/);
    expect(await rows(), attempt).toBe(0);
    return 'HTTP 400 59';
  }
  expect(codes.length, attempt).toBeGreaterThan(0);
  for (const code of codes) expect(REPEATED.has(code), attempt).toBe(false);
  const isLoaded = codes.length > 1 && codes.every((code) => code === CODE.SUCCESS);
  // All rows or none, and with them the sequencer.
  expect(await rows(), attempt).toBe(isLoaded ? ROWS : 0);
  expect((await committed())[0], attempt).toBe(isLoaded ? 1 : 0);
  if (isLoaded) {
    // What was loaded can be read: each value is one of its type.
    await emulator.rows(table, '*').catch((error: unknown) => expect(String(error), attempt).toBe(''));
    await takeBack();
  }
  expect(readdirSync(emulator.context.store.scratchDir), attempt).toEqual([]);
  return codes.join(' ');
}

async function takeBack(): Promise<void> {
  await emulator.context.store.transaction(async (connection) => {
    await connection.run(`DELETE FROM store.data."t${table.id}"`);
    await connection.run(`DELETE FROM store.streaming.registered_chunk`);
    await connection.run(`UPDATE store.streaming.channel SET row_sequencer = 0, offset_token = NULL`);
  });
}

function tally(answers: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const each of answers) counts.set(each, (counts.get(each) ?? 0) + 1);
  return [...counts].map(([codes, times]) => `${times} × ${codes}`).join(', ');
}

async function registersUndamaged(): Promise<void> {
  await takeBack();
  const blob = await client.blob([content(channel, 1, 'end', QUERY)]);
  expect(await client.registerCodes(blob)).toEqual([[[0]]]);
  expect(await rows()).toBe(ROWS);
  expect(await committed()).toEqual([1, 'end']);
  await takeBack();
}

test('a blob that was damaged under way is bad data', async () => {
  const random = new Random(SEED);
  const { blob } = good;
  const whole = readFileSync(stagePath(blob.path));
  const answers: string[] = [];
  for (let done = 0; done < MUTATIONS / 4; done++) {
    const bytes = damaged(random, whole);
    writeFileSync(stagePath(blob.path), bytes);
    // Padding is not read, and a change may write what was there.
    const [chunk] = blob.chunks;
    if (bytes.subarray(0, chunk.chunk_length).equals(whole.subarray(0, chunk.chunk_length))) continue;
    answers.push(await registerDamaged(`mutation ${done}`, blob));
    expect(answers.at(-1)).not.toMatch(/^[0 ]+$/);
  }
  process.stdout.write(`${tally(answers)}\n`);
  writeFileSync(stagePath(blob.path), whole);
  await registersUndamaged();
});

test('a Parquet file that was damaged before its blob was made is bad data', async () => {
  const random = new Random(SEED + 1);
  const { blob, parquet } = good;
  const answers: string[] = [];
  for (let done = 0; done < MUTATIONS / 2; done++) {
    const bytes = damaged(random, parquet);
    if (bytes.equals(parquet) || bytes.length === 0) continue;
    const encrypted = crypt(blob.path, Buffer.concat([bytes, Buffer.alloc(16)]));
    writeFileSync(stagePath(blob.path), encrypted);
    const [chunk] = blob.chunks;
    const registered = {
      ...blob,
      chunks: [
        {
          ...chunk,
          chunk_length: bytes.length,
          chunk_md5: createHash('md5').update(encrypted.subarray(0, bytes.length)).digest('hex'),
        },
      ],
    };
    answers.push(await registerDamaged(`mutation ${done}`, registered));
  }
  process.stdout.write(`${tally(answers)}\n`);
  await registersUndamaged();
});

test('a registration that was damaged is bad data', async () => {
  const random = new Random(SEED + 2);
  const { blob, parquet } = good;
  const whole = crypt(blob.path, Buffer.concat([parquet, Buffer.alloc(16 - (parquet.length % 16))]));
  const answers: string[] = [];
  for (let done = 0; done < MUTATIONS / 4; done++) {
    if (!existsSync(stagePath(blob.path))) writeFileSync(stagePath(blob.path), whole);
    const wrong = misregistered(random, blob);
    answers.push(await registerDamaged(`mutation ${done} ${JSON.stringify(wrong).slice(0, 2000)}`, wrong));
  }
  process.stdout.write(`${tally(answers)}\n`);
  await registersUndamaged();
});
