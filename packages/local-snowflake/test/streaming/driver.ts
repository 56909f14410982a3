import { type ChildProcess, spawn } from 'node:child_process';
import type { KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));

/** A cell as the Java side reads it: JSON values, or a typed text such as `{ type: 'date', value: '0001-01-01' }`. */
export type Cell =
  | null
  | boolean
  | number
  | string
  | {
      type: 'double' | 'decimal' | 'integer' | 'bytes' | 'date' | 'time' | 'datetime' | 'offset';
      value: string;
    };

/** What the SDK threw. */
export class SdkError extends Error {
  /** SFException's code, e.g. `0013`, or the exception's class. */
  readonly code: string;

  constructor(message: string, code: string) {
    super(message);
    this.code = code;
  }
}

/** The official Java SDK in a process of its own; see StreamDriver.java. */
export class Driver implements AsyncDisposable {
  readonly #process: ChildProcess;
  readonly #waiting: { resolve(value: unknown): void; reject(error: Error): void }[] = [];
  #log = '';

  /** @param seconds after so long it is ended, whatever it does */
  constructor(seconds = 120) {
    this.#process = spawn(
      'timeout',
      [
        '-k',
        '5',
        String(seconds),
        'java',
        '-Xmx512m',
        '-cp',
        `${ROOT}jars/lib/*`,
        `${ROOT}packages/local-snowflake/test/streaming/StreamDriver.java`,
      ],
      { stdio: ['pipe', 'pipe', 'pipe'] },
    );
    const { stdout, stderr } = this.#process;
    if (!stdout || !stderr) throw new Error('No pipes to the driver.');
    createInterface({ input: stdout }).on('line', (line) => this.#reply(line));
    stderr.on('data', (data) => {
      this.#log = (this.#log + data).slice(-20_000);
    });
    this.#process.once('exit', (code) => {
      for (const { reject } of this.#waiting.splice(0))
        reject(new Error(`driver ended with ${code}\n${this.#log}`));
    });
  }

  /** What Java printed last, for the message of a failed test. */
  get log(): string {
    return this.#log;
  }

  /** Runs a command; commands of one driver run one after the other. */
  send<T = unknown>(command: Record<string, unknown>): Promise<T> {
    return new Promise<unknown>((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#process.stdin?.write(`${JSON.stringify(command)}\n`);
    }) as Promise<T>;
  }

  client(
    name: string,
    url: string,
    privateKey: KeyObject,
    properties: Record<string, string> = {},
  ): Promise<unknown> {
    const key = privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64');
    return this.send({
      op: 'client',
      client: name,
      properties: { url, user: 'U1', private_key: key, role: 'R1', ...properties },
    });
  }

  open(
    id: string,
    target: { client: string; table: string; channel?: string; [key: string]: unknown },
  ): Promise<string> {
    return this.send({ op: 'open', id, database: 'DB1', schema: 'PUBLIC', channel: id, ...target });
  }

  insert(id: string, rows: Record<string, Cell>[], token: string): Promise<string[]> {
    return this.send({ op: 'insert', id, rows, token });
  }

  close(id: string, drop = false): Promise<unknown> {
    return this.send({ op: 'close', id, drop });
  }

  committed(id: string): Promise<string | null> {
    return this.send({ op: 'committed', id });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode !== null) return;
    this.#process.stdin?.end();
    await once(this.#process, 'exit');
  }

  #reply(line: string): void {
    const waiting = this.#waiting.shift();
    const reply = JSON.parse(line) as { ok?: unknown; error?: string; kind?: string; vendorCode?: string };
    if (reply.error === undefined) waiting?.resolve(reply.ok);
    else waiting?.reject(new SdkError(reply.error, reply.vendorCode ?? reply.kind ?? ''));
  }
}
