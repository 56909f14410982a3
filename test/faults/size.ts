import { expect } from 'vitest';
import { seededRandom } from '../../packages/local-snowflake/src/faults/random.ts';

/** `npm run test:faults` sets it; `npm run test:rest` does not, and the same tests run at a small size. */
export const isFull = process.env.FAULT_SIZE === 'full';

/** One of two sizes. */
export function sized<T>(small: T, full: T): T {
  return isFull ? full : small;
}

/** Fails where what is promised of a time is not kept: at full size only, where the machine has nothing else to do. */
export function expectWithin(seconds: number, promised: number): void {
  if (isFull) expect(seconds).toBeLessThanOrEqual(promised);
}

/** What decides by chance: FAULT_SEED repeats an earlier run. */
export const seed = Number(process.env.FAULT_SEED ?? Math.floor(Math.random() * 2 ** 32)) >>> 0;

/** Numbers from 0 up to 1 that depend on the seed and on what they are for. */
export function chance(what: string): () => number {
  let mixed = seed;
  for (const letter of what) mixed = Math.imul(mixed ^ letter.charCodeAt(0), 0x01000193) >>> 0;
  return seededRandom(mixed);
}
