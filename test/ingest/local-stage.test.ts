import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  type StreamingEmulator,
  startStreaming,
} from '../../packages/local-snowflake/test/streaming/emulator.ts';
import { local } from '../../scripts/setup/places.mjs';
import { classPath } from '../../src/bridge/jars.ts';
import type { JavaObject } from '../../src/bridge/java-classes.ts';
import { ensureJvm, type Jvm, stopJvm } from '../../src/bridge/jvm.ts';
import { testClasses } from '../bridge/recorder.ts';
import { batch, COLUMNS, errorOf, openClient, tableName } from './streaming.ts';

// What an endpoint that is not a local Snowflake may make the SDK do.

let emulator: StreamingEmulator;
let s3: StreamingEmulator;
let jvm: Jvm;
/** The SDK's own object of the client that was made last. */
let javaClient: JavaObject;
let endpoint: Server;
/** Which local Snowflake stands behind the endpoint, and what it changes of an answer. */
let behind: StreamingEmulator;
let changed: (path: string, answer: string) => string | Buffer;
let headers: Record<string, string>;
/** A folder that only the endpoint names. */
let trap: string;

beforeAll(async () => {
  [emulator, s3] = await Promise.all([startStreaming(), startStreaming({ stage: 's3' })]);
  for (const each of [emulator, s3]) await each.createTable('T', COLUMNS);
  const classes = testClasses('StaleStage');
  jvm = await ensureJvm({
    classPath: [...classPath(), classes],
    logFile: join(local, 'test-java.log'),
    options: ['-Xmx256m'],
  });
  jvm.callStatic('java.lang.Class', 'forName', 'StaleStage');
  rmSync(classes, { recursive: true, force: true });
  const call = jvm.call.bind(jvm);
  jvm.call = async <T>(...given: Parameters<typeof call>): Promise<T> => {
    const value = await call<T>(...given);
    if (given[1] === 'build') javaClient = value as JavaObject;
    return value;
  };
  endpoint = createServer(async (request: IncomingMessage, response) => {
    const sent = await buffer(request);
    const { url = '', method = 'GET' } = request;
    const reported = Object.fromEntries(
      Object.entries(request.headers).filter(
        ([name]) => !/^(connection|content-length|transfer-encoding|expect)$/.test(name),
      ),
    ) as Record<string, string>;
    const answer = await fetch(`${behind.url}${url}`, {
      method,
      headers: reported,
      ...(sent.length > 0 && { body: new Uint8Array(sent) }),
    });
    const content = url.startsWith('/v1/')
      ? changed(url, await answer.text())
      : Buffer.from(await answer.arrayBuffer());
    const kept = Object.fromEntries(
      [...answer.headers].filter(([name]) => /^(content-type|etag)$/.test(name)),
    );
    response.writeHead(answer.status, { ...kept, ...headers });
    response.end(content);
  });
  await new Promise<void>((resolve) => endpoint.listen(0, '0.0.0.0', () => resolve()));
});

afterAll(async () => {
  stopJvm();
  endpoint.closeAllConnections();
  await new Promise((resolve) => endpoint.close(resolve));
  for (const each of [emulator, s3]) await each[Symbol.asyncDispose]();
});

beforeEach(() => {
  changed = (_, answer) => answer;
  headers = {};
  behind = emulator;
  trap = mkdtempSync(join(tmpdir(), 'trap-'));
  return () => rmSync(trap, { recursive: true, force: true });
});

/** The endpoint by an address that is not on the loopback: whatever listens on all addresses answers to it. */
const url = () => `http://0.0.0.0:${(endpoint.address() as AddressInfo).port}`;
const client = (address = url()) =>
  openClient(
    jvm,
    { url: address, privateKey: behind.privateKey },
    { maxClientLag: 1000, closeTimeout: 60_000 },
  );
const written = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.bdec'));

/** The answer to `client/configure` with another stage. */
const withStage = (stage: (text: string) => string) => (path: string, answer: string) =>
  path.includes('/client/configure') ? stage(answer) : answer;

