// @ts-check
// npm test: set-up, lint, typecheck, every test against the real thing, and those of the check and of the cases once more
// where the server takes 1 MB a packet. Ends with `N passed, N failed`.
import { setUp } from './setup.mjs';
import { npx, runTests } from './test-run.mjs';

try {
  await setUp({ demo: true, browser: true });
} catch (error) {
  process.stderr.write(`npm test: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
const lint = await npx('lint', ['biome', 'check', '.']);
const types = await npx('typecheck', ['tsc', '-p', 'tsconfig.json']);
const wanted = process.argv.slice(2);
let { passed, failed: failedTests } = await runTests('tests', wanted);
if (wanted.length === 0) {
  // Once more where the server takes as little as some do; otherwise it has its own default.
  const again = await runTests('tests at 1 MB a packet', ['test/check', 'test/cases'], {
    TEST_MYSQL_PACKET: '1M',
  });
  passed += again.passed;
  failedTests += again.failed;
}

if (!lint) process.stdout.write('lint failed\n');
if (!types) process.stdout.write('typecheck failed\n');
const failed = failedTests + (lint ? 0 : 1) + (types ? 0 : 1);
process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
