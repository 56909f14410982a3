// @ts-check
// npm run test:mysql: the tests that use MySQL, on real MySQL, or on the server that TEST_MYSQL_URL names. Ends with
// `N passed, N failed`; with exit code 69 and the reason where no real MySQL can be set up.
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './setup/places.mjs';
import { setUp } from './setup.mjs';
import { runTests } from './test-run.mjs';

const SERVER = join(root, 'scripts/real-mysql.sh');
const TESTS = [
  'test/bridge/sent-rows.test.ts',
  'test/source/',
  'test/types/',
  'test/check/',
  'test/cases/',
  'test/load/channels.test.ts',
  'test/load/parallel-tables.test.ts',
  'test/load/restart.test.ts',
  'test/e2e/',
];

/** @returns {Promise<{ code: number, url: string }>} */
function start() {
  // A session of its own: Ctrl-C reaches us alone, and we stop what it has started.
  const child = spawn(SERVER, ['start'], { stdio: ['ignore', 'pipe', 'inherit'], detached: true });
  let url = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    url += text;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? 1, url: url.trim() }));
  });
}

const given = process.env.TEST_MYSQL_URL;
const ours = given ? false : spawnSync(SERVER, ['status']).status !== 0;
const stop = () => {
  if (ours) spawnSync(SERVER, ['stop'], { stdio: 'inherit' });
};
for (const [signal, code] of /** @type {const} */ ([
  ['SIGINT', 130],
  ['SIGTERM', 143],
])) {
  process.once(signal, () => {
    stop();
    process.exit(code);
  });
}

/** @returns {Promise<number>} the exit code */
async function testOnMySql() {
  await setUp({ demo: true });
  const { code, url } = given ? { code: 0, url: given } : await start();
  if (code !== 0) return code;
  const wanted = process.argv.slice(2);
  const tests = wanted.length > 0 ? wanted : TESTS;
  const { passed, failed } = await runTests('tests on MySQL', tests, { TEST_MYSQL_URL: url });
  process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
  return failed === 0 ? 0 : 1;
}

try {
  process.exitCode = await testOnMySql();
} catch (error) {
  process.stderr.write(`npm run test:mysql: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
} finally {
  stop();
}
