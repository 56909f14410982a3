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

/**
 * Jars that belong together.
 *
 * @typedef {object} JarSet
 * @property {string} pinned the folder of pom.xml and SHA256SUMS, from the root
 * @property {string} lib where they go; Maven's artefacts only, each has its line in SHA256SUMS
 * @property {string[]} goals of Maven that copy them
 * @property {'jars' | 'testJars' | 'benchJars'} stamp
 */

/** What the program runs with. What is built here belongs in jars/target. @type {JarSet} */
const programJars = {
  pinned: 'jars',
  lib: join(root, 'jars', 'lib'),
  goals: ['dependency:copy-dependencies', '-DincludeScope=runtime'],
  stamp: 'jars',
};

/** The JDBC drivers that test/conformance runs. @type {JarSet} */
export const conformanceJars = {
  pinned: join('test', 'conformance'),
  lib: join(local, 'test-jars'),
  goals: ['dependency:copy'],
  stamp: 'testJars',
};

/**
 * True when a jar has to be fetched, or one of an earlier version has to be removed.
 *
 * @param {JarSet} [set]
 * @returns {boolean}
 * @throws {SetUpError} FILE_MISMATCH, for a file that is not the pinned one or that nobody pinned
 */
export function jarsPending(set = programJars) {
  const { missing, left } = verifyJars(set, set.lib);
  return missing.length > 0 || left.length > 0;
}

/**
 * Fetches the jars, and copies only the pinned ones into their folder.
 *
 * @param {JarSet} [set]
 */
export async function fetchJars(set = programJars) {
  const { pinned, lib, goals } = set;
  mkdirSync(local, { recursive: true });
  const fetched = mkdtempSync(join(local, 'jars-'));
  try {
    await runMaven([...goals, `-DoutputDirectory=${fetched}`], join(pinned, 'pom.xml'));
    const { missing } = verifyJars(set, fetched);
    if (missing.length > 0) {
      throw new SetUpError(
        'FILE_MISMATCH',
        `Maven did not deliver ${missing.join(', ')}, which ${join(pinned, 'SHA256SUMS')} lists`,
      );
    }
    for (const name of verifyJars(set, lib).left) rmSync(join(lib, name));
    mkdirSync(lib, { recursive: true });
    for (const name of pinnedSums(set).keys()) renameSync(join(fetched, name), join(lib, name));
    verifyJars(set, lib);
  } finally {
    rmSync(fetched, { recursive: true, force: true });
  }
}

/**
 * Compares a folder with a set's SHA256SUMS. A sum is computed again only when a file's size or time has changed.
 *
 * @param {JarSet} set
 * @param {string} folder
 * @returns {{ missing: string[], left: string[] }} names not there, and names that an earlier version of
 *   SHA256SUMS pinned and that are still there as they were
 * @throws {SetUpError} FILE_MISMATCH, naming the file
 */
function verifyJars(set, folder) {
  const { lib, stamp } = set;
  const pinned = pinnedSums(set);
  const known = readStamps()[stamp] ?? {};
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
      else throw mismatch(set, path, expected, sum);
    }
    seen[name] = { size, mtimeMs, sha256: sum };
  }
  if (folder === lib && JSON.stringify(seen) !== JSON.stringify(known)) writeStamps({ [stamp]: seen });
  return { missing: [...pinned.keys()].filter((name) => !(name in seen)), left };
}

/**
 * @param {JarSet} set
 * @param {string} path
 * @param {string | undefined} expected
 * @param {string} sum
 */
function mismatch({ pinned }, path, expected, sum) {
  const shown = relative(root, path);
  const sums = join(pinned, 'SHA256SUMS');
  const message = expected
    ? `${shown} is not the pinned file: SHA-256 is ${sum}, ${sums} says ${expected}\n` +
      "Delete it, and its like in Maven's local repository (~/.m2/repository), to have it fetched again."
    : `${shown} is not listed in ${sums}\nDelete it, or pin it in ${join(pinned, 'pom.xml')} and ${sums}.`;
  return new SetUpError('FILE_MISMATCH', message);
}

/**
 * @param {JarSet} set
 * @returns {Map<string, string>} file name → SHA-256, in the format of sha256sum
 */
function pinnedSums({ pinned }) {
  const lines = readFileSync(join(root, pinned, 'SHA256SUMS'), 'utf8')
    .split('\n')
    .filter(Boolean);
  return new Map(lines.map((line) => [line.slice(66), line.slice(0, 64)]));
}
