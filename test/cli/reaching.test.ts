import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Ends, startEnds } from '../e2e/local.ts';
import { TcpProxy } from '../faults/proxy.ts';
import { closedPort } from '../fixtures/closed-port.ts';
import { type Ended, snowstream } from './snowstream.ts';

/** Commands that ask both ends. */
const QUESTIONS = [['check'], ['plan'], ['channels']] as const;
const ALL: readonly (readonly [string, ...string[]])[] = [
  ...QUESTIONS,
  ['run'],
  ['retry-rejects', 'rejects.jsonl'],
];

let ends: Ends;
let silentServer: Server;
const held = new Set<Socket>();
beforeAll(async () => {
  ends = await startEnds();
  await ends.source.query('CREATE TABLE people (id INT PRIMARY KEY)');
  await ends.source.query('INSERT INTO people VALUES (1), (2)');
  await ends.snowflake.execute('CREATE TABLE people (id NUMBER(10,0) NOT NULL)');
  writeFileSync(join(ends.cwd, 'rejects.jsonl'), '{"rejects":1,"id":"a"}\n');
  // It takes a connection and says nothing, so that a client waits.
  silentServer = createServer((socket) => void held.add(socket.on('error', () => undefined)));
  silentServer.listen(0, '127.0.0.1');
  await once(silentServer, 'listening');
});
afterAll(async () => {
  for (const socket of held) socket.destroy();
  silentServer.close();
  await ends[Symbol.asyncDispose]();
});

const silentPort = () => (silentServer.address() as AddressInfo).port;
const mysqlAt = (port: number) => {
  const url = new URL(ends.mysql.url);
  url.port = String(port);
  return { MYSQL_URL: url.href, MYSQL_SSL: 'disabled', SNOWSTREAM_TABLES: 'people' };
};
const command = (
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  onStderr?: (text: string, pid: number) => void,
): Promise<Ended> =>
  snowstream(args, { cwd: ends.cwd, env: { ...ends.env, ...env }, ...(onStderr && { onStderr }) });

describe.each(QUESTIONS.flat())('%s', (name) => {
  test('tries again as often as asked', async () => {
    const { code, stderr } = await command([name, '--retries', '1'], mysqlAt(await closedPort()));
    expect(stderr).toMatch(/MySQL at 127\.0\.0\.1:\d+ cannot be reached: .*: retrying in 0\.5 s/);
    expect(code, stderr).toBe(5);
    const nobody = `http://127.0.0.1:${await closedPort()}`;
    const other = await command([name, '--retries', '1'], {
      ...mysqlAt(ends.mysql.port),
      SNOWFLAKE_URL: nobody,
    });
    expect(other.stderr).toMatch(/Snowflake at \S+ cannot be reached: .*: retrying in 0\.5 s/);
    expect(other.code, other.stderr).toBe(5);
  });

  test('goes on with a server that comes up, and once its connection broke', async () => {
    await using proxy = await TcpProxy.before(ends.mysql.port);
    const { port } = proxy;
    await proxy.refuse();
    const isBack = { done: false };
    const unwatch = proxy.onRequest((piece) => {
      // The first statement about tables: its connection ends instead of an answer.
      if (!piece.includes('lower_case_table_names')) return true;
      unwatch();
      proxy.cut();
      return false;
    });
    const ended = await command([name], mysqlAt(port), (text) => {
      if (isBack.done || !text.includes('retrying')) return;
      isBack.done = true;
      void proxy.accept();
    });
    // Without a channel nobody asks for the table.
    if (name !== 'channels') expect(ended.stderr).toContain('connecting again');
    expect(ended.stderr).not.toContain('MYSQL_UNREACHABLE');
    // No row was loaded.
    expect(ended.code, ended.stderr).toBe(name === 'check' ? 3 : 0);
  });
});

describe('a signal ends it', () => {
  const stopped = async (
    args: readonly string[],
    env: NodeJS.ProcessEnv,
    name: NodeJS.Signals,
    when: (stderr: string) => boolean,
  ): Promise<Ended> => {
    let isSent = false;
    return command(args, env, (text, pid) => {
      if (isSent || !when(text)) return;
      isSent = true;
      process.kill(pid, name);
    });
  };

  test.each(ALL)('%s between two attempts', async (...args: readonly string[]) => {
    const ended = await stopped(
      [...args, '--retries', '100'],
      mysqlAt(await closedPort()),
      'SIGINT',
      (text) => /retrying in [48] s/.test(text),
    );
    expect(ended, ended.stderr).toMatchObject({ code: 130, signal: null });
    expect(ended.stderr).toContain('[INTERRUPTED]');
    // It did not wait for the next attempt.
    expect(ended.stderr.match(/retrying in [48] s/g)).toHaveLength(1);
  });

  /** Sends SIGTERM to a command once the silent server has its connection. */
  async function stoppedWhileConnecting(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Ended> {
    const connected = once(silentServer, 'connection', { signal: AbortSignal.timeout(60_000) });
    let pid = 0;
    const running = command(args, env, (_text, its) => {
      pid = its;
    });
    await connected;
    await expect.poll(() => pid).toBeGreaterThan(0);
    process.kill(pid, 'SIGTERM');
    const ended = await running;
    // It did not wait until the server was given up.
    expect(ended.stderr).not.toContain('cannot be reached');
    return ended;
  }

  test.each(ALL)('%s while it connects to MySQL', async (...args: readonly string[]) => {
    const before = held.size;
    // Warned about, so that there is a line by which its process is known.
    const given = [...args, '--mysql-password', 'not-a-real-one'];
    const ended = await stoppedWhileConnecting(given, { ...mysqlAt(silentPort()) });
    expect(ended, ended.stderr).toMatchObject({ code: 143, signal: null });
    expect(ended.stderr).toContain('[TERMINATED]');
    expect(held.size).toBe(before + 1);
  });

  test.each(['run', 'check'])('%s while it connects to Snowflake', async (name) => {
    const SNOWFLAKE_URL = `http://127.0.0.1:${silentPort()}`;
    const env = { ...mysqlAt(ends.mysql.port), SNOWFLAKE_URL };
    const ended = await stoppedWhileConnecting([name, '--mysql-password', ends.mysql.password], env);
    expect(ended, ended.stderr).toMatchObject({ code: 143, signal: null });
  });
});
