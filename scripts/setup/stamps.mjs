// @ts-check
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { local } from './places.mjs';

/**
 * What set-up remembers between runs. Losing it costs time, never correctness.
 *
 * @typedef {object} Stamps
 * @property {Record<string, FileStamp>} [jars] by file name, each as it was when its sum was last taken
 * @property {Record<string, FileStamp>} [testJars] the same for those that only tests use
 * @property {Record<string, FileStamp>} [benchJars] the same for those that only the benchmark uses
 * @property {string} [javaHelper] hash of everything that jars/classes was compiled from
 * @property {string} [build] hash of everything that dist/ was compiled from
 * @property {string} [jvmCache] hash of everything that the JVM's archive was last tried to be made from
 *
 * @typedef {{ size: number, mtimeMs: number, sha256: string }} FileStamp
 */

const file = join(local, 'stamps.json');

/** @returns {Stamps} */
export function readStamps() {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return {};
  }
}

/** @param {Stamps} changed the entries to replace */
export function writeStamps(changed) {
  mkdirSync(dirname(file), { recursive: true });
  const fresh = `${file}.${process.pid}`;
  writeFileSync(fresh, JSON.stringify({ ...readStamps(), ...changed }, undefined, 2));
  renameSync(fresh, file);
}

/**
 * @param {string} path
 * @returns {string} hex
 */
export function sha256(path) {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}
