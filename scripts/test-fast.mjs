// @ts-check
// npm run test:fast: the tests that need no server, in less than a minute. Ends with `N passed, N failed`.
import { setUp } from './setup.mjs';
import { runTests } from './test-run.mjs';

try {
  await setUp();
  const { passed, failed } = await runTests('fast tests', ['--project=unit', '--project=bridge']);
  process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
} catch (error) {
  process.stderr.write(`npm run test:fast: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
