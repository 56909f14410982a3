// @ts-check
// What npm test leaves to npm run test:rest.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './setup/places.mjs';

/** The projects of vitest.config.ts that npm test runs; the last is there with TEST_MYSQL_URL only. */
export const MAIN = ['unit', 'bridge', 'mysql', 'local-snowflake', 'pipeline', 'command', 'alone'];

/** The projects that it leaves out. */
export const REST = ['extended', 'limits', 'faults', 'conformance', 'packaging'];

/** The tag of tests that npm test leaves out in files whose other tests it runs. */
export const SLOW = 'slow';

/**
 * Test files with a text in them.
 *
 * @param {string} text
 * @returns {string[]} paths from the root of the project
 */
export function testFilesWith(text) {
  return ['test', 'packages'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.test.ts') && !name.includes('node_modules'))
      .map((name) => join(folder, name))
      .filter((path) => readFileSync(join(root, path), 'utf8').includes(text)),
  );
}
