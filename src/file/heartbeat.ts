import { Worker } from 'node:worker_threads';

/**
 * Sets the times of a file to now, again and again. It runs in a thread of its own, because a call into Java may
 * block the event loop for seconds; and as a text, because a worker's file would differ between `src/` and `dist/`.
 */
const BEAT = `
const { workerData: { descriptor, pause } } = require('node:worker_threads');
const { futimesSync } = require('node:fs');
const beat = () => {
  const now = Date.now() / 1000;
  try {
    futimesSync(descriptor, now, now);
  } catch {
    // The program checks its lock before it writes.
  }
};
beat();
setInterval(beat, pause);
`;

/** Shows other hosts that the process with an open file is still running. */
export class Heartbeat {
  readonly #beginning: NodeJS.Timeout;
  #worker: Worker | undefined;

  /** @param pause milliseconds before the first beat and between two; a lock that is released sooner costs no thread */
  constructor(descriptor: number, pause: number) {
    this.#beginning = setTimeout(() => this.#begin(descriptor, pause), pause).unref();
  }

  #begin(descriptor: number, pause: number): void {
    const workerData = { descriptor, pause };
    try {
      this.#worker = new Worker(BEAT, { eval: true, execArgv: [], env: {}, workerData });
      this.#worker.on('error', () => undefined);
      this.#worker.unref();
    } catch {
      // Without a thread, as under a process limit, other hosts see no heartbeat; the lock itself stays valid.
    }
  }

  /** Returns after the last beat, so that the file may be closed. */
  async stop(): Promise<void> {
    clearTimeout(this.#beginning);
    await this.#worker?.terminate();
  }
}
