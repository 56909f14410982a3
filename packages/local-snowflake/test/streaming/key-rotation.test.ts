import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { Table } from '../../src/catalog/entities.ts';
import { Driver } from './driver.ts';
import { ADMIN_TOKEN, type StreamingEmulator, startStreaming } from './emulator.ts';
import { content, type OpenedChannel, RawClient } from './raw-client.ts';
import { streamingTableOfFile } from './table-of-file.ts';

let emulator: StreamingEmulator;
let client: RawClient;
let table: Table;
let opened: OpenedChannel;

streamingTableOfFile(['C'], (made) => {
  ({ emulator, client, table } = made);
  [opened] = made.channels as [OpenedChannel];
});

interface Rotated {
  status: number;
  body: { rotated?: { table: string; encryption_key_id: number }[]; error?: string };
}

async function rotate(body?: unknown, at = emulator): Promise<Rotated> {
  const response = await fetch(`${at.url}/admin/rotate-keys`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Rotated['body'] };
}

const count = async () => Number((await emulator.rows(table, 'count(*)'))[0]?.[0]);

describe('a new key on demand', () => {
  test('comes with the next answer, and blobs of every key so far are loaded', async () => {
    const before = await client.blob([content(opened, 1, 'one')]);
    const { body } = await rotate({ table: 'db1.public.T' });
    const id = body.rotated?.[0]?.encryption_key_id;
    expect(body.rotated).toEqual([
      { database: 'DB1', schema: 'PUBLIC', table: 'T', encryption_key_id: expect.any(Number) },
    ]);
    expect(id).not.toBe(opened.encryption_key_id);
    const answer = await client.register(before);
    const [key] = answer.body.encryption_keys as unknown as Record<string, unknown>[];
    expect(key).toEqual({
      database: 'DB1',
      schema: 'PUBLIC',
      table: 'T',
      encryption_key: expect.stringMatching(/^[A-Za-z0-9+/]{22}==$/),
      encryption_key_id: id,
    });
    expect(key?.encryption_key).not.toBe(opened.encryption_key);
    const renewed = { ...opened, ...key } as OpenedChannel;
    expect(await client.registerCodes(await client.blob([content(renewed, 2, 'two')]))).toEqual([[[0]]]);
    expect(await client.registerCodes(await client.blob([content(opened, 3, 'three')]))).toEqual([[[0]]]);
    expect(await count()).toBe(9);
    expect(await client.open('T', 'C')).toMatchObject({
      encryption_key: key?.encryption_key,
      encryption_key_id: id,
    });
  });

  test('a key that no table ever had is HTTP 400 with code 59', async () => {
    await rotate({ table: 'DB1.PUBLIC.T' });
    const blob = await client.blob([content({ ...opened, encryption_key_id: 12_345_678 })]);
    expect(await client.register(blob)).toMatchObject({ status: 400, body: { code: '59' } });
  });

  test('the key of another table is not taken, nor that of the table which was replaced', async () => {
    await emulator.createTable('U', { ID: 'NUMBER(18,0)!', NAME: 'VARCHAR(10)' });
    const other = await client.open('U', 'C');
    const foreign = { ...opened, encryption_key: other.encryption_key };
    const blob = await client.blob([content({ ...foreign, encryption_key_id: other.encryption_key_id })]);
    expect((await client.register(blob)).status).toBe(400);
    await rotate();
    await emulator.createTable('T', { ID: 'NUMBER(18,0)!', NAME: 'VARCHAR(10)' });
    const fresh = await client.open('T', 'C');
    const old = { ...fresh, encryption_key_id: opened.encryption_key_id };
    expect((await client.register(await client.blob([content(old)]))).status).toBe(400);
    const answer = await client.register(await client.blob([content(fresh)]));
    expect([answer.status, answer.body.encryption_keys]).toEqual([200, null]);
  });

  test('without a table all get one; what is no table is rejected', async () => {
    const all = (await rotate()).body.rotated ?? [];
    expect(all.map((each) => each.table)).toContain('T');
    for (const name of ['DB1.PUBLIC.NOPE', 'T', 'a b', '']) {
      expect(await rotate({ table: name })).toMatchObject({ status: 404 });
    }
    expect(await rotate({ table: 3 })).toMatchObject({ status: 400, body: { error: expect.any(String) } });
  });
});

describe('a failover', () => {
  const failOver = async (body?: unknown) => {
    const response = await fetch(`${emulator.url}/admin/failover`, {
      method: 'POST',
      headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const deployment = async () => (await client.post('client/configure', { role: '' })).body.deployment_id;

  test('is another deployment, with keys of its own in place of all others, and the same channels', async () => {
    const before = await deployment();
    expect(await client.registerCodes(await client.blob([content(opened, 1, 'one')]))).toEqual([[[0]]]);
    await rotate({ table: 'DB1.PUBLIC.T' });
    const { status, body } = await failOver();
    expect(status).toBe(200);
    expect(await deployment()).toBe(body.deployment_id);
    expect(body.deployment_id).not.toBe(before);
    expect(await client.register(await client.blob([content(opened, 2, 'two')]))).toMatchObject({
      status: 400,
      body: { code: '59' },
    });
    const after = await client.open('T', 'C');
    expect(body.replaced).toContainEqual({
      database: 'DB1',
      schema: 'PUBLIC',
      table: 'T',
      encryption_key_id: after.encryption_key_id,
    });
    expect(after.offset_token).toBe('one');
    expect(await client.registerCodes(await client.blob([content(after, 2, 'two')]))).toEqual([[[0]]]);
    expect((await failOver({ table: 'T' })).status).toBe(400);
  });
});

test('keys outlive a restart, old and new', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'keys-'));
  const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const columns = { ID: 'NUMBER(18,0)!', NAME: 'VARCHAR(10)' };
  const first = await startStreaming({ folder, keys });
  const it = await first.createTable('T', columns);
  const raw = new RawClient(first);
  const channel = await raw.open('T', 'C');
  const blob = await raw.blob([content(channel)]);
  await rotate(undefined, first);
  const after = await raw.open('T', 'D');
  await first[Symbol.asyncDispose]();
  {
    await using second = await startStreaming({ folder, keys });
    const again = new RawClient(second);
    expect(await again.registerCodes(blob)).toEqual([[[0]]]);
    expect(await again.open('T', 'E')).toMatchObject({
      encryption_key: after.encryption_key,
      encryption_key_id: after.encryption_key_id,
    });
    expect(await second.rows(it, 'count(*)')).toEqual([['3']]);
  }
  rmSync(folder, { recursive: true, force: true });
});

test('the SDK takes each new key into use, with nothing lost', async () => {
  await using driver = new Driver();
  await driver.client('c', emulator.url, emulator.privateKey);
  await driver.open('k', { client: 'c', table: 'T' });
  const used: unknown[] = [];
  for (let round = 0; round < 4; round++) {
    await driver.send({ op: 'generate', id: 'k', first: round * 100, count: 100 });
    while ((await driver.committed('k')) !== String(round * 100 + 99)) await setTimeout(50);
    used.push(
      (emulator.registered.at(-1)?.blobs[0]?.chunks[0] as { encryption_key_id?: number })?.encryption_key_id,
    );
    if (round < 2) await rotate({ table: 'DB1.PUBLIC.T' });
  }
  await driver.close('k');
  // The key of the first round goes on until the answer of the second brings another, and so on.
  expect(used[0]).toBe(used[1]);
  expect(new Set(used).size).toBe(3);
  expect(await emulator.rows(table, 'count(*), count(DISTINCT ID)')).toEqual([['400', '400']]);
});
