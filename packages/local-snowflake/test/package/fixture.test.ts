import { spawn } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { LocalSnowflakeError, type RunningEmulator, startEmulator } from '../../src/index.ts';
import { Client } from '../local.ts';
import { RawClient } from '../streaming/raw-client.ts';

// What a test of another project relies on: data of its own that goes with it, a first state to return to, codes.

describe('without dataDir', () => {
  test('two at once share nothing, and their folders go with them', async () => {
    const [one, two] = await Promise.all([startEmulator(), startEmulator()]);
    expect(one.dataDir).not.toBe(two.dataDir);
    expect(one.dataDir.startsWith(process.cwd())).toBe(false);
    const client = await Client.connect(one);
    await client.rows('create table only_in_one (id int)');
    await client.close();
    const other = await Client.connect(two);
    await expect(other.rows('select * from only_in_one')).rejects.toMatchObject({ code: '002003' });
    await other.close();
    await Promise.all([one.stop(), two.stop()]);
    expect([one, two].filter(({ dataDir }) => existsSync(dataDir))).toEqual([]);
  });

  test('the folder goes when the program that started it is killed', async () => {
    const entry = join(import.meta.dirname, '../../dist/index.js');
    const program = `import { startEmulator } from ${JSON.stringify(entry)};
      const { dataDir } = await startEmulator();
      console.log(dataDir);
      setInterval(() => undefined, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const dataDir = await new Promise<string>((resolve) =>
      child.stdout.once('data', (text) => resolve(String(text).trim())),
    );
    expect(existsSync(dataDir)).toBe(true);
    child.kill('SIGKILL');
    await expect.poll(() => existsSync(dataDir), { timeout: 20_000 }).toBe(false);
  });

  test('the folder goes when its own process is killed', async () => {
    const local = await startEmulator();
    process.kill(local.pid, 'SIGKILL');
    await local.exited;
    expect(existsSync(local.dataDir)).toBe(false);
    await local.stop();
  });

  test('a start that fails leaves no folder', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fixture-'));
    vi.stubEnv('TMPDIR', folder);
    try {
      await expect(startEmulator({ host: '192.0.2.1' })).rejects.toThrow();
      expect(readdirSync(folder)).toEqual([]);
    } finally {
      vi.unstubAllEnvs();
      rmSync(folder, { recursive: true });
    }
  });
});

describe('reset', () => {
  let local: RunningEmulator;
  let client: Client;
  beforeAll(async () => {
    local = await startEmulator({ faults: ['status:http=503:count=1'] });
    client = await Client.connect(local);
  });
  afterAll(async () => {
    await client?.close();
    await local?.stop();
  });

  test('leaves the first database, roles and warehouses, and a session as after its login', async () => {
    const state = async () => [
      await client.rows('show terse databases'),
      await client.rows('show terse schemas in account'),
      await client.rows('select current_database(), current_schema(), current_role(), current_warehouse()'),
      await client.rows("show parameters like 'TIMEZONE'"),
      (await client.rows('show roles')).length,
      (await client.rows('show warehouses')).length,
    ];
    const without = (rows: unknown) =>
      JSON.stringify(rows).replaceAll(/\d{4}-\d\d-\d\d[^"]*|\d{10}\.\d+/g, 'when');
    const before = without(await state());
    await client.rows('create table t (id int) as select 1');
    await client.rows('create database other');
    await client.rows('create role r');
    await client.rows('create warehouse w');
    await client.rows('set v = 1');
    await client.rows("alter session set timezone = 'Asia/Tokyo'");
    await client.rows('begin');
    await client.rows('insert into other.public.t select 1').catch(() => undefined);
    await local.reset();
    expect(without(await state())).toBe(before);
    await expect(client.rows('select * from local_db.public.t')).rejects.toMatchObject({ code: '002003' });
    await expect(client.rows('select $v')).rejects.toThrow();
    await client.rows('create table t (id int)');
    expect(await client.rows('select count(*) from t')).toEqual([['0']]);
  });

  test('ends channels and repeats the faults of the options', async () => {
    const privateKey = createPrivateKey(readFileSync(local.privateKeyPath));
    const raw = () =>
      new RawClient({ url: local.url, privateKey, stageDir: join(local.dataDir, 'stage'), user: local.user });
    await client.rows('create or replace table streamed (id int)');
    const opened = async () => (await raw().post('channels/open', body)).body;
    const body = {
      database: 'LOCAL_DB',
      schema: 'PUBLIC',
      table: 'STREAMED',
      channel: 'C',
      write_mode: 'CLOUD_STORAGE',
    };
    const sequencer = async () => Number((await opened()).client_sequencer);
    const first = await sequencer();
    expect(await sequencer()).toBe(first + 1);
    const statuses = async () => [(await raw().status()).status, (await raw().status()).status];
    expect(await statuses()).toEqual([503, 200]);
    await local.reset();
    await client.rows('create table streamed (id int)');
    expect(await sequencer()).toBe(first);
    expect(await statuses()).toEqual([503, 200]);
  });

  test('aborts what runs, and what comes meanwhile waits', async () => {
    const running = client.rows('select count(*) from table(generator(rowcount => 100000000000))');
    const ended = expect(running).rejects.toThrow();
    await new Promise((resolve) => setTimeout(resolve, 200));
    const reset = local.reset();
    const [answer] = await Promise.all([fetch(`${local.url}/health`), reset, ended]);
    expect(answer.status).toBe(200);
    expect(await client.rows('select 1')).toEqual([['1']]);
  });

  test('works as often as it is called, also twice at once', async () => {
    await Promise.all([local.reset(), local.reset()]);
    for (let count = 0; count < 20; count++) {
      await client.rows(`create table t${count} (id int)`);
      await local.reset();
    }
    expect(await client.rows('show tables')).toEqual([]);
  });

  test('is an error when the process has ended', async () => {
    const ended = await startEmulator();
    await ended.stop();
    await expect(ended.reset()).rejects.toMatchObject({ code: 'RESET_FAILED' });
  });
});

describe('errors have a code', () => {
  test.each([
    ['OPTION_INVALID', { faults: ['nowhere:reset'] }],
    ['OPTION_INVALID', { stage: 'gcs' as 's3' }],
    ['OPTION_INVALID', { port: 99_999 }],
    ['OPTION_INVALID', { publicKeyPath: 'no-such-file.pub' }],
    ['ADDRESS_UNAVAILABLE', { host: '192.0.2.1' }],
  ] as const)('%s for %o', async (code, options) => {
    const error = await startEmulator(options).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(LocalSnowflakeError);
    expect(error).toMatchObject({
      code,
      message: expect.stringMatching(/^The local Snowflake did not start: ./),
    });
  });

  test('DATA_UNAVAILABLE for a folder in use, ADDRESS_UNAVAILABLE for a port in use', async () => {
    await using local = await startEmulator();
    await expect(startEmulator({ dataDir: local.dataDir })).rejects.toMatchObject({
      code: 'DATA_UNAVAILABLE',
    });
    await expect(startEmulator({ port: local.port })).rejects.toMatchObject({ code: 'ADDRESS_UNAVAILABLE' });
  });
});
