// @ts-check
import { randomInt } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { local } from '../setup/places.mjs';
import { runInstalled } from '../test-run.mjs';

/** Where the tests leave their figures. */
export const figuresFolder = join(local, 'faults');

/** The test that is row 19. */
export const SOAK = 'test/faults/soak.test.ts';

/** FAULT_SEED, or one by chance: printed, so that a run can be repeated. */
export function faultSeed() {
  const seed = process.env.FAULT_SEED ?? String(randomInt(2 ** 32));
  process.stdout.write(`FAULT_SEED=${seed}\n`);
  return seed;
}

/**
 * Runs tests with more environment.
 *
 * @param {readonly string[]} filters
 * @param {Record<string, string>} env
 * @returns {Promise<boolean>} whether they passed
 */
export function runTests(filters, env) {
  return runInstalled(['vitest', 'run', ...filters], env);
}

/** @returns {Promise<import('./table.mjs').Figures[]>} what the tests have measured */
export async function readFigures() {
  const names = await readdir(figuresFolder);
  return Promise.all(
    names
      .filter((name) => name.endsWith('.json'))
      .sort()
      .map(async (name) => JSON.parse(await readFile(join(figuresFolder, name), 'utf8'))),
  );
}
