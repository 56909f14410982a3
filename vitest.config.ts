import { availableParallelism } from 'node:os';
import { configDefaults, defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { SLOW, testFilesWith } from './scripts/test-parts.mjs';

/** A server that is started once for all test files of a run; see test/fixtures. */
type Shared = 'mysql' | 'snowflake';

/** What files of the tests have in common: what they need, and what they cost. A file is of the first that names it. */
const PROJECTS: readonly {
  name: string;
  files: string[];
  shared?: Shared[];
  options?: TestProjectInlineConfiguration['test'];
}[] = [
  // What the command accepts and prints beside the load itself, and parts of the local Snowflake that no load needs.
  {
    name: 'extended',
    files: [
      'packages/local-snowflake/test/javascript-functions.test.ts',
      'packages/local-snowflake/test/streaming/damaged-blobs.test.ts',
      'test/cli/{channels,grants,logins,mysql-encryption,on-terminal,restart,sdk-jar,silent-mysql,streams}.test.ts',
      'test/e2e/{doctor,oauth}.test.ts',
      'test/plan/unsupported-targets.test.ts',
      'test/rejects/command.test.ts',
      'test/report/screen.test.ts',
    ],
    shared: ['mysql', 'snowflake'],
  },
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
  // As much as a value or a process can have, each type and name there is, everything at random, and the SDK through each
  // fault: what npm test has a shorter twin of.
  {
    name: 'limits',
    files: [
      'packages/local-snowflake/test/{abort,durability,memory,nested-expressions}.test.ts',
      'packages/local-snowflake/test/faults/sdk-faults.test.ts',
      'packages/local-snowflake/test/safety/sizes.test.ts',
      'packages/local-snowflake/test/streaming/{key-rotation,killed,many-channels,sdk-*}.test.ts',
      'test/bridge/heap-full.test.ts',
      'test/check/{families,large-answers,long-values}.test.ts',
      'test/cli/{hostile-names,local,local-stage,reaching}.test.ts',
      'test/file/{lock,race}.test.ts',
      'test/ingest/low-heap.test.ts',
      'test/load/{restart-killed,same-process,wide-rows}.test.ts',
      'test/rejects/killed.test.ts',
      'test/source/{answers,excluded-rows}.test.ts',
      'test/types/random-values.test.ts',
    ],
    shared: ['mysql', 'snowflake'],
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
    shared: ['mysql'],
  },
  // Whatever may be killed, cut off or filled up; `npm run test:faults` runs the same at full size.
  { name: 'faults', files: ['test/faults/**/*.test.ts'] },
  // Snowflake's own clients at the local Snowflake.
  { name: 'conformance', files: ['test/{account,conformance}/**/*.test.ts'] },
  { name: 'local-snowflake', files: ['packages/*/test/**/*.test.ts'] },
  // What MySQL sends.
  {
    name: 'mysql',
    files: [
      'test/bridge/sent-rows.test.ts',
      'test/source/**/*.test.ts',
      'test/types/{page-samples,text-sets}.test.ts',
    ],
    shared: ['mysql'],
  },
  // A JVM or other processes, and no server.
  { name: 'bridge', files: ['test/{bridge,file}/**/*.test.ts'] },
  // From MySQL into the local Snowflake in the process of the test: its files take turns in a process for each worker, with
  // one JVM, since starting and warming one up takes longer than most of the tests.
  {
    name: 'pipeline',
    files: [
      'test/cases/**/*.test.ts',
      'test/check/{check,differing-rows,public-check,target}.test.ts',
      'test/e2e/snapshot.test.ts',
      'test/ingest/{channel,redirect,rejected-rows}.test.ts',
      'test/load/{channels,earlier-version,gold,parallel-tables,restart,run-report}.test.ts',
      'test/plan/**/*.test.ts',
      'test/rejects/{run,without-key}.test.ts',
    ],
    shared: ['mysql', 'snowflake'],
    options: { isolate: false, restoreMocks: true, env: { SHARED_JVM: 'on' } },
  },
  // The same by the command, a process for each run.
  { name: 'command', files: ['test/**/*.test.ts'], shared: ['mysql', 'snowflake'] },
];

/** A server of the tester's has one such file at a time, and none beside it. */
const ALONE = process.env.TEST_MYSQL_URL ? testFilesWith('ownServer: true') : [];

export default defineConfig({
  test: {
    // Threads die with a JVM inside them, and a JVM starts only once in a process: a fork for each file.
    pool: 'forks',
    // Most of them wait for a commit now and then.
    maxWorkers: availableParallelism() + 1,
    // The javac and java that tests start find no file in a folder with letters beyond ASCII without a UTF-8 locale.
    env: process.platform === 'linux' ? { LC_ALL: 'C.UTF-8' } : {},
    // What hangs is to end; how fast a machine is, and what else it does, is no business of a test.
    testTimeout: 180_000,
    hookTimeout: 240_000,
    setupFiles: ['test/fixtures/fast-check-seed.ts'],
    tags: [{ name: SLOW, description: 'not of npm test; npm run test:rest runs it' }],
    projects: [
      ...PROJECTS.map(({ name, files, shared = [], options }, index) =>
        project(name, files, {
          ...options,
          exclude: [
            ...configDefaults.exclude,
            ...PROJECTS.slice(0, index).flatMap((each) => each.files),
            ...ALONE,
          ],
          globalSetup: shared.map((server) => `test/fixtures/shared-${server}.ts`),
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
