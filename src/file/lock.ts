import { setImmediate, setTimeout } from 'node:timers/promises';
import { Heartbeat } from './heartbeat.ts';
import { isRunning, isTornHolder, type LockHolder, newHolder, parseHolder } from './lock-holder.ts';
import { OwnFile, readOwnFile } from './own-file.ts';
import { UnsafeFile } from './unsafe-file.ts';

/** Milliseconds. */
export interface LockTimes {
  /** Between two beats of a holder. */
  readonly beat: number;
  /** Without a beat, after which a holder of another host is taken to have ended. */
  readonly silence: number;
  /** Between two looks for a beat. */
  readonly look: number;
}

/** How often a lock may change while it is taken, as when many programs take it for a moment each. */
const ATTEMPTS = 1_000;

const TIMES: LockTimes = { beat: 2_000, silence: 20_000, look: 500 };

/** How a lock is waited for. */
export interface LockWait {
  /** Is given a line when it takes longer, as a holder on another host is watched. */
  readonly step?: ((line: string) => void) | undefined;
  /** Ends the wait. */
  readonly signal?: AbortSignal | undefined;
  readonly times?: LockTimes;
}

/** A lock that a process has which is at work. */
export class HeldLock extends Error {
  /** Undefined when the lock does not say. */
  readonly holder: LockHolder | undefined;

  constructor(path: string, holder: LockHolder | undefined) {
    super(`${path} is held`);
    this.name = 'HeldLock';
    this.holder = holder;
  }
}

/**
 * What one process has at a time: a file that it made, in which it says who it is. A process that was killed leaves
 * its file behind. On the same host the next one sees by number and start of the process that it has ended; elsewhere
 * it watches for a while whether the file's time still changes. So no two clocks are compared.
 */
export class FileLock {
  readonly path: string;
  readonly #token: string;
  readonly #file: OwnFile;
  readonly #heartbeat: Heartbeat;

  private constructor(path: string, { file, token }: Taken, { beat }: LockTimes) {
    this.path = path;
    this.#token = token;
    this.#file = file;
    this.#heartbeat = new Heartbeat(file.descriptor, beat);
  }

  /**
   * Takes a lock.
   *
   * @param path of its file, in a folder that every process which wants it can write to
   * @throws HeldLock when another process has it, or this one; UnsafeFile when somebody else has put something under
   * its name; and what the system says of a file that cannot be made.
   */
  static async acquire(path: string, wait: LockWait = {}): Promise<FileLock> {
    return new FileLock(path, await take(path, path, wait), wait.times ?? TIMES);
  }

  /**
   * Whether it is still this process's: its file may have been removed by hand, or taken over by a host that saw no
   * beat for so long. To be asked before each step that would harm the next holder.
   *
   * @throws UnsafeFile, or what the system says, when its file cannot be read
   */
  isHeld(): boolean {
    return look(this.path)?.token === this.#token;
  }

  /** Gives it back; one that is lost stays with the process that has it. */
  async release(): Promise<void> {
    await this.#heartbeat.stop();
    try {
      if (this.isHeld()) this.#file.remove();
    } catch {
      // Somebody has put something else under its name.
    } finally {
      this.#file.close();
    }
  }
}

/** A file that says that this process has it. */
interface Taken {
  readonly file: OwnFile;
  readonly token: string;
}

/** What is found under a lock's name. */
interface Found {
  /** Of this file alone. */
  readonly token: string;
  /** Changes with each beat. */
  readonly version: string;
  readonly holder: LockHolder | undefined;
}

/**
 * Makes the file at `path`, or replaces the one of a process that has ended.
 *
 * Two processes may find the same one that has ended, and the slower of them must not remove what the faster has put
 * in its place. So only who has a second lock, named after the token of the old file, may replace it, and only while
 * it is still that file. No token comes twice, so neither does a second lock; and one whose holder was killed is taken
 * over in the same way.
 */
async function take(path: string, base: string, wait: LockWait): Promise<Taken> {
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

async function make(path: string): Promise<Taken | undefined> {
  const file = OwnFile.make(path);
  if (file === undefined) return undefined;
  const holder = newHolder();
  try {
    await file.append(`${JSON.stringify(holder)}\n`);
    // Who came between saw nothing in it; had it waited until it took this process for ended, it would be there now.
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
    throw new UnsafeFile(path, 'is a file that no program has made as its lock', 'give it another name');
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
  step?.(`watching ${path} for up to ${times.silence / 1000} s: whether ${who} is still at work`);
  let last = performance.now();
  for (let silence = 0; silence < times.silence; ) {
    await setTimeout(times.look, undefined, { signal }).catch(() => signal?.throwIfAborted());
    const now = performance.now();
    // A machine that was asleep has seen nothing meanwhile.
    silence += Math.min(now - last, 2 * times.look);
    last = now;
    const again = look(path);
    if (again?.token !== token) return 'changed';
    if (again.version !== version) return 'held';
  }
  return 'ended';
}
