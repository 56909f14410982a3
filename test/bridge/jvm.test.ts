import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { local } from '../../scripts/setup/places.mjs';
import { classPath } from '../../src/bridge/jars.ts';
import type { JavaLong, JavaObject } from '../../src/bridge/java-classes.ts';
import { ensureJvm, type Jvm, type JvmSettings, stopJvm } from '../../src/bridge/jvm.ts';
import { SnowstreamError } from '../../src/errors.ts';
import { testClasses } from './recorder.ts';

const classes = testClasses('FutureChannel');

const settings: JvmSettings = {
  classPath: [...classPath(), classes],
  logFile: join(local, 'test-java.log'),
  options: ['-Xmx128m', '-XX:+UseSerialGC', '-Dsnowstream.test=some thing'],
};
let jvm: Jvm;

beforeAll(async () => {
  jvm = await ensureJvm(settings);
});

afterAll(() => {
  stopJvm();
  rmSync(classes, { recursive: true, force: true });
});

interface CompletableFuture extends JavaObject {
  completeSync(value: string): boolean;
  completeExceptionallySync(error: JavaObject): boolean;
}

const future = () => jvm.create<CompletableFuture>('java.util.concurrent.CompletableFuture');
/** A call of the SDK that ends when the future does. */
const get = (java: CompletableFuture, what: string, timeout: number) =>
  jvm.call<string>({ what, timeout }, 'committedToken', jvm.callStatic('FutureChannel', 'of', java));

async function errorOf(run: () => unknown): Promise<SnowstreamError> {
  try {
    await run();
  } catch (error) {
    if (error instanceof SnowstreamError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('ensureJvm', () => {
  test('gives the JVM that runs', async () => {
    expect(await ensureJvm({ ...settings })).toBe(jvm);
    expect(await ensureJvm(structuredClone(settings))).toBe(jvm);
  });

  test.each<[string, Partial<JvmSettings>]>([
    ['class path', { classPath: [] }],
    ['log', { logFile: '/elsewhere.log' }],
    ['options', { options: ['-Xmx64m'] }],
  ])('refuses another %s, which would be ignored', async (_what, other) => {
    expect(await errorOf(() => ensureJvm({ ...settings, ...other }))).toMatchObject({
      code: 'JVM_START',
      message: expect.stringContaining('runs with other settings'),
    });
  });

  test('started it with its options', () => {
    const property = (name: string) => jvm.callStatic<string>('java.lang.System', 'getProperty', name);
    expect(property('snowstream.test')).toBe('some thing');
    expect(property('user.timezone')).toBe('UTC');
    expect(property('java.class.path')).toContain('snowflake-ingest-sdk');
  });
});

describe('a Java exception', () => {
  test('in a call made now: one line with its message, the trace as detail', async () => {
    const error = await errorOf(() => jvm.callStatic('java.time.LocalDate', 'parse', '2020-02-30'));
    expect(error.code).toBe('JAVA_EXCEPTION');
    expect(error.message).toBe(
      "a Java call failed: Text '2020-02-30' could not be parsed: Invalid date 'FEBRUARY 30'",
    );
    expect(error.detail).toContain('java.time.format.DateTimeParseException');
    expect(error.detail).toMatch(/\n\s+at java\.base/);
  });

  test('without a message: its class', async () => {
    const failed = future();
    failed.completeExceptionallySync(jvm.create('java.util.NoSuchElementException'));
    expect(await errorOf(() => get(failed, 'popping', 5000))).toMatchObject({
      code: 'JAVA_EXCEPTION',
      message: 'popping failed: java.util.NoSuchElementException',
    });
  });

  test('of a future: the cause that counts, not its wrapping', async () => {
    const failed = future();
    const inner = jvm.create('java.lang.IllegalStateException', 'the real\nreason');
    failed.completeExceptionallySync(
      jvm.create('java.util.concurrent.CompletionException', 'wrapped', inner),
    );
    const error = await errorOf(() => get(failed, 'waiting', 5000));
    expect(error.message).toBe('waiting failed: the real reason');
    expect(error.detail).toContain('CompletionException');
  });

  test('a class or method that is not there', async () => {
    expect(await errorOf(() => jvm.create('no.such.Thing'))).toMatchObject({
      code: 'JAVA_EXCEPTION',
      message: expect.stringMatching(/no[./]such[./]Thing/),
    });
    expect(await errorOf(() => jvm.callStatic('java.lang.Math', 'nothing'))).toMatchObject({
      code: 'JAVA_EXCEPTION',
    });
    expect(await errorOf(() => jvm.constant('java.util.concurrent.TimeUnit', 'YEARS'))).toMatchObject({
      code: 'JAVA_EXCEPTION',
    });
  });
});

describe('waiting for Java', () => {
  test('what comes in time', async () => {
    const later = future();
    const waiting = get(later, 'waiting', 5000);
    later.completeSync('done');
    expect(await waiting).toBe('done');
  });

  test('what takes too long is given up, and the thread goes on meanwhile', async () => {
    let ticks = 0;
    const timer = setInterval(() => ticks++, 10);
    const error = await errorOf(() => get(future(), 'waiting for the end of time', 300));
    clearInterval(timer);
    expect(error).toMatchObject({
      code: 'JVM_TIMEOUT',
      message: expect.stringMatching(
        /^waiting for the end of time did not return within 0\.3 s: .*--java-timeout/,
      ),
    });
    expect(ticks).toBeGreaterThan(5);
  });

  test.each([
    ['--close-timeout', /: see the Java log, or raise --close-timeout$/],
    [null, /: see the Java log$/],
  ] as const)('what takes too long under %s names what raises the time-out', async (setting, remedy) => {
    const channel = jvm.callStatic('FutureChannel', 'of', future());
    const wait = { what: 'closing', timeout: 1, setting };
    const error = await errorOf(() => jvm.call(wait, 'committedToken', channel));
    expect(error.message).toMatch(remedy);
  });

  test('what is not worth waiting for any more', async () => {
    const invalid = future();
    const channel = jvm.callStatic('FutureChannel', 'losing', invalid);
    const lost = () => new SnowstreamError('CHANNEL_INVALID', 'it is gone');
    const closing = errorOf(() =>
      jvm.call({ what: 'closing', timeout: 60_000, lost }, 'closeChannel', channel, false),
    );
    expect(await Promise.race([closing, sleep(500, 'still waits')])).toBe('still waits');
    invalid.completeSync('by another');
    expect(await closing).toMatchObject({ code: 'CHANNEL_INVALID', message: 'it is gone' });
  });

  test('a call that fails after it was given up is no unhandled rejection', async () => {
    const late = future();
    expect(await errorOf(() => get(late, 'waiting', 50))).toMatchObject({ code: 'JVM_TIMEOUT' });
    late.completeExceptionallySync(jvm.create('java.lang.RuntimeException', 'too late'));
    await new Promise((resolve) => setTimeout(resolve, 300));
  });
});

describe('Java longs', () => {
  test.each([0, -1, 2 ** 31, 2 ** 32 - 1, -(2 ** 31) - 1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER])(
    '%s crosses as a long',
    (value) => {
      const list = jvm.create<JavaObject & { addSync(value: JavaLong): boolean }>('java.util.ArrayList');
      list.addSync(jvm.long(value));
      expect(list.toStringSync()).toBe(`[${value}]`);
    },
  );
});
