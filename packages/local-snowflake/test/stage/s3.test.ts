import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type StreamingEmulator, startStreaming } from '../streaming/emulator.ts';
import { RawClient } from '../streaming/raw-client.ts';

let emulator: StreamingEmulator;
let credentials: { AWS_KEY_ID: string; AWS_SECRET_KEY: string; AWS_TOKEN: string };

beforeAll(async () => {
  emulator = await startStreaming({ stage: 's3' });
  const { body } = await new RawClient(emulator).post<{ stage_location: Record<string, unknown> }>(
    'client/configure',
    { role: 'R1' },
  );
  expect(body.stage_location).toMatchObject({
    locationType: 'S3',
    location: 'local-stage/blobs/',
    endPoint: emulator.url,
  });
  credentials = body.stage_location.creds as typeof credentials;
});

afterAll(() => emulator[Symbol.asyncDispose]());

interface S3Answer {
  status: number | undefined;
  headers: Record<string, unknown>;
  text: string;
}

/** A request as S3 clients make it; the path is sent as it stands, which `fetch` would not do. */
function send(
  method: string,
  path: string,
  body: Buffer | string = '',
  headers: Record<string, string> = {},
): Promise<S3Answer> {
  const authorization = `AWS4-HMAC-SHA256 Credential=${credentials.AWS_KEY_ID}/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=00`;
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: '127.0.0.1',
        port: new URL(emulator.url).port,
        method,
        path,
        headers: { authorization, 'x-amz-security-token': credentials.AWS_TOKEN, ...headers },
      },
      (response) => {
        const pieces: Buffer[] = [];
        response.on('data', (piece) => pieces.push(piece));
        response.on('end', () =>
          resolve({
            status: response.statusCode,
            headers: response.headers,
            text: Buffer.concat(pieces).toString('latin1'),
          }),
        );
        response.on('error', reject);
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

const url = (name: string) => `/local-stage/blobs/2026/1/2/${name}`;
const stored = (name: string) => readFileSync(join(emulator.stageDir, '2026/1/2', name));
const isThere = (name: string) => existsSync(join(emulator.stageDir, '2026/1/2', name));
const md5 = (data: Buffer) => createHash('md5').update(data).digest();
const data = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 7919) % 251));

function chunked(parts: Buffer[], trailer = ''): Buffer {
  const framed = parts.map((part) =>
    Buffer.concat([
      Buffer.from(`${part.length.toString(16)};chunk-signature=abc\r\n`),
      part,
      Buffer.from('\r\n'),
    ]),
  );
  return Buffer.concat([...framed, Buffer.from(`0;chunk-signature=abc\r\n${trailer}\r\n`)]);
}

const framing = (length: number) => ({
  'content-encoding': 'aws-chunked',
  'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
  'x-amz-decoded-content-length': String(length),
});

const crc = (of: Buffer) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(of));
  return bytes.toString('base64');
};

