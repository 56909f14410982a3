import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../scripts/setup/places.mjs';

const CONTENT = 'of somebody else';

/** A file that must stay as it is while another process puts links to it in the way of a program. */
export class Race implements AsyncDisposable {
  readonly #victim: string;
  readonly #swapper;

  private constructor(victim: string, swapper: ReturnType<typeof spawn>) {
    this.#victim = victim;
    this.#swapper = swapper;
  }

  /** Begins to put links under the name that the program will open. */
  static async begin(path: string, victim: string): Promise<Race> {
    writeFileSync(victim, CONTENT);
    chmodSync(victim, 0o644);
    const swapper = spawn(process.execPath, [join(root, 'test/file/swapper.mjs'), path, victim], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    await once(swapper.stdout as NodeJS.ReadableStream, 'data');
    return new Race(victim, swapper);
  }

  /** What has become of the file. */
  get harm(): string[] {
    if (!existsSync(this.#victim)) return ['it is gone'];
    const text = readFileSync(this.#victim, 'utf8');
    const mode = (statSync(this.#victim).mode & 0o777).toString(8);
    return [
      ...(text === CONTENT ? [] : [`its content is ${JSON.stringify(text)}`]),
      ...(mode === '644' ? [] : [`its mode is ${mode}`]),
    ];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#swapper, 'exit');
    this.#swapper.stdin?.end();
    await ended;
  }
}
