import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../../scripts/setup/places.mjs';

/** How the program ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
}

/** The lines on stderr that say why the program ends; where Java's log is comes in a line of its own. */
export function endLines({ stderr }: Pick<Ended, 'stderr'>): string[] {
  const isReason = (line: string) =>
    line.startsWith('snowstream: ') && !line.startsWith('snowstream: the log of the Java SDK is ');
  return stderr.split('\n').filter(isReason);
}

/** `snowstream` as a process that can be watched and killed. */
export class Program {
  readonly #child: ChildProcess;
  readonly #started = performance.now();
  #stdout = '';
  #stderr = '';
  #waiting: (() => void)[] = [];
  #hasEnded = false;
  readonly ended: Promise<Ended>;

  constructor(args: readonly string[], { cwd, env }: { cwd: string; env: NodeJS.ProcessEnv }) {
    this.#child = spawn(process.execPath, [join(root, 'dist/cli.js'), ...args], {
      cwd,
      env: { PATH: process.env.PATH, HOME: cwd, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child.stdout?.on('data', (text) => {
      this.#stdout += text;
    });
    this.#child.stderr?.on('data', (text) => {
      this.#stderr += text;
      for (const look of this.#waiting) look();
    });
    this.ended = new Promise((resolve, reject) => {
      this.#child.once('error', reject);
      this.#child.once('close', (code, signal) => {
        this.#hasEnded = true;
        const seconds = (performance.now() - this.#started) / 1000;
        resolve({ code, signal, stdout: this.#stdout, stderr: this.#stderr, seconds });
        for (const look of this.#waiting) look();
      });
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get stderr(): string {
    return this.#stderr;
  }

  /** Comes back when this was written to stderr; `false` when the program ended without. */
  until(text: string | RegExp): Promise<boolean> {
    return new Promise((resolve) => {
      const look = () => {
        const isThere = typeof text === 'string' ? this.#stderr.includes(text) : text.test(this.#stderr);
        if (!isThere && !this.#hasEnded) return;
        this.#waiting = this.#waiting.filter((other) => other !== look);
        resolve(isThere);
      };
      this.#waiting.push(look);
      look();
    });
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  async kill(): Promise<Ended> {
    this.#child.kill('SIGKILL');
    return this.ended;
  }
}
