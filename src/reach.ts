import { setTimeout as sleep } from 'node:timers/promises';
import { SnowstreamError } from './errors.ts';
import type { Progress } from './report/progress.ts';

const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 10_000;

/** How often an end that cannot be reached is tried again, and who is told. */
export interface Patience {
  readonly retries: number;
  readonly progress: Progress;
}

/**
 * Opens something on the network, again and again with growing pauses while it cannot be reached.
 *
 * @throws SnowstreamError MYSQL_UNREACHABLE or SNOWFLAKE_UNREACHABLE once it was tried `retries` times more; any
 * other error at once.
 */
export async function reached<T>({ retries, progress }: Patience, open: () => Promise<T>): Promise<T> {
  for (let tried = 0; ; tried += 1) {
    try {
      return await open();
    } catch (error) {
      const unreachable = error instanceof SnowstreamError && error.code.endsWith('_UNREACHABLE');
      if (!unreachable || tried >= retries) throw error;
      const pause = Math.min(FIRST_PAUSE * 2 ** tried, LONGEST_PAUSE);
      progress.step(`${error.message}: trying again in ${pause / 1000} s`);
      await sleep(pause);
    }
  }
}
