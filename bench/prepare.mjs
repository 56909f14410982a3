// @ts-check
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand } from '../scripts/setup/command.mjs';
import { fetchJars, jarsPending } from '../scripts/setup/jars.mjs';
import { findJdk } from '../scripts/setup/jdk.mjs';
import { findOnPath } from '../scripts/setup/path.mjs';
import { local } from '../scripts/setup/places.mjs';
import { jvmOptions, steps } from './built.mjs';

/** What the benchmark makes and keeps. */
export const home = join(local, 'bench');
/** Where PlainLoad is compiled to. */
export const javaClasses = join(home, 'classes');
const python = join(home, 'python');
/** Of the environment that the notebook's cells run in. */
export const pythonExecutable = join(
  python,
  process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python',
);
const requirements = fileURLToPath(new URL('./python/requirements.txt', import.meta.url));

/** The JDBC driver of the plain Java program. @type {import('../scripts/setup/jars.mjs').JarSet} */
const driver = {
  pinned: join('bench', 'java'),
  lib: join(home, 'jars'),
  goals: ['dependency:copy'],
  stamp: 'benchJars',
};

/** @returns {string[]} */
export function benchJars() {
  return readdirSync(driver.lib).map((name) => join(driver.lib, name));
}

/** The JDK whose JVM ours loads too, so that all contenders run on the same one. */
export function javaHome() {
  const folder = jvmOptions.libJvmFolder();
  const above = ['../..', '../../..', '../../../..'].map((up) => join(folder ?? '', up));
  const found = above.find((dir) => existsSync(join(dir, 'bin', 'javac')));
  if (found !== undefined) return found;
  const jdk = findJdk();
  if ('problem' in jdk) throw new Error(`missing: ${jdk.problem}`);
  return jdk.home;
}

/** Fetches the JDBC driver and compiles the plain Java program. */
export async function prepareJava() {
  if (jarsPending(driver)) await fetchJars(driver);
  mkdirSync(javaClasses, { recursive: true });
  const source = fileURLToPath(new URL('./java/PlainLoad.java', import.meta.url));
  const libraries = [...steps.classPath(), ...benchJars()].join(delimiter);
  await runCommand(join(javaHome(), 'bin', 'javac'), [
    '-nowarn',
    '-cp',
    libraries,
    '-d',
    javaClasses,
    source,
  ]);
}

/**
 * Makes the notebook's environment with its pinned packages.
 *
 * @returns {Promise<string | undefined>} why there is none, when there is none
 */
export async function preparePython() {
  const found = process.env.PYTHON ?? findOnPath('python3', 'python');
  const works =
    found && spawnSync(found, ['-c', 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))']);
  if (!found || !works || works.status !== 0) return 'no Python 3.10 or newer with venv on this machine';
  const wanted = readFileSync(requirements, 'utf8').trim().split('\n');
  const pairs = JSON.stringify(Object.fromEntries(wanted.map((line) => line.split('=='))));
  const check = `import importlib.metadata as m, sys; sys.exit(any(m.version(n) != v for n, v in ${pairs}.items()))`;
  if (existsSync(pythonExecutable) && spawnSync(pythonExecutable, ['-c', check]).status === 0)
    return undefined;
  try {
    await runCommand(found, ['-m', 'venv', '--clear', python]);
    const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements];
    await runCommand(pythonExecutable, install);
  } catch (error) {
    return error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
  }
  return undefined;
}
