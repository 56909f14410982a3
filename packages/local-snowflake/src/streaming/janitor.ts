import { readdir, rm, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { EmulatorContext } from '../context.ts';
import { ChannelStore } from './channel-store.ts';

const HOUR = 3_600_000;
/** No client registers a blob, or repeats a registration, so long after it uploaded it. */
const OLD = 24 * HOUR;

/** Removes what clients and ended processes left behind, so that disk use stays bounded. */
export class Janitor {
  readonly #context: EmulatorContext;
  #lastSweep = Number.NEGATIVE_INFINITY;

  constructor(context: EmulatorContext) {
    this.#context = context;
  }

  /** Removes the decrypted chunks of a process that was killed. To be called before any chunk is registered. */
  async clearScratch(): Promise<void> {
    const { scratchDir } = this.#context.store;
    for (const name of await readdir(scratchDir)) {
      if (name.endsWith('.parquet')) await rm(join(scratchDir, name), { force: true });
    }
  }

  /** Forgets old chunks and removes old blobs that were never registered as a whole; once an hour at most. */
  async sweep(): Promise<void> {
    const now = this.#context.clock.now();
    if (now - this.#lastSweep < HOUR) return;
    this.#lastSweep = now;
    await this.#context.store.transaction((connection) =>
      new ChannelStore(connection).forgetChunks(now - OLD),
    );
    await sweepFolder(this.#context.settings.stageDir, now - OLD);
  }
}

/** Touches only what a client makes: `.bdec` files and the folders named for year, month, day, hour, minute. */
async function sweepFolder(folder: string, before: number): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isFile() && entry.name.endsWith('.bdec')) {
      if ((await stat(path)).mtimeMs < before) await rm(path, { force: true });
    } else if (entry.isDirectory() && /^\d+$/.test(entry.name)) {
      const { mtimeMs } = await stat(path);
      await sweepFolder(path, before);
      // Not a young one: a client may just be about to write into it.
      if (mtimeMs < before && (await readdir(path)).length === 0) await rmdir(path);
    }
  }
}
