// @ts-check
// npm run test:rest: the tests that npm test leaves out, and those of the check and of the cases once more where the
// server takes 1 MB a packet. Ends with `N passed, N failed`.
import { setUp } from './setup.mjs';
import { REST, SLOW, testFilesWith } from './test-parts.mjs';
import { runTests } from './test-run.mjs';

/** @type {[name: string, args: string[], env?: NodeJS.ProcessEnv][]} */
const RUNS = [
  ['tests of the rest', REST.map((name) => `--project=${name}`)],
  ['slow tests', [`--tags-filter=${SLOW}`, ...testFilesWith(`tags: '${SLOW}'`)]],
  // As little as some servers take; otherwise ours has its own default.
  ['tests at 1 MB a packet', ['test/check', 'test/cases'], { TEST_MYSQL_PACKET: '1M' }],
];

try {
  await setUp({ demo: true, browser: true });
  let [passed, failed] = [0, 0];
  for (const [name, args, env] of RUNS) {
    const run = await runTests(name, args, env);
    passed += run.passed;
    failed += run.failed;
  }
  process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
  process.exitCode = failed === 0 ? 0 : 1;
} catch (error) {
  process.stderr.write(`npm run test:rest: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
