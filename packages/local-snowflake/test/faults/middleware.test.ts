import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { type HttpBindings, serve } from '@hono/node-server';
import { Hono } from 'hono';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ENDPOINTS, type Endpoint } from '../../src/faults/endpoint.ts';
import { Faults } from '../../src/faults/faults.ts';
import { parseFaultFlag } from '../../src/faults/flag.ts';
import { faultMiddleware } from '../../src/faults/middleware.ts';

const PATHS: Record<Endpoint, [method: string, path: string]> = {
  configure: ['POST', '/v1/streaming/client/configure/'],
  open: ['POST', '/v1/streaming/channels/open/'],
  status: ['POST', '/v1/streaming/channels/status'],
  register: ['POST', '/v1/streaming/channels/write/blobs/?requestId=1'],
  drop: ['POST', '/v1/streaming/channels/drop/'],
  stage: ['PUT', '/local-stage/blobs/2026/1/x.bdec'],
  login: ['POST', '/session/v1/login-request?warehouse=W'],
  token: ['POST', '/session/token-request'],
  query: ['POST', '/queries/v1/query-request?requestId=1'],
  result: ['GET', '/queries/01b2/result'],
};
const ANSWER = JSON.stringify({ answer: 'x'.repeat(5000) });
const endpoints = ENDPOINTS.filter((each): each is Endpoint => each !== 'any');

let faults = new Faults(1);
let worked = 0;
let port = 0;
let server: ReturnType<typeof serve>;

beforeAll(async () => {
  const app = new Hono<{ Bindings: HttpBindings }>();
  app.use((c, next) => faultMiddleware(faults)(c, next));
  app.all('*', async (c) => {
    await c.req.text();
    worked++;
    return c.body(ANSWER, 200, { 'content-type': 'application/json', 'x-mark': 'real' });
  });
  server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 });
  await new Promise((resolve) => server.once('listening', resolve));
  port = (server.address() as AddressInfo).port;
});

afterAll(() => new Promise((resolve) => server.close(resolve)));

beforeEach(() => {
  faults = new Faults(1);
  worked = 0;
});

/** What comes over the wire until the connection ends; `error` when it was reset. */
function wire(endpoint: Endpoint): Promise<{ text: string; error: string | undefined }> {
  const [method, path] = PATHS[endpoint];
  return new Promise((resolve) => {
    let text = '';
    let error: string | undefined;
    const body = method === 'GET' ? '' : '{}';
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(
        `${method} ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
      );
    });
    socket.on('data', (data) => {
      text += data;
    });
    socket.on('error', (reason: NodeJS.ErrnoException) => {
      error = reason.code;
    });
    socket.on('close', () => resolve({ text, error }));
  });
}

describe.each(endpoints)('at %s', (endpoint) => {
  test('nothing happens without a rule, or with one for another endpoint', async () => {
    const other = endpoint === 'open' ? 'drop' : 'open';
    faults.add(parseFaultFlag(`${other}:reset`));
    expect((await wire(endpoint)).text).toContain(ANSWER);
  });

  test('http: the status comes, the work is not done', async () => {
    faults.add(parseFaultFlag(`${endpoint}:http=503`));
    const { text } = await wire(endpoint);
    expect(text).toMatch(/^HTTP\/1.1 503 /);
    expect(text).toContain(endpoint === 'stage' ? '<Code>SlowDown</Code>' : '"code":"503"');
    expect(worked).toBe(0);
  });

  test('delay and slow: the whole answer comes, later', async () => {
    faults.add(parseFaultFlag(`${endpoint}:delay=150`));
    faults.add(parseFaultFlag('any:slow=150'));
    const start = performance.now();
    const { text } = await wire(endpoint);
    expect(performance.now() - start).toBeGreaterThan(250);
    expect(text.endsWith(ANSWER)).toBe(true);
    expect(text).toContain('x-mark: real');
    expect(worked).toBe(1);
  });

  test('reset: no byte comes, the work is not done', async () => {
    faults.add(parseFaultFlag(`${endpoint}:reset`));
    expect(await wire(endpoint)).toEqual({ text: '', error: 'ECONNRESET' });
    expect(worked).toBe(0);
  });

  test('lost: no byte comes, the work is done', async () => {
    faults.add(parseFaultFlag('any:lost'));
    expect(await wire(endpoint)).toEqual({ text: '', error: 'ECONNRESET' });
    expect(worked).toBe(1);
  });

  test('cut: the head promises all, half of the body comes, the work is done', async () => {
    faults.add(parseFaultFlag(`${endpoint}:cut:count=1`));
    const { text } = await wire(endpoint);
    expect(text).toMatch(new RegExp(`^HTTP/1.1 200 .*content-length: ${ANSWER.length}`, 'si'));
    expect(text.endsWith(ANSWER.slice(0, ANSWER.length / 2 + 1).trimEnd())).toBe(true);
    expect(text).not.toContain(ANSWER);
    expect(worked).toBe(1);
    expect((await wire(endpoint)).text).toContain(ANSWER);
  });
});

test('codes of the SQL API travel as their errors do', async () => {
  faults.add(parseFaultFlag('query:code=390112'));
  faults.add(parseFaultFlag('login:code=1234'));
  const bodies = await Promise.all(
    (['query', 'login'] as const).map(async (endpoint) =>
      JSON.parse((await wire(endpoint)).text.split('\r\n\r\n')[1] ?? ''),
    ),
  );
  expect(bodies).toMatchObject([
    { success: false, code: '390112', data: { errorCode: '390112' } },
    { success: false, code: '001234' },
  ]);
  expect(worked).toBe(0);
});

test('codes of the streaming API: in an answer with 200, but 59 in one with 400', async () => {
  faults.add(parseFaultFlag('open:code=5'));
  faults.add(parseFaultFlag('register:code=59'));
  expect((await wire('open')).text).toMatch(/^HTTP\/1.1 200 .*"status_code":5,/s);
  expect((await wire('register')).text).toMatch(/^HTTP\/1.1 400 .*"code":"59"/s);
});

test('a filter reads the body, and the work still gets it', async () => {
  faults.add(parseFaultFlag('open:http=500:table=T:channel=C'));
  const [, path] = PATHS.open;
  const send = async (table: string) => {
    const body = JSON.stringify({ database: 'D', schema: 'S', table, channel: 'C' });
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', body });
    await response.text();
    return response.status;
  };
  expect([await send('U'), await send('t')]).toEqual([200, 500]);
  expect(worked).toBe(1);
});
