import { afterAll, beforeAll } from 'vitest';
import { stopJvm } from '../../src/bridge/jvm.ts';
import { type LoadedEnds, startLoadedEnds } from './loaded.ts';

/**
 * Starts both ends before the tests of a file, and ends them and the JVM behind them.
 *
 * @param take is given them, and may prepare what the tests need
 */
export function loadedEndsOfFile(take: (loaded: LoadedEnds) => unknown): void {
  let loaded: LoadedEnds | undefined;
  beforeAll(async () => {
    loaded = await startLoadedEnds();
    await take(loaded);
  });
  afterAll(async () => {
    stopJvm();
    await loaded?.[Symbol.asyncDispose]();
  });
}
