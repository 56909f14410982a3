import { isMainThread } from 'node:worker_threads';
import { SnowstreamError } from '../errors.ts';
import { oneLine } from '../terminal-text.ts';
import { keepChildSignal } from './child-signal.ts';
import type { JavaCall, JavaLong, JavaObject, JavaThrowable, JavaValue } from './java-classes.ts';
import { useRootLocale, withUtf8FileNames } from './java-locale.ts';
import { prepareJavaLog } from './java-log.ts';
import { jvmCacheOptions } from './jvm-cache.ts';
import { checkJvmOptions, standardOptions } from './jvm-options.ts';
import { readableClassPath } from './readable-class-path.ts';

/** The part of node-java that we use; its own declarations are `any` throughout and lack the promise variants. */
interface NodeJava {
  readonly classpath: string[];
  readonly options: string[];
  asyncOptions: { syncSuffix: string; promiseSuffix: string };
  ensureJvm(): Promise<void>;
  newInstanceSync(className: string, ...args: unknown[]): unknown;
  newArray(type: string, values: readonly unknown[]): JavaObject;
  newLong(value: number): JavaLong;
  callStaticMethodSync(className: string, method: string, ...args: unknown[]): unknown;
  getStaticFieldValue(className: string, field: string): unknown;
  stop(): void;
}

/** How the JVM starts; fixed from then on. */
export interface JvmSettings {
  /** Jar files, absolute paths. */
  readonly classPath: readonly string[];
  /** The file that Java's logs go to. */
  readonly logFile: string;
  /** More JVM options, from the allow-list of `jvm-options.ts`. */
  readonly options?: readonly string[];
}

/** A setting that is a time-out of Java calls. */
export type TimeoutSetting = '--java-timeout' | '--close-timeout';

/** How long to wait for a call of the SDK. */
export interface JavaWait {
  /** For messages: `closing channel CH`. */
  readonly what: string;
  /** Milliseconds, after which the call is asked to stop. */
  readonly timeout: number;
  /** The setting that raises it: --java-timeout when not given, none when null. */
  readonly setting?: TimeoutSetting | null;
  /** What to throw when Java says that there is nothing left to wait for. */
  readonly lost?: () => SnowstreamError;
}

/** Milliseconds that a thread of Node's is in Java at the most. */
const LOOK_IN = 200;

/** Milliseconds that a call has left once the heap was full: it may wait for a thread of the SDK's that is no more. */
const FULL = 5_000;

/**
 * The JVM of this process.
 *
 * @example
 * const map = toHashMap(jvm, { CUSTOMER_ID: 'a1', EMAIL: 'a@example.com' });
 */
export class Jvm {
  readonly #java: NodeJava;

  constructor(java: NodeJava) {
    this.#java = java;
  }

  /** Makes an object, now. */
  create<T = JavaObject>(className: string, ...args: readonly JavaValue[]): T {
    return this.#now(() => this.#java.newInstanceSync(className, ...args) as T);
  }

  /** Calls a static method, now: for what takes microseconds. */
  callStatic<T = JavaObject>(className: string, method: string, ...args: readonly JavaValue[]): T {
    return this.#now(() => this.#java.callStaticMethodSync(className, method, ...args) as T);
  }

  /** A constant of an enum. */
  constant(className: string, name: string): JavaObject {
    return this.#now(() => this.#java.getStaticFieldValue(className, name) as JavaObject);
  }

  /** A `byte[]`. At 1 MB/s at best, so for single values only. */
  bytes(value: Uint8Array): JavaObject {
    return this.#java.newArray('byte', Array.from(Int8Array.from(value)));
  }

  /** A `String[]`: one call, where a list would take one for each text. */
  texts(values: readonly string[]): JavaObject {
    return this.#now(() => this.#java.newArray('java.lang.String', values));
  }

