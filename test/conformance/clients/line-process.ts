import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** What a driver threw: Snowflake's number, as the client's language spells it, and the SQL state. */
export class ClientError extends Error {
  readonly code: string;
  readonly state: string;

  constructor(message: string, code: string, state: string) {
    super(message);
    this.code = code;
    this.state = state;
  }
}

interface Reply {
  readonly ok?: unknown;
  readonly error?: string;
  readonly kind?: string;
  readonly code?: number | string | null;
  readonly state?: string | null;
}

/** A client in a process of its own that answers each line of stdin with a line of JSON. */
export class LineProcess implements AsyncDisposable {
  readonly #process: ChildProcess;
  readonly #waiting: { resolve(value: unknown): void; reject(error: Error): void }[] = [];
  #log = '';

  constructor(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
    this.#process = spawn('timeout', ['-k', '5', '180', command, ...args], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    });
    const { stdout, stderr } = this.#process;
    if (!stdout || !stderr) throw new Error('No pipes to the client.');
    createInterface({ input: stdout }).on('line', (line) => this.#reply(line));
    stderr.on('data', (data) => {
      this.#log = (this.#log + data).slice(-20_000);
    });
    this.#process.once('exit', (code) => {
      for (const { reject } of this.#waiting.splice(0))
        reject(new Error(`${command} ended with ${code}\n${this.#log}`));
    });
  }

  /** Sends a line; lines of one process are answered one after the other. */
  send(line: string): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#process.stdin?.write(`${line}\n`);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode !== null) return;
    const exited = once(this.#process, 'exit');
    this.#process.stdin?.end();
    await exited;
  }

  #reply(line: string): void {
    const waiting = this.#waiting.shift();
    const { ok, error, kind, code, state } = JSON.parse(line) as Reply;
    if (error === undefined) waiting?.resolve(ok);
    else waiting?.reject(new ClientError(error, String(code ?? kind ?? ''), state ?? ''));
  }
}
