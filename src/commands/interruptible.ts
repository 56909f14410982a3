import type { AskOptions } from '../ends.ts';
import type { Reporting } from './command-output.ts';
import { interruption, OF_A_QUESTION } from './interruption.ts';

/**
 * Runs a command that only asks, which SIGINT and SIGTERM end at once.
 *
 * @throws SnowstreamError INTERRUPTED or TERMINATED after a signal; otherwise as the work.
 */
export async function interruptible<T>(
  { log, onEvent }: Reporting,
  work: (options: AskOptions) => Promise<T>,
): Promise<T> {
  using signals = interruption((line) => log.warn(line), OF_A_QUESTION);
  return await work({ onEvent, signal: signals.signal });
}
