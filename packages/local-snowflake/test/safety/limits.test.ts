import { request } from 'node:http';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { type Client, post, rawLogin } from '../local.ts';
import { type LocalSession, sessionOfFile } from '../session-of-file.ts';

let emulator: LocalSession['emulator'];
let client: Client;
sessionOfFile((session) => {
  ({ emulator, client } = session);
});

const MIB = 1024 * 1024;

/**
 * The status of the answer to a request whose body comes as the stream gives it; EPIPE or ECONNRESET when the server
 * hung up on who was still writing before the answer could be read.
 */
function send(
  path: string,
  headers: Record<string, string>,
  body: Readable,
): Promise<number | string | undefined> {
  return new Promise((resolve, reject) => {
    const options = { method: 'POST', headers, agent: false };
    const sent = request(`${emulator.url}${path}`, options, (response) => {
      resolve(response.statusCode);
      body.destroy();
      sent.destroy();
    });
    sent.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EPIPE' || error.code === 'ECONNRESET' ? resolve(error.code) : reject(error),
    );
    sent.flushHeaders();
    body.pipe(sent);
  });
}

function* zeros(mebibytes: number): Generator<Buffer> {
  for (let sent = 0; sent < mebibytes; sent++) yield Buffer.alloc(MIB);
}

test('a request that announces too much is rejected before it is read', async () => {
  const headers = { 'content-length': String(300 * MIB) };
  expect(await send('/queries/v1/query-request', headers, new Readable({ read: () => undefined }))).toBe(413);
  const streaming = '/v1/streaming/channels/write/blobs/';
  expect(await send(streaming, headers, new Readable({ read: () => undefined }))).toBe(413);
});

test('one that announces nothing is cut off, a stranger sooner', async () => {
  const cutOff = [413, 'EPIPE', 'ECONNRESET'];
  expect(cutOff).toContain(await send('/session/v1/login-request', {}, Readable.from(zeros(3))));
  const { token } = await rawLogin(emulator);
  const authorization = `Snowflake Token="${token}"`;
  const body = Readable.from(zeros(300));
  expect(cutOff).toContain(await send('/queries/v1/query-request', { authorization }, body));
});

test('a body that unpacks to more than a request may have is an error', async () => {
  const { token } = await rawLogin(emulator);
  const packed = gzipSync(Buffer.alloc(300 * MIB, 0x20), { level: 1 });
  const { answer } = await post(emulator.url, '/queries/v1/query-request', new Uint8Array(packed), {
    authorization: `Snowflake Token="${token}"`,
    'content-encoding': 'gzip',
  });
  expect(answer).toMatchObject({ success: false, code: '000001' });
});

test.each([
  ['parentheses', `select ${'('.repeat(50_000)}1${')'.repeat(50_000)}`],
  ['subqueries', `${'select * from ('.repeat(20_000)}select 1${')'.repeat(20_000)}`],
  ['operators', `select ${'1+'.repeat(200_000)}1`],
  ['arrays', `select ${'['.repeat(50_000)}${']'.repeat(50_000)}`],
  ['JSON', `select parse_json('${'['.repeat(200_000)}${']'.repeat(200_000)}')`],
])('too many nested %s are an error, and the local Snowflake lives on', async (_what, sql) => {
  await client.rows(sql).catch(() => undefined);
  expect(await client.value('select 1')).toBe('1');
});
