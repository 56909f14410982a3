import { request } from 'node:http';
import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { isLoopbackHost } from '../../src/http/loopback.ts';
import { type Shown, startShown, stream } from './shown.ts';

let shown: Shown;
beforeAll(async () => {
  shown = await startShown({ host: '0.0.0.0' });
  await shown.sql.rows('create table DB1.PUBLIC.PEOPLE (ID number(18,0), NAME varchar)');
  await stream(shown, { table: 'PEOPLE', channel: 'CH', rows: 7, token: 't7' });
});
afterAll(() => shown?.[Symbol.asyncDispose]());

/** A loaded machine may take its time. */
const SOON = { timeout: 20_000 };
const PATHS = ['/', '/page/state'];

/** A request as a browser sends it that was given another name for this address. */
function get(
  path: string,
  headers: Record<string, string>,
  address = '127.0.0.1',
): Promise<{ status: number | undefined; headers: NodeJS.Dict<string | string[]>; body: string }> {
  return new Promise((resolve, reject) => {
    const { port } = shown.emulator;
    request({ host: address, port, path, headers }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text) => {
        body += text;
      });
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body }));
    })
      .on('error', reject)
      .end();
  });
}

describe.each(PATHS)('%s', (path) => {
  test('answers under the names of this machine', async () => {
    for (const host of ['127.0.0.1:80', 'localhost', 'LOCALHOST:1234', '[::1]:80']) {
      expect((await get(path, { host })).status).toBe(200);
    }
  });

  test.each([
    'evil.example',
    '127.0.0.1.evil.example',
    'evil.example:80',
    'localhost.evil.example',
    '0.0.0.0',
  ])('rejects the host name "%s", under which a page of somebody else could read along', async (host) => {
    const { status, body } = await get(path, { host });
    expect(status).toBe(403);
    expect(body).not.toContain('DB1');
  });

  test('rejects a connection from another machine, whatever it calls itself', async () => {
    const outside = Object.values(networkInterfaces())
      .flatMap((each) => each ?? [])
      .find(({ internal, family }) => !internal && family === 'IPv4');
    // The machine's own outer address is the nearest to another machine that a test can have.
    if (outside === undefined) return expect(isLoopbackHost('10.0.0.1')).toBe(false);
    const { status, body } = await get(path, { host: '127.0.0.1' }, outside.address);
    expect(status).toBe(403);
    expect(body).toContain('on the machine');
  });

  test('gives no other origin leave to read, or to show it in a frame', async () => {
    const foreign = await get(path, { host: '127.0.0.1', origin: 'https://evil.example' });
    expect(foreign.status).toBe(403);
    expect(Object.keys(foreign.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    expect((await get(path, { host: '127.0.0.1' })).headers).toMatchObject({
      'cache-control': 'no-store',
      'cross-origin-resource-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
    });
  });

  test('holds no secret', async () => {
    const { body } = await get(path, { host: '127.0.0.1' });
    const { password } = shown.emulator;
    const { encryption_key } = await shown.streaming.open('PEOPLE', 'OTHER');
    for (const secret of [password, encryption_key, 'PRIVATE KEY', 'ver:1-'])
      expect(body).not.toContain(secret);
  });
});

test('the page allows its own script and style only', async () => {
  const { headers, body } = await get('/', { host: '127.0.0.1' });
  const policy = String(headers['content-security-policy']);
  expect(policy).toMatch(/^default-src 'none'; script-src 'sha256-[^ ]+'; style-src 'sha256-[^ ]+'; /);
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toMatch(/unsafe|https?:/);
  expect(body).not.toMatch(/ on\w+=|javascript:|style="/i);
});

test('the state is what SQL and streaming have done', async () => {
  const state = JSON.parse((await get('/page/state', { host: '127.0.0.1' })).body);
  const database = state.databases.find(({ name }: { name: string }) => name === 'DB1');
  expect(database.schemas[0]).toMatchObject({
    name: 'PUBLIC',
    tables: [
      {
        name: 'PEOPLE',
        kind: 'table',
        rows: 7,
        columns: [
          { name: 'ID', type: 'NUMBER(18,0)', nullable: true },
          { name: 'NAME', type: 'VARCHAR(16777216)', nullable: true },
        ],
      },
    ],
  });
  expect(state.channels).toContainEqual({
    table: 'DB1.PUBLIC.PEOPLE',
    name: 'CH',
    clientSequencer: 0,
    rowSequencer: 1,
    offsetToken: 't7',
  });
  expect(state.queries[0]).toMatchObject({
    sql: expect.stringContaining('create table'),
    status: 'done',
    rows: null,
    error: null,
  });
});

test('queries are kept in a bounded number, with texts of a bounded length', async () => {
  const long = `select '${'x'.repeat(100_000)}'`;
  await shown.sql.rows(long);
  for (let count = 0; count < 250; count++) await shown.sql.rows(`select ${count}`);
  const body = (await get('/page/state', { host: '127.0.0.1' })).body;
  const { queries } = JSON.parse(body) as { queries: { sql: string; rows: number; took: number }[] };
  expect(queries.length).toBe(100);
  expect(queries[0]).toMatchObject({ sql: 'select 249', rows: 1 });
  expect(queries[0]?.took).toBeGreaterThan(0);
  await shown.sql.rows(long);
  const latest = async (): Promise<string> =>
    JSON.parse((await get('/page/state', { host: '127.0.0.1' })).body).queries[0].sql;
  await expect.poll(latest, SOON).toMatch(/^select 'x+… \(100009 characters\)$/);
  expect((await latest()).length).toBeLessThan(5_000);
});

test('a statement that runs is shown as running, one that failed with its error, DML with its rows', async () => {
  const looked = async () => JSON.parse((await get('/page/state', { host: '127.0.0.1' })).body).queries[0];
  const cancelled = new Promise<string | undefined>((resolve) => {
    const statement = shown.sql.connection.execute({
      sqlText: 'select count(*) from table(generator(rowcount => 100000000000))',
      complete: (error) => resolve(error?.message),
    });
    void expect
      .poll(looked, SOON)
      .toMatchObject({ sql: expect.stringContaining('100000000000'), status: 'running', rows: null })
      .then(() => statement.cancel(() => undefined));
  });
  expect(await cancelled).toMatch(/cancel/i);
  await shown.sql.rows('insert into DB1.PUBLIC.PEOPLE select 1, null from table(generator(rowcount => 12))');
  await shown.sql.error('select * from NOWHERE');
  await expect.poll(looked, SOON).toMatchObject({
    status: 'failed',
    rows: null,
    error: expect.stringMatching(/^002003: /),
  });
  const { queries } = JSON.parse((await get('/page/state', { host: '127.0.0.1' })).body);
  expect(queries[1]).toMatchObject({ status: 'done', rows: 12 });
});

test('only loopback names count as such', () => {
  const not = [
    '127.0.0.1@evil.example',
    '127.0.0.1:80:80',
    '[::1',
    '::1',
    '[fe80::1]',
    '127.1',
    '1',
    'localhost.',
  ];
  expect(not.filter(isLoopbackHost)).toEqual([]);
});

test('the id of a query, which the page shows, does not lead to its rows', async () => {
  const rows = await shown.sql.rows('select seq4() from table(generator(rowcount => 50000))');
  expect(rows).toHaveLength(50_000);
  const id = await vi.waitUntil(async () => {
    const { queries } = JSON.parse((await get('/page/state', { host: '127.0.0.1' })).body);
    return queries.find(({ sql }: { sql: string }) => sql.includes('50000'))?.id;
  }, SOON);
  for (const key of ['', '?key=', `?key=${id}`]) {
    const { status } = await get(`/queries/${id}/chunks/0${key}`, { host: '127.0.0.1' });
    expect(status).toBe(403);
  }
});
