import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type RequestOptions, request } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { STAGE_BUCKET } from '../../src/faults/endpoint.ts';
import { QueryRunner } from '../../src/query/runner.ts';
import { createApp } from '../../src/server.ts';
import { Sessions } from '../../src/session/sessions.ts';
import { JavaScriptHost } from '../../src/udf/javascript-host.ts';
import { post, rawLogin, startInTemporaryFolder } from '../local.ts';
import { startStreaming } from '../streaming/emulator.ts';
import { RawClient } from '../streaming/raw-client.ts';

const MIB = 1024 * 1024;

let emulator: Awaited<ReturnType<typeof startInTemporaryFolder>>;
beforeAll(async () => {
  emulator = await startInTemporaryFolder({ stage: 's3', user: 'U1' });
});
afterAll(() => emulator?.remove());

/** Every route that the server has, with a value for each parameter. */
const routes = await (async () => {
  await using streaming = await startStreaming();
  const javascript = new JavaScriptHost();
  const app = createApp({
    context: streaming.context,
    runner: new QueryRunner(streaming.context, javascript),
    faults: streaming.faults,
    stage: 's3',
    sessions: new Sessions('', Date.now),
    reset: async () => undefined,
  });
  // The middleware of `use` is listed too, as a route of every method.
  const served = app.routes.filter(
    ({ method, path }) => !(method === 'ALL' && /^\/(\*|v1|admin)/.test(path)),
  );
  const all = served.map(({ method, path }) => ({
    method: method === 'ALL' ? 'PUT' : method,
    path: path.replace(/\*$/, 'blobs/x').replace(/:(\w+)/g, '1'),
  }));
  return [...new Map(all.map((route) => [`${route.method} ${route.path}`, route])).values()];
})();

/** The answer to a request of which no byte of the body is sent before the answer comes, or 64 KiB and no end. */
function send(
  { method, path }: { readonly method: string; readonly path: string },
  headers: RequestOptions['headers'],
  body?: Buffer,
): Promise<number> {
  const { hostname, port } = new URL(emulator.url);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, method, path, headers, agent: false }, (response) => {
      resolve(response.statusCode ?? 0);
      response.destroy();
      sent.destroy();
    });
    sent.on('error', reject);
    sent.flushHeaders();
    if (body) sent.write(body);
  });
}

test('all routes are known to this test', () => {
  expect(routes.length).toBeGreaterThan(20);
  for (const path of ['/oauth/token-request', '/session/v1/login-request', '/health', '/admin/faults', '/'])
    expect(routes.map((route) => route.path)).toContain(path);
});

describe.each(routes)('$method $path without a login', (route) => {
  test('answers a body of 2 MiB before it has read it', async () => {
    expect(await send(route, { 'content-length': 2 * MIB })).toBe(413);
  });

  test('answers no page of another site, and under no other name', async () => {
    const host = new URL(emulator.url).host;
    for (const origin of [
      'https://evil.example',
      'null',
      'http://127.0.0.1:1',
      `https://${host}.evil.example`,
    ])
      expect([origin, await send(route, { origin })]).toEqual([origin, 403]);
    for (const other of ['evil.example', 'evil.example:80', '127.0.0.1.evil.example', '10.0.0.1', '[::2]'])
      expect([other, await send(route, { host: other })]).toEqual([other, 403]);
  });
});

test.each(routes.filter(({ method }) => method === 'POST' || method === 'PUT'))(
  '$method $path reads 64 KiB of a body of unknown length without a login',
  async (route) => {
    const chunked = { 'transfer-encoding': 'chunked' };
    expect(await send(route, chunked, Buffer.alloc(64 * 1024 + 1))).toBe(413);
  },
);

test('a page of its own may ask', async () => {
  const { origin, port } = new URL(emulator.url);
  expect(await send({ method: 'GET', path: '/page/state' }, { origin })).toBe(200);
  const host = `localhost:${port}`;
  expect(await send({ method: 'GET', path: '/health' }, { host, origin: `http://${host}` })).toBe(200);
});

test('a session may send large statements, with binds', async () => {
  const { token } = await rawLogin(emulator);
  const authorization = `Snowflake Token="${token}"`;
  const bindings = { 1: { type: 'TEXT', value: 'x'.repeat(3 * MIB) } };
  const statement = { sqlText: 'select length(?)', bindings };
  const { answer } = await post(emulator.url, '/queries/v1/query-request', statement, { authorization });
  expect(answer).toMatchObject({ success: true, data: { rowset: [[String(3 * MIB)]] } });
  expect((await post(emulator.url, '/queries/v1/query-request', statement)).status).toBe(413);
});

