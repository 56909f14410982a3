// @ts-check
// npm test: set-up, lint, typecheck, and every test against the real thing. Ends with `N passed, N failed`.
import { spawn } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { local, root } from './setup/places.mjs';
import { setUp } from './setup.mjs';

const report = join(local, 'test-report.json');

/**
 * @param {string} name
 * @param {string[]} args
 * @returns {Promise<boolean>} whether it passed
 */
function npx(name, args) {
  process.stdout.write(`\n> ${name}\n`);
  const child = spawn('npx', ['--no-install', ...args], { cwd: root, stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code === 0));
  });
}

/** @returns {Promise<{ passed: number, failed: number }>} */
async function counted() {
  const {
    numPassedTests: passed,
    numFailedTests,
    numFailedTestSuites,
    testResults,
  } = JSON.parse(await readFile(report, 'utf8'));
  // A file that fails before its first test has no failed test, and must not count as none.
  const empty = testResults.filter(
    (/** @type {{ status: string, assertionResults: unknown[] }} */ file) =>
      file.status === 'failed' && file.assertionResults.length === 0,
  ).length;
  return { passed, failed: Math.max(numFailedTests + empty, numFailedTestSuites > 0 ? 1 : 0) };
}

try {
  await setUp({ demo: true, browser: true });
} catch (error) {
  process.stderr.write(`npm test: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
await mkdir(local, { recursive: true });
const filters = process.argv.slice(2);
const lint = await npx('lint', ['biome', 'check', '.']);
const types = await npx('typecheck', ['tsc', '-p', 'tsconfig.json']);
const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
const tests = await npx('tests', ['vitest', 'run', ...reporters, ...filters]);

const { passed, failed } = await counted();
if (!lint) process.stdout.write('lint failed\n');
if (!types) process.stdout.write('typecheck failed\n');
process.stdout.write(`\n${passed} passed, ${failed + (lint ? 0 : 1) + (types ? 0 : 1)} failed\n`);
process.exitCode = lint && types && tests ? 0 : 1;
