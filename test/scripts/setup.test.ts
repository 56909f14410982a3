import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { local, root } from '../../scripts/setup/places.mjs';
import { installAdvice } from '../../scripts/setup/tools.mjs';

const copies: string[] = [];
afterEach(() => {
  for (const copy of copies.splice(0)) rmSync(copy, { recursive: true, force: true });
});

const PACKAGE = ['package.json', 'tsconfig.json', 'commonjs/package.json', 'commonjs/tsconfig.json'].map(
  (name) => `packages/local-snowflake/${name}`,
);
const FAKE_JARS = { 'one-1.0.jar': 'the first', 'two-1.0.jar': 'the second' };

/** A project of its own with the real scripts and packages, so that no test touches this one. */
function project(jars: Record<string, string> | 'real') {
  mkdirSync(local, { recursive: true });
  const folder = mkdtempSync(join(local, 'project-'));
  copies.push(folder);
  for (const name of [
    'scripts',
    'package.json',
    'tsconfig.json',
    'tsconfig.build.json',
    'jars/pom.xml',
    ...PACKAGE,
  ]) {
    cpSync(join(root, name), join(folder, name), { recursive: true });
  }
  // What npm says it installed, so that a lock file in the middle of a change starts no npm on the shared packages.
  cpSync(join(root, 'node_modules', '.package-lock.json'), join(folder, 'package-lock.json'));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
  write(folder, 'src/index.ts', 'export const one: number = 1;\n');
  for (const name of ['index', 'commonjs'])
    write(folder, `packages/local-snowflake/src/${name}.ts`, 'export const two: number = 2;\n');
  if (jars === 'real') {
    cpSync(join(root, 'jars/SHA256SUMS'), join(folder, 'jars/SHA256SUMS'));
  } else {
    for (const [name, content] of Object.entries(jars)) write(folder, `jars/lib/${name}`, content);
    write(folder, 'jars/SHA256SUMS', sumsOf(jars));
  }
  return folder;
}

function sumsOf(jars: Record<string, string>): string {
  return Object.entries(jars)
    .map(([name, content]) => `${createHash('sha256').update(content).digest('hex')}  ${name}\n`)
    .join('');
}

function write(folder: string, path: string, content: string): void {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), content);
}

