// @ts-check
import { spawn } from 'node:child_process';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { local, root } from './setup/places.mjs';

/**
 * Runs a program of the project's packages, its output going where ours goes.
 *
 * @param {string} name heading above its output
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} [env] on top of our own
 * @returns {Promise<boolean>} whether it passed
 */
export function npx(name, args, env = {}) {
  process.stdout.write(`\n> ${name}\n`);
  return runInstalled(args, env);
}

/**
 * Runs a program of an installed package.
 *
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} env on top of our own
 * @returns {Promise<boolean>} whether it passed
 */
export function runInstalled([program = '', ...args], env) {
  // Not by npx: it would not pass a signal on.
  const child = spawn(join(root, 'node_modules/.bin', program), args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...env },
  });
  const stop = (/** @type {NodeJS.Signals} */ signal) => {
    child.once('exit', () => process.kill(process.pid, signal));
    child.kill(signal);
  };
  process.once('SIGTERM', stop);
  process.once('SIGHUP', stop);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => {
      process.off('SIGTERM', stop);
      process.off('SIGHUP', stop);
      resolve(code === 0);
    });
  });
}

/**
 * Runs vitest and counts its tests.
 *
 * @param {string} name heading above its output
 * @param {string[]} args files and options
 * @param {NodeJS.ProcessEnv} [env] on top of our own
 * @returns {Promise<{ passed: number, failed: number }>}
 */
export async function runTests(name, args, env) {
  await mkdir(local, { recursive: true });
  const report = join(local, `${name.replaceAll(' ', '-')}-report.json`);
  await rm(report, { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const ok = await npx(name, ['vitest', 'run', ...reporters, ...args], env);
  const { passed, failed } = await counted(report);
  // Errors outside of any test fail a run too.
  return { passed, failed: Math.max(failed, ok ? 0 : 1) };
}

/**
 * @param {string} report
 * @returns {Promise<{ passed: number, failed: number }>}
 */
async function counted(report) {
  const { numPassedTests: passed, numFailedTests, testResults } = JSON.parse(await readFile(report, 'utf8'));
  // A file that fails before its first test has no failed test, and must not count as none.
  const empty = testResults.filter(
    (/** @type {{ status: string, assertionResults: unknown[] }} */ file) =>
      file.status === 'failed' && file.assertionResults.length === 0,
  ).length;
  return { passed, failed: numFailedTests + empty };
}
