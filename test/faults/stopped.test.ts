import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import type { Settings } from '../../src/config/settings.ts';
import type { RunOptions } from '../../src/load/run-options.ts';
import type { RunReport } from '../../src/load/run-report.ts';
import { run } from '../../src/pipeline.ts';
import type { RunEvent } from '../../src/progress.ts';
import { openMysqlSession } from '../../src/source/mysql/session.ts';
import type { LoadedEnds } from '../check/loaded.ts';
import { loadedEndsOfFile } from '../check/loaded-of-file.ts';
import { isFull } from './size.ts';

const ROWS = 130;
/** Milliseconds that something hangs unless it is ended: longer than a test may take. */
const FOR_EVER = 600_000;

let loaded: LoadedEnds;
loadedEndsOfFile(async (ends) => {
  loaded = ends;
  await loaded.execute(
    'CREATE TABLE people (customer_id INT PRIMARY KEY, email VARCHAR(40), phone VARCHAR(40), date_of_birth VARCHAR(20))',
    `INSERT INTO people WITH RECURSIVE n AS (SELECT 1 AS id UNION ALL SELECT id + 1 FROM n WHERE id < ${ROWS})
       SELECT id, CONCAT(id, '@b.c'), '212-555-0123', '2000-01-01' FROM n`,
  );
  await load();
});
afterEach(() => noFaults());

const load = (options: RunOptions = {}, more: Partial<Settings> = {}): Promise<RunReport> =>
  run(
    { ...loaded.settings, batchRows: 50, tables: [loaded.table('people')], gold: { table: 'gold' }, ...more },
    options,
  );

/** What the next run has to come to, whatever the stopped one left. */
async function mustLoad(): Promise<void> {
  const report = await load();
  expect(report, report.error?.message).toMatchObject({ outcome: 'proven', ok: true, gold: { rows: ROWS } });
  expect(report.tables[0]?.proof.targetRows).toBe(ROWS);
}

function mustBeStopped(report: RunReport): void {
  expect(report, report.error?.message).toMatchObject({
    ...{ outcome: 'stopped', ok: false },
    error: { code: 'INTERRUPTED', exitCode: 130, message: 'stopped by the program: enough' },
  });
}

/** Sessions of the reader at MySQL besides that of the tests. */
async function mysqlSessions(): Promise<number> {
  const [row] = await loaded.ends.source.query(
    "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE COMMAND <> 'Daemon'",
  );
  return Number(row?.[0]);
}

async function admin(path: string, init: RequestInit = {}): Promise<unknown> {
  const { url, dataDir } = loaded.ends.emulator;
  const token = readFileSync(join(dataDir, 'admin_token'), 'utf8').trim();
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const response = await fetch(`${url}/admin/${path}`, { ...init, headers });
  if (!response.ok) throw new Error(await response.text());
  return await response.json();
}

const noFaults = () => admin('faults', { method: 'DELETE' });

/** How many requests a fault has held up. */
async function injected(): Promise<number> {
  const { faults } = (await admin('faults')) as { faults: { injected: number }[] };
  return faults[0]?.injected ?? 0;
}

/** Runs, and aborts when something has happened; comes back with the report. */
async function stoppedWhen(
  happened: (events: readonly RunEvent[]) => boolean | Promise<boolean>,
  options: RunOptions = {},
  more: Partial<Settings> = {},
): Promise<RunReport | 'ended before'> {
  const ending = new AbortController();
  const events: RunEvent[] = [];
  let hasEnded = false;
  const running = load({ ...options, signal: ending.signal, onEvent: (event) => events.push(event) }, more);
  running.finally(() => {
    hasEnded = true;
  });
  while (!hasEnded && !(await happened(events))) await sleep(5);
  if (hasEnded) return 'ended before';
  ending.abort(new Error('enough'));
  return await running;
}

describe('at every event', () => {
  test('a run is stopped, leaves no session, and the next one proves the load', {
    timeout: 280_000,
  }, async () => {
    const sessions = await mysqlSessions();
    const all: RunEvent[] = [];
    await load({ restart: true, onEvent: (event) => all.push(event) });
    const types = new Set<string>();
    for (const [at, { type }] of all.entries()) {
      // The first and the last of several alike stand for those between.
      if (type === all[at - 1]?.type && type === all[at + 1]?.type) continue;
      const ending = new AbortController();
      let count = 0;
      const onEvent = () => {
        if (count++ === at) ending.abort(new Error('enough'));
      };
      const report = await load({ restart: true, signal: ending.signal, onEvent });
      if (count <= at || report.ok) continue;
      mustBeStopped(report);
      types.add(type);
      await mustLoad();
    }
    expect([...types]).toEqual(
      expect.arrayContaining(['step', 'channel-opened', 'table-started', 'rows-sent', 'table-loaded']),
    );
    await expect.poll(mysqlSessions).toBeLessThanOrEqual(sessions);
  });
});

