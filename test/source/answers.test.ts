import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MysqlSettings } from '../../src/config/settings.ts';
import { SnowstreamError } from '../../src/errors.ts';
import { type MysqlSession, openMysqlSession } from '../../src/source/mysql/session.ts';
import { describeTable } from '../../src/source/mysql/table.ts';
import { type Certificates, makeCertificates } from './certificates.ts';
import { type FakeServer, fakeServer, framed, OK, packetOf } from './fake-server.ts';

const TIMEOUT = 400;

let certificates: Certificates;
beforeAll(() => {
  certificates = makeCertificates();
});
afterAll(() => certificates[Symbol.dispose]());

const at = (port: number, ssl: MysqlSettings['ssl']): MysqlSettings => ({
  ...{ host: '127.0.0.1', port, user: 'reader', password: 'canary', ssl, timeout: TIMEOUT },
});

async function failure(work: () => Promise<unknown>): Promise<SnowstreamError> {
  try {
    await work();
  } catch (error) {
    if (error instanceof SnowstreamError) return error;
    throw error;
  }
  throw new Error('it went on');
}

/** Sends a piece again and again, as fast as it is taken, until the client is gone. */
async function endless(socket: Socket, piece: Buffer): Promise<void> {
  while (!socket.destroyed)
    if (!socket.write(piece)) await Promise.race([once(socket, 'drain'), once(socket, 'close')]);
}

/** Sends a byte after the other, each in a turn of its own. */
async function dripping(socket: Socket): Promise<void> {
  socket.write(Buffer.from([0xff, 0xff, 0xff, 1]));
  const drip = setInterval(() => socket.write('x'), 10);
  await once(socket, 'close');
  clearInterval(drip);
}

const text = (value: string): Buffer => Buffer.concat([Buffer.from([value.length]), Buffer.from(value)]);
const column = Buffer.concat([
  ...['def', '', '', '', 'c', 'c'].map(text),
  Buffer.from([12, 45, 0, 0, 1, 0, 0, 253, 0, 0, 0, 0, 0]),
]);
const EOF = Buffer.from([0xfe, 0, 0, 2, 0]);
const MORE_RESULTS = 8;
const rowsBegin = Buffer.concat([framed(1, Buffer.from([1])), framed(2, column), framed(3, EOF)]);
// mysql2 complains of each packet out of turn on stderr, so that pieces end where the numbers begin again.
const numberedFrom = (first: number, body: Buffer, count = 256): Buffer =>
  Buffer.concat(Array.from({ length: count }, (_, index) => framed((first + index) % 256, body)));
const wide = text('x'.repeat(200));

/** Answers to one statement that have no end, or none that ever comes. */
const UNANSWERED: Readonly<Record<string, (socket: Socket) => unknown>> = {
  silence: () => undefined,
  '2^31 columns, and none of them': (socket) =>
    socket.write(framed(1, Buffer.from([0xfe, 0, 0, 0, 0x80, 0, 0, 0, 0]))),
  'a packet of 16 MB that does not come': (socket) => socket.write(Buffer.from([0xff, 0xff, 0xff, 1, 1])),
  'half a header': (socket) => socket.write(Buffer.from([5, 0])),
  'a column, and no row': (socket) => socket.write(rowsBegin),
  'a packet that comes byte by byte': dripping,
};
const ENDLESS: Readonly<Record<string, (socket: Socket) => Promise<void>>> = {
  'rows without an end': (socket) => {
    socket.write(rowsBegin);
    return endless(socket, numberedFrom(4, wide));
  },
  'rows of a NULL without an end': (socket) => {
    socket.write(rowsBegin);
    return endless(socket, numberedFrom(4, Buffer.from([0xfb])));
  },
  'columns without an end': (socket) => {
    socket.write(framed(1, Buffer.from([0xfe, 0, 0, 0, 0x80, 0, 0, 0, 0])));
    return endless(socket, numberedFrom(2, column));
  },
  'results without an end': (socket) =>
    endless(socket, numberedFrom(1, Buffer.from([0, 0, 0, MORE_RESULTS, 0, 0, 0]))),
  'a packet without an end': (socket) => {
    const part = Buffer.alloc(4 + 0xffffff, 'x').fill(0xff, 0, 3);
    part[3] = 1;
    return endless(socket, part);
  },
};

/** A server that takes the settings of a session, and answers later statements by a function. */
function serverWith(answer: (socket: Socket, sql: string) => unknown, tls: boolean): Promise<FakeServer> {
  return fakeServer({
    ...(tls && { tls: certificates.server }),
    session: async (socket) => {
      for (;;) {
        const sql = (await packetOf(socket)).body.toString();
        if (/SET /.test(sql)) socket.write(framed(1, OK));
        else if (/SHOW SESSION VARIABLES/.test(sql)) socket.write(Buffer.concat([rowsBegin, framed(4, EOF)]));
        else await answer(socket, sql);
      }
    },
  });
}

const NOT_IN_TIME = {
  code: 'MYSQL_UNREACHABLE',
  exitCode: 5,
  message: expect.stringMatching(
    /^MySQL at 127\.0\.0\.1:\d+ cannot be reached: it did not answer within 0\.4 s; a higher MYSQL_TIMEOUT waits longer$/,
  ),
};
const TOO_LARGE = {
  code: 'MYSQL_QUERY',
  exitCode: 1,
  message: expect.stringMatching(
    /^MySQL at 127\.0\.0\.1:\d+ is not read any further: its answer has more than \d+ MiB where some KiB are usual; find out what answers there$/,
  ),
};

