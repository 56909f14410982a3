import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FileLock, type LockTimes } from '../../src/file/lock.ts';
import { newHolder } from '../../src/file/lock-holder.ts';
import { printedSeed } from '../fixtures/seed.ts';
import { Random } from '../types/random-numbers.ts';
import { LockProcess } from './lock-process.ts';

/** Short enough for a test, with as many looks for a beat as a program has. */
const TIMES: LockTimes = { beat: 100, silence: 1_000, look: 25 };
/** No process has this number. */
const GONE = 2 ** 22 + 1;
const SEED = printedSeed();
const isRoot = process.getuid?.() === 0;
const isLinux = process.platform === 'linux';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'snowstream-lock-'));
  // Other users' programs are to come in.
  chmodSync(folder, 0o755);
});
afterAll(() => rmSync(folder, { recursive: true }));

let names = 0;
const newPath = () => join(folder, `${names++}.lock`);

const acquire = (path: string, steps: string[] = []) =>
  FileLock.acquire(path, { times: TIMES, step: (line) => steps.push(line) });

/** What a holder of a lock has left in its file. */
function leave(path: string, holder: Readonly<Record<string, unknown>>): void {
  writeFileSync(path, JSON.stringify({ ...newHolder(), ...holder }), { mode: 0o600 });
}

const held = expect.objectContaining({ name: 'HeldLock' });

