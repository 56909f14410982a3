import { afterAll, beforeAll } from 'vitest';
import type { OwnEnds } from '../e2e/local.ts';
import { stopJvm } from '../fixtures/jvm.ts';
import { type LoadedEnds, startLoadedEnds } from './loaded.ts';

/**
 * Starts both ends before the tests of a file, and ends them and the JVM behind them.
 *
 * @param take is given them, and may prepare what the tests need
 * @param own as of {@link startLoadedEnds}
 */
export function loadedEndsOfFile(take: (loaded: LoadedEnds) => unknown, own: OwnEnds = {}): void {
  let loaded: LoadedEnds | undefined;
  beforeAll(async () => {
    loaded = await startLoadedEnds(own);
    await take(loaded);
  });
  afterAll(async () => {
    stopJvm();
    await loaded?.[Symbol.asyncDispose]();
  });
}
