import { generateKeyPairSync } from 'node:crypto';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { startEmulator } from 'local-snowflake';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { parsePrivateKey } from '../../src/config/private-key.ts';
import type { SnowflakeSettings } from '../../src/config/settings.ts';
import { SnowstreamError } from '../../src/errors.ts';
import { openSession } from '../../src/snowflake/session.ts';
import { type Ends, settingsOf, startEnds } from '../e2e/local.ts';

let ends: Ends;

beforeAll(async () => {
  ends = await startEnds();
});

afterAll(() => ends[Symbol.asyncDispose]());

async function failure(more: Partial<SnowflakeSettings>): Promise<SnowstreamError> {
  try {
    await (await openSession({ ...settingsOf(ends.emulator), ...more })).close();
  } catch (error) {
    if (error instanceof SnowstreamError) return error;
    throw error;
  }
  throw new Error('it logged in');
}

describe('a session', () => {
  test('gives every value as text, and NULL as null', async () => {
    const [row] = await ends.snowflake.execute(
      `SELECT 12345678901234567890123456789012345678::NUMBER(38,0) AS N, 1.50::NUMBER(5,2) AS D, 'NULL' AS T, NULL AS X,
              '' AS E, TRUE AS B, TO_VARCHAR('2024-02-29'::DATE, 'YYYY-MM-DD') AS Y, NULL::NUMBER AS Z`,
    );
    expect(row).toEqual({
      N: '12345678901234567890123456789012345678',
      D: expect.stringMatching(/^1\.50?$/),
      T: 'NULL',
      X: null,
      E: '',
      B: expect.stringMatching(/^true$/i),
      Y: '2024-02-29',
      Z: null,
    });
  });

  test('binds values', async () => {
    const text = `'"\\ ü 🙂 ; --`;
    expect(await ends.snowflake.execute('SELECT ? AS A, ? AS B', [text, null])).toEqual([
      { A: text, B: null },
    ]);
  });

  test('works in UTC', async () => {
    const [row] = await ends.snowflake.execute(
      "SELECT TO_VARCHAR('2024-07-01 12:00:00'::TIMESTAMP_LTZ, 'TZHTZM') AS Z",
    );
    expect(row?.Z).toBe('Z');
  });

  test("names Snowflake's code for a statement that it rejects, in one line, and stays usable", async () => {
    await expect(ends.snowflake.execute('SELECT * FROM no_such_table')).rejects.toMatchObject({
      code: 'SNOWFLAKE_SQL',
      message: expect.stringMatching(/^Snowflake 002003 \(\w+\): [^\n]*NO_SUCH_TABLE[^\n]*$/),
    });
    await expect(ends.snowflake.execute('SELEC 1')).rejects.toMatchObject({
      message: expect.stringMatching(/^Snowflake 001003 /),
    });
    expect(await ends.snowflake.execute('SELECT 1 AS N')).toEqual([{ N: '1' }]);
  });

  test('logs in with a password too', async () => {
    const { password } = ends.emulator;
    const session = await openSession({
      ...settingsOf(ends.emulator),
      sql: { authenticator: 'PASSWORD', password },
    });
    expect(await session.execute('SELECT CURRENT_USER() AS U')).toEqual([{ U: ends.emulator.user }]);
    await session.close();
    await session.close();
  });
});

test('a session that Snowflake no longer knows is opened again, in UTC like the first', async () => {
  const dataDir = join(ends.cwd, 'restarted');
  const first = await startEmulator({ dataDir });
  await using session = await openSession(settingsOf(first));
  expect(await session.execute('SELECT 1 AS N')).toEqual([{ N: '1' }]);
  await first.stop();
  // Sessions live in its memory.
  await using _second = await startEmulator({ dataDir, port: first.port });
  const zone = "SELECT TO_VARCHAR('2024-07-01 12:00:00'::TIMESTAMP_LTZ, 'TZHTZM') AS Z";
  const large = `SELECT LENGTH('${'x'.repeat(200_000)}') AS N`;
  const answers = await Promise.all([session.execute(large), session.execute(zone)]);
  expect(answers).toEqual([[{ N: '200000' }], [{ Z: 'Z' }]]);
});