describe('a lock', () => {
  test('is a file that says who has it, until it is released', async () => {
    const path = newPath();
    const lock = await acquire(path);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ pid: process.pid, hostname: hostname() });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(lock.isHeld()).toBe(true);
    await expect(acquire(path)).rejects.toMatchObject({ name: 'HeldLock', holder: { pid: process.pid } });
    await lock.release();
    expect(readdirSync(folder)).toEqual([]);
    await (await acquire(path)).release();
  });

  test('is held by another program that lives, and free at once when that was killed', async () => {
    const path = newPath();
    await using other = new LockProcess('hold', path);
    expect(await other.says()).toBe('held');
    await expect(acquire(path)).rejects.toMatchObject({ name: 'HeldLock', holder: { pid: other.pid } });
    await other.kill();
    const steps: string[] = [];
    const lock = await acquire(path, steps);
    // Where the system tells of processes, nothing has to be watched.
    expect(steps).toHaveLength(isLinux ? 0 : 1);
    await lock.release();
    expect(readdirSync(folder)).toEqual([]);
  });

  test.each<[string, Readonly<Record<string, unknown>>]>([
    ['a process whose number another one has now', { started: '1' }],
    ['a process that is no more', { pid: GONE }],
    ['another start of this host', { host: 'ae7ee0c2-d0c8-4d85-8a6c-1d4ddaab9d5f pid:[4026531836]' }],
    ['a container that is no more', { host: `${newHolder().host?.split(' ')[0]} pid:[1]`, pid: 1 }],
    ['a system that tells nothing of processes', { host: undefined, started: undefined }],
  ])('of %s is taken over', async (_what, holder) => {
    const path = newPath();
    leave(path, holder);
    const lock = await acquire(path);
    expect(lock.isHeld()).toBe(true);
    await lock.release();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('that was being written when its program was killed is taken over', async () => {
    for (const text of ['', '\0'.repeat(200), '{"tok', JSON.stringify(newHolder()).slice(0, -1)]) {
      const path = newPath();
      writeFileSync(path, text);
      await (await acquire(path)).release();
    }
    expect(readdirSync(folder)).toEqual([]);
  });

  test('is no file of another kind, which is left alone', async () => {
    for (const text of [
      'null',
      'of another program\n',
      '{"rejects":1,"id":"x"}\n',
      '{"token":"../x","pid":1}',
    ]) {
      const path = newPath();
      writeFileSync(path, text);
      await expect(acquire(path)).rejects.toMatchObject({
        name: 'UnsafeFile',
        message: `${path} is not a lock file: give it another name`,
      });
      expect(readFileSync(path, 'utf8')).toBe(text);
      rmSync(path);
    }
  });

  test('of another host is held while its file changes, however its clock goes', async () => {
    const path = newPath();
    leave(path, { host: 'of another machine', hostname: 'far' });
    // Years behind; and it goes backwards.
    let time = Date.now() / 1000 - 1e8;
    const beats = setInterval(() => utimesSync(path, time, time--), TIMES.beat);
    const steps: string[] = [];
    try {
      await expect(acquire(path, steps)).rejects.toMatchObject({ holder: { hostname: 'far' } });
    } finally {
      clearInterval(beats);
    }
    expect(steps).toEqual([
      expect.stringMatching(/^watching \S+\.lock for up to 1 s: whether process \d+ on far is/),
    ]);
    await (await acquire(path)).release();
  });

  test('is kept by a program whose event loop is blocked, for those too that see only its beats', async () => {
    const path = newPath();
    await using other = new LockProcess('blocked', path, { times: TIMES });
    expect(await other.says()).toBe('blocked');
    // What a process of another host sees: the file, and a holder that it knows nothing of.
    for (let round = 0; round < 4; round++) {
      const before = statSync(path).mtimeMs;
      await expect
        .poll(() => statSync(path).mtimeMs, { timeout: TIMES.silence, interval: TIMES.look })
        .not.toBe(before);
    }
    await expect(acquire(path)).rejects.toEqual(held);
    expect(await other.says()).toBe('still held');
    // It has released the lock and ended.
    expect(await other.says()).toBeUndefined();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('that somebody removed or replaced is known to be lost, and left alone at its release', async () => {
    const path = newPath();
    const lock = await acquire(path);
    rmSync(path);
    expect(lock.isHeld()).toBe(false);
    const other = await acquire(path);
    expect(lock.isHeld()).toBe(false);
    await lock.release();
    expect(other.isHeld()).toBe(true);
    rmSync(path);
    mkdirSync(path);
    expect(() => other.isHeld()).toThrow(/ is not a regular file: /);
    await other.release();
    rmSync(path, { recursive: true });
  });

  test('is not waited for once a signal has come', async () => {
    const path = newPath();
    leave(path, { host: 'of another machine' });
    const [controller, reason] = [new AbortController(), new Error('of the signal')];
    const step = () => controller.abort(reason);
    const { signal } = controller;
    await expect(FileLock.acquire(path, { times: TIMES, step, signal })).rejects.toBe(reason);
    rmSync(path);
  });
});

describe('of many programs that find the lock of one that was killed', () => {
  test('exactly one takes it over, each time', async () => {
    const path = newPath();
    await using one = new LockProcess('rounds', path);
    await using two = new LockProcess('rounds', path);
    await using three = new LockProcess('rounds', path);
    await using four = new LockProcess('rounds', path);
    const all = [one, two, three, four];
    for (const each of all) expect(await each.says()).toBe('ready');
    for (let round = 0; round < 60; round++) {
      leave(path, { pid: GONE });
      // A second lock of one that was killed while it took over.
      if (round % 2 === 1) {
        const { token } = JSON.parse(readFileSync(path, 'utf8'));
        leave(`${path}.${token}`, { pid: GONE });
      }
      for (const each of all) each.order();
      const said = await Promise.all(all.map((each) => each.says()));
      expect(
        said.filter((word) => word === 'held'),
        `round ${round}: ${JSON.stringify(said)}`,
      ).toHaveLength(1);
      for (const word of said) if (word !== 'held') expect(word).toMatchObject({ name: 'HeldLock' });
      all[said.indexOf('held')]?.order();
      await expect
        .poll(() => readdirSync(folder), { timeout: 30_000, message: `round ${round}` })
        .toEqual([]);
    }
  });

  test('never two have it, while they are killed at random moments', async () => {
    const path = newPath();
    const end = performance.now() + 15_000;
    const random = new Random(SEED);
    const words = new Set<string>();
    let [turns, kills] = [0, 0];
    const worker = async () => {
      while (performance.now() < end) {
        await using each = new LockProcess('storm', path);
        for (let left = random.int(0, 40); left >= 0; left--) {
          const word = await each.says();
          if (word === 'held') turns++;
          else words.add(JSON.stringify(word, ['name', 'violation', 'code']));
        }
        await each.kill();
        kills++;
      }
    };
    await Promise.all([worker(), worker(), worker(), worker()]);
    expect([...words]).toEqual(['{"name":"HeldLock"}']);
    expect(Math.min(turns, kills)).toBeGreaterThan(0);
    await (await acquire(path)).release();
    rmSync(`${path}-inside`, { force: true });
    // The second lock of a program that was killed just when it had found itself too late.
    for (const name of readdirSync(folder)) rmSync(join(folder, name));
  });
});

describe('what another user has put under the name of a lock', () => {
  /** Anybody's but ours; for a user who is not root the system has such files. */
  const foreign = (content: string): string => {
    if (!isRoot) return '/etc/passwd';
    const path = newPath();
    writeFileSync(path, content, { mode: 0o666 });
    chownSync(path, 12_345, 12_345);
    return path;
  };
  const unsafe = (fault: RegExp) =>
    expect.objectContaining({ name: 'UnsafeFile', message: expect.stringMatching(fault) });

  test('a file is reported, not obeyed and not removed, whatever it says', async () => {
    for (const content of ['', JSON.stringify(newHolder()), JSON.stringify({ ...newHolder(), pid: GONE })]) {
      const path = foreign(content);
      const before = readFileSync(path, 'utf8');
      await expect(acquire(path)).rejects.toEqual(unsafe(/ belongs to user \d+: /));
      expect(readFileSync(path, 'utf8')).toBe(before);
      if (isRoot) rmSync(path);
    }
  });

  test('a file that it has closed to others is reported with its owner too', async () => {
    if (!isRoot) return await expect(acquire('/etc/shadow')).rejects.toEqual(unsafe(/ belongs to user 0: /));
    const path = newPath();
    writeFileSync(path, '', { mode: 0o600 });
    await using other = new LockProcess('hold', path, { uid: 12_345 });
    expect(await other.says()).toMatchObject({
      name: 'UnsafeFile',
      message: expect.stringContaining('belongs to user 0: '),
    });
    rmSync(path);
  });

  test('a link and a folder are reported', async () => {
    const [link, directory] = [newPath(), newPath()];
    symlinkSync('/nonexistent', link);
    mkdirSync(directory);
    await expect(acquire(link)).rejects.toEqual(unsafe(/ is a symbolic link: /));
    await expect(acquire(directory)).rejects.toEqual(unsafe(/ is not a regular file: /));
    rmSync(link);
    rmSync(directory, { recursive: true });
  });

  test('a folder that cannot be written to', async () => {
    const closed = join(folder, 'closed');
    mkdirSync(closed, { mode: 0o555 });
    await using other = new LockProcess('hold', join(closed, 'a.lock'), isRoot ? { uid: 12_345 } : {});
    expect(await other.says()).toMatchObject({ code: 'EACCES' });
    rmSync(closed, { recursive: true });
  });
});