  /** A Java long from a number of milliseconds, rows, … within ±2^53. */
  long(value: number): JavaLong {
    return this.#java.newLong(value);
  }

  /**
   * Starts a call of the SDK, one of the static methods of `snowstream.bridge.Call`, and waits for its end.
   *
   * @throws SnowstreamError JAVA_EXCEPTION with the exception's message; JVM_TIMEOUT; JVM_MEMORY when the heap was full
   * at any time before its end, in whichever thread: the SDK survives that, but what it then says cannot be relied on.
   */
  async call<T>(wait: JavaWait, method: string, ...args: readonly JavaValue[]): Promise<T> {
    const chars = args.reduce<number>((sum, arg) => sum + (typeof arg === 'string' ? arg.length : 0), 0);
    if (chars > 0) this.needRoom(chars);
    const call = this.callStatic<JavaCall<T>>('snowstream.bridge.Call', method, ...args);
    let failure: unknown;
    try {
      const value = await this.#end(wait, call);
      if (this.#hasRoom()) return value;
    } catch (error) {
      if (this.#hasRoom()) throw error;
      failure = error;
    }
    throw heapFull(failure);
  }

  /**
   * Looks whether Java has the memory for texts of so many characters: where it has not, node-java aborts the process.
   *
   * @throws SnowstreamError JVM_MEMORY
   */
  needRoom(chars: number): void {
    if (!this.#hasRoom(chars)) throw heapFull();
  }

  /**
   * What a failure outside of {@link call} comes from.
   *
   * @returns JVM_MEMORY when the heap was full, or the error itself
   */
  causeOf(error: unknown): unknown {
    return this.#hasRoom() ? error : heapFull(error);
  }

  #hasRoom(chars = 0): boolean {
    return this.callStatic<boolean>('snowstream.bridge.Heap', 'hasRoomFor', chars);
  }

  async #end<T>({ what, timeout, setting, lost }: JavaWait, call: JavaCall<T>): Promise<T> {
    let end = performance.now() + timeout;
    while (true) {
      const state = await call.awaitP(LOOK_IN);
      if (state === 'ended') break;
      if (state === 'full') end = Math.min(end, performance.now() + FULL);
      const error =
        (state === 'lost' ? lost?.() : undefined) ??
        (performance.now() > end ? timedOut(what, timeout, setting) : undefined);
      if (error === undefined) continue;
      call.giveUpSync();
      throw error;
    }
    try {
      return call.getSync();
    } catch (error) {
      throw javaError(what, error);
    }
  }

  #now<T>(call: () => T): T {
    try {
      return call();
    } catch (error) {
      throw javaError('a Java call', error);
    }
  }
}

/**
 * A call that took longer than so many milliseconds.
 *
 * @param setting what raises the time-out; null where nothing does
 */
export function timedOut(
  what: string,
  timeout: number,
  setting: TimeoutSetting | null = '--java-timeout',
): SnowstreamError {
  const remedy = setting === null ? 'see the Java log' : `see the Java log, or raise ${setting}`;
  return new SnowstreamError('JVM_TIMEOUT', `${what} did not return within ${timeout / 1000} s: ${remedy}`);
}

/** The heap was full. */
function heapFull(cause?: unknown): SnowstreamError {
  return new SnowstreamError(
    'JVM_MEMORY',
    "Java's heap is full: give it more with --jvm-memory, or load less at once with fewer --batch-rows, --channels or --parallel-tables",
    cause === undefined ? {} : { cause },
  );
}

/** The Java exception behind an error of node-java. */
function throwableOf(error: unknown): JavaThrowable | undefined {
  const cause = error instanceof Error ? error.cause : undefined;
  return typeof cause === 'object' && cause !== null && 'getMessageSync' in cause
    ? (cause as JavaThrowable)
    : undefined;
}

