// @ts-check
// npm test: set-up, lint, typecheck, and the tests that guard the main job, against the real thing; the others are
// `npm run test:rest`. With files, the tests of those. Ends with `N passed, N failed`.
import { setUp } from './setup.mjs';
import { MAIN, SLOW } from './test-parts.mjs';
import { npx, runTests } from './test-run.mjs';

const wanted = process.argv.slice(2);
try {
  await setUp({ demo: true, browser: wanted.length > 0 });
} catch (error) {
  process.stderr.write(`npm test: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
const [lint, types] = await Promise.all([
  npx('lint', ['biome', 'check', '.']),
  npx('typecheck', ['tsc', '-p', 'tsconfig.json']),
]);
const main = [...MAIN.map((name) => `--project=${name}`), `--tags-filter=!${SLOW}`];
const { passed, failed: failedTests } = await runTests('tests', wanted.length > 0 ? wanted : main);

if (!lint) process.stdout.write('lint failed\n');
if (!types) process.stdout.write('typecheck failed\n');
const failed = failedTests + (lint ? 0 : 1) + (types ? 0 : 1);
process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
