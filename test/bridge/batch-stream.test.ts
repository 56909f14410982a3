import { connect, type Socket } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { BatchStream } from '../../src/bridge/batch-stream.ts';
import type { JavaObject } from '../../src/bridge/java-classes.ts';
import type { Jvm } from '../../src/bridge/jvm.ts';

// The other end is the test itself, as the JVM would never say a wrong secret or stop in the middle of an answer.

interface Call {
  readonly port: number;
  readonly secret: string;
}

const sockets: Socket[] = [];

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

/** A JVM that tells what it was asked to connect to. */
function standIn(connecting: (call: Call) => void): Jvm {
  return {
    create: (_class: string, _inserter: JavaObject, port: number, secret: string) => {
      connecting({ port, secret });
      return { giveUpSync: () => undefined };
    },
    causeOf: (error: unknown) => error,
  } as unknown as Jvm;
}

function dial({ port }: Call, says: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(says, () => resolve(socket)));
    sockets.push(socket);
    socket.once('error', reject);
  });
}

const ended = (socket: Socket): Promise<void> =>
  new Promise((resolve) => socket.once('close', () => resolve()).resume());

const inserter = {} as JavaObject;
const request = { kind: 'written', cells: [Buffer.from([1, 0x61])], offsetToken: 't' } as const;

/** A stream, and the socket at its other end. */
async function opened(): Promise<{ stream: BatchStream; java: Socket; call: Call }> {
  let call: Call | undefined;
  let java: Promise<Socket> | undefined;
  const stream = await BatchStream.open(
    standIn((asked) => {
      call = asked;
      java = dial(asked, asked.secret);
    }),
    inserter,
  );
  return { stream, java: (await java) as Socket, call: call as Call };
}

test('who does not know the secret is dropped, and is sent nothing', async () => {
  let stranger: Promise<Socket> | undefined;
  let received = '';
  const stream = await BatchStream.open(
    standIn((call) => {
      stranger = dial(call, 'x'.repeat(call.secret.length)).then((socket) => {
        socket.on('data', (piece) => {
          received += piece.toString('latin1');
        });
        return socket;
      });
      void stranger.then(ended).then(() => dial(call, call.secret));
    }),
    inserter,
  );
  expect(received).toBe('');
  stream.close();
});

test.each([
  ['says nothing', () => ''],
  ['says a part of the secret', (secret: string) => secret.slice(0, -1)],
])('who %s is dropped once the JVM has connected', async (_what, said) => {
  let stranger: Promise<Socket> | undefined;
  let java: Promise<Socket> | undefined;
  const stream = await BatchStream.open(
    standIn((call) => {
      stranger = dial(call, said(call.secret));
      java = stranger.then(() => dial(call, call.secret));
    }),
    inserter,
  );
  await ended((await stranger) as Socket);
  expect((await java)?.destroyed).toBe(false);
  stream.close();
});

test('a JVM that does not connect ends it after a limit of its own, which no setting raises', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    let port: number | undefined;
    const opening = BatchStream.open(
      standIn((call) => {
        port = call.port;
      }),
      inserter,
    ).catch((error: unknown) => error);
    await vi.waitUntil(() => vi.getTimerCount() > 0, { timeout: 5000 });
    await vi.advanceTimersByTimeAsync(30_000);
    expect(await opening).toMatchObject({
      code: 'JVM_TIMEOUT',
      message: `the JVM did not connect to 127.0.0.1:${port} for batches within 30 s, a fixed limit: let this process connect to itself on 127.0.0.1, or use --bridge cell, which needs no connection`,
    });
  } finally {
    vi.useRealTimers();
  }
});

test('nobody else can connect once the JVM has', async () => {
  const { stream, call } = await opened();
  await expect(dial(call, call.secret)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  stream.close();
});

test('a request is its kind, lengths and bytes, and an answer may come in pieces', async () => {
  const { stream, java } = await opened();
  const asked = new Promise<Buffer>((resolve) => {
    const pieces: Buffer[] = [];
    java.on('data', (piece: Buffer) => {
      pieces.push(piece);
      const all = Buffer.concat(pieces);
      if (all.length === 27) resolve(all);
    });
  });
  const inserted = stream.insert(request, 10_000);
  // Written, no further cells, the token, no row indexes, no excluded rows, two bytes.
  expect((await asked).toString('hex')).toBe(
    ['00000000', '00000000', '00000001', '74', '00000000', '00000000', '00000002', '0161'].join(''),
  );
  const answer = Buffer.from('000000130000000000000001350000000000000002c3a9', 'hex');
  for (const byte of answer) {
    java.write(Buffer.from([byte]));
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  expect(await inserted).toEqual(['5', '', 'é']);
  stream.close();
});

test('an answer of megabytes comes whole, and the next one behind it', async () => {
  const { stream, java } = await opened();
  for (const size of [3_000_000, 5]) {
    const inserted = stream.insert(request, 10_000);
    const answer = Buffer.alloc(4 + 4 + 4 + size, 'x');
    answer.writeInt32BE(answer.length - 4, 0);
    answer.writeInt32BE(0, 4);
    answer.writeInt32BE(size, 8);
    java.write(answer);
    expect((await inserted).map(({ length }) => length)).toEqual([size]);
  }
  stream.close();
});

test.each([
  ['before the answer', ''],
  ['in the middle of its length', '0000'],
  ['in the middle of it', '0000001300000000'],
])('an end that goes away %s is an error, not a wait', async (_when, said) => {
  const { stream, java } = await opened();
  const inserted = stream.insert(request, 10_000);
  java.end(Buffer.from(said, 'hex'));
  await expect(inserted).rejects.toMatchObject({ code: 'JAVA_EXCEPTION' });
  stream.close();
});

test('an end that has gone away before is the same error', async () => {
  const { stream, java } = await opened();
  java.destroy();
  await new Promise((resolve) => setTimeout(resolve, 50));
  await expect(stream.insert(request, 1_000)).rejects.toMatchObject({ code: 'JAVA_EXCEPTION' });
  stream.close();
});

test('an answer that does not come ends the wait', async () => {
  const { stream } = await opened();
  await expect(stream.insert(request, 50)).rejects.toMatchObject({ code: 'JVM_TIMEOUT' });
  stream.close();
});
