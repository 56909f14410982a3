import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createConnection } from 'mysql2/promise';
import { describe, expect, test } from 'vitest';
import { embeddedServer } from '../../scripts/mysql/embedded.mjs';
import { mysqlForTests, startMySql } from '../../scripts/mysql-server.mjs';
import { local } from '../../scripts/setup/places.mjs';

const script = fileURLToPath(new URL('../../scripts/mysql-server.mjs', import.meta.url));
const server = embeddedServer();

async function select(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const connection = await createConnection(url);
  try {
    const [rows] = await connection.query(sql);
    return rows as Record<string, unknown>[];
  } finally {
    await connection.end();
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function ended(pid: number): Promise<void> {
  while (isAlive(pid)) await sleep(50);
}

/** A process that has started a server, and what it says of that server. */
async function parentOfServer(afterwards: string) {
  const program = `
    import { startMySql } from ${JSON.stringify(script)};
    const server = await startMySql();
    console.log(JSON.stringify({ pid: server.pid, dataDir: server.dataDir }));
    ${afterwards}`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let complaint = '';
  parent.stderr.on('data', (text) => {
    complaint += text;
  });
  const closed = new Promise((done) => parent.once('exit', done));
  const started = await new Promise<{ pid: number; dataDir: string }>((done, failed) => {
    parent.stdout.once('data', (line) => done(JSON.parse(String(line))));
    parent.once('exit', () => failed(new Error(`no server was started: ${complaint}`)));
  });
  return { parent, closed, ...started };
}

describe.runIf(server && existsSync(server.template))('the embedded MySQL server', () => {
  test('answers on 127.0.0.1 only, in utf8mb4 and UTC, and takes everything with it', async () => {
    const mysql = await startMySql();
    const [row] = await select(
      mysql.url,
      'SELECT DATABASE() AS db, @@bind_address AS host, @@character_set_server AS charset, @@time_zone AS zone',
    );
    expect(row).toEqual({ db: 'demo', host: '127.0.0.1', charset: 'utf8mb4', zone: '+00:00' });
    expect(existsSync(mysql.dataDir)).toBe(true);

    await mysql.stop();
    expect(isAlive(mysql.pid)).toBe(false);
    expect(existsSync(mysql.dataDir)).toBe(false);
    await mysql.stop();
  });

  test('has no account that needs no password', async () => {
    await using mysql = await startMySql();
    for (const user of ['root', '', mysql.user]) {
      await expect(
        createConnection({ host: mysql.host, port: mysql.port, user }),
        `user '${user}'`,
      ).rejects.toMatchObject({ code: 'ER_ACCESS_DENIED_ERROR' });
    }
    // The password is nowhere on disk once the server runs.
    expect(readdirSync(mysql.dataDir).filter((name) => name.endsWith('.sql'))).toEqual([]);
  });

  test('keeps a data folder, and gives it a new password at each start', async () => {
    mkdirSync(local, { recursive: true });
    const dataDir = mkdtempSync(join(local, 'kept-'));
    try {
      const first = await startMySql({ dataDir });
      await select(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
      await first.stop();
      await using second = await startMySql({ dataDir });
      expect(await select(second.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
      expect(second.password).not.toBe(first.password);
    } finally {
      rmSync(dataDir, { recursive: true, force: true });
    }
  });

  test('says that the port is taken', async () => {
    const other = createServer();
    await new Promise<void>((done) => other.listen(0, '127.0.0.1', done));
    const { port } = other.address() as { port: number };
    await expect(startMySql({ port })).rejects.toThrow(/did not start[\s\S]*Address already in use|Bind on/);
    other.close();
  });

  test.each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)('ends when its parent gets %s', async (signal) => {
    const { parent, closed, pid, dataDir } = await parentOfServer('setInterval(() => {}, 1000);');
    expect(isAlive(pid)).toBe(true);
    parent.kill(signal);
    await closed;
    await ended(pid);
    await expect.poll(() => existsSync(dataDir)).toBe(false);
  });

  test.each([
    ['comes to its end', ''],
    ['throws', 'throw Object.assign(new Error(), { stack: "thrown on purpose" });'],
    ['exits', 'process.exit(3);'],
  ])('ends when its parent %s', async (_, afterwards) => {
    const { closed, pid } = await parentOfServer(afterwards);
    await closed;
    await ended(pid);
  });

  test('ends when somebody kills its supervisor', async () => {
    const mysql = await startMySql();
    const supervisor = Number(
      execFileSync('ps', ['-o', 'ppid=', '-p', String(mysql.pid)], { encoding: 'utf8' }),
    );
    process.kill(supervisor, 'SIGKILL');
    await ended(mysql.pid);
    // Nobody was left to remove it.
    rmSync(mysql.dataDir, { recursive: true, force: true });
  });
});

test('a test database is fresh, and gone afterwards', async () => {
  const outer = await mysqlForTests();
  const given = process.env.TEST_MYSQL_URL;
  process.env.TEST_MYSQL_URL = outer.url;
  try {
    const inner = await mysqlForTests();
    expect(inner.database).not.toBe(outer.database);
    expect(await select(inner.url, 'SHOW TABLES')).toEqual([]);
    await inner.drop();
    expect(await select(outer.url, `SHOW DATABASES LIKE '${inner.database}'`)).toEqual([]);
  } finally {
    if (given === undefined) delete process.env.TEST_MYSQL_URL;
    else process.env.TEST_MYSQL_URL = given;
    await outer.drop();
  }
});
