// @ts-check
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findOnPath } from './path.mjs';

/** The SDK runs on 8, Maven's plugins and the tests on 11. */
const OLDEST = 11;

/**
 * The JDK that node-java's build will take: JAVA_HOME if a compiler is there, else the compiler on PATH. The search
 * is the one of find-java-home, so that set-up and build agree.
 *
 * @returns {{ home: string } | { problem: string }}
 */
export function findJdk() {
  const compiler = join('bin', process.platform === 'win32' ? 'javac.exe' : 'javac');
  const home = [process.env.JAVA_HOME, homeFromPath()].find((dir) => dir && existsSync(join(dir, compiler)));
  if (!home) return { problem: `a JDK, ${OLDEST} or newer (no javac in JAVA_HOME or on PATH)` };
  const version = versionOf(home);
  if (version !== undefined && version < OLDEST) {
    return { problem: `a newer JDK: ${home} is version ${version}, ${OLDEST} is the oldest that works` };
  }
  return { home };
}

/** @returns {string | undefined} */
function homeFromPath() {
  const javac = findOnPath('javac');
  if (!javac) return undefined;
  const home = dirname(dirname(realpathSync(javac)));
  if (process.platform !== 'darwin' || home !== '/usr') return home;
  // macOS always has /usr/bin/javac, which only points at the JDK, if there is one.
  const found = spawnSync('/usr/libexec/java_home', { encoding: 'utf8' });
  return found.status === 0 ? found.stdout.trim() : undefined;
}

/**
 * @param {string} home
 * @returns {number | undefined} the feature version: 8, 11, 17
 */
function versionOf(home) {
  try {
    const release = readFileSync(join(home, 'release'), 'utf8');
    const [, first, second] = /^JAVA_VERSION="(\d+)(?:\.(\d+))?/m.exec(release) ?? [];
    return first === undefined ? undefined : Number(first === '1' ? second : first);
  } catch {
    return undefined;
  }
}
