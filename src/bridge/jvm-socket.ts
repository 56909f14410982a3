import { randomBytes } from 'node:crypto';
import { createServer, type Socket } from 'node:net';
import { SnowstreamError } from '../errors.ts';

/** Milliseconds for the JVM to connect to this process. */
const CONNECT = 30_000;
const SECRET_BYTES = 32;

/**
 * A socket on 127.0.0.1 whose other end is the JVM of this process.
 *
 * @param dial makes Java connect to the port and send the secret first
 * @throws SnowstreamError JVM_TIMEOUT when no connection authenticates.
 */
export async function socketFromJvm(dial: (port: number, secret: string) => void): Promise<Socket> {
  const secret = randomBytes(SECRET_BYTES / 2).toString('hex');
  const server = createServer();
  const candidates = new Set<Socket>();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(0, '127.0.0.1', resolve);
    });
    const { port } = server.address() as { port: number };
    dial(port, secret);
    return await new Promise<Socket>((resolve, reject) => {
      const late = setTimeout(() => reject(notConnected(port)), CONNECT);
      server.on('connection', async (candidate) => {
        // Any other process on this machine may connect, too.
        candidates.add(candidate.once('close', () => candidates.delete(candidate)));
        if (!(await knows(candidate, secret))) return candidate.destroy();
        clearTimeout(late);
        candidates.delete(candidate);
        resolve(candidate);
      });
    });
  } finally {
    server.close();
    // A silent connection would keep the process alive.
    for (const candidate of candidates) candidate.destroy();
  }
}

function notConnected(port: number): SnowstreamError {
  return new SnowstreamError(
    'JVM_TIMEOUT',
    `the JVM did not connect to 127.0.0.1:${port} for batches within ${CONNECT / 1000} s, a fixed limit: let this process connect to itself on 127.0.0.1, or use --bridge cell, which needs no connection`,
  );
}

/** Whether the first bytes are the secret. */
async function knows(socket: Socket, secret: string): Promise<boolean> {
  socket.on('error', () => undefined);
  let received = '';
  return new Promise((resolve) => {
    const listen = (piece: Buffer) => {
      received += piece.toString('latin1');
      if (received.length < SECRET_BYTES) return;
      socket.off('data', listen);
      resolve(received === secret);
    };
    socket.on('data', listen);
    socket.once('close', () => resolve(false));
  });
}
