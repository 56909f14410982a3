import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

interface Row {
  /** Whether it is the rest of the line above, which was too long. */
  readonly isWrapped: boolean;
  translateToString(isTrimmed: boolean): string;
}

/** What is used of the terminal emulator. */
interface Terminal {
  readonly buffer: {
    readonly active: {
      readonly length: number;
      getLine(row: number): Row | undefined;
    };
  };
  write(data: Uint8Array, written: () => void): void;
  resize(columns: number, rows: number): void;
}

const { Terminal } = createRequire(import.meta.url)('@xterm/headless') as {
  readonly Terminal: new (options: object) => Terminal;
};
const ROWS = 40;

/** What a program in a terminal is given. */
export interface ScreenOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** A program in a real pseudo-terminal, and what a terminal shows of it. */
export class Screen implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #terminal: Terminal;
  #written: Promise<void> = Promise.resolve();
  #waiting: (() => void)[] = [];
  #hasEnded = false;
  /** With the program's exit code. */
  readonly ended: Promise<number | null>;

  constructor(columns: number, program: readonly string[], { cwd, env = {} }: ScreenOptions = {}) {
    this.#terminal = new Terminal({
      cols: columns,
      rows: ROWS,
      scrollback: 1000,
      allowProposedApi: true,
    });
    const pty = fileURLToPath(new URL('in_terminal.py', import.meta.url));
    this.#child = spawn('python3', [pty, String(columns), String(ROWS), ...program], {
      cwd,
      env: { PATH: process.env.PATH, HOME: cwd, TERM: 'xterm-256color', LANG: 'C.UTF-8', ...env },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#child.stdout?.on('data', (data: Buffer) => {
      this.#written = new Promise((resolve) => this.#terminal.write(data, resolve));
      void this.#written.then(() => this.#look());
    });
    this.ended = new Promise((resolve, reject) => {
      this.#child.once('error', reject);
      this.#child.once('close', async (code) => {
        await this.#written;
        this.#hasEnded = true;
        this.#look();
        resolve(code);
      });
    });
  }

  /** The lines of the screen and above it, whole where they are wrapped, without the empty ones at the end. */
  get lines(): string[] {
    const { active } = this.#terminal.buffer;
    let text = '';
    for (let row = 0; row < active.length; row += 1) {
      const line = active.getLine(row);
      const isContinued = active.getLine(row + 1)?.isWrapped === true;
      text += `${line?.isWrapped || row === 0 ? '' : '\n'}${line?.translateToString(!isContinued) ?? ''}`;
    }
    return text.trimEnd().split('\n');
  }

  /** Waits until the screen shows something. @throws Error with the screen when the program ends without. */
  until(isThere: (lines: readonly string[]) => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        if (isThere(this.lines)) resolve();
        else if (this.#hasEnded) reject(new Error(`not on the screen:\n${this.lines.join('\n')}`));
        else return;
        this.#waiting = this.#waiting.filter((other) => other !== look);
      };
      this.#waiting.push(look);
      look();
    });
  }

  /** Presses keys. */
  type(keys: string): void {
    this.#child.stdin?.write(`${JSON.stringify({ type: keys })}\n`);
  }

  /** Makes the window wider or narrower: the terminal first, as it is with a person, then the program hears of it. */
  resize(columns: number): void {
    this.#terminal.resize(columns, ROWS);
    this.#child.stdin?.write(`${JSON.stringify({ columns })}\n`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.ended;
  }

  #look(): void {
    for (const look of this.#waiting) look();
  }
}
