import { setTimeout as sleep } from 'node:timers/promises';
import { factsOfError } from './errors.ts';
import type { Progress } from './progress.ts';

const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 10_000;

/** How often an unreachable end is retried, what stops that, and who is notified. */
export interface RetryPolicy {
  readonly retries: number;
  readonly progress: Progress;
  /** Ends the attempt at hand and the pause before the next one. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opens something on the network, again and again with growing pauses while it cannot be reached.
 *
 * @param close what is opened after the signal came is closed by it
 * @throws SnowstreamError MYSQL_UNREACHABLE or SNOWFLAKE_UNREACHABLE once it was tried `retries` times more; the
 * reason of the signal; any other error at once.
 */
export async function withRetries<T>(
  { retries, progress, signal }: RetryPolicy,
  open: () => Promise<T>,
  close: (late: T) => unknown,
): Promise<T> {
  for (let tried = 0; ; tried += 1) {
    try {
      return await untilAborted(signal, open, close);
    } catch (error) {
      if (!(error instanceof Error) || !factsOfError(error)?.retry || tried >= retries) throw error;
      const pause = Math.min(FIRST_PAUSE * 2 ** tried, LONGEST_PAUSE);
      progress.step(`${error.message}: retrying in ${pause / 1000} s`);
      // The timer's own error would say only that it was ended.
      await sleep(pause, undefined, signal && { signal }).catch(() => signal?.throwIfAborted());
    }
  }
}

/**
 * Waits for work that a signal cannot end, until the signal comes.
 *
 * @param close what the work gives after the signal is closed by it
 * @throws the reason of the signal, or the error of the work
 */
export function untilAborted<T>(
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
  close: (late: T) => unknown,
): Promise<T> {
  if (signal === undefined) return work();
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const working = work();
    const stop = (): void => {
      reject(signal.reason);
      // Nobody waits for it any more, or hears of its errors.
      working.then(close).catch(() => undefined);
    };
    signal.addEventListener('abort', stop, { once: true });
    const over = () => signal.removeEventListener('abort', stop);
    working.then(resolve, reject).finally(over);
  });
}
