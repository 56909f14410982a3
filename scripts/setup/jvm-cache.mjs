// @ts-check
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runCommand } from './command.mjs';
import { findJdk } from './jdk.mjs';
import { local, root } from './places.mjs';
import { readStamps, writeStamps } from './stamps.mjs';

const folder = join(local, 'jvm-cache');
/** The name that src/bridge/jvm-cache.ts looks for. */
const archive = join(folder, 'classes.jsa');
const training = join(root, 'scripts', 'setup', 'jvm-cache-training.mjs');

/** True when nobody has tried yet to make the archive from these jars with this JDK. */
export function jvmCachePending() {
  if (!existsSync(join(root, 'packages', 'local-snowflake', 'src', 'main.ts'))) return false;
  return readStamps().jvmCache !== cacheKey();
}

/**
 * Makes the JVM's class-data archive: a small load into a local Snowflake tells which classes a run needs, and the
 * JVM writes them down parsed and checked. A run without it works the same, only slower, so a failure here is no
 * failure of the set-up, and is not repeated.
 * https://docs.oracle.com/en/java/javase/17/vm/class-data-sharing.html
 */
export async function makeJvmCache() {
  const key = cacheKey();
  rmSync(folder, { recursive: true, force: true });
  try {
    mkdirSync(folder, { recursive: true });
    const list = join(folder, 'classes.txt');
    await runCommand(process.execPath, [training, list]);
    await archiveClasses(list);
  } catch {
    rmSync(folder, { recursive: true, force: true });
  }
  writeStamps({ jvmCache: key });
}

/** @param {string} list */
async function archiveClasses(list) {
  const jdk = findJdk();
  if ('problem' in jdk) throw new Error(jdk.problem);
  const fresh = `${archive}.new`;
  await runCommand(join(jdk.home, 'bin', 'java'), [
    '-Xshare:dump',
    '-XX:+UseSerialGC',
    `-XX:SharedClassListFile=${list}`,
    `-XX:SharedArchiveFile=${fresh}`,
    '-cp',
    jars().join(delimiter),
  ]);
  // In one piece: a run that starts meanwhile finds the whole archive or none.
  renameSync(fresh, archive);
}

/** The class path of every run begins with these, in this order; the JVM takes no archive of another class path. */
function jars() {
  const lib = join(root, 'jars', 'lib');
  return pinnedSums()
    .split('\n')
    .filter(Boolean)
    .map((line) => join(lib, line.slice(66)));
}

function pinnedSums() {
  return readFileSync(join(root, 'jars', 'SHA256SUMS'), 'utf8');
}

/** What the archive depends on: where the jars lie and what they are, the JDK, and what the training does. */
function cacheKey() {
  const jdk = findJdk();
  const release = 'home' in jdk ? `${jdk.home}\0${readFileSync(join(jdk.home, 'release'), 'utf8')}` : '';
  return createHash('sha256')
    .update(`${root}\0${release}\0${pinnedSums()}\0`)
    .update(readFileSync(training))
    .digest('hex');
}
