import type { SqlSettings } from '../config/settings.ts';
import { type Patience, unlessAborted } from '../reach.ts';
import { reachSession, type SnowflakeSession } from '../snowflake/session.ts';
import { reachSource, type Source } from '../source/source.ts';
import type { Reporting } from './command-output.ts';
import { interruption, OF_A_QUESTION } from './interruption.ts';

/** Both ends of a command that only asks. */
export interface AskedEnds {
  readonly source: Source;
  readonly snowflake: SnowflakeSession;
}

/**
 * Connects to both ends as a run does, again and again while one cannot be reached, and asks. A signal ends it at
 * once, whatever it waits for: nothing is under way that could be finished.
 *
 * @throws SnowstreamError INTERRUPTED or TERMINATED after a signal; otherwise as connecting and asking.
 */
export function askEnds<T>(
  settings: SqlSettings,
  reporting: Reporting,
  ask: (ends: AskedEnds) => Promise<T>,
): Promise<T> {
  return interruptible(settings, reporting, async (patience) => {
    await using source = await reachSource(settings.mysql, patience);
    await using snowflake = await reachSession(settings.snowflake, patience);
    return await ask({ source, snowflake });
  });
}

/** The same for a command that needs Snowflake alone. */
export function askSnowflake<T>(
  settings: SqlSettings,
  reporting: Reporting,
  ask: (snowflake: SnowflakeSession) => Promise<T>,
): Promise<T> {
  return interruptible(settings, reporting, async (patience) => {
    await using snowflake = await reachSession(settings.snowflake, patience);
    return await ask(snowflake);
  });
}

async function interruptible<T>(
  { retries }: SqlSettings,
  { log, progress }: Reporting,
  work: (patience: Patience) => Promise<T>,
): Promise<T> {
  using signals = interruption((line) => log.warn(line), OF_A_QUESTION);
  const { signal } = signals;
  return await unlessAborted(
    signal,
    () => work({ retries, progress, signal }),
    () => undefined,
  );
}
