import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Before a MySQL server, without TLS: some statements never reach it. */
export interface RefusingProxy extends AsyncDisposable {
  readonly port: number;
  /** The statements that were rejected. */
  readonly rejected: readonly string[];
}

const COM_QUERY = 3;

/**
 * A proxy that rejects statements as vtgate does, by an error of its own, and passes all others on. Vitess itself
 * cannot run here: it needs a topology server, tablets and a MySQL for each.
 */
export async function rejectingProxy(
  target: number,
  isRefused: (sql: string) => boolean,
): Promise<RefusingProxy> {
  const rejected: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const behind = connect(target, '127.0.0.1');
    for (const socket of [client, behind]) {
      sockets.add(socket);
      socket
        .on('error', () => undefined)
        .on('close', () => {
          client.destroy();
          behind.destroy();
        });
    }
    behind.pipe(client);
    let waiting = Buffer.alloc(0);
    client.on('data', (piece) => {
      waiting = Buffer.concat([waiting, piece]);
      // Each packet has its length in three bytes and a number, which is 0 for the first of a command.
      while (waiting.length >= 4 && waiting.length >= 4 + waiting.readUIntLE(0, 3)) {
        const packet = waiting.subarray(0, 4 + waiting.readUIntLE(0, 3));
        waiting = waiting.subarray(packet.length);
        // Query attributes, of which there are none, are before the text where the server knows them.
        const sql =
          packet[3] === 0 && packet[4] === COM_QUERY
            ? packet.subarray(packet[5] === 0 ? 7 : 5).toString()
            : undefined;
        if (sql === undefined || !isRefused(sql)) behind.write(packet);
        else {
          rejected.push(sql);
          client.write(errorPacket(1235, '42000', `VT12001: unsupported: ${sql.slice(0, 80)}`));
        }
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    rejected,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** The server's answer to a command: an error. */
export function errorPacket(errno: number, sqlState: string, message: string, sequence = 1): Buffer {
  const body = Buffer.concat([
    Buffer.from([0xff, errno & 0xff, errno >> 8]),
    Buffer.from(`#${sqlState}${message}`),
  ]);
  return Buffer.concat([Buffer.from([body.length & 0xff, body.length >> 8, 0, sequence]), body]);
}
