// @ts-check
import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SetUpError } from './error.mjs';

const BEAT_MS = 2_000;
const STALE_MS = 60_000;
const WAIT_MS = 25 * 60_000;

/**
 * Runs `work` while no other process holds the same lock file. A holder refreshes the file's time, so that a killed
 * holder is noticed even if another process has its id, as happens in containers.
 *
 * @template T
 * @param {string} file
 * @param {(holder: number) => void} onWait called once when another process holds it
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 * @throws {SetUpError} LOCKED, when the other one does not end
 */
export async function withLock(file, onWait, work) {
  const mine = `${process.pid} ${randomUUID()}`;
  const deadline = Date.now() + WAIT_MS;
  let hasReported = false;
  mkdirSync(dirname(file), { recursive: true });
  while (!create(file, mine)) {
    const held = read(file);
    if (held === undefined) continue;
    if (isStale(file, held)) {
      removeStale(file, held);
      continue;
    }
    if (!hasReported) onWait(holderOf(held));
    hasReported = true;
    if (Date.now() > deadline) {
      throw new SetUpError(
        'LOCKED',
        `another set-up (process ${holderOf(held)}) does not end; if there is none, delete ${file}`,
      );
    }
    await sleep(200);
  }
  const beat = setInterval(() => touch(file), BEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    if (read(file) === mine) rmSync(file, { force: true });
  }
}

/**
 * @param {string} file
 * @param {string} content
 */
function create(file, content) {
  try {
    writeFileSync(file, content, { flag: 'wx' });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * @param {string} file
 * @returns {string | undefined}
 */
function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** @param {string} content */
function holderOf(content) {
  return Number(content.split(' ')[0]);
}

/**
 * @param {string} file
 * @param {string} content
 */
function isStale(file, content) {
  try {
    if (Date.now() - statSync(file).mtimeMs > STALE_MS) return true;
  } catch {
    return false;
  }
  // Empty for the instant between the file's making and its first write.
  if (content === '') return false;
  const holder = holderOf(content);
  if (holder === process.pid) return true;
  try {
    process.kill(holder, 0);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
}

/**
 * Of several processes that see the same dead holder only one may remove its file, or the second would remove the
 * lock that the first has just acquired. The marker chooses that one, and it checks again before it removes.
 *
 * @param {string} file
 * @param {string} content
 */
function removeStale(file, content) {
  const marker = `${file}.${content.split(' ')[1] ?? 'empty'}`;
  if (!create(marker, '')) {
    // Its maker was killed between two lines; later ones may try again.
    if (Date.now() - (statSync(marker, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()) > STALE_MS) {
      rmSync(marker, { force: true });
    }
    return;
  }
  if (read(file) === content) rmSync(file, { force: true });
  rmSync(marker, { force: true });
}

/** @param {string} file */
function touch(file) {
  try {
    const now = new Date();
    utimesSync(file, now, now);
  } catch {
    // It was removed by hand; the work continues.
  }
}
