// @ts-check
// Takes a lock as a program of its own, and says each thing that becomes of it in a line.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** @type {typeof import('../../src/file/lock.ts')} */
const { FileLock } = await import(new URL('../../dist/file/lock.js', import.meta.url).href);

const [scenario = '', path = '', times] = process.argv.slice(2);
const wait = times === undefined ? {} : { times: JSON.parse(times) };
/** @param {unknown} line */
const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
const orders = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

/** @param {(lock: import('../../src/file/lock.ts').FileLock) => Promise<void>} work */
async function locked(work) {
  let lock;
  try {
    lock = await FileLock.acquire(path, wait);
  } catch (error) {
    const { name, message, code } = /** @type {NodeJS.ErrnoException} */ (error);
    return say({ name, message, code });
  }
  await work(lock);
  await lock.release();
}

/** Held by one process at a time, as nobody enters while another one is inside. */
function enter() {
  const inside = `${path}-inside`;
  try {
    writeFileSync(inside, String(process.pid), { flag: 'wx' });
  } catch {
    const other = readFileSync(inside, 'utf8');
    // It has just been killed where it is no more, or a zombie.
    if (other !== '' && isAlive(other)) say({ violation: `${other} is inside` });
    writeFileSync(inside, String(process.pid));
  }
  return () => rmSync(inside);
}

/** @param {string} pid */
function isAlive(pid) {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** @type {Record<string, () => Promise<void>>} */
const scenarios = {
  async hold() {
    await locked(async (lock) => {
      say('held');
      await orders.next();
      say(lock.isHeld() ? 'still held' : 'lost');
    });
  },
  /** Its event loop is blocked for long, as in a call into Java. */
  async blocked() {
    const { beat, silence } = wait.times;
    await locked(async (lock) => {
      await new Promise((resolve) => setTimeout(resolve, 2 * beat));
      say('blocked');
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5 * silence);
      say(lock.isHeld() ? 'still held' : 'lost');
    });
  },
  /** Tries at each order, and gives the lock back at the next. */
  async rounds() {
    say('ready');
    while (!(await orders.next()).done) {
      await locked(async () => {
        say('held');
        await orders.next();
      });
    }
  },
  /** Takes the lock as often as it can, until it is killed. */
  async storm() {
    while (true) {
      await locked(async (lock) => {
        const leave = enter();
        // As long as another one needs to take it over.
        await new Promise((resolve) => setTimeout(resolve, 50));
        if (!lock.isHeld()) say({ violation: 'it was lost' });
        leave();
        say('held');
      });
      await new Promise(setImmediate);
    }
  },
};
await scenarios[scenario]?.();
process.exit();
