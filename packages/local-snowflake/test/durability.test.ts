import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startEmulator } from '../src/index.ts';
import { Client } from './local.ts';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'local-snowflake-'));
});
afterEach(() => {
  rmSync(dataDir, { recursive: true, force: true });
});

async function alive(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Waits for a process to go, for as long as the test may run. */
async function gone(pid: number): Promise<void> {
  while (await alive(pid)) await sleep(20);
}

async function fill(client: Client): Promise<void> {
  await client.rows(
    'create table kept (id int autoincrement, "Mixed" varchar(10) not null, ts timestamp_tz, v variant)',
  );
  await client.rows(
    `insert into kept ("Mixed", ts, v) select 'a', '9999-12-31 23:59:59.999999999 +14:00', parse_json('{"n":1.10}')`,
  );
  await client.rows('create view kept_view as select "Mixed" from kept');
  await client.rows(
    'create function kept_function(x varchar) returns varchar language javascript as $$return X + "!";$$',
  );
  await client.rows('create table gone (a int)');
  await client.rows('drop table gone');
}

async function check(client: Client): Promise<void> {
  expect(await client.value('select kept_function("Mixed") from kept_view')).toBe('a!');
  expect(await client.value("select to_varchar(ts, 'YYYY-MM-DD HH24:MI:SS.FF9 TZH') || v:n from kept")).toBe(
    '9999-12-31 23:59:59.999999999 +141.10',
  );
  const columns = await client.columns('select * from kept');
  expect(columns.map(({ name, type }) => [name, type])).toEqual([
    ['ID', 'fixed'],
    ['Mixed', 'text'],
    ['TS', 'timestamp_tz'],
    ['V', 'variant'],
  ]);
  expect((await client.error('select * from gone')).code).toBe('002003');
  await client.rows('insert into kept ("Mixed") values (\'b\')');
  expect(await client.rows('select id from kept order by id')).toEqual([['1'], ['2']]);
}

test('a restart keeps data, catalogue, key and password', async () => {
  const first = await startEmulator({ dataDir });
  const client = await Client.connect(first);
  await fill(client);
  await client.close();
  await first.stop();
  expect(await alive(first.pid)).toBe(false);
  const second = await startEmulator({ dataDir });
  expect(second.password).toBe(first.password);
  const again = await Client.connect(second);
  await check(again);
  await again.close();
  await second.stop();
});

test('kill -9 loses nothing that was answered, and keeps nothing that was not committed', async () => {
  const first = await startEmulator({ dataDir });
  const client = await Client.connect(first);
  await fill(client);
  await client.rows('begin');
  await client.rows('insert into kept ("Mixed") values (\'unsafe\')');
  process.kill(first.pid, 'SIGKILL');
  await first.stop();
  const second = await startEmulator({ dataDir });
  const again = await Client.connect(second);
  expect(await again.value('select count(*) from kept')).toBe('1');
  await check(again);
  await again.close();
  await second.stop();
});

test('it ends when its parent is killed', async () => {
  const script = `
    const { startEmulator } = await import(${JSON.stringify(join(process.cwd(), 'packages/local-snowflake/dist/index.js'))});
    const running = await startEmulator({ dataDir: ${JSON.stringify(dataDir)} });
    console.log(running.pid);
    setInterval(() => {}, 1000);`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const pid = await new Promise<number>((resolve) =>
    parent.stdout.once('data', (text: Buffer) => resolve(Number(text))),
  );
  expect(await alive(pid)).toBe(true);
  parent.kill('SIGKILL');
  await gone(pid);
});

test('a second one over the same folder says why it does not start', async () => {
  const first = await startEmulator({ dataDir });
  await expect(startEmulator({ dataDir })).rejects.toThrow(/did not start: .*lock/is);
  await first.stop();
});

test('SIGINT ends it, with exit code 0', async () => {
  const child = spawn(process.execPath, ['packages/local-snowflake/dist/main.js', `--data=${dataDir}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const line = await new Promise<string>((resolve) =>
    child.stdout.once('data', (text: Buffer) => resolve(String(text))),
  );
  const ready = JSON.parse(line) as Record<string, unknown>;
  expect(ready).toMatchObject({
    user: 'LOCAL_USER',
    role: 'SYSADMIN',
    warehouse: 'LOCAL_WH',
    database: 'LOCAL_DB',
    schema: 'PUBLIC',
  });
  expect(((await (await fetch(`${ready.url}/health`)).json()) as { pid: number }).pid).toBe(child.pid);
  const code = new Promise((resolve) => child.once('exit', (...ended) => resolve(ended)));
  child.kill('SIGINT');
  expect(await code).toEqual([0, null]);
});
