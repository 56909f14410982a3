import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { adminGuard } from '../../src/admin/guard.ts';
import { adminToken } from '../../src/admin/token.ts';
import { ADMIN_TOKEN, type StreamingEmulator, startStreaming } from '../streaming/emulator.ts';
import { RawClient } from '../streaming/raw-client.ts';

let emulator: StreamingEmulator;

beforeAll(async () => {
  emulator = await startStreaming();
});

afterAll(() => emulator[Symbol.asyncDispose]());
afterEach(() => emulator.faults.clear());

async function admin(
  method: string,
  path: string,
  body?: unknown,
  authorization: string | undefined = `Bearer ${ADMIN_TOKEN}`,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(`${emulator.url}/admin/${path}`, {
    method,
    headers: authorization === undefined ? {} : { authorization },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

describe('faults through the admin API', () => {
  test('are added, act, are counted, and go one by one or all together', async () => {
    const rule = { endpoint: 'status', kind: 'http', status: 503, count: 1 };
    const added = await admin('POST', 'faults', rule);
    expect(added).toEqual({ status: 201, body: { id: expect.any(Number), rule, seen: 0, injected: 0 } });
    const second = await admin('POST', 'faults', { endpoint: 'any', kind: 'delay', ms: 1 });
    const client = new RawClient(emulator);
    expect([(await client.status()).status, (await client.status()).status]).toEqual([503, 200]);
    expect((await admin('GET', 'faults')).body).toMatchObject({
      seed: emulator.faults.seed,
      faults: [
        { rule, seen: 2, injected: 1 },
        { seen: 1, injected: 1 },
      ],
    });
    expect((await admin('DELETE', `faults/${added.body.id}`)).status).toBe(200);
    expect((await admin('DELETE', `faults/${added.body.id}`)).status).toBe(404);
    expect((await admin('GET', 'faults')).body.faults).toMatchObject([{ id: second.body.id }]);
    expect((await admin('DELETE', 'faults')).body.faults).toEqual([]);
    expect(emulator.faults.list()).toEqual([]);
  });

  test.each<[body: unknown, problem: string]>([
    ['{', 'the body is not a JSON object'],
    ['[]', 'the body is not a JSON object'],
    [{}, 'kind takes one of'],
    [{ endpoint: 'status', kind: 'code', code: 35 }, 'code 35 is not a status code'],
    [{ endpoint: 'status', kind: 'reset', wrong: 1 }, 'unknown: wrong'],
  ])('the rule %j is rejected in one line', async (body, problem) => {
    const answer = await admin('POST', 'faults', body);
    expect(answer.status).toBe(400);
    expect(String(answer.body.error).toLowerCase()).toContain(problem.toLowerCase());
    expect(emulator.faults.list()).toEqual([]);
  });
});

describe('who is let in', () => {
  const rule = { endpoint: 'any', kind: 'reset' };

  test.each([
    undefined,
    '',
    'Bearer ',
    'Bearer wrong',
    `Basic ${ADMIN_TOKEN}`,
    ADMIN_TOKEN,
    `Bearer ${ADMIN_TOKEN} x`,
  ])('not with the authorization %j', async (authorization) => {
    const paths = [
      ['GET', 'faults'],
      ['POST', 'faults'],
      ['DELETE', 'faults'],
      ['DELETE', 'faults/1'],
      ['POST', 'rotate-keys'],
    ] as const;
    for (const [method, path] of paths) {
      const response = await fetch(`${emulator.url}/admin/${path}`, {
        method,
        headers: authorization === undefined ? {} : { authorization },
        ...(method === 'POST' ? { body: JSON.stringify(rule) } : {}),
      });
      expect(response.status).toBe(401);
      expect(await response.text()).not.toContain(ADMIN_TOKEN);
    }
    expect(emulator.faults.list()).toEqual([]);
  });

  test.each<[address: string | undefined, status: number]>([
    ['127.0.0.1', 200],
    ['127.3.2.1', 200],
    ['::1', 200],
    ['::ffff:127.0.0.1', 200],
    ['::ffff:10.0.0.1', 403],
    ['10.0.0.1', 403],
    ['1127.0.0.1', 403],
    [
      Object.values(networkInterfaces())
        .flat()
        .find((each) => each?.internal === false)?.address,
      403,
    ],
    [undefined, 403],
  ])('from %s: %i', async (remoteAddress, status) => {
    const app = new Hono<{ Bindings: HttpBindings }>();
    app.use(adminGuard('t'));
    app.get('/', (c) => c.text('in'));
    const headers = { authorization: 'Bearer t' };
    const response = await app.request('/', { headers }, { incoming: { socket: { remoteAddress } } });
    expect(response.status).toBe(status);
  });
});

test('the token is made once and only its owner reads it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'token-'));
  const token = adminToken(folder);
  expect(token.length).toBeGreaterThanOrEqual(32);
  expect(adminToken(folder)).toBe(token);
  expect(statSync(join(folder, 'admin_token')).mode & 0o777).toBe(0o600);
  rmSync(folder, { recursive: true });
});