describe('a login that is not valid has the same answer with a large body, before it is read', () => {
  const PATH = '/queries/v1/query-request';
  const tokens = {
    'a text that is no token': { status: 401, code: '390104', token: async () => 'x' },
    'the token of a session that has ended': {
      ...{ status: 200, code: '390111' },
      token: async () => {
        const { token } = await rawLogin(emulator);
        const authorization = `Snowflake Token="${token}"`;
        await post(emulator.url, '/session?delete=true', '', { authorization });
        return token;
      },
    },
    'an expired token': {
      ...{ status: 200, code: '390112' },
      token: async () => {
        const { token, masterToken } = await rawLogin(emulator);
        const authorization = `Snowflake Token="${masterToken}"`;
        await post(emulator.url, '/session/token-request', {}, { authorization });
        return token;
      },
    },
  } as const;

  test.each(Object.entries(tokens))('%s', async (_, { token, status, code }) => {
    const headers = { authorization: `Snowflake Token="${await token()}"` };
    for (const length of [1, 200_000, 4 * MIB]) {
      const statement = { sqlText: `select '${'x'.repeat(length)}'` };
      const answered = await post(emulator.url, PATH, statement, headers);
      expect([length, answered.status, answered.answer.code]).toEqual([length, status, code]);
    }
    const path = { method: 'POST', path: PATH };
    expect(await send(path, { ...headers, 'content-length': 2 * MIB })).toBe(status);
    const chunked = { ...headers, 'transfer-encoding': 'chunked' };
    expect(await send(path, chunked, Buffer.alloc(1))).toBe(status);
  });

  test.each([
    ['POST', '/v1/streaming/channels/write/blobs/', 'Bearer x', 401],
    ['POST', '/v1/streaming/channels/write/blobs/', 'Basic x', 400],
    ['PUT', `/${STAGE_BUCKET}/blobs/x`, 'AWS4-HMAC-SHA256 Credential=X/1/r/s3/aws4_request', 403],
  ] as const)('%s %s with %s', async (method, path, authorization, status) => {
    for (const length of [1, 200_000, 2 * MIB])
      expect(await send({ method, path }, { authorization, 'content-length': length })).toBe(status);
  });
});

test('clients that are logged in may send more telemetry than others', async () => {
  const { token } = await rawLogin(emulator);
  const privateKey = createPrivateKey(readFileSync(emulator.privateKeyPath));
  const jwt = new RawClient({ url: emulator.url, privateKey, stageDir: '' }).jwt();
  const logs = { logs: [{ message: 'x'.repeat(MIB) }] };
  const session = { authorization: `Snowflake Token="${token}"` };
  const bearer = { authorization: `Bearer ${jwt}` };
  expect((await post(emulator.url, '/telemetry/send', logs, session)).status).toBe(200);
  expect((await post(emulator.url, '/telemetry/send/sessionless', logs, bearer)).status).toBe(200);
  expect((await post(emulator.url, '/telemetry/send/sessionless', logs)).status).toBe(413);
});

test('bodies without a login do not fill the memory', async () => {
  const { pid } = (await (await fetch(`${emulator.url}/health`)).json()) as { pid: number };
  const resident = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  const before = resident();
  const { hostname, port } = new URL(emulator.url);
  const chunk = Buffer.concat([Buffer.from('1000000\r\n'), Buffer.alloc(16 * MIB, '&'), Buffer.from('\r\n')]);
  let peak = before;
  const flood = () =>
    new Promise<void>((resolve) => {
      const socket = connect(Number(port), hostname);
      socket.on('error', () => undefined).on('close', () => resolve());
      socket.write(
        'POST /oauth/token-request HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n',
      );
      let sent = 0;
      const more = () => {
        peak = Math.max(peak, resident());
        if (sent++ < 16 && !socket.destroyed) socket.write(chunk, () => more());
        else socket.destroy();
      };
      more();
    });
  await Promise.all(Array.from({ length: 12 }, flood));
  // In kB: 12 connections of 256 MiB each would be 3 GiB.
  expect(peak - before).toBeLessThan(200 * 1024);
  expect((await fetch(`${emulator.url}/health`)).status).toBe(200);
});