function setUp(folder: string, env: NodeJS.ProcessEnv = {}) {
  const { status, stderr } = spawnSync(process.execPath, ['scripts/setup.mjs'], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  return { status, stderr };
}

/** Two of them at once, and their joint output. */
async function setUpTwice(folder: string): Promise<{ codes: unknown[]; stderr: string }> {
  let stderr = '';
  const run = () =>
    new Promise((done) => {
      const child = spawn(process.execPath, ['scripts/setup.mjs'], {
        cwd: folder,
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      child.stderr.on('data', (text) => {
        stderr += text;
      });
      child.once('close', done);
    });
  const codes = await Promise.all([run(), run()]);
  return { codes, stderr };
}

function libOf(folder: string): string[] {
  const lib = join(folder, 'jars/lib');
  return existsSync(lib) ? readdirSync(lib).sort() : [];
}

/** Maven with an empty repository and every download refused. */
function mavenWithoutNetwork(folder: string): NodeJS.ProcessEnv {
  write(
    folder,
    'home/.m2/settings.xml',
    `<settings>
      <localRepository>${join(folder, 'home', 'repository')}</localRepository>
      <mirrors><mirror><id>none</id><mirrorOf>*</mirrorOf><url>http://127.0.0.1:9/</url></mirror></mirrors>
    </settings>`,
  );
  return { MAVEN_OPTS: `-Duser.home=${join(folder, 'home')}` };
}

describe('a second run', () => {
  test('has nothing to do and changes nothing', () => {
    const folder = project(FAKE_JARS);
    expect(setUp(folder)).toEqual({
      status: 0,
      stderr: expect.stringMatching(/^set-up 5\/6 {2}TypeScript … [\d.]+ s\n$/),
    });
    const files = ['dist/index.js', '.local/stamps.json'].map((name) => join(folder, name));
    const before = files.map((file) => statSync(file).mtimeMs);
    expect(setUp(folder)).toEqual({ status: 0, stderr: 'set-up      everything is there\n' });
    expect(files.map((file) => statSync(file).mtimeMs)).toEqual(before);
  });

  test('compiles again when a source has changed, and leaves nothing of one that has gone', () => {
    const folder = project(FAKE_JARS);
    write(folder, 'src/old.ts', 'export const old = 1;\n');
    setUp(folder);
    expect(existsSync(join(folder, 'dist/old.js'))).toBe(true);
    rmSync(join(folder, 'src/old.ts'));
    expect(setUp(folder).stderr).toContain('TypeScript');
    expect(readdirSync(join(folder, 'dist')).filter((name) => name.startsWith('old'))).toEqual([]);
  });

  test('shows what the compiler says', () => {
    const folder = project(FAKE_JARS);
    write(folder, 'src/index.ts', "export const one: number = 'one';\n");
    const { status, stderr } = setUp(folder);
    expect(status).toBe(1);
    expect(stderr).toContain('TypeScript … failed');
    expect(stderr).toContain('src/index.ts(1,14): error TS2322');
  });
});

describe('two runs at once', () => {
  test('do the work once', async () => {
    const { codes, stderr } = await setUpTwice(project(FAKE_JARS));
    expect(codes).toEqual([0, 0]);
    expect(stderr.match(/TypeScript/g)).toHaveLength(1);
  });

  test('take over from one that was killed', async () => {
    const folder = project(FAKE_JARS);
    const gone = spawnSync(process.execPath, ['-e', '']).pid;
    write(folder, '.local/set-up.lock', `${gone} 00000000-0000-0000-0000-000000000000`);
    const { codes, stderr } = await setUpTwice(folder);
    expect(codes).toEqual([0, 0]);
    expect(stderr.match(/TypeScript/g)).toHaveLength(1);
    expect(readdirSync(join(folder, '.local'))).toEqual(['stamps.json']);
  });
});

describe('the jars', () => {
  test('a tampered one is refused by name, even one that was right before', () => {
    const folder = project(FAKE_JARS);
    setUp(folder);
    appendFileSync(join(folder, 'jars/lib/two-1.0.jar'), '!');
    const { status, stderr } = setUp(folder);
    expect(status).toBe(1);
    expect(stderr).toContain(`${join('jars', 'lib', 'two-1.0.jar')} is not the pinned file`);
    expect(stderr).toContain('SHA256SUMS');
  });

  test('one that nobody pinned is refused by name', () => {
    const folder = project(FAKE_JARS);
    write(folder, 'jars/lib/stranger.jar', 'x');
    const { status, stderr } = setUp(folder);
    expect(status).toBe(1);
    expect(stderr).toContain(`${join('jars', 'lib', 'stranger.jar')} is not listed in jars/SHA256SUMS`);
  });

  test('come from Maven; one that a new version no longer has is removed', () => {
    const folder = project('real');
    const sums = readFileSync(join(folder, 'jars/SHA256SUMS'), 'utf8');
    const old = { 'old-1.0.jar': 'of an earlier version' };
    write(folder, 'jars/lib/old-1.0.jar', old['old-1.0.jar']);
    write(folder, 'jars/SHA256SUMS', sumsOf(old));
    expect(setUp(folder).status).toBe(0);

    write(folder, 'jars/SHA256SUMS', sums);
    expect(setUp(folder)).toEqual({ status: 0, stderr: expect.stringContaining('3/6  Java libraries … ') });
    expect(libOf(folder)).toEqual(
      sums
        .trim()
        .split('\n')
        .map((line) => line.split('  ')[1])
        .sort(),
    );
    expect(readdirSync(join(folder, '.local'))).toEqual(['stamps.json']);
  });

  test('one that Maven delivers with another sum gets no further', () => {
    const folder = project('real');
    const sums = readFileSync(join(folder, 'jars/SHA256SUMS'), 'utf8');
    write(folder, 'jars/SHA256SUMS', sums.replace(/^[0-9a-f]{8}(.*zstd-jni)/m, '00000000$1'));
    const { status, stderr } = setUp(folder);
    expect(status).toBe(1);
    expect(stderr).toMatch(/zstd-jni-\S+ is not the pinned file: SHA-256 is [0-9a-f]{64}/);
    expect(libOf(folder)).toEqual([]);
  });

  test('a failed download names the command, its last words and what to check', () => {
    const folder = project('real');
    const { status, stderr } = setUp(folder, mavenWithoutNetwork(folder));
    expect(status).toBe(1);
    expect(stderr).toContain('Java libraries … failed');
    expect(stderr).toMatch(
      /`mvn .*dependency:copy-dependencies.*` failed \(exit code 1\); its last lines were:\n/,
    );
    expect(stderr).toContain('http://127.0.0.1:9/');
    expect(stderr).toContain('Check the network, and the proxy or mirror in ~/.m2/settings.xml');
    expect(libOf(folder)).toEqual([]);
  });
});

describe('a missing tool', () => {
  test('is named with the command that installs it, and only what is needed is asked for', () => {
    const folder = project('real');
    const bin = join(folder, 'bin');
    mkdirSync(bin);
    const { status, stderr } = setUp(folder, { PATH: bin, JAVA_HOME: '' });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^error: missing: a JDK, 11 or newer .*, Maven \(mvn\)\ninstall /);
    expect(stderr).not.toMatch(/C\+\+|Python/);
  });

  test('is not asked for when there is nothing to do with it', () => {
    const folder = project(FAKE_JARS);
    expect(setUp(folder, { PATH: join(folder, 'none') + delimiter, JAVA_HOME: '' }).status).toBe(0);
  });

  test('a JDK that is too old is called so', () => {
    const folder = project('real');
    const javac = process.platform === 'win32' ? 'javac.exe' : 'javac';
    write(folder, `jdk8/bin/${javac}`, '');
    write(folder, 'jdk8/release', 'JAVA_VERSION="1.8.0_402"\n');
    const { stderr } = setUp(folder, { PATH: join(folder, 'none'), JAVA_HOME: join(folder, 'jdk8') });
    expect(stderr).toContain('is version 8, 11 is the oldest that works');
  });

  test('has one command on every system', () => {
    const all = ['jdk', 'maven', 'c++', 'make', 'python'] as const;
    expect(installAdvice([...all], 'debian')).toMatch(
      /apt-get update && .*apt-get install -y --no-install-recommends default-jdk-headless maven g\+\+ make python3$/,
    );
    expect(installAdvice(['maven', 'c++'], 'fedora')).toBe('install with: sudo dnf install -y maven gcc-c++');
    expect(installAdvice(['jdk', 'c++', 'make'], 'macos')).toBe(
      'install with: xcode-select --install && brew install --cask temurin',
    );
    expect(installAdvice([...all], 'windows')).toMatch(/choco install -y temurin maven visualstudio/);
  });
});
