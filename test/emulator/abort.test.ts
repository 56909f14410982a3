import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ENDLESS } from '../conformance/shared-cases.ts';
import { post, rawLogin, startInTemporaryFolder } from './local.ts';

let emulator: Awaited<ReturnType<typeof startInTemporaryFolder>>;
beforeAll(async () => {
  emulator = await startInTemporaryFolder();
});
afterAll(() => emulator?.remove());

test('a query that is aborted ends, whenever in its life that is', async () => {
  const { token } = await rawLogin(emulator);
  const headers = { authorization: `Snowflake Token="${token}"` };
  for (let delay = 0; delay < 40; delay += 1) {
    const { answer } = await post(
      emulator.url,
      '/queries/v1/query-request',
      { sqlText: ENDLESS, asyncExec: true },
      headers,
    );
    // From before the statement was read to after it has begun: DuckDB forgets an interrupt that comes too early.
    await sleep(delay / 4);
    const query = `${emulator.url}/queries/${String(answer.data.queryId)}`;
    await fetch(`${query}/abort-request`, { method: 'POST', headers });
    const outcome = await fetch(`${query}/result`, { headers });
    expect([delay, await outcome.json()]).toMatchObject([delay, { success: false, code: '000604' }]);
  }
  const select = await post(emulator.url, '/queries/v1/query-request', { sqlText: 'select 1' }, headers);
  expect(select.answer).toMatchObject({ success: true });
});
