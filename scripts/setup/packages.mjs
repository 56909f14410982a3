// @ts-check
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { runCommand } from './command.mjs';
import { SetUpError } from './error.mjs';
import { findJdk } from './jdk.mjs';
import { root } from './places.mjs';

const CHECK =
  'Check the network, the proxy (npm config get proxy, HTTPS_PROXY) and the registry (npm config get registry).';

/**
 * True when node_modules is not what package-lock.json says. npm itself records what it installed, so a person's own
 * `npm ci` counts as well as ours.
 */
export function packagesPending() {
  const wanted = readPackages(join(root, 'package-lock.json'));
  if (!wanted) return false;
  const installed = readPackages(join(root, 'node_modules', '.package-lock.json'));
  if (!installed) return true;
  for (const [path, entry] of Object.entries(wanted)) {
    if (path === '') continue;
    const there = installed[path];
    // Optional packages of other platforms are in the lock file only.
    if (there ? there.version !== entry.version : !entry.optional && !entry.devOptional) return true;
  }
  return Object.keys(installed).some((path) => !(path in wanted));
}

/** Installs every package, the optional and development ones too, whatever NODE_ENV says. */
export async function installPackages() {
  await runCommand('npm', ['ci', '--no-audit', '--no-fund', '--include=dev', '--include=optional'], {
    env: buildEnvironment(),
    check: CHECK,
  });
}

/** True when the addon is not built, or was built for another Node or for a Java that has gone since. */
export function addonPending() {
  const folder = addonFolder();
  if (!folder) return true;
  if (!existsSync(join(folder, 'build', 'Release', 'nodejavabridge_bindings.node'))) return true;
  const config = readFileSync(join(folder, 'build', 'config.gypi'), 'utf8');
  const abi = /"node_module_version":\s*(\d+)/.exec(config)?.[1];
  return abi !== process.versions.modules || !javaLibraryExists(folder);
}

/** Builds it. npm leaves that out when its scripts are switched off or, from version 11, not approved. */
export async function buildAddon() {
  await runCommand('npm', ['rebuild', 'java', '--ignore-scripts=false'], {
    env: buildEnvironment(),
    check: `The build takes Node's headers from nodejs.org unless they are installed. ${CHECK}`,
  });
  if (addonPending()) {
    throw new SetUpError(
      'COMMAND_FAILED',
      '`npm rebuild java` ended well but left no working addon in node_modules/java/build\n' +
        'Check that npm may run its scripts (npm config get ignore-scripts).',
    );
  }
}

/** @returns {string | undefined} */
function addonFolder() {
  try {
    return dirname(createRequire(join(root, 'package.json')).resolve('java/package.json'));
  } catch {
    return undefined;
  }
}

/**
 * The path of Java's library is fixed when the addon is built; a Java update may move it.
 *
 * @param {string} folder
 */
function javaLibraryExists(folder) {
  try {
    /** @type {string} */
    const recorded = JSON.parse(readFileSync(join(folder, 'build', 'jvm_dll_path.json'), 'utf8'));
    const dir = recorded.startsWith(delimiter) ? recorded.slice(delimiter.length) : recorded;
    return ['libjvm.so', 'libjli.dylib', 'jvm.dll'].some((name) => existsSync(join(dir, name)));
  } catch {
    return false;
  }
}

/**
 * The JDK that was checked is the one that is used, and Node's headers are taken from Node's own installation where
 * they lie there, which spares a download.
 *
 * @returns {NodeJS.ProcessEnv}
 */
function buildEnvironment() {
  const jdk = findJdk();
  const prefix = dirname(dirname(process.execPath));
  const header = join(prefix, 'include', 'node', 'node_version.h');
  const ownHeaders =
    existsSync(header) && versionInHeader(readFileSync(header, 'utf8')) === process.versions.node;
  return {
    ...('home' in jdk ? { JAVA_HOME: jdk.home } : {}),
    ...(ownHeaders && !process.env.npm_config_nodedir ? { npm_config_nodedir: prefix } : {}),
  };
}

/** @param {string} text */
function versionInHeader(text) {
  const part = (/** @type {string} */ name) =>
    new RegExp(`#define NODE_${name}_VERSION (\\d+)`).exec(text)?.[1] ?? '';
  return `${part('MAJOR')}.${part('MINOR')}.${part('PATCH')}`;
}

/**
 * @param {string} file
 * @returns {Record<string, { version?: string, optional?: boolean, devOptional?: boolean }> | undefined}
 */
function readPackages(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return undefined;
  }
}
