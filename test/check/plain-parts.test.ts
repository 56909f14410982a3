import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { openSession } from '../../src/snowflake/session.ts';

async function listening(answer: RequestListener): Promise<{ server: Server; origin: string }> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

// Nothing but an answer that is hostile names such a part: no Snowflake and no local one can be brought to it.
test.each([
  ['a part of a result', (at: string) => ({ chunks: [{ url: `${at}/part`, rowCount: 1 }], total: 1 }), {}],
  [
    'the place of a result',
    (at: string) => ({ getResultUrl: `@${new URL(at).host}/part` }),
    { code: '333334' },
  ],
])('%s is not fetched by plain http from another address', async (_what, data, more) => {
  const asked: (string | undefined)[] = [];
  const inside = await listening((request, response) => {
    asked.push(request.url);
    response.end('["inside"]');
  });
  const snowflake = await listening((request, response) => {
    const rows = { rowtype: [{ name: 'W', type: 'text' }], rowset: [], queryId: 'q', statementTypeId: 4096 };
    const body = request.url?.includes('login-request')
      ? { data: { token: 't', masterToken: 'm', parameters: [], sessionInfo: {} }, success: true }
      : { data: { ...rows, ...data(inside.origin) }, success: true, ...more };
    request
      .resume()
      .on('end', () => response.setHeader('content-type', 'application/json').end(JSON.stringify(body)));
  });
  try {
    const session = openSession({
      account: 'a',
      url: snowflake.origin,
      user: 'U',
      sql: { authenticator: 'PASSWORD', password: 'pass-word' },
      database: 'D',
      schema: 'S',
    });
    await expect(session).rejects.toMatchObject({
      code: 'SNOWFLAKE_DENIED',
      message: expect.stringMatching(
        /^a result of Snowflake was not read: an answer names http:\/\/127\.0\.0\.1:\d+, and plain http is allowed for .*; check SNOWFLAKE_URL/,
      ),
    });
    expect(asked).toEqual([]);
  } finally {
    for (const { server } of [inside, snowflake]) {
      server.closeAllConnections();
      server.close();
    }
  }
});
