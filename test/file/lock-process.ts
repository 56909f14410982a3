import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { root } from '../../scripts/setup/places.mjs';
import type { LockTimes } from '../../src/file/lock.ts';

/** A program of its own that wants a lock. */
export class LockProcess implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #ended: Promise<unknown>;

  /** @param uid of another user, which root alone may give */
  constructor(scenario: string, path: string, { times, uid }: { times?: LockTimes; uid?: number } = {}) {
    const program = join(root, 'test/file/lock-child.mjs');
    this.#child = spawn(
      process.execPath,
      [program, scenario, path, ...(times === undefined ? [] : [JSON.stringify(times)])],
      {
        stdio: ['pipe', 'pipe', 'inherit'],
        ...(uid !== undefined && { uid, gid: uid }),
      },
    );
    this.#ended = once(this.#child, 'exit');
    // One that was killed takes no order.
    this.#child.stdin?.on('error', () => undefined);
    this.#lines = createInterface({ input: this.#child.stdout as NodeJS.ReadableStream })[
      Symbol.asyncIterator
    ]();
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** What it says next; undefined once it has ended. */
  async says(): Promise<unknown> {
    const { value, done } = await this.#lines.next();
    return done ? undefined : JSON.parse(value);
  }

  /** Lets it go on to what it does next. */
  order(): void {
    this.#child.stdin?.write('\n');
  }

  /** Ends it as if the machine had. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) await this.kill();
  }
}
