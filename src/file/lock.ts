import { setImmediate, setTimeout } from 'node:timers/promises';
import { Heartbeat } from './heartbeat.ts';
import { isRunning, isTornHolder, type LockHolder, newHolder, parseHolder } from './lock-holder.ts';
import { OwnFile, readOwnFile } from './own-file.ts';
import { UnsafeFile } from './unsafe-file.ts';

/** Milliseconds. */
export interface LockTimes {
  /** Between two heartbeats of a holder. */
  readonly beat: number;
  /** Without a heartbeat, after which a holder on another host counts as ended. */
  readonly silence: number;
  /** Between two checks for a heartbeat. */
  readonly look: number;
}

/** How often a lock may change while it is being acquired, as when many programs hold it briefly. */
const ATTEMPTS = 1_000;

const TIMES: LockTimes = { beat: 2_000, silence: 20_000, look: 500 };

/** Options for waiting for a lock. */
export interface LockWait {
  /** Gets a line when it takes longer because a holder on another host is watched. */
  readonly step?: ((line: string) => void) | undefined;
  /** Ends the wait. */
  readonly signal?: AbortSignal | undefined;
  readonly times?: LockTimes;
}

/** A lock that a running process holds. */
export class HeldLock extends Error {
  /** Undefined when the lock file does not name it. */
  readonly holder: LockHolder | undefined;

  constructor(path: string, holder: LockHolder | undefined) {
    super(`${path} is held`);
    this.name = 'HeldLock';
    this.holder = holder;
  }
}

/**
 * A lock that one process holds at a time: a file that it made, which identifies it. A process that was killed leaves
 * its file behind. On the same host, the next process sees by process id and start time that it has ended; elsewhere it
 * watches for a while whether the file's time still changes. So no two clocks are compared.
 */
export class FileLock {
  readonly path: string;
  readonly #token: string;
  readonly #file: OwnFile;
  readonly #heartbeat: Heartbeat;

  private constructor(path: string, { file, token }: Acquired, { beat }: LockTimes) {
    this.path = path;
    this.#token = token;
    this.#file = file;
    this.#heartbeat = new Heartbeat(file.descriptor, beat);
  }

  /**
   * Acquires a lock.
   *
   * @param path of its file, in a folder that every process which wants it can write to
   * @throws HeldLock when another process holds it, or this one; UnsafeFile when another program has put something under
   * its name; and the system's error for a file that cannot be created.
   */
  static async acquire(path: string, wait: LockWait = {}): Promise<FileLock> {
    return new FileLock(path, await take(path, path, wait), wait.times ?? TIMES);
  }

  /**
   * Whether this process still holds it: its file may have been removed by hand, or taken over by a host that saw no
   * heartbeat. To be checked before each step that would harm the next holder.
   *
   * @throws UnsafeFile, or the system's error, when its file cannot be read
   */
  isHeld(): boolean {
    return look(this.path)?.token === this.#token;
  }

  /** Releases it; a lost lock stays with the process that holds it. */
  async release(): Promise<void> {
    await this.#heartbeat.stop();
    try {
      if (this.isHeld()) this.#file.remove();
    } catch {
      // Another program has put something else under its name.
    } finally {
      this.#file.close();
    }
  }
}

/** A lock file of this process. */
interface Acquired {
  readonly file: OwnFile;
  readonly token: string;
}

/** An existing lock file. */
interface Found {
  /** Unique for each file. */
  readonly token: string;
  /** Changes with each heartbeat. */
  readonly version: string;
  readonly holder: LockHolder | undefined;
}

/**
 * Creates the file at `path`, or replaces that of a process that has ended.
 *
 * Two processes may find the same stale file, and the slower one must not remove the faster one's replacement. So only
 * the holder of a second lock, named after the token of the stale file, may replace it, and only while it is still that
 * file. Tokens are unique, so second locks are too; one whose holder was killed is taken over in the same way.
 */
async function take(path: string, base: string, wait: LockWait): Promise<Acquired> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const made = await make(path);
    if (made !== undefined) return made;
    const found = look(path);
    const state = found === undefined ? 'changed' : await stateOf(path, found, wait);
    if (state === 'changed') {
      await setImmediate();
      continue;
    }
    if (state === 'held') throw new HeldLock(path, found?.holder);
    const successor = await take(`${base}.${found?.token}`, base, wait);
    try {
      if (look(path)?.token === found?.token) {
        successor.file.rename(path);
        if (look(path)?.token === successor.token) return successor;
      }
    } catch (error) {
      successor.file.remove();
      throw error;
    }
    successor.file.remove();
  }
  throw new HeldLock(path, undefined);
}

async function make(path: string): Promise<Acquired | undefined> {
  const file = OwnFile.make(path);
  if (file === undefined) return undefined;
  const holder = newHolder();
  try {
    await file.append(`${JSON.stringify(holder)}\n`);
    // Another process may have seen the file empty, and have replaced it after watching it.
    if (look(path)?.token === holder.token) return { file, token: holder.token };
  } catch (error) {
    file.remove();
    throw error;
  }
  file.close();
  return undefined;
}

function look(path: string): Found | undefined {
  const found = readOwnFile(path);
  if (found === undefined) return undefined;
  const { bytes, version } = found;
  const text = bytes.toString();
  const holder = parseHolder(text);
  if (holder === undefined && !isTornHolder(text))
    throw new UnsafeFile(path, 'is not a lock file', 'give it another name');
  return { token: holder?.token ?? `unknown-${version}`, version, holder };
}

async function stateOf(path: string, found: Found, wait: LockWait): Promise<'held' | 'ended' | 'changed'> {
  const running = found.holder === undefined ? undefined : isRunning(found.holder);
  if (running !== undefined) return running ? 'held' : 'ended';
  return watch(path, found, wait);
}

async function watch(
  path: string,
  { token, version, holder }: Found,
  { step, signal, times = TIMES }: LockWait,
): Promise<'held' | 'ended' | 'changed'> {
  const who = holder === undefined ? 'its holder' : `process ${holder.pid} on ${holder.hostname}`;
  step?.(`watching ${path} for up to ${times.silence / 1000} s: whether ${who} is still running`);
  let last = performance.now();
  for (let silence = 0; silence < times.silence; ) {
    await setTimeout(times.look, undefined, { signal }).catch(() => signal?.throwIfAborted());
    const now = performance.now();
    // The time in which this machine was asleep does not count.
    silence += Math.min(now - last, 2 * times.look);
    last = now;
    const again = look(path);
    if (again?.token !== token) return 'changed';
    if (again.version !== version) return 'held';
  }
  return 'ended';
}