describe('while an end does not answer', () => {
  const sockets = new Set<Socket>();

  /** Takes connections and says nothing. */
  async function silentServer(): Promise<Server & AsyncDisposable> {
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return Object.assign(server, {
      [Symbol.asyncDispose]: async () => {
        for (const socket of sockets) socket.destroy();
        sockets.clear();
        server.close();
      },
    });
  }
  const portOf = (server: Server): number => {
    const address = server.address();
    return typeof address === 'object' ? (address?.port ?? 0) : 0;
  };

  test('MySQL, at the connection', async () => {
    await using server = await silentServer();
    const mysql = { ...loaded.settings.mysql, port: portOf(server), timeout: FOR_EVER };
    mustBeStopped((await stoppedWhen(() => sockets.size > 0, {}, { mysql })) as RunReport);
  });

  test('Snowflake, at the connection', async () => {
    await using server = await silentServer();
    const snowflake = { ...loaded.settings.snowflake, url: `http://127.0.0.1:${portOf(server)}` };
    mustBeStopped((await stoppedWhen(() => sockets.size > 0, {}, { snowflake })) as RunReport);
  });

  test('MySQL, and it is tried again', async () => {
    const mysql = { ...loaded.settings.mysql, port: 1 };
    const isRetrying = (events: readonly RunEvent[]) =>
      events.some((event) => event.type === 'step' && event.message.includes('retrying'));
    mustBeStopped((await stoppedWhen(isRetrying, {}, { mysql, retries: 1000 })) as RunReport);
  });

  test('MySQL, for whose table somebody holds a lock', async () => {
    await using locker = await openMysqlSession(loaded.settings.mysql);
    await locker.ask('LOCK TABLES people WRITE');
    const isReading = (events: readonly RunEvent[]) =>
      events.some(({ type }) => type === 'channel-opened' || type === 'table-started');
    mustBeStopped((await stoppedWhen(isReading)) as RunReport);
    await locker.ask('UNLOCK TABLES');
    await mustLoad();
  });

  test.each(['login', 'configure', 'open', 'query'])(
    'Snowflake, at every request of %s',
    {
      timeout: 280_000,
    },
    async (endpoint) => {
      let stopped = 0;
      for (let after = 0; ; after += isFull ? 1 : 3) {
        await noFaults();
        const fault = { endpoint, kind: 'delay', ms: FOR_EVER, count: 1, after };
        await admin('faults', { method: 'POST', body: JSON.stringify(fault) });
        const report = await stoppedWhen(async () => (await injected()) > 0);
        // What hangs behind the last statement is the farewell, when all is proven.
        if (report === 'ended before' || report.ok) break;
        // It has ended although the request still has no answer.
        mustBeStopped(report);
        stopped += 1;
        await noFaults();
        if (after % 2 === 0) await mustLoad();
      }
      expect(stopped).toBeGreaterThan(0);
      await noFaults();
      await mustLoad();
    },
  );

  test('Snowflake, at every request by SQL of a restart: it has begun, or is completed', {
    timeout: 280_000,
  }, async () => {
    let hasBegun = false;
    for (let after = 0; !hasBegun; after += isFull ? 1 : 5) {
      await noFaults();
      const fault = { endpoint: 'query', kind: 'delay', ms: 1500, count: 1, after };
      await admin('faults', { method: 'POST', body: JSON.stringify(fault) });
      const happened = async (events: readonly RunEvent[]) => {
        hasBegun = events.some(({ type }) => type === 'channel-opened');
        return hasBegun || (await injected()) > 0;
      };
      mustBeStopped((await stoppedWhen(happened, { restart: true })) as RunReport);
      await noFaults();
      await mustLoad();
    }
  });

  test('Snowflake, at a commit: the rows that were sent are committed first', async () => {
    await loaded.execute('INSERT INTO people VALUES (9999, "e", "212-555-0123", "2000-01-01")');
    const fault = { endpoint: 'register', kind: 'delay', ms: 2000, count: 1 };
    await admin('faults', { method: 'POST', body: JSON.stringify(fault) });
    const report = (await stoppedWhen(async () => (await injected()) > 0)) as RunReport;
    mustBeStopped(report);
    expect(report.outcomes).toMatchObject([{ outcome: 'stopped', rowsCommitted: 1 }]);
    await loaded.execute('DELETE FROM people WHERE customer_id = 9999');
    await loaded.ends.snowflake.execute('DELETE FROM people WHERE customer_id = 9999');
    await mustLoad();
  });
});

test('a signal that came before the run stops it before it connects', async () => {
  mustBeStopped(await load({ signal: AbortSignal.abort(new Error('enough')) }));
});
