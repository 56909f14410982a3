// @ts-check
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findBrowser } from './browser.mjs';
import { runCommand } from './command.mjs';
import { SetUpError } from './error.mjs';
import { findJdk } from './jdk.mjs';
import { findOnPath } from './path.mjs';

/** @typedef {'npm' | 'jdk' | 'maven' | 'c++' | 'make' | 'python' | 'browser'} Tool */

/**
 * For each tool: how to see that it is there (undefined, else what is missing), and its package by package manager.
 * Chocolatey stands for Windows because winget has no Maven.
 *
 * @type {Record<Tool, { missing: () => string | undefined, apt: string, dnf: string, brew?: string, choco?: string }>}
 */
const TOOLS = {
  npm: {
    missing: () => (findOnPath('npm') ? undefined : 'npm'),
    apt: 'npm',
    dnf: 'nodejs-npm',
    brew: 'node',
    choco: 'nodejs-lts',
  },
  jdk: {
    missing: () => {
      const found = findJdk();
      return 'problem' in found ? found.problem : undefined;
    },
    apt: 'default-jdk-headless',
    dnf: 'java-latest-openjdk-devel',
    brew: '--cask temurin',
    choco: 'temurin',
  },
  maven: {
    missing: () => (findOnPath('mvn') ? undefined : 'Maven (mvn)'),
    apt: 'maven',
    dnf: 'maven',
    brew: 'maven',
    choco: 'maven',
  },
  'c++': {
    missing: () => (hasCompiler() ? undefined : 'a C++ compiler'),
    apt: 'g++',
    dnf: 'gcc-c++',
    choco: 'visualstudio2022-workload-vctools',
  },
  make: {
    missing: () => (process.platform === 'win32' || findOnPath('make', 'gmake') ? undefined : 'make'),
    apt: 'make',
    dnf: 'make',
  },
  python: {
    missing: () => (process.env.PYTHON || findOnPath('python3', 'python', 'py') ? undefined : 'Python 3'),
    apt: 'python3',
    dnf: 'python3',
    brew: 'python',
    choco: 'python',
  },
  browser: {
    missing: () =>
      findBrowser() ? undefined : 'Chromium for the tests in a browser (SKIP_BROWSER=1 does without them)',
    apt: 'chromium',
    dnf: 'chromium',
    brew: '--cask chromium',
    choco: 'chromium',
  },
};

function hasCompiler() {
  if (process.platform === 'darwin') return spawnSync('xcode-select', ['-p']).status === 0;
  if (process.platform === 'win32') {
    const programs = process.env['ProgramFiles(x86)'] ?? 'C:\\Program Files (x86)';
    return existsSync(join(programs, 'Microsoft Visual Studio', 'Installer', 'vswhere.exe'));
  }
  return Boolean(process.env.CXX || findOnPath('g++', 'c++', 'clang++'));
}

/**
 * Sees to it that these tools are there: as root on Debian by installing what is missing, elsewhere by naming the one
 * command that does.
 *
 * @param {Iterable<Tool>} wanted
 * @param {(line: string) => void} say
 * @returns {Promise<void>}
 * @throws {SetUpError} TOOLS_MISSING, or COMMAND_FAILED when apt-get fails
 */
export async function requireTools(wanted, say) {
  const missing = missingTools(wanted);
  if (missing.length === 0) return;
  const system = systemName();
  if (system === 'debian' && process.getuid?.() === 0 && findOnPath('apt-get')) {
    const packages = missing.map((tool) => TOOLS[tool].apt);
    say(`installing ${packages.join(', ')} with apt-get, which were missing`);
    const env = { DEBIAN_FRONTEND: 'noninteractive' };
    const check = 'Check the network, the proxy and /etc/apt/sources.list.';
    await runCommand('apt-get', ['update'], { env, check });
    await runCommand('apt-get', ['install', '-y', '--no-install-recommends', ...packages], { env, check });
    if (missingTools(wanted).length === 0) return;
  }
  const names = missingTools(wanted).map((tool) => TOOLS[tool].missing());
  throw new SetUpError('TOOLS_MISSING', `missing: ${names.join(', ')}\n${installAdvice(missing, system)}`);
}

/**
 * @param {Iterable<Tool>} wanted
 * @returns {Tool[]}
 */
function missingTools(wanted) {
  return [...new Set(wanted)].filter((tool) => TOOLS[tool].missing() !== undefined);
}

/**
 * @param {Tool[]} missing
 * @param {ReturnType<typeof systemName>} system
 * @returns {string} the one command that installs them, with a word before it
 */
export function installAdvice(missing, system) {
  const packages = (/** @type {'apt' | 'dnf' | 'brew' | 'choco'} */ manager) => [
    ...new Set(missing.map((tool) => TOOLS[tool][manager]).filter((name) => name !== undefined)),
  ];
  switch (system) {
    case 'debian': {
      const sudo = process.getuid?.() === 0 ? '' : 'sudo ';
      const install = `${sudo}apt-get install -y --no-install-recommends ${packages('apt').join(' ')}`;
      return `install with: ${sudo}apt-get update && ${install}`;
    }
    case 'fedora':
      return `install with: sudo dnf install -y ${packages('dnf').join(' ')}`;
    case 'macos': {
      const brewed = packages('brew').map((name) => `brew install ${name}`);
      const apple = missing.includes('c++') || missing.includes('make') ? ['xcode-select --install'] : [];
      return `install with: ${[...apple, ...brewed].join(' && ')}`;
    }
    case 'windows':
      return `install with (as administrator, https://chocolatey.org): choco install -y ${packages('choco').join(' ')}`;
    case 'other':
      return `install them with this system's package manager (on Debian: ${packages('apt').join(' ')})`;
  }
}

/** @returns {'debian' | 'fedora' | 'macos' | 'windows' | 'other'} */
function systemName() {
  if (process.platform === 'win32') return 'windows';
  if (process.platform === 'darwin') return 'macos';
  let release = '';
  try {
    release = readFileSync('/etc/os-release', 'utf8');
  } catch {
    return 'other';
  }
  const ids = [...release.matchAll(/^ID(?:_LIKE)?="?([^"\n]*)/gm)].flatMap((match) =>
    (match[1] ?? '').split(' '),
  );
  if (ids.includes('debian') || ids.includes('ubuntu')) return 'debian';
  if (ids.includes('fedora') || ids.includes('rhel')) return 'fedora';
  return 'other';
}