describe('PUT', () => {
  test('as it is, with its MD5 sum', async () => {
    const answer = await send('PUT', url('plain.bdec'), data, {
      'content-md5': md5(data).toString('base64'),
      'content-length': String(data.length),
    });
    expect([answer.status, answer.headers.etag]).toEqual([200, `"${md5(data).toString('hex')}"`]);
    expect(stored('plain.bdec').equals(data)).toBe(true);
  });

  test.each([1, 7, 65_536, 300_000])('in aws-chunked frames of %i bytes', async (size) => {
    const part = data.subarray(0, size < 100 ? 1000 : data.length);
    const parts = Array.from({ length: Math.ceil(part.length / size) }, (_, index) =>
      part.subarray(index * size, (index + 1) * size),
    );
    const answer = await send('PUT', url(`c${size}.bdec`), chunked(parts), framing(part.length));
    expect([answer.status, answer.headers.etag]).toEqual([200, `"${md5(part).toString('hex')}"`]);
    expect(stored(`c${size}.bdec`).equals(part)).toBe(true);
  });

  test.each([
    ['x-amz-checksum-crc32', crc(data)],
    ['x-amz-checksum-sha256', createHash('sha256').update(data).digest('base64')],
    ['x-amz-checksum-sha1', createHash('sha1').update(data).digest('base64')],
    ['x-amz-checksum-crc64nvme', 'not verified'],
  ])('with the trailer %s', async (name, sum) => {
    const headers = {
      ...framing(data.length),
      'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
      'x-amz-trailer': name,
    };
    const body = chunked([data], `${name}:${sum}\r\n`);
    expect((await send('PUT', url(`${name}.bdec`), body, headers)).status).toBe(200);
    expect(stored(`${name}.bdec`).equals(data)).toBe(true);
  });

  const wrongCrc = `x-amz-checksum-crc32:${crc(Buffer.from('other'))}\r\n`;
  test.each<[what: string, body: Buffer, headers: Record<string, string>, code: string]>([
    ['another MD5 sum', data, { 'content-md5': md5(Buffer.from('x')).toString('base64') }, 'BadDigest'],
    ['another checksum', data, { 'x-amz-checksum-sha256': 'x' }, 'BadDigest'],
    [
      'another checksum in the trailer',
      chunked([data], wrongCrc),
      { ...framing(data.length), 'x-amz-trailer': 'x-amz-checksum-crc32' },
      'BadDigest',
    ],
    ['another length', chunked([data]), framing(data.length + 1), 'IncompleteBody'],
    ['no last frame', chunked([data]).subarray(0, 200_000), framing(data.length), 'IncompleteBody'],
    ['a length that is none', Buffer.from('zz\r\nx\r\n'), framing(1), 'IncompleteBody'],
    ['a frame that is too long', Buffer.from('1\r\nxy\r\n0\r\n\r\n'), framing(1), 'IncompleteBody'],
    ['a head without end', Buffer.alloc(20_000, '1'), framing(1), 'IncompleteBody'],
  ])('with %s is rejected, and nothing is stored', async (_, body, headers, code) => {
    const answer = await send('PUT', url('bad.bdec'), body, headers);
    expect([answer.status, answer.text]).toEqual([400, expect.stringContaining(`<Code>${code}</Code>`)]);
    expect(isThere('bad.bdec')).toBe(false);
    expect(drafts()).toEqual([]);
  });

  test('that breaks off leaves nothing', async () => {
    const sent = request({
      host: '127.0.0.1',
      port: new URL(emulator.url).port,
      method: 'PUT',
      path: url('broken.bdec'),
      headers: {
        authorization: `AWS4-HMAC-SHA256 Credential=${credentials.AWS_KEY_ID}/x`,
        'x-amz-security-token': credentials.AWS_TOKEN,
        'content-length': '1000',
      },
    });
    sent.on('error', () => undefined);
    sent.write('half');
    while (drafts().length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    sent.destroy();
    while (drafts().length > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(isThere('broken.bdec')).toBe(false);
  });
});

describe('what is there', () => {
  test('HEAD and GET', async () => {
    await send('PUT', url('there.bdec'), data);
    const head = await send('HEAD', url('there.bdec'));
    expect([head.status, head.headers['content-length'], head.text]).toEqual([200, String(data.length), '']);
    const got = await send('GET', url('there.bdec'));
    expect(Buffer.from(got.text, 'latin1').equals(data)).toBe(true);
    expect((await send('GET', url('none.bdec'))).status).toBe(404);
    expect((await send('HEAD', url('none.bdec'))).status).toBe(404);
    expect((await send('DELETE', url('there.bdec'))).status).toBe(405);
    expect(isThere('there.bdec')).toBe(true);
  });
});

describe('in parts', () => {
  const begin = async (name: string) =>
    /<UploadId>([^<]+)/.exec((await send('POST', `${url(name)}?uploads`)).text)?.[1] ?? '';
  const part = (name: string, id: string, number: number, body: Buffer) =>
    send('PUT', `${url(name)}?uploadId=${id}&partNumber=${number}`, chunked([body]), framing(body.length));
  const list = (...parts: (readonly [number: number, content: Buffer])[]) => {
    const all = parts.map(
      ([number, content]) =>
        `<Part><ETag>&quot;${md5(content).toString('hex')}&quot;</ETag><PartNumber>${number}</PartNumber></Part>`,
    );
    return `<CompleteMultipartUpload>${all.join('')}</CompleteMultipartUpload>`;
  };

  test('put together in the order of the list, a part sent twice counting once', async () => {
    const id = await begin('parts.bdec');
    await part('parts.bdec', id, 2, data.subarray(100_000));
    await part('parts.bdec', id, 1, Buffer.from('wrong'));
    await part('parts.bdec', id, 1, data.subarray(0, 100_000));
    expect(isThere('parts.bdec')).toBe(false);
    const [first, second] = [data.subarray(0, 100_000), data.subarray(100_000)];
    const complete = (name: string, body: string) => send('POST', `${url(name)}?uploadId=${id}`, body);
    const wrong = list([1, Buffer.from('wrong')], [2, second]);
    expect((await complete('parts.bdec', wrong)).text).toContain('<Code>InvalidPart</Code>');
    const backwards = list([2, second], [1, first]);
    expect((await complete('parts.bdec', backwards)).text).toContain('<Code>InvalidPartOrder</Code>');
    const other = await complete('other.bdec', list([1, first], [2, second]));
    expect([other.status, other.text]).toEqual([404, expect.stringContaining('<Code>NoSuchUpload</Code>')]);
    expect((await part('other.bdec', id, 3, data)).status).toBe(404);
    expect(isThere('parts.bdec') || isThere('other.bdec')).toBe(false);
    const answer = await complete('parts.bdec', list([1, first], [2, second]));
    expect(answer.text).toMatch(/<ETag>"[0-9a-f]{32}-2"<\/ETag>/);
    expect(stored('parts.bdec').equals(data)).toBe(true);
    expect(drafts()).toEqual([]);
    expect((await send('POST', `${url('parts.bdec')}?uploadId=${id}`, list([1, first]))).status).toBe(404);
  });

  test('given up, or wrong', async () => {
    const id = await begin('given-up.bdec');
    await part('given-up.bdec', id, 1, data);
    expect(
      (await send('POST', `${url('given-up.bdec')}?uploadId=${id}`, list([1, data], [2, data]))).status,
    ).toBe(400);
    expect((await send('POST', `${url('given-up.bdec')}?uploadId=${id}`, '')).status).toBe(400);
    expect((await part('given-up.bdec', id, 0, data)).status).toBe(400);
    expect((await part('given-up.bdec', 'none', 1, data)).status).toBe(404);
    expect((await send('DELETE', `${url('given-up.bdec')}?uploadId=${id}`)).status).toBe(204);
    expect(isThere('given-up.bdec')).toBe(false);
    expect(drafts()).toEqual([]);
  });
});

describe('who is let in, and where to', () => {
  test.each<[what: string, headers: Record<string, string>]>([
    ['no authorization', { authorization: '' }],
    ['another key id', { authorization: 'AWS4-HMAC-SHA256 Credential=LOCALXXXXXXXXXXXXXXX/2026/x' }],
    ['no token', { 'x-amz-security-token': '' }],
    ['another token', { 'x-amz-security-token': 'x'.repeat(64) }],
    // As many characters as the right one has, and more bytes.
    ['a token of other bytes', { 'x-amz-security-token': 'ü'.repeat(64) }],
    [
      'a key id of other bytes',
      { authorization: `AWS4-HMAC-SHA256 Credential=LOCAL${'ü'.repeat(15)}/2026/x` },
    ],
  ])('403 with %s', async (_, headers) => {
    for (const method of ['PUT', 'GET', 'HEAD', 'POST', 'DELETE']) {
      expect((await send(method, url('stranger.bdec'), '', headers)).status).toBe(403);
    }
    expect(isThere('stranger.bdec')).toBe(false);
  });

  test.each([
    '/local-stage/blobs/../../outside.bdec',
    '/local-stage/blobs/%2e%2e/outside.bdec',
    '/local-stage/blobs/..%2f..%2foutside.bdec',
    '/local-stage/blobs/a%2f..%2f..%2foutside.bdec',
    '/local-stage/blobs/%2fetc%2foutside.bdec',
    '/local-stage/blobs/a%5c..%5coutside.bdec',
    '/local-stage/blobs/a%00outside.bdec',
    '/local-stage/blobs/.drafts/outside.bdec',
    '/local-stage/blobs/.DRAFTS/outside.bdec',
    '/local-stage/blobs/',
    '/local-stage/outside.bdec',
    '/local-stage/blobs/%zz',
    '/local-stage/blobs/link/outside.bdec',
  ])('%s is no place for a blob', async (path) => {
    const outside = join(emulator.stageDir, '../outside');
    mkdirSync(outside, { recursive: true });
    if (!existsSync(join(emulator.stageDir, 'link'))) symlinkSync(outside, join(emulator.stageDir, 'link'));
    const answer = await send('PUT', path, 'x');
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    const parent = readdirSync(join(emulator.stageDir, '..'), { recursive: true, encoding: 'utf8' });
    expect(parent.filter((each) => each.includes('outside.bdec'))).toEqual([]);
  });

  test('a local stage has no such door', async () => {
    await using local = await startStreaming();
    const response = await fetch(`${local.url}${url('x.bdec')}`, { method: 'PUT', body: 'x' });
    expect(response.status).toBe(404);
  });
});

function drafts(): string[] {
  const folder = join(emulator.stageDir, '.drafts');
  return existsSync(folder) ? readdirSync(folder) : [];
}
