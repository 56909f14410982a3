import { spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { javaHome } from '../../bench/prepare.mjs';
import { setUp } from '../../scripts/setup.mjs';
import { classPath } from '../../src/bridge/jars.ts';
import { jvmCacheOptions } from '../../src/bridge/jvm-cache.ts';

/** Starts a JVM that ends unless it can use the archive. */
function startWith(jars: readonly string[]): { status: number | null; output: string } {
  const options = ['-Xshare:on', ...jvmCacheOptions(), '-XX:+UseSerialGC', '-cp', jars.join(delimiter)];
  const { status, stdout, stderr } = spawnSync(join(javaHome(), 'bin', 'java'), [...options, '-version'], {
    encoding: 'utf8',
  });
  return { status, output: stdout + stderr };
}

beforeAll(() => setUp({ quiet: true }));

test('set-up makes an archive that the JVM takes for the class path of a run', () => {
  expect(jvmCacheOptions()).toHaveLength(1);
  expect(startWith(classPath())).toMatchObject({ status: 0 });
  expect(startWith([...classPath(), 'more'])).toMatchObject({ status: 0 });
});

test('the JVM refuses it for another class path, so that no class comes from a jar that is not asked for', () => {
  expect(startWith(classPath().toReversed()).status).not.toBe(0);
});
