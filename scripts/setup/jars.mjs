// @ts-check
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join, relative } from 'node:path';
import { SetUpError } from './error.mjs';
import { runMaven } from './maven.mjs';
import { local, root } from './places.mjs';
import { readStamps, sha256, writeStamps } from './stamps.mjs';

/** Maven's artefacts only: each file here has its line in SHA256SUMS. What is built here belongs in jars/target. */
const lib = join(root, 'jars', 'lib');

/**
 * True when a jar has to be fetched, or one of an earlier version has to go.
 *
 * @returns {boolean}
 * @throws {SetUpError} FILE_MISMATCH, for a file that is not the pinned one or that nobody pinned
 */
export function jarsPending() {
  const { missing, left } = verifyJars(lib);
  return missing.length > 0 || left.length > 0;
}

/** Fetches the jars, and lets only the pinned ones into jars/lib. */
export async function fetchJars() {
  mkdirSync(local, { recursive: true });
  const fetched = mkdtempSync(join(local, 'jars-'));
  try {
    await runMaven([
      'dependency:copy-dependencies',
      `-DoutputDirectory=${fetched}`,
      '-DincludeScope=runtime',
    ]);
    const { missing } = verifyJars(fetched);
    if (missing.length > 0) {
      throw new SetUpError(
        'FILE_MISMATCH',
        `Maven did not deliver ${missing.join(', ')}, which jars/SHA256SUMS lists`,
      );
    }
    for (const name of verifyJars(lib).left) rmSync(join(lib, name));
    mkdirSync(lib, { recursive: true });
    for (const name of pinnedSums().keys()) renameSync(join(fetched, name), join(lib, name));
    verifyJars(lib);
  } finally {
    rmSync(fetched, { recursive: true, force: true });
  }
}

/**
 * Compares a folder with jars/SHA256SUMS. A sum is taken again only when a file's size or time has changed.
 *
 * @param {string} folder
 * @returns {{ missing: string[], left: string[] }} names not there, and names that an earlier version of
 *   SHA256SUMS pinned and that are still there as they were
 * @throws {SetUpError} FILE_MISMATCH, naming the file
 */
function verifyJars(folder) {
  const pinned = pinnedSums();
  const known = readStamps().jars ?? {};
  /** @type {Record<string, import('./stamps.mjs').FileStamp>} */
  const seen = {};
  const left = [];
  for (const name of existsSync(folder) ? readdirSync(folder).sort() : []) {
    const path = join(folder, name);
    const { size, mtimeMs } = statSync(path);
    const before = known[name];
    const same = folder === lib && before?.size === size && before.mtimeMs === mtimeMs;
    const sum = same ? before.sha256 : sha256(path);
    const expected = pinned.get(name);
    if (sum !== expected) {
      if (expected === undefined && sum === before?.sha256) left.push(name);
      else throw mismatch(path, expected, sum);
    }
    seen[name] = { size, mtimeMs, sha256: sum };
  }
  if (folder === lib && JSON.stringify(seen) !== JSON.stringify(known)) writeStamps({ jars: seen });
  return { missing: [...pinned.keys()].filter((name) => !(name in seen)), left };
}

/**
 * @param {string} path
 * @param {string | undefined} expected
 * @param {string} sum
 */
function mismatch(path, expected, sum) {
  const shown = relative(root, path);
  const message = expected
    ? `${shown} is not the pinned file: SHA-256 is ${sum}, jars/SHA256SUMS says ${expected}\n` +
      "Delete it, and its like in Maven's local repository (~/.m2/repository), to have it fetched again."
    : `${shown} is not listed in jars/SHA256SUMS\nDelete it, or pin it in jars/pom.xml and jars/SHA256SUMS.`;
  return new SetUpError('FILE_MISMATCH', message);
}

/** @returns {Map<string, string>} file name → SHA-256, in the format of sha256sum */
function pinnedSums() {
  const lines = readFileSync(join(root, 'jars', 'SHA256SUMS'), 'utf8')
    .split('\n')
    .filter(Boolean);
  return new Map(lines.map((line) => [line.slice(66), line.slice(0, 64)]));
}
