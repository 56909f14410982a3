import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts', 'packages/*/test/**/*.test.ts'],
    // Threads die with a JVM inside them, and a JVM starts only once in a process: a fork for each file.
    pool: 'forks',
    maxWorkers: 2,
    // The javac and java that tests start find no file in a folder with letters beyond ASCII without a UTF-8 locale.
    env: process.platform === 'linux' ? { LC_ALL: 'C.UTF-8' } : {},
    // Some tests set global variables of their server, so one that they all share has one file at a time.
    fileParallelism: !process.env.TEST_MYSQL_URL,
    // What hangs is to end; how fast a machine is, and what else it does, is no business of a test.
    testTimeout: 180_000,
    hookTimeout: 240_000,
  },
});
