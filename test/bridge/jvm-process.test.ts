import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';

const CHILD = fileURLToPath(new URL('./jvm-child.mjs', import.meta.url));

/** A process of its own with a JVM in it: what it said, how and when it ended. */
class Child {
  readonly process: ChildProcess;
  readonly lines: unknown[] = [];
  readonly #ended: Promise<unknown[]>;
  #lastLineAt = performance.now();
  stderr = '';

  constructor(...args: string[]) {
    this.process = spawn(process.execPath, [CHILD, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    const { stdout, stderr } = this.process;
    if (!stdout || !stderr) throw new Error('no pipes');
    createInterface({ input: stdout }).on('line', (line) => {
      this.lines.push(/^["{[\d]/.test(line) ? JSON.parse(line) : line);
      this.#lastLineAt = performance.now();
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

  /** How it ended, with the seconds since its last line. */
  async end(): Promise<{ code: unknown; signal: unknown; seconds: number }> {
    const [code, signal] = await this.#ended;
    return { code, signal, seconds: (performance.now() - this.#lastLineAt) / 1000 };
  }
}

const BY_ITSELF = { code: 0, signal: null };

describe('a process with a JVM in it', () => {
  test('ends by itself within 2 s after stopJvm, which may be called again', async () => {
    const child = new Child('start and stop');
    const end = await child.end();
    expect(child.stderr).toBe('');
    expect(end).toMatchObject(BY_ITSELF);
    expect(end.seconds).toBeLessThan(2);
    expect(child.lines).toEqual([
      'works',
      { code: 'JVM_START', message: expect.stringMatching(/stopped and cannot start again/) },
    ]);
  });

  test('stopJvm is harmless before any start', async () => {
    expect(await new Child('stop without a start').end()).toMatchObject(BY_ITSELF);
  });

  test('and while the JVM starts', async () => {
    expect(await new Child('stop while it starts').end()).toMatchObject(BY_ITSELF);
  });

  test('keeps the signal handlers that it had before', async () => {
    const child = new Child('signals');
    await child.said('ready');
    child.process.kill('SIGINT');
    await child.said('SIGINT');
    child.process.kill('SIGHUP');
    await child.said('SIGHUP');
    child.process.kill('SIGTERM');
    await child.said('SIGTERM');
    const end = await child.end();
    expect(end).toMatchObject(BY_ITSELF);
    expect(end.seconds).toBeLessThan(2);
  });

  test('still learns of the end of its child processes when Java has started one', async () => {
    const child = new Child('child processes');
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
    const child = new Child('refused option', ...refused);
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
    const child = new Child('refused option', ...refused);
    expect(await child.end()).toMatchObject(BY_ITSELF);
    expect(child.lines).toEqual([
      ...refused.map(() => ({ code: 'CONFIG_INVALID', message: expect.any(String) })),
      'started',
    ]);
  });
});
