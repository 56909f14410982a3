import { spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Ends, startEnds } from './local.ts';
import { copyProject } from './project-copy.ts';

// The program where it is installed and run by others: in a folder with any name, without a locale, without a home.

const USER = 'kivi';
let ends: Ends;
/** Everybody can go into it. */
let folder: string;
/** A copy of the project in a folder with letters beyond ASCII. */
let project: string;

beforeAll(async () => {
  ends = await startEnds({ user: USER });
  await ends.source.query(
    'CREATE TABLE `жизнь` (id INT PRIMARY KEY, `имя` VARCHAR(20)) CHARACTER SET utf8mb4',
  );
  await ends.source.query("INSERT INTO `жизнь` VALUES (1, 'é ж 日本 😀'), (2, 'title'), (3, NULL)");
  folder = mkdtempSync(join(tmpdir(), 'snowstream-environment-'));
  chmodSync(folder, 0o755);
  project = join(folder, 'é ж 日本');
  copyProject(project);
});

afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await ends[Symbol.asyncDispose]();
});

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a script of the copy with nothing in the environment but PATH and what is given. */
async function node(
  args: readonly string[],
  { env, uid, cwd = project }: { env: NodeJS.ProcessEnv; uid?: number | undefined; cwd?: string },
): Promise<Ended> {
  const child = spawn(process.execPath, args, {
    cwd,
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(uid !== undefined && { uid, gid: uid }),
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject).once('close', (code) => resolve({ code, stdout, stderr }));
  });
}

/** `snowstream` of the copy, with the settings that lead to both servers. */
const snowstream = (args: readonly string[], options: Parameters<typeof node>[1]) =>
  node([join(project, 'dist/cli.js'), ...args], {
    ...options,
    env: {
      ...ends.env,
      SNOWFLAKE_USER: USER,
      // The file can be read by its owner alone.
      SNOWFLAKE_PRIVATE_KEY_PATH: '',
      SNOWFLAKE_PRIVATE_KEY: readFileSync(ends.emulator.privateKeyPath ?? '', 'utf8'),
      ...options.env,
    },
  });

let loads = 0;
/** A load into a table of its own. */
const load = (more: readonly string[] = []) => {
  loads++;
  return ['run', '--table', `жизнь:жизнь_${loads}`, '--channel', `C${loads}`, '--create', 'on', ...more];
};

describe('in a folder with letters beyond ASCII, without a locale', () => {
  test('set-up compiles, and makes the archive of the JVM', async () => {
    rmSync(join(project, 'jars/classes'), { recursive: true });
    const { code, stderr } = await node(['scripts/setup.mjs'], { env: { HOME: folder, LC_ALL: 'C' } });
    expect(stderr).toMatch(/Java half of the bridge … [\d.]+ s\n/);
    expect(code, stderr).toBe(0);
    expect(readdirSync(join(project, 'jars/classes'))).toEqual(['snowstream']);
    expect(readdirSync(join(project, '.local/jvm-cache')).sort()).toEqual(['classes.jsa', 'classes.txt']);
    // The sentence that Java cuts off is not what a compiler makes of it in ASCII.
    const compiled = readFileSync(join(project, 'jars/classes/snowstream/bridge/BatchInserter.class'));
    expect(compiled.includes(Buffer.from('…'))).toBe(true);
  });

  test.each<[string, NodeJS.ProcessEnv]>([
    ['nothing else', {}],
    ['LC_ALL=C', { LC_ALL: 'C' }],
  ])('a run proves its rows under %s', async (_what, env) => {
    const log = 'журнал 日 😀.log';
    rmSync(join(project, log), { force: true });
    const args = load(['--java-log-file', log, '--rejects', 'отказы.jsonl', '--json']);
    const { code, stdout, stderr } = await snowstream(args, { env: { HOME: folder, ...env } });
    expect(code, stderr).toBe(0);
    const [report] = JSON.parse(stdout).tables;
    expect(report.proof.differences).toEqual([]);
    expect(report.rowsRead).toBe(3);
    expect(readFileSync(join(project, log), 'utf8')).toMatch(/INFO/);
    const target = report.target.split('.').at(-1);
    expect(await ends.snowflake.execute(`SELECT "ИМЯ" AS N FROM ${target} ORDER BY ID`)).toEqual([
      { N: 'é ж 日本 😀' },
      { N: 'title' },
      { N: null },
    ]);
  });

  test('tests with a JVM pass', async () => {
    const tests = ['test/bridge/jars.test.ts', 'test/bridge/jvm.test.ts', 'test/config/load.test.ts'];
    const { code, stdout, stderr } = await node(['node_modules/vitest/vitest.mjs', 'run', ...tests], {
      env: { HOME: folder, LC_ALL: 'C', NO_COLOR: '1' },
    });
    expect(stdout + stderr).toMatch(/Test Files +3 passed \(3\)/);
    expect(code).toBe(0);
  });

  test('an emoji or the delimiter of class paths in its name changes nothing', async () => {
    const before = project;
    project = join(folder, 'é 😀:ж');
    renameSync(before, project);
    try {
      const { code, stderr } = await snowstream(load(), { env: { HOME: folder, LC_ALL: 'C' } });
      expect(code, stderr).toBe(0);
      expect(readdirSync(tmpdir()).filter((name) => name.startsWith('snowstream-class-path-'))).toEqual([]);
    } finally {
      renameSync(project, before);
      project = before;
    }
  });
});

