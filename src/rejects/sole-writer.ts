import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Whoever has it writes into a file alone, until it is closed or its process ends in whatever way. */
export interface SoleWriter {
  close(): void;
}

/**
 * Claims a file for this program. The claim is a name that the Linux kernel lends to one process at a time, within
 * one network namespace: unlike a lock file it is gone with a process that is killed, and nobody has to find out
 * whether its owner still lives. Other systems have no such names, and every claim is granted there.
 * https://man7.org/linux/man-pages/man7/unix.7.html
 *
 * @param path absolute, with all symbolic links followed
 * @returns `undefined` when another program has claimed it, or this one already
 */
export async function claim(path: string): Promise<SoleWriter | undefined> {
  if (process.platform !== 'linux') return { close: () => undefined };
  const name = createHash('sha256').update(path).digest('hex');
  const server = createServer();
  server.listen({ path: `\0snowstream-rejects-${name}`, exclusive: true });
  try {
    await once(server, 'listening');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') return undefined;
    throw error;
  }
  // It must not keep the process alive.
  server.unref();
  return { close: () => server.close() };
}
