import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { TLSSocket } from 'node:tls';
import { errorPacket } from './rejecting-proxy.ts';

/** What a fake server does, and what it was given. */
export interface FakeServer extends AsyncDisposable {
  readonly port: number;
  /** Every packet of the clients, without its header, in the order in which they came. */
  readonly received: readonly Buffer[];
  /** Passwords that came as they are, and whether by TLS. */
  readonly passwords: readonly { readonly password: string; readonly encrypted: boolean }[];
}

/** A talk after the client has asked for a login; both directions are counted as the protocol wants. */
export interface Talk {
  send(body: Buffer): void;
  next(): Promise<Buffer>;
}

interface FakeServerOptions {
  /** Where it listens; on 127.0.0.1 when absent. */
  readonly address?: string;
  /** What the connection is ended with at once: a server writes no SQL state then. */
  readonly greeting?: Buffer;
  /** Whether it keeps the connection behind that greeting. */
  readonly holds?: boolean;
  /** The plugin that it asks the client to log in by. */
  readonly plugin?: string;
  /** The plugin that its handshake names. */
  readonly usualPlugin?: string;
  /** How it goes on once the client has asked for a login; it is logged in then. */
  readonly login?: (talk: Talk) => Promise<void>;
  /** How it goes on after the login, instead of its usual answers. */
  readonly session?: (socket: Socket) => Promise<void>;
  /** What it answers a login with, instead of asking for the plugin. */
  readonly answer?: Buffer;
  /** What follows its handshake in the same segment, before the client has said anything. */
  readonly unasked?: Buffer;
  /** Sends its handshake in pieces of so many bytes. */
  readonly pieces?: number;
  /** Certificate and key; without them it has no TLS. */
  readonly tls?: { readonly cert: string; readonly key: string };
}

// https://dev.mysql.com/doc/dev/mysql-server/latest/group__group__cs__capabilities__flags.html
const SSL = 1 << 11;
// Protocol 4.1, secure connection, plugins, plugin data of any length, transactions.
const CAPABILITIES = (1 << 9) | (1 << 15) | (1 << 19) | (1 << 21) | (1 << 13) | 1 | 8;

/** Logins that no server here can be brought to: by plugins that are sold or not built in, and by other numbers. */
export async function fakeServer({
  greeting,
  holds = false,
  address = '127.0.0.1',
  plugin,
  answer,
  unasked = Buffer.alloc(0),
  pieces,
  usualPlugin = 'mysql_native_password',
  login,
  session,
  tls,
}: FakeServerOptions): Promise<FakeServer> {
  const received: Buffer[] = [];
  const nextPacket = async (socket: Socket): Promise<Packet> => {
    const packet = await packetOf(socket);
    received.push(packet.body);
    return packet;
  };
  const passwords: { password: string; encrypted: boolean }[] = [];
  const serve = async (raw: Socket): Promise<void> => {
    if (greeting !== undefined) return void (holds ? raw.write(greeting) : raw.end(greeting));
    const opening = Buffer.concat([framed(0, handshake(tls === undefined ? 0 : SSL, usualPlugin)), unasked]);
    for (let at = 0; at < opening.length; at += pieces ?? opening.length) {
      raw.setNoDelay(true).write(opening.subarray(at, at + (pieces ?? opening.length)));
      // Each piece is a segment of its own when it is written in a turn of its own.
      await setImmediate();
    }
    let socket: Socket = raw;
    let packet = await nextPacket(socket);
    if (tls !== undefined && (packet.body.readUInt32LE(0) & SSL) !== 0) {
      socket = new TLSSocket(raw, {
        isServer: true,
        cert: readFileSync(tls.cert),
        key: readFileSync(tls.key),
      });
      socket.setMaxListeners(0).on('error', () => undefined);
      packet = await nextPacket(socket);
    }
    if (answer !== undefined) return void socket.end(numbered(answer, packet.sequence + 1));
    if (plugin !== undefined) {
      socket.write(framed(packet.sequence + 1, switchTo(plugin)));
      packet = await nextPacket(socket);
      passwords.push({ password: packet.body.toString().replace(/\0$/, ''), encrypted: socket !== raw });
    }
    if (login !== undefined)
      await login({
        send: (body) => {
          socket.write(framed(packet.sequence + 1, body));
        },
        next: async () => {
          packet = await nextPacket(socket);
          return packet.body;
        },
      });
    socket.write(framed(packet.sequence + 1, OK));
    if (session !== undefined) return session(socket);
    for (;;) {
      const { body } = await nextPacket(socket);
      if (body[0] !== 3) return void socket.end();
      socket.write(/SET /.test(body.toString()) ? framed(1, OK) : errorPacket(1235, '42000', 'not here'));
    }
  };
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.setMaxListeners(0).on('error', () => undefined);
    serve(socket).catch(() => socket.destroy());
  });
  server.listen(0, address);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    received,
    passwords,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

/** What ends a login and most statements. */
export const OK = Buffer.from([0, 0, 0, 2, 0, 0, 0]);

function handshake(more: number, plugin: string): Buffer {
  const flags = CAPABILITIES | more;
  const head = Buffer.alloc(4 + 8 + 1 + 2 + 1 + 2 + 2 + 1 + 10);
  head.writeUInt32LE(7, 0);
  head.fill('a', 4, 12);
  head.writeUInt16LE(flags & 0xffff, 13);
  head.writeUInt8(45, 15);
  head.writeUInt16LE(2, 16);
  head.writeUInt16LE(flags >>> 16, 18);
  head.writeUInt8(21, 20);
  const rest = Buffer.from(`${'b'.repeat(12)}\0${plugin}\0`);
  return Buffer.concat([Buffer.from('\u000a9.0.0-fake\0'), head, rest]);
}

/** A packet under its number. */
export function framed(sequence: number, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from([body.length & 0xff, body.length >> 8, 0, sequence]), body]);
}

/** A demand for a login by another plugin, with a nonce of zeros. */
export function switchTo(plugin: string): Buffer {
  return Buffer.concat([Buffer.from([0xfe]), Buffer.from(`${plugin}\0`), Buffer.alloc(21)]);
}

/** The same packet under another number. */
function numbered(packet: Buffer, sequence: number): Buffer {
  const copy = Buffer.from(packet);
  copy[3] = sequence;
  return copy;
}

interface Packet {
  readonly sequence: number;
  readonly body: Buffer;
}

/** The next packet of a client. */
export async function packetOf(socket: Socket): Promise<Packet> {
  const read = async (bytes: number): Promise<Buffer> => {
    for (;;) {
      const piece: Buffer | null = bytes === 0 ? Buffer.alloc(0) : socket.read(bytes);
      if (piece !== null) return piece;
      await Promise.race([
        once(socket, 'readable'),
        once(socket, 'close').then(() => Promise.reject(new Error('gone'))),
      ]);
    }
  };
  const head = await read(4);
  return { sequence: head.readUInt8(3), body: await read(head.readUIntLE(0, 3)) };
}