const DENIED = {
  code: 'SNOWFLAKE_DENIED',
  exitCode: 2,
  message: expect.stringMatching(
    /^http:\/\/0\.0\.0\.0:\d+ asks for files to be written into a folder [^\n]+ SNOWFLAKE_URL [^\n]+$/,
  ),
};

describe('a stage in a folder of this machine', () => {
  const place = () => JSON.stringify(trap);
  test.each<[string, (answer: string) => string]>([
    ['as a local Snowflake answers it', (answer) => answer],
    ['in quotes', (answer) => answer.replace('"LOCAL_FS"', '"\\"LOCAL_FS\\""')],
    ['escaped', (answer) => answer.replace('"LOCAL_FS"', String.raw`"\u004cOCAL_FS"`)],
    ['by an escaped name', (answer) => answer.replace('"locationType"', String.raw`"location\u0054ype"`)],
    [
      'behind another of the name',
      (answer) => answer.replace('"locationType"', '"locationType":"S3","locationType"'),
    ],
    [
      'before another of the name',
      (answer) => answer.replace('"LOCAL_FS"', '"LOCAL_FS","locationType":"S3"'),
    ],
    ['with something behind the answer', (answer) => `${answer} }`],
    [
      'in a second stage',
      (answer) =>
        answer.replace(/}\s*$/, `,"stage_location":{"locationType":"LOCAL_FS","location":${place()}}}`),
    ],
  ])('is rejected: %s', async (_what, stage) => {
    changed = withStage((answer) => stage(answer.replace(/"location":"[^"]*"/, `"location":${place()}`)));
    expect(await errorOf(client())).toMatchObject(DENIED);
    expect(written(trap)).toEqual([]);
  });

  test('is used at a loopback address', async () => {
    changed = withStage((answer) => answer.replace(/"location":"[^"]*"/, `"location":${place()}`));
    await using made = await client(url().replace('0.0.0.0', '127.0.0.1'));
    const channel = await made.openChannel({ channel: 'L', table: tableName('T'), onError: 'CONTINUE' });
    await channel.insertBatch(batch('1', ['1', 'a', null]));
    // The local Snowflake has a stage of its own, and does not find the blob.
    expect(await errorOf(channel.close())).toMatchObject({ code: 'CHANNEL_INVALID' });
    expect(written(trap)).toHaveLength(1);
  });

  test('is rejected when the credentials of another stage are renewed', async () => {
    behind = s3;
    const made = await client();
    const open = () => made.openChannel({ channel: 'R', table: tableName('T'), onError: 'CONTINUE' });
    const first = await open();
    await first.insertBatch(batch('1', ['1', 'a', null]));
    await first.close();
    expect(await (await open()).getLatestCommittedOffsetToken()).toBe('1');
    changed = withStage((answer) =>
      answer.replace(
        /"stage_location":\{.*\}/,
        `"stage_location":{"locationType":"LOCAL_FS","location":${place()}}}`,
      ),
    );
    // Without the guard, the first blob after the renewal fails, and each further one is written into the folder.
    for (const token of ['2', '3']) {
      jvm.callStatic('StaleStage', 'make', javaClient);
      const failed = await errorOf(
        open().then(async (channel) => {
          await channel.insertBatch(batch(token, [token, 'a', null]));
          await channel.close();
        }),
      );
      expect.soft(failed).toMatchObject(DENIED);
    }
    expect(written(trap)).toEqual([]);
    await made.close();
  });
});

describe('an answer that is far too large', () => {
  const large = Buffer.alloc(64 << 20, ' ');

  test.each([true, false])('is not taken into memory (packed: %s)', async (isPacked) => {
    const body = isPacked ? gzipSync(large, { level: 1 }) : large;
    headers = isPacked ? { 'content-encoding': 'gzip' } : {};
    changed = () => body;
    expect(await errorOf(client())).toMatchObject({
      code: 'SNOWFLAKE_UNREACHABLE',
      exitCode: 5,
      message: expect.stringMatching(
        /^answer of http:\/\/0\.0\.0\.0:\d+ to the streaming SDK over 16 MiB[^\n]+$/,
      ),
    });
    // Another client begins with a clean slate.
    behind = s3;
    changed = (_, answer) => answer;
    headers = {};
    await (await client()).close();
  });
});
