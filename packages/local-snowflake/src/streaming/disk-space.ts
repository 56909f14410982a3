import { statfs } from 'node:fs/promises';

/** So little is left that nothing can be written. */
const FULL_BELOW_BYTES = 64 * 1024;

/** Whether an error says that a disk is full; DuckDB says it in its message. */
export function isDiskFull(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ('code' in error && error.code === 'ENOSPC') || /no space left on device/i.test(error.message);
}

/**
 * The disks under the data and the stage. A streaming client hears of a full one by what it asks between two blobs:
 * it brings blobs into a local stage by itself, and a chunk that cannot be loaded it only sends again.
 */
export class DiskSpace {
  readonly #folders: readonly string[];
  /** Bytes that were free when a write failed, by folder: with no more than that it would fail again. */
  readonly #failedWith = new Map<string, number>();

  constructor(folders: readonly string[]) {
    this.#folders = folders;
  }

  /** Remembers that a write failed since a disk is full: the fuller one of the folders. */
  async remember(): Promise<void> {
    const free = await Promise.all(
      this.#folders.map(async (folder) => [folder, await freeBytes(folder)] as const),
    );
    const [fullest] = [...free].sort(([, a], [, b]) => a - b);
    if (fullest) this.#failedWith.set(...fullest);
  }

  /** The folder whose disk is full. */
  async fullFolder(): Promise<string | undefined> {
    for (const folder of this.#folders) {
      const free = await freeBytes(folder);
      if (free < FULL_BELOW_BYTES || free <= (this.#failedWith.get(folder) ?? -1)) return folder;
      this.#failedWith.delete(folder);
    }
    return undefined;
  }
}

async function freeBytes(folder: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
