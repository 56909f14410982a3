import type { Socket } from 'node:net';
import { ServerFault } from './server-fault.ts';

/** How much of a server an answer may take. */
export interface Limit {
  /** From the question to the end of the answer, however slowly its bytes come; any time when absent. */
  readonly milliseconds?: number;
  readonly bytes: number;
}

/** Milliseconds between two looks. A fast network brings tens of megabytes in them. */
const LOOK_INTERVAL = 50;

/** A process that stood still for longer has not waited: an answer may lie in its socket. */
const LONGEST_TURN = 10 * LOOK_INTERVAL;

/**
 * Waits for what a server is asked, for some time and some bytes, and closes its connection when one of them is used
 * up. mysql2 has a limit for the login alone, which is over at the first statement, and takes in any answer: a server
 * that announces 2^31 columns, or never ends its rows, is waited for and kept in memory.
 *
 * @throws ServerFault NO_ANSWER or ANSWER_TOO_LARGE, or what the work throws.
 */
export function limited<T>(socket: Socket, limit: Limit, work: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const before = socket.bytesRead;
    let waited = 0;
    let lastLook = performance.now();
    const looking = setInterval(() => {
      const now = performance.now();
      waited += Math.min(now - lastLook, LONGEST_TURN);
      lastLook = now;
      const fault = faultOf(limit, waited, socket.bytesRead - before);
      if (fault === undefined) return;
      clearInterval(looking);
      socket.destroy();
      reject(fault);
    }, LOOK_INTERVAL);
    work()
      .then(resolve, reject)
      .finally(() => clearInterval(looking));
  });
}

function faultOf({ milliseconds, bytes }: Limit, waited: number, received: number): ServerFault | undefined {
  if (received > bytes)
    return new ServerFault(
      'ANSWER_TOO_LARGE',
      `its answer has more than ${bytes / 2 ** 20} MiB where some KiB are usual`,
    );
  if (milliseconds === undefined || waited < milliseconds) return undefined;
  return new ServerFault(
    'NO_ANSWER',
    `it did not answer within ${milliseconds / 1000} s; a higher MYSQL_TIMEOUT waits longer`,
  );
}