test('a Turkish locale does not change the name that a user logs in under', async () => {
  const env = { HOME: folder, LANG: 'tr_TR.UTF-8', _JAVA_OPTIONS: '-Duser.language=tr -Duser.country=TR' };
  const { code, stderr } = await snowstream(load(), { env });
  expect(code, stderr).toBe(0);
});

describe('without a home folder', () => {
  // Only root may become a user that has no name; anybody else is one without HOME.
  const uid = process.getuid?.() === 0 ? 54_321 : undefined;
  const logs = join(tmpdir(), `snowstream-${uid}`);
  /** A folder that belongs to somebody else, as the one of a container's image does. */
  const cwd = () => {
    const empty = join(folder, 'cwd');
    mkdirSync(empty, { recursive: true });
    return empty;
  };
  /** Of a local Snowflake that the user starts: the streaming client writes into it. */
  const data = () => {
    const own = join(folder, 'data');
    mkdirSync(own, { recursive: true });
    if (uid !== undefined) chownSync(own, uid, uid);
    return own;
  };
  afterAll(() => {
    if (uid !== undefined) rmSync(logs, { recursive: true, force: true });
  });

  test.each<[string, NodeJS.ProcessEnv]>([
    ['no HOME', {}],
    ['the HOME that containers have', { HOME: '/' }],
  ])('a run in a folder that it cannot write proves its rows: %s', async (_what, env) => {
    const args = load(['--local', '--data', data()]);
    const { code, stdout, stderr } = await snowstream(args, { env, uid, cwd: cwd() });
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/\n3 rows proven.*\n$/);
    expect(readdirSync(cwd())).toEqual([]);
    if (uid === undefined) return;
    expect(statSync(logs)).toMatchObject({ uid });
    expect(statSync(logs).mode & 0o777).toBe(0o700);
    const [log = ''] = readdirSync(logs);
    expect(log).toMatch(/^java-.*\.log$/);
    expect(statSync(join(logs, log)).mode & 0o777).toBe(0o600);
    rmSync(logs, { recursive: true });
  });

  test('every other command works, and what needs a home folder says so in a line', async () => {
    await ends.snowflake.execute('CREATE TABLE "ЖИЗНЬ" (ID NUMBER(10,0) NOT NULL, "ИМЯ" VARCHAR(20))');
    const run = async (args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
      snowstream([...args, '--table', 'жизнь'], { env, uid, cwd: cwd() });
    const commands: [string, number, NodeJS.ProcessEnv][] = [
      ['plan', 0, {}],
      ['check', 3, { HOME: '' }],
      ['channels', 0, { HOME: '/nonexistent' }],
      ['doctor', 0, {}],
    ];
    for (const [command, expected, env] of commands) {
      const { code, stdout, stderr } = await run([command], env);
      expect(stdout, stderr).not.toBe('');
      expect(stderr).not.toMatch(/\n\s+at |UNEXPECTED/);
      expect(code, stdout + stderr).toBe(expected);
    }
    if (uid === undefined) return;
    const none = 'is in a home folder, and this user has none: set HOME, or write the whole path';
    const lines: [readonly string[], NodeJS.ProcessEnv, string][] = [
      [['--rejects', '~/r.jsonl'], {}, `--rejects: ~/r.jsonl ${none} [CONFIG_INVALID]`],
      [['--java-log-file', '~/j.log'], {}, `--java-log-file: ~/j.log ${none} [CONFIG_INVALID]`],
      [['--config', '~/c.json'], {}, `the config file: ~/c.json ${none} [CONFIG_INVALID]`],
      [
        [],
        { SNOWFLAKE_PRIVATE_KEY: '', SNOWFLAKE_PRIVATE_KEY_PATH: '~/k.p8' },
        `SNOWFLAKE_PRIVATE_KEY_PATH in the environment: ~/k.p8 ${none} [KEY_UNREADABLE]`,
      ],
      [
        [],
        { SNOWFLAKE_DEFAULT_CONNECTION_NAME: 'prod' },
        'there is no connection [prod]: this user has no home folder, and SNOWFLAKE_HOME is not set [CONFIG_INVALID]',
      ],
    ];
    for (const [args, env, line] of lines) {
      const { code, stderr } = await run(['run', ...args], env);
      expect(stderr).toBe(`snowstream: ${line}\n`);
      expect(code).toBe(2);
    }
    expect(existsSync(logs)).toBe(false);
  });
});