function javaError(what: string, error: unknown): SnowstreamError {
  // node-java puts the whole Java trace into the message; the exception itself hangs on `cause`.
  const trace = error instanceof Error ? error.message : String(error);
  let throwable = throwableOf(error);
  while (throwable?.getCauseSync() && /ExecutionException|CompletionException/.test(throwable.toStringSync()))
    throwable = throwable.getCauseSync() ?? undefined;
  const reason = oneLine(throwable?.getMessageSync() ?? throwable?.toStringSync() ?? trace);
  return new SnowstreamError('JAVA_EXCEPTION', `${what} failed: ${reason}`, { cause: error, detail: trace });
}

let started: { readonly jvm: Promise<Jvm>; readonly settings: string; readonly logFile: string } | undefined;
let running: NodeJava | undefined;
let stopped = false;

/**
 * Starts the JVM of this process, or gives the one that runs. Class path and options are frozen at the first
 * call: a JVM cannot start twice in a process, and takes no class path later
 * (https://docs.oracle.com/en/java/javase/17/docs/specs/jni/invocation.html).
 *
 * @throws SnowstreamError JVM_START when the addon or the JVM does not load, when it was stopped before, when a
 * second call asks for other settings than the first, or in a worker thread; CONFIG_INVALID for an option off the allow-list, or a log file that is not this user's own.
 * @example
 * const jvm = await ensureJvm({ classPath: classPath(), logFile: 'java.log', options: ['-Xmx512m'] });
 */
export async function ensureJvm(settings: JvmSettings): Promise<Jvm> {
  if (!isMainThread)
    throw new SnowstreamError(
      'JVM_START',
      'the JVM cannot start in a worker thread: npm java, which hosts it, works on the main thread only; call from there or from a child process (vitest: --pool forks)',
    );
  // Before anything is settled, so that a caller can come again with better ones.
  checkJvmOptions(settings.options ?? []);
  const wanted = JSON.stringify([settings.classPath, settings.logFile, settings.options ?? []]);
  if (stopped || (started !== undefined && started.settings !== wanted)) {
    const reason = stopped ? 'it was stopped and cannot start again' : 'it runs with other settings';
    throw new SnowstreamError('JVM_START', `the JVM of this process: ${reason}`);
  }
  started ??= {
    jvm: start(settings, prepareJavaLog(settings.logFile)),
    settings: wanted,
    logFile: settings.logFile,
  };
  return started.jvm;
}

/** The file that Java logs to, once the JVM was started. */
export function javaLogFile(): string | undefined {
  return started?.logFile;
}

async function start(settings: JvmSettings, log: string): Promise<Jvm> {
  try {
    // Only here: loading the addon alone keeps a process alive until stopJvm() is called.
    const java = (await import('java')).default as unknown as NodeJava;
    running = java;
    java.asyncOptions = { syncSuffix: 'Sync', promiseSuffix: 'P' };
    // Before node-java's own: the JVM takes the archive of set-up only where the class path begins like the archive's.
    const classPath = readableClassPath([...settings.classPath, ...java.classpath]);
    java.classpath.splice(0, Number.POSITIVE_INFINITY, ...classPath);
    java.options.push(...standardOptions(log), ...jvmCacheOptions(), ...(settings.options ?? []));
    await withUtf8FileNames(() => java.ensureJvm());
    const jvm = new Jvm(java);
    useRootLocale(jvm);
    keepChildSignal(jvm);
    return jvm;
  } catch (cause) {
    throw new SnowstreamError('JVM_START', 'the JVM does not start: run "snowstream doctor"', {
      cause,
      detail: cause instanceof Error ? cause.message : String(cause),
    });
  }
}

/**
 * Ends the JVM, so that the process can end. Call it once everything Java is closed; nothing Java works after
 * it. Further calls do nothing (a second stop inside node-java would abort the process).
 * @example
 * await run(loadSettings());
 * stopJvm();
 */
export function stopJvm(): void {
  if (stopped || running === undefined) return;
  stopped = true;
  running.stop();
}