test('an account without autocommit takes nothing back that was done', async () => {
  const url = await withParameters({ AUTOCOMMIT: false });
  const session = await openSession({ ...settingsOf(ends.emulator), url });
  await session.execute('CREATE TABLE KEPT (ID NUMBER(3,0))');
  await session.execute('INSERT INTO KEPT VALUES (1), (2)');
  await session.close();
  expect(await ends.snowflake.execute('SELECT COUNT(*) AS N FROM KEPT')).toEqual([{ N: '2' }]);
});

/** The address of the local Snowflake, by which logins have these parameters from the start. */
async function withParameters(parameters: Readonly<Record<string, unknown>>): Promise<string> {
  const proxy = createHttpServer(async (request, response) => {
    const { url = '', method = 'GET', headers } = request;
    const sent = await buffer(request);
    const isPacked = headers['content-encoding'] === 'gzip';
    const forwarded = { ...headers } as Record<string, string>;
    let body: Buffer | string = sent;
    if (url.startsWith('/session/v1/login-request')) {
      const login = JSON.parse((isPacked ? gunzipSync(sent) : sent).toString());
      login.data.SESSION_PARAMETERS = { ...login.data.SESSION_PARAMETERS, ...parameters };
      body = JSON.stringify(login);
      delete forwarded['content-encoding'];
    }
    for (const name of ['host', 'connection', 'content-length', 'transfer-encoding']) delete forwarded[name];
    const answer = await fetch(`${ends.emulator.url}${url}`, {
      method,
      headers: forwarded,
      ...(sent.length > 0 && { body: new Uint8Array(Buffer.from(body)) }),
    });
    response.writeHead(answer.status, { 'content-type': 'application/json' });
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  onTestFinished(() => void proxy.close());
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
}

describe('a session that cannot be had', () => {
  test('a wrong password', async () => {
    const error = await failure({ sql: { authenticator: 'PASSWORD', password: 'wrong-one' } });
    expect(error).toMatchObject({ code: 'SNOWFLAKE_DENIED', exitCode: 2 });
    expect(error.message).toMatch(
      new RegExp(`^access denied by Snowflake for user ${ends.emulator.user}: [^\\n]+$`),
    );
    expect(error.message).not.toContain('wrong-one');
  });

  test('a key that nobody knows', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const key = parsePrivateKey(pem, undefined, 'the other key');
    expect(await failure({ sql: { authenticator: 'SNOWFLAKE_JWT', privateKey: key } })).toMatchObject({
      code: 'SNOWFLAKE_DENIED',
    });
  });

  test('OAuth without a token', async () => {
    expect(await failure({ sql: { authenticator: 'OAUTH' } })).toMatchObject({
      code: 'CONFIG_MISSING',
      message: expect.stringContaining('SNOWFLAKE_TOKEN'),
    });
  });

  test('nobody listens: said at once, with where', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const started = performance.now();
    expect(await failure({ url: `http://127.0.0.1:${port}` })).toMatchObject({
      code: 'SNOWFLAKE_UNREACHABLE',
      exitCode: 5,
      message: expect.stringMatching(
        new RegExp(`^Snowflake at http://127\\.0\\.0\\.1:${port} cannot be reached: .*ECONNREFUSED`),
      ),
    });
    // The SDK itself would try for half a minute and more.
    expect(performance.now() - started).toBeLessThan(25_000);
  });

  test('a name that does not resolve', async () => {
    expect(await failure({ url: 'https://no-such-account.invalid:443' })).toMatchObject({
      code: 'SNOWFLAKE_UNREACHABLE',
      message: expect.stringContaining('no-such-account.invalid'),
    });
  });
});
