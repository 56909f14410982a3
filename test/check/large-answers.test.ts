import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { SnowflakeSqlSettings } from '../../src/config/settings.ts';
import { openSession } from '../../src/snowflake/session.ts';
import { snowstream } from '../cli/snowstream.ts';
import { type Ends, settingsOf, startEnds } from '../e2e/local.ts';

// Little of gzip is much of text. No answer of the endpoint's is unpacked without a bound, at no step of a run.
// The answers to the streaming SDK: test/ingest/local-stage.test.ts.

/** 300 MiB of text in 300 KiB. */
const BOMB = gzipSync(Buffer.alloc(300 * 1024 * 1024, ' '), { level: 1 });

let ends: Ends;
let endpoint: Server;
/** Which requests the endpoint answers with the bomb, by path; all others it passes on to a local Snowflake. */
let bombed: RegExp;
const seen: string[] = [];

beforeAll(async () => {
  ends = await startEnds();
  endpoint = createServer(async (request, response) => {
    const { url = '', method = 'GET', headers } = request;
    const sent = await buffer(request);
    if (method !== 'HEAD' && bombed.test(url)) {
      seen.push(url);
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
      response.end(BOMB);
      return;
    }
    // As the endpoint's own, so that the addresses of a result's chunks lead here as well.
    const forwarded = Object.fromEntries(
      Object.entries(headers).filter(
        ([name]) => !/^(connection|content-length|transfer-encoding)$/.test(name),
      ),
    ) as Record<string, string>;
    const answer = await fetch(`${ends.emulator.url}${url}`, {
      method,
      headers: forwarded,
      ...(sent.length > 0 && { body: new Uint8Array(sent) }),
    });
    const body = Buffer.from(await answer.arrayBuffer())
      .toString('latin1')
      .replaceAll(ends.emulator.url, own());
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
    response.end(Buffer.from(body, 'latin1'));
  });
  await new Promise<void>((resolve) => endpoint.listen(0, '127.0.0.1', resolve));
  await ends.source.query('CREATE TABLE people (id INT PRIMARY KEY)');
  await ends.source.query('INSERT INTO people VALUES (1), (2)');
});
afterAll(async () => {
  endpoint.closeAllConnections();
  endpoint.close();
  await ends[Symbol.asyncDispose]();
});
beforeEach(() => {
  bombed = /^$/;
  seen.splice(0);
});

const own = () => `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}`;
const settings = (): SnowflakeSqlSettings => ({ ...settingsOf(ends.emulator), url: own() });
const TOO_LARGE = {
  code: 'SNOWFLAKE_UNREACHABLE',
  exitCode: 5,
  message: expect.stringMatching(/^answer of Snowflake over 128 MiB: check SNOWFLAKE_URL[^\n]+$/),
};

describe('an SQL session does not unpack', () => {
  test('a login', async () => {
    bombed = /login-request/;
    await expect(openSession(settings())).rejects.toMatchObject(TOO_LARGE);
  });

  test('what its first statements answer', async () => {
    bombed = /query-request/;
    await expect(openSession(settings())).rejects.toMatchObject(TOO_LARGE);
  });

  test('the answer to a statement', async () => {
    await using session = await openSession(settings());
    bombed = /query-request/;
    await expect(session.execute('SELECT 1 AS N')).rejects.toMatchObject(TOO_LARGE);
    bombed = /^$/;
    expect(await session.execute('SELECT 1 AS N')).toEqual([{ N: '1' }]);
  });

  test('a part of a result', async () => {
    await using session = await openSession(settings());
    const large = "SELECT SEQ4() AS I, REPEAT('x', 100) AS X FROM TABLE(GENERATOR(ROWCOUNT => 60000))";
    expect(await session.execute(large)).toHaveLength(60_000);
    bombed = /\/chunks\//;
    await expect(session.execute(large)).rejects.toMatchObject(TOO_LARGE);
    expect(seen).not.toEqual([]);
  });

  test.each(['the account', 'a token endpoint'])('an OAuth token of %s', async (of) => {
    const client = JSON.parse(readFileSync(join(ends.emulator.dataDir, 'oauth_client.json'), 'utf8'));
    const streaming = { type: 'OAuth', ...client } as const;
    const endpointOf = of === 'the account' ? {} : { tokenEndpoint: `${own()}/oauth/token-request` };
    const url = of === 'the account' ? own() : ends.emulator.url;
    const oauth = {
      ...settings(),
      url,
      sql: { authenticator: 'OAUTH' } as const,
      streaming: { ...streaming, ...endpointOf },
    };
    await (await openSession(oauth)).close();
    bombed = /token-request/;
    await expect(openSession(oauth)).rejects.toMatchObject({
      code: 'SNOWFLAKE_UNREACHABLE',
      message: `${own()}/oauth/token-request gives no access token: it answers with more than 1048576 bytes`,
    });
  });
});

test.each([
  ['run', /login-request/],
  ['run', /query-request/],
  ['check', /login-request/],
  ['plan', /query-request/],
  ['channels', /login-request/],
  ['run', /client\/configure/],
])('%s ends with exit code 5 and one line (%s)', async (command, path) => {
  bombed = path;
  const create = command === 'run' ? ['--create'] : [];
  const { code, stderr } = await snowstream([command, ...create, '--table', 'people', '--retries', '0'], {
    cwd: ends.cwd,
    env: { ...ends.env, SNOWFLAKE_URL: own() },
  });
  expect(stderr).toMatch(
    /(?:^|\n)snowstream: answer of [^\n]* over \d+ MiB[^\n]* \[SNOWFLAKE_UNREACHABLE\]\n$/,
  );
  expect(code, stderr).toBe(5);
});
