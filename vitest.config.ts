import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { configDefaults, defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';

/** What files of the tests have in common: what they need, and what they cost. A file is of the first that names it. */
const PROJECTS: readonly { name: string; files: string[]; mysql?: true }[] = [
  // Texts, tokens, settings: no server and no JVM.
  {
    name: 'unit',
    files: [
      'test/architecture.test.ts',
      'test/bench/summary.test.ts',
      'test/bridge/{batch-stream,insert-queue}.test.ts',
      'test/check/plain-parts.test.ts',
      'test/{checkpoint,config,report,transform}/**/*.test.ts',
      'test/docs/{architecture,errors,pages,versions}.test.ts',
      'packages/local-snowflake/test/{json,wall-clock}.test.ts',
      'packages/local-snowflake/test/faults/{faults,flag}.test.ts',
      'packages/local-snowflake/test/statements/page.test.ts',
      'packages/local-snowflake/test/streaming/{channel-state,parquet-footer}.test.ts',
      'test/file/given-file.test.ts',
      'test/ingest/client-properties.test.ts',
      'test/load/batch-ledger.test.ts',
      'test/types/{column-mapping,page,types,values}.test.ts',
    ],
  },
  // What a set-up, an installed package, a compiler or a browser sees.
  {
    name: 'packaging',
    files: [
      'test/{bench,docs,scripts}/**/*.test.ts',
      'test/e2e/{environment,npm-start}.test.ts',
      'packages/local-snowflake/test/package/**/*.test.ts',
      'packages/local-snowflake/test/page/live.test.ts',
    ],
    mysql: true,
  },
  // Whatever may be killed, cut off or filled up; `npm run test:faults` runs the same at full size.
  { name: 'faults', files: ['test/faults/**/*.test.ts'] },
  // Snowflake's own clients at the local Snowflake.
  { name: 'conformance', files: ['test/conformance/**/*.test.ts'] },
  { name: 'local-snowflake', files: ['packages/*/test/**/*.test.ts'] },
  // What MySQL sends.
  {
    name: 'mysql',
    files: [
      'test/bridge/sent-rows.test.ts',
      'test/source/**/*.test.ts',
      'test/check/excluded-rows.test.ts',
      'test/types/{page-samples,text-sets}.test.ts',
    ],
    mysql: true,
  },
  // A JVM or other processes, and no server.
  { name: 'bridge', files: ['test/{bridge,file}/**/*.test.ts'] },
  // From MySQL into the local Snowflake, in the process of the test or by the command.
  { name: 'pipeline', files: ['test/**/*.test.ts'], mysql: true },
];

/** A server of the tester's has one such file at a time, and none beside it. */
const ALONE = process.env.TEST_MYSQL_URL ? filesThatSetGlobals() : [];

export default defineConfig({
  test: {
    // Threads die with a JVM inside them, and a JVM starts only once in a process: a fork for each file.
    pool: 'forks',
    maxWorkers: 2,
    // The javac and java that tests start find no file in a folder with letters beyond ASCII without a UTF-8 locale.
    env: process.platform === 'linux' ? { LC_ALL: 'C.UTF-8' } : {},
    // What hangs is to end; how fast a machine is, and what else it does, is no business of a test.
    testTimeout: 180_000,
    hookTimeout: 240_000,
    projects: [
      ...PROJECTS.map(({ name, files, mysql }, index) =>
        project(name, files, {
          exclude: [
            ...configDefaults.exclude,
            ...PROJECTS.slice(0, index).flatMap((each) => each.files),
            ...ALONE,
          ],
          globalSetup: mysql ? ['test/fixtures/shared-mysql.ts'] : [],
        }),
      ),
      ...(ALONE.length > 0 ? [project('alone', ALONE, { fileParallelism: false })] : []),
    ],
  },
});

function project(
  name: string,
  include: string[],
  more: TestProjectInlineConfiguration['test'],
): TestProjectInlineConfiguration {
  return { extends: true, test: { name, include, ...more } };
}

/** Test files that ask for a server of their own. */
function filesThatSetGlobals(): string[] {
  return readdirSync('test', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => join('test', name))
    .filter((path) => readFileSync(path, 'utf8').includes('ownServer: true'));
}
