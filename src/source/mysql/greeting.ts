import type { Socket } from 'node:net';

/** Bytes of the header of a packet: three of the length, one of the number. */
const HEADER = 4;

/** Bytes that a server may greet with; real ones take some hundreds, errors in place of the greeting included. */
const LARGEST = 65_536;

/** CLIENT_SSL: https://dev.mysql.com/doc/dev/mysql-server/latest/group__group__cs__capabilities__flags.html */
const CLIENT_SSL = 1 << 11;

/** What a server says before the client has said anything. */
export interface Greeting {
  /** Whether it has TLS; not when it greets with an error. */
  readonly hasTls: boolean;
  /** Bytes that have come behind the greeting, though the client is to speak first. */
  readonly surplus: number;
}

/**
 * Waits for the greeting of a server, and puts it back for the next reader of the socket.
 *
 * @throws Error of the socket, or of a connection that ends before the greeting does.
 */
export function greeting(socket: Socket): Promise<Greeting> {
  return new Promise((resolve, reject) => {
    let head: Buffer | null = null;
    const fail = (error: Error): void => {
      leave();
      reject(error);
    };
    const lost = (): void => fail(new Error('the server closed the connection before it had greeted'));
    const look = (): void => {
      head ??= socket.read(HEADER) as Buffer | null;
      // At the end of the connection fewer bytes come than were asked for.
      if (head === null || head.length < HEADER) return;
      const length = head.readUIntLE(0, 3);
      if (length === 0 || length > LARGEST)
        return void fail(new Error('what answers there does not greet as a MySQL server does'));
      const body = socket.read(length) as Buffer | null;
      if (body === null || body.length < length) return;
      const surplus = socket.readableLength;
      leave();
      socket.unshift(Buffer.concat([head, body]));
      resolve({ hasTls: hasTls(body), surplus });
    };
    const leave = (): void => {
      socket.off('readable', look).off('error', fail).off('end', lost).off('close', lost);
    };
    socket.on('readable', look).on('error', fail).on('end', lost).on('close', lost);
  });
}

/**
 * The lower half of the capabilities follows the version's text, the number of the session, 8 bytes of a nonce
 * and a zero: https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_connection_phase_packets_protocol_handshake_v10.html
 */
function hasTls(body: Buffer): boolean {
  const capabilities = body.indexOf(0) + 1 + 4 + 8 + 1;
  return (
    body[0] === 10 && body.length >= capabilities + 2 && (body.readUInt16LE(capabilities) & CLIENT_SSL) !== 0
  );
}
