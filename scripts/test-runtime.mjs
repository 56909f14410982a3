// @ts-check
// npm run test:runtime: the tests that see another Node or JDK first, in a few minutes. Ends with `N passed, N failed`.
import { setUp } from './setup.mjs';
import { runTests } from './test-run.mjs';

/** The addon and the JVM, the process of JavaScript functions with its flags, Snowflake's own client, files and keys. */
const TESTS = [
  'test/bridge/batch-stream.test.ts',
  'test/bridge/insert-queue.test.ts',
  'test/bridge/java-value.test.ts',
  'test/bridge/jvm.test.ts',
  'test/checkpoint/',
  'test/config/load.test.ts',
  'test/config/private-key.test.ts',
  'test/config/secrets.test.ts',
  'test/conformance/node.test.ts',
  'packages/local-snowflake/test/javascript-functions.test.ts',
  'test/report/proven-text.test.ts',
  'test/source/connection.test.ts',
];

try {
  await setUp({ demo: true });
  const { passed, failed } = await runTests('runtime tests', TESTS);
  process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
} catch (error) {
  process.stderr.write(`npm run test:runtime: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
