import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root } from '../../../scripts/setup/places.mjs';
import { ENDLESS } from '../../../test/conformance/shared-cases.ts';
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

test.each([
  ['a query', ENDLESS],
  // DuckDB's thread waits for JavaScript's.
  [
    'a query with functions in JavaScript',
    'select max(sha2(seq8()::varchar, 512)) from table(generator(rowcount => 1000000000000))',
  ],
  [
    'a change',
    'create table endless as select sha2(seq8()::varchar, 512) v from table(generator(rowcount => 1000000000000))',
  ],
])('%s that runs does not keep the process when it is to stop', async (_what, sqlText) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'local-snowflake-'));
  const main = join(root, 'packages/local-snowflake/dist/main.js');
  const child = spawn(process.execPath, [main, '--stop-with-parent', `--data=${dataDir}`], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  try {
    const [ready] = await once(createInterface({ input: child.stdout }), 'line');
    const started = JSON.parse(String(ready));
    const { token } = await rawLogin(started);
    const headers = { authorization: `Snowflake Token="${token}"` };
    await post(started.url, '/queries/v1/query-request', { sqlText, asyncExec: true }, headers);
    // Statements begin in their order: where a second one has its answer, the first runs.
    const second = await post(started.url, '/queries/v1/query-request', { sqlText: 'select 1' }, headers);
    expect(second.answer).toMatchObject({ success: true });
    const ended = once(child, 'exit');
    child.stdin.end();
    expect(await ended).toEqual([0, null]);
  } finally {
    child.kill('SIGKILL');
    rmSync(dataDir, { recursive: true, force: true });
  }
});
