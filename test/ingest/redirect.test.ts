import { generateKeyPairSync } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { parsePrivateKey } from '../../src/config/private-key.ts';
import type { SnowflakeSqlSettings } from '../../src/config/settings.ts';
import { openSession } from '../../src/snowflake/session.ts';
import { stopJvm } from '../fixtures/jvm.ts';
import { openClient, startJvm } from './streaming.ts';

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const key = parsePrivateKey(pem, undefined, 'the key of the test');

/** Each request that reached the server to which the first one redirects. */
const elsewhere: string[] = [];
let status = 307;
let other: Server;
let first: Server;

const urlOf = (server: Server, host = '127.0.0.1') =>
  `http://${host}:${(server.address() as AddressInfo).port}`;
const listen = (server: Server) =>
  new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));

beforeAll(async () => {
  other = createServer((request, response) => {
    elsewhere.push(`${request.method} ${request.url}`);
    request.resume().on('end', () => response.end('{}'));
  });
  first = createServer((request: IncomingMessage, response) => {
    request.resume().on('end', () => {
      if (request.method === 'HEAD') return response.end();
      response.writeHead(status, { location: `${urlOf(other, 'localhost')}${request.url}` });
      return response.end();
    });
  });
  await Promise.all([listen(other), listen(first)]);
});
afterAll(async () => {
  for (const server of [other, first]) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
  await stopJvm();
});
beforeEach(() => elsewhere.splice(0));

const base = () => ({
  account: 'acct',
  url: urlOf(first),
  user: 'LOADER',
  database: 'DB',
  schema: 'S',
});
const oauth = { type: 'OAuth', clientId: 'id', clientSecret: 'secret', refreshToken: 'refresh' } as const;
const jwt = { type: 'JWT', privateKey: key } as const;

describe.each([301, 302, 303, 307, 308])('HTTP %i to another address', (given) => {
  test.each<[string, Pick<SnowflakeSqlSettings, 'sql' | 'streaming'>]>([
    ['a password', { sql: { authenticator: 'PASSWORD', password: 'secret' } }],
    ['a key pair', { sql: { authenticator: 'SNOWFLAKE_JWT', privateKey: key }, streaming: jwt }],
    ['a token', { sql: { authenticator: 'OAUTH', token: 'secret' } }],
    ['a refresh token', { sql: { authenticator: 'OAUTH' }, streaming: oauth }],
  ])('gets no SQL login by %s', async (_what, login) => {
    status = given;
    const failure = await openSession({ ...base(), ...login }).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({
      code: 'SNOWFLAKE_DENIED',
      message: expect.stringContaining(`redirects to ${urlOf(other, 'localhost')}`),
    });
    expect(elsewhere).toEqual([]);
  });
});

test.each([301, 302, 303, 307, 308])('HTTP %i to another address gets no streaming login', async (given) => {
  status = given;
  const jvm = await startJvm();
  const target = { url: urlOf(first), privateKey };
  await expect(openClient(jvm, target)).rejects.toMatchObject({ code: 'JAVA_EXCEPTION' });
  const connection = { ...base(), role: 'R1', streaming: oauth, sql: { authenticator: 'OAUTH' } as const };
  await expect(openClient(jvm, target, { connection })).rejects.toMatchObject({
    code: 'SNOWFLAKE_DENIED',
    message: expect.stringContaining('redirects to'),
  });
  expect(elsewhere).toEqual([]);
});
