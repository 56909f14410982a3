import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { local } from '../../scripts/setup/places.mjs';

const CHILD = fileURLToPath(new URL('./jvm-child.mjs', import.meta.url));

/** A process of its own with a JVM in it: what it said, how and when it ended. */
class Child {
  readonly process: ChildProcess;
  readonly lines: unknown[] = [];
  readonly #ended: Promise<unknown[]>;
  stderr = '';

  /** @param env instead of our own */
  constructor(env: NodeJS.ProcessEnv | undefined, ...args: string[]) {
    this.process = spawn(process.execPath, [CHILD, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(env && { env: { PATH: process.env.PATH, ...env } }),
    });
    const { stdout, stderr } = this.process;
    if (!stdout || !stderr) throw new Error('no pipes');
    createInterface({ input: stdout }).on('line', (line) => {
      this.lines.push(/^["{[\d]/.test(line) ? JSON.parse(line) : line);
    });
    stderr.on('data', (data) => {
      this.stderr += data;
    });
    this.#ended = once(this.process, 'exit');
    onTestFinished(() => void this.process.kill('SIGKILL'));
  }

  async said(line: unknown): Promise<void> {
    while (!this.lines.includes(line)) {
      if (this.process.exitCode !== null) throw new Error(`it ended first\n${this.stderr}`);
      await setTimeout(20);
    }
  }

  /** How it ended. */
  async end(): Promise<{ code: unknown; signal: unknown }> {
    const [code, signal] = await this.#ended;
    return { code, signal };
  }
}

const BY_ITSELF = { code: 0, signal: null };

const THREAD_TEST = `
import { test } from 'vitest';
const { classPath, ensureJvm } = await import(${JSON.stringify(new URL('../../dist/notebook.js', import.meta.url).href)});
test('starts a JVM', () => ensureJvm({ classPath: classPath(), logFile: '/dev/null' }));
`;

describe('the JVM', () => {
  const TURKISH = '-Duser.language=tr -Duser.country=TR';
  test.each<[string, NodeJS.ProcessEnv]>([
    ['nothing but PATH', {}],
    ['LC_ALL=C', { LC_ALL: 'C' }],
    [
      'LANG and LC_ALL of locales that are not installed',
      { LANG: 'tr_TR.UTF-8', LC_ALL: 'xx_XX.ISO-8859-9' },
    ],
    ['Turkish in JAVA_TOOL_OPTIONS', { JAVA_TOOL_OPTIONS: TURKISH }],
    ['Turkish in _JAVA_OPTIONS, which no option of ours wins against', { _JAVA_OPTIONS: TURKISH }],
    ['Turkish for formats alone', { _JAVA_OPTIONS: '-Duser.language.format=tr -Duser.language.display=tr' }],
    ['Azeri', { _JAVA_OPTIONS: '-Duser.language=az' }],
    ['Lithuanian', { _JAVA_OPTIONS: '-Duser.language=lt' }],
    [
      'Thai with its years and digits',
      { _JAVA_OPTIONS: '-Duser.language=th -Duser.country=TH -Duser.variant=TH' },
    ],
    [
      'Arabic with its digits',
      { _JAVA_OPTIONS: '-Duser.language=ar -Duser.country=EG -Duser.extensions=u-nu-arab-ca-islamic' },
    ],
  ])('has the root locale and UTF-8 under %s', async (_what, env) => {
    const child = new Child(env, 'locale');
    expect(await child.end()).toMatchObject(BY_ITSELF);
    expect(child.lines).toEqual([
      {
        locales: ['', '', ''],
        upper: 'TITLE',
        number: '1,234.5',
        calendar: 'gregory',
        fileNames: 'UTF-8',
        texts: 'UTF-8',
      },
      // The process itself, and what it starts, keep their own.
      env.LC_ALL ?? 'none',
    ]);
  });

  test('warns on stderr, not on stdout, which is for what a command prints', () => {
    // Few systems have large pages, and the JVM warns of those that it does not get.
    const env = { PATH: process.env.PATH, JAVA_TOOL_OPTIONS: '-XX:+UseLargePages' };
    const { status, stdout, stderr } = spawnSync(process.execPath, [CHILD, 'start and stop'], {
      env,
      encoding: 'utf8',
    });
    expect([status, stdout.split('\n')[0]]).toEqual([0, '"works"']);
    expect(stderr).toMatch(/large ?pages/i);
  });

  test('is not started in a worker thread, which it would end with a crash', async () => {
    const child = new Child(undefined, 'worker thread');
    expect(await child.end()).toMatchObject(BY_ITSELF);
    expect(child.lines).toEqual([
      {
        code: 'JVM_START',
        message: expect.stringMatching(/^the JVM cannot start in a worker thread: .*main thread/),
      },
      'started',
      { code: 'JVM_START', message: expect.stringContaining('worker thread') },
    ]);
  });

  test('is refused in one line to tests that run in threads', async () => {
    // Beside the project's own packages, which the test imports vitest from.
    mkdirSync(local, { recursive: true });
    const folder = mkdtempSync(join(local, 'threads-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    mkdirSync(join(folder, 'test'));
    writeFileSync(join(folder, 'vitest.config.mjs'), 'export default {};');
    for (const name of ['one', 'two']) writeFileSync(join(folder, `test/${name}.test.ts`), THREAD_TEST);
    const vitest = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url));
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [vitest, 'run', '--pool', 'threads', '--root', folder],
      { encoding: 'utf8', timeout: 100_000, env: { ...process.env, NO_COLOR: '1', VITEST: '' } },
    );
    const output = stdout + stderr;
    expect(output).toMatch(
      /SnowstreamError: the JVM cannot start in a worker thread: .*vitest: --pool forks/,
    );
    expect(output).toMatch(/Tests +2 failed/);
    expect(status).toBe(1);
  });
});

describe('a process with a JVM in it', () => {
  test('ends by itself after stopJvm, which may be called again', async () => {
    const child = new Child(undefined, 'start and stop');
    const end = await child.end();
    expect(child.stderr).toBe('');
    expect(end).toMatchObject(BY_ITSELF);
    expect(child.lines).toEqual([
      'works',
      { code: 'JVM_START', message: expect.stringMatching(/stopped and cannot start again/) },
    ]);
  });

  test('stopJvm is harmless before any start', async () => {
    expect(await new Child(undefined, 'stop without a start').end()).toMatchObject(BY_ITSELF);
  });

  test('and while the JVM starts', async () => {
    expect(await new Child(undefined, 'stop while it starts').end()).toMatchObject(BY_ITSELF);
  });

  test('keeps the signal handlers that it had before', async () => {
    const child = new Child(undefined, 'signals');
    await child.said('ready');
    child.process.kill('SIGINT');
    await child.said('SIGINT');
    child.process.kill('SIGHUP');
    await child.said('SIGHUP');
    child.process.kill('SIGTERM');
    await child.said('SIGTERM');
    const end = await child.end();
    expect(end).toMatchObject(BY_ITSELF);
  });

  test('still learns of the end of its child processes when Java has started one', async () => {
    const child = new Child(undefined, 'child processes');
    const end = await Promise.race([child.end(), setTimeout(20_000, 'it waits for a child that has ended')]);
    expect(end).toMatchObject(BY_ITSELF);
    expect(child.lines).toEqual([
      0,
      ['before', 'SIGKILL'],
      ['before, killed at once', 'SIGKILL'],
      ['after', 'SIGKILL'],
    ]);
  });

  test('refuses options that would crash it, and starts with better ones', async () => {
    const refused = [
      '-XX:+NoSuchThing',
      '-Xnonsense',
      '-Xmx',
      '-Xmx12q',
      '--add-opens=x',
      '-agentlib:x',
      '-Xrs -Xmx1g',
      '@file',
      '',
    ];
    const child = new Child(undefined, 'refused option', ...refused);
    expect(await child.end()).toMatchObject(BY_ITSELF);
    expect(child.lines).toEqual([
      ...refused.map((option) => ({
        code: 'CONFIG_INVALID',
        message: expect.stringContaining(`JVM option ${option}`),
      })),
      'started',
    ]);
  });

  test('refuses a heap that no JVM can start with', async () => {
    const refused = ['-Xmx1k', '-Xmx0m', '-Xmx31M', '-Xmx999999999g', '-Xss1k', '-Xms99999g'];
    const child = new Child(undefined, 'refused option', ...refused);
    expect(await child.end()).toMatchObject(BY_ITSELF);
    expect(child.lines).toEqual([
      ...refused.map(() => ({ code: 'CONFIG_INVALID', message: expect.any(String) })),
      'started',
    ]);
  });
});
