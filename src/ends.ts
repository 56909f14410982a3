import { AbortGate } from './abort-gate.ts';
import type { SqlSettings } from './config/settings.ts';
import { type OnEvent, Progress } from './progress.ts';
import { type RetryPolicy, untilAborted } from './retry-policy.ts';
import { reachSession, type SnowflakeSession } from './snowflake/session.ts';
import { openMysqlSource } from './source/mysql/source.ts';
import type { Source, SourceFactory } from './source/source.ts';

/** The source and the target of a program that asks and changes nothing. */
export interface Ends {
  readonly source: Source;
  readonly snowflake: SnowflakeSession;
}

/** What may be given to a question besides its settings. */
export interface AskOptions {
  /** Is called with everything that is reported meanwhile. */
  readonly onEvent?: OnEvent | undefined;
  /** Ends it at once, whatever it waits for: nothing is in progress that could be completed. */
  readonly signal?: AbortSignal | undefined;
  /** @internal Another source than MySQL. */
  readonly source?: SourceFactory;
}

/**
 * Connects to both ends as a run does, again and again while one cannot be reached, and asks.
 *
 * @throws SnowstreamError as connecting and asking; the reason of the signal.
 */
export function askEnds<T>(
  settings: SqlSettings,
  options: AskOptions,
  ask: (ends: Ends) => Promise<T>,
): Promise<T> {
  return asked(settings, options, async (retry) => {
    await using source = await (options.source ?? openMysqlSource)(settings, retry);
    await using snowflake = await reachSession(settings.snowflake, retry);
    return await ask({ source, snowflake });
  });
}

/** The same for a question to Snowflake alone. */
export function askSnowflake<T>(
  settings: SqlSettings,
  options: AskOptions,
  ask: (snowflake: SnowflakeSession) => Promise<T>,
): Promise<T> {
  return asked(settings, options, async (retry) => {
    await using snowflake = await reachSession(settings.snowflake, retry);
    return await ask(snowflake);
  });
}

function asked<T>(
  { retries }: SqlSettings,
  { onEvent, signal }: AskOptions,
  work: (retry: RetryPolicy) => Promise<T>,
): Promise<T> {
  return untilAborted(
    signal,
    async () => {
      using gate = new AbortGate(signal);
      return await work({ retries, progress: new Progress(onEvent), signal: gate.signal });
    },
    () => undefined,
  );
}