const QUESTIONS: Readonly<Record<string, (source: MysqlSession) => Promise<unknown>>> = {
  'of a description': (source) => describeTable(source, 'shop', 'people'),
  'of the grants': (source) => source.ask('SHOW GRANTS'),
};

describe.each(['disabled', 'required'] as const)('a statement about tables, ssl %s', (ssl) => {
  const isTls = ssl === 'required';

  test.each(Object.entries(UNANSWERED))('is not waited for: %s', async (_, answer) => {
    await using server = await serverWith(answer, isTls);
    for (const ask of Object.values(QUESTIONS)) {
      const source = await openMysqlSession(at(server.port, ssl));
      expect(await failure(() => ask(source))).toMatchObject(NOT_IN_TIME);
      await source.close();
    }
  });

  test.each(Object.entries(ENDLESS))('is not taken in: %s', async (_, answer) => {
    let sent = 0;
    await using server = await serverWith(async (socket) => {
      await Promise.resolve(answer(socket)).finally(() => {
        sent = socket.bytesWritten;
      });
    }, isTls);
    const source = await openMysqlSession({ ...at(server.port, ssl), timeout: 60_000 });
    expect(await failure(() => source.ask('SHOW GRANTS'))).toMatchObject(TOO_LARGE);
    // What the system holds between the two is some megabytes.
    await expect.poll(() => sent).toBeGreaterThan(32 * 2 ** 20);
    expect(sent).toBeLessThan(512 * 2 ** 20);
    await source.close();
  });
});

describe('a login', () => {
  const nothing = async (socket: Socket): Promise<void> => void (await once(socket, 'close'));

  test.each(['disabled', 'required'] as const)('is not waited for, silent behind it: ssl %s', async (ssl) => {
    await using server = await fakeServer({
      ...(ssl === 'required' && { tls: certificates.server }),
      session: nothing,
    });
    expect(await failure(() => openMysqlSession(at(server.port, ssl)))).toMatchObject(NOT_IN_TIME);
  });

  test('is not waited for, silent before the greeting or in the middle', async () => {
    for (const options of [
      { greeting: Buffer.from([74, 0]), holds: true },
      { login: () => new Promise<void>(() => undefined) },
      { plugin: 'mysql_native_password', session: nothing },
    ]) {
      await using server = await fakeServer(options);
      expect(await failure(() => openMysqlSession(at(server.port, 'disabled')))).toMatchObject(NOT_IN_TIME);
    }
  });

  test.each(Object.entries(ENDLESS))('is not taken in: %s', async (_, answer) => {
    await using server = await fakeServer({
      session: async (socket) => {
        await packetOf(socket);
        await answer(socket);
      },
    });
    const settings = { ...at(server.port, 'disabled'), timeout: 60_000 };
    expect(await failure(() => openMysqlSession(settings))).toMatchObject(TOO_LARGE);
  });
});

describe('a statement that reads rows or walks through a table', () => {
  test('has any time, and so have those that wait behind it', async () => {
    const answers: (() => void)[] = [];
    await using server = await serverWith(async (socket, sql) => {
      if (/people/.test(sql)) await new Promise<void>((resolve) => answers.push(resolve));
      if (/never/.test(sql)) return;
      socket.write(Buffer.concat([rowsBegin, framed(4, text('7')), framed(5, EOF)]));
    }, false);
    await using source = await openMysqlSession(at(server.port, 'disabled'));
    const reads: readonly (() => Promise<unknown>)[] = [
      () => source.query('SELECT * FROM people'),
      () => source.ask('SELECT COUNT(*) FROM people', [], { mayTakeLong: true }),
      async () => [(await source.packets('SELECT * FROM people')).at(0)],
    ];
    for (const read of reads) {
      const rows = read();
      const behind = source.ask('SELECT 7');
      // Another session's question has been given up by then, at the second one after twice the time.
      for (const _time of [1, 2]) {
        await using other = await openMysqlSession(at(server.port, 'disabled'));
        await expect(other.ask('SELECT never')).rejects.toMatchObject(NOT_IN_TIME);
      }
      answers.pop()?.();
      expect(await rows).toEqual([['7']]);
      expect(await behind).toEqual([['7']]);
    }
  });

  test.skipIf(process.platform !== 'linux')('has its connection looked after by the system', async () => {
    await using server = await serverWith(() => undefined, false);
    await using _source = await openMysqlSession(at(server.port, 'disabled'));
    const port = server.port.toString(16).toUpperCase().padStart(4, '0');
    const rows = readFileSync('/proc/net/tcp', 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/));
    // The client's end; timer 02 is that of keep-alive, its time in hundredths of a second.
    const [timer = '', left = ''] =
      rows.find(([, , remote]) => remote?.endsWith(`:${port}`))?.[5]?.split(':') ?? [];
    expect(timer).toBe('02');
    expect(Number.parseInt(left, 16)).toBeLessThanOrEqual(60 * 100);
  });
});

test('a server that does not close an ended connection keeps no process alive', async () => {
  await using server = await serverWith(() => undefined, false);
  const program = `import { openMysqlSession } from '${new URL('../../dist/source/mysql/session.js', import.meta.url)}';
    const source = await openMysqlSession({ host: '127.0.0.1', port: ${server.port}, user: 'u', ssl: 'disabled' });
    await source.close();`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: 'inherit' });
  expect(await once(child, 'exit', { signal: AbortSignal.timeout(30_000) })).toEqual([0, null]);
});
