// @ts-check
// npm test: set-up, lint, typecheck, and every test against the real thing. Ends with `N passed, N failed`.
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
const { passed, failed: failedTests } = await runTests('tests', process.argv.slice(2));

if (!lint) process.stdout.write('lint failed\n');
if (!types) process.stdout.write('typecheck failed\n');
const failed = failedTests + (lint ? 0 : 1) + (types ? 0 : 1);
process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
