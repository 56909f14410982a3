import { spawn } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { mysqlForTests } from '../../scripts/mysql-server.mjs';
import { local, root } from '../../scripts/setup/places.mjs';
import { openMysqlSession } from '../../src/source/mysql/session.ts';
import { processesOf } from './local.ts';

interface Start {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly linger: number;
}

/** Runs what npm start runs; `signalAt` sends a signal once stderr matches. */
function start(
  args: readonly string[],
  signalAt?: { pattern: RegExp; signal: NodeJS.Signals },
  mysql = process.env.TEST_MYSQL_URL ?? '',
): Promise<Start> {
  const child = spawn(process.execPath, ['scripts/start.mjs', ...args], {
    cwd: root,
    env: { ...process.env, TEST_MYSQL_URL: mysql },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  let last = performance.now();
  let signalled = false;
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
    last = performance.now();
    if (signalAt?.pattern.test(stderr) && !signalled) {
      signalled = true;
      child.kill(signalAt.signal);
    }
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr, linger: performance.now() - last }));
  });
}

const leftOver = () => processesOf(`${local}/demo`);

describe('npm start', () => {
  test('shows the whole load and leaves nothing behind', async () => {
    const { code, stdout, stderr, linger } = await start(['--rows', '2000']);
    expect(stderr).toMatch(/^npm start {3}people_100k holds 2,000 people$/m);
    expect(stdout).toMatch(/^\w+\.people_100k → SNOWPIPE_STREAMING\.DEV\.SF_CUSTOMER_RAW$/m);
    expect(stdout).toMatch(/Records in raw: +2,000/);
    expect(stdout).toMatch(/SF_CUSTOMER_GOLD: +2,000/);
    expect(stdout).toMatch(/Peak memory, Node and JVM: +\d+ MiB/);
    expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/^2,000 rows proven/);
    expect(stderr).toMatch(/[\d.]+ s in all, after set-up\n$/);
    expect(code).toBe(0);
    // Connections and timers that were left would keep it for a minute.
    expect(linger).toBeLessThan(20_000);
    expect(leftOver()).toEqual([]);
  });

  test('a second time it shows a whole load again', async () => {
    const { code, stdout } = await start(['--rows', '2000']);
    expect(stdout).toMatch(/Time to ingest 2,000 records/);
    expect(code).toBe(0);
  });

  test("on a server of one's own it makes a database and drops it again", async () => {
    await using mysql = await mysqlForTests();
    const { code, stdout } = await start(['--rows', '2000'], undefined, mysql.url);
    const database = /^(\w+)\.people_100k → /m.exec(stdout)?.[1];
    expect(database).toMatch(/^snowstream_test_/);
    expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/^2,000 rows proven/);
    expect(code).toBe(0);
    await using source = await openMysqlSession({ ...mysql, ssl: 'disabled' });
    const there = (await source.query('SHOW DATABASES')).map(([name]) => name);
    expect(there).toContain(mysql.database);
    expect(there).not.toContain(database);
  });

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s while it runs ends with %i and leaves nothing behind', async (signal, expected) => {
    const { code, stderr } = await start(['--rows', '2000'], {
      pattern: /starting the streaming client/,
      signal,
    });
    expect(stderr).toContain(`stopped by ${signal}: the next run resumes after the last committed row`);
    expect(code).toBe(expected);
    expect(leftOver()).toEqual([]);
  });

  test('Ctrl-C before the load begins stops what was started', async () => {
    const { code } = await start(['--rows', '2000'], { pattern: /MySQL at /, signal: 'SIGINT' });
    expect(code).toBe(130);
    await expect.poll(leftOver, { timeout: 30_000 }).toEqual([]);
  });

  test('a number of rows that is none is reported in one line', async () => {
    const { code, stderr } = await start(['--rows', 'all']);
    expect(stderr).toBe('npm start: --rows all is not a whole number from 1 to 99999999\n');
    expect(code).toBe(2);
  });
});
