import { randomUUID } from 'node:crypto';
import { constants, createReadStream, createWriteStream } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, realpath, rename, rm } from 'node:fs/promises';
import { basename, join, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { CODE, StatusError } from '../protocol/codes.ts';

/** Beside the blobs, so that a draft becomes a blob by a rename. */
const DRAFTS = '.drafts';
/** No blob may lie there, on a file system without regard to case neither. */
const IN_DRAFTS = /^\.drafts(\/|$)/i;

/** True for a relative path that stays below its folder in every reading of it. */
export function isBlobPath(path: string): boolean {
  return (
    !/[\0\\:]/.test(path) &&
    !IN_DRAFTS.test(path) &&
    path.split('/').every((part) => part !== '' && part !== '.' && part !== '..')
  );
}

/** The folder that clients upload their blobs to. */
export class Stage {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * Opens a blob for reading.
   * @throws StatusError when there is none, or the path leaves the stage, be it through a symbolic link.
   */
  async open(path: string): Promise<FileHandle> {
    if (!isBlobPath(path)) throw new StatusError(CODE.INVALID_BLOB_NAME);
    try {
      const [root, file] = await Promise.all([realpath(this.#folder), realpath(join(this.#folder, path))]);
      if (!file.startsWith(root + sep)) throw new StatusError(CODE.INVALID_BLOB_NAME);
      return await open(file, constants.O_RDONLY | constants.O_NOFOLLOW);
    } catch (error) {
      if (isAbsent(error)) throw new StatusError(CODE.INVALID_BLOB_NAME, undefined, { cause: error });
      throw error;
    }
  }

  /** The size of a blob in bytes, 0 when it is gone. */
  async size(path: string): Promise<number> {
    try {
      await using blob = await this.open(path);
      return (await blob.stat()).size;
    } catch (error) {
      if (error instanceof StatusError) return 0;
      throw error;
    }
  }

  /** Stores a blob; it is there as a whole or not at all. @throws StatusError when the path leaves the stage. */
  async write(path: string, content: AsyncIterable<Uint8Array>): Promise<void> {
    if (!isBlobPath(path)) throw new StatusError(CODE.INVALID_BLOB_NAME);
    const draft = await this.writeDraft(content);
    try {
      await rename(join(this.#drafts, draft), join(await this.#makeFolder(path), basename(path)));
    } catch (error) {
      await this.removeDraft(draft);
      throw error;
    }
  }

  /** Stores something that is not a blob yet; its name, for the methods below. */
  async writeDraft(content: AsyncIterable<Uint8Array>): Promise<string> {
    await mkdir(this.#drafts, { recursive: true });
    const name = randomUUID();
    try {
      await pipeline(content, createWriteStream(join(this.#drafts, name), { flags: 'wx' }));
    } catch (error) {
      await this.removeDraft(name);
      throw error;
    }
    return name;
  }

  /** Stores a blob that is made of drafts, in this order. */
  async writeFromDrafts(path: string, names: readonly string[]): Promise<void> {
    const folder = this.#drafts;
    await this.write(
      path,
      (async function* () {
        for (const name of names) yield* createReadStream(join(folder, name));
      })(),
    );
  }

  /** Removes a draft. */
  async removeDraft(name: string): Promise<void> {
    await rm(join(this.#drafts, name), { force: true });
  }

  /** Removes the drafts of a process that was killed. */
  async clearDrafts(): Promise<void> {
    await rm(this.#drafts, { recursive: true, force: true });
  }

  /** Removes a blob that nobody needs again. */
  async remove(path: string): Promise<void> {
    await rm(join(this.#folder, path), { force: true });
  }

  get #drafts(): string {
    return join(this.#folder, DRAFTS);
  }

  /** Makes the folders of a path one by one, none of them through a symbolic link. */
  async #makeFolder(path: string): Promise<string> {
    let folder = this.#folder;
    for (const part of path.split('/').slice(0, -1)) {
      folder = join(folder, part);
      await mkdir(folder).catch(unlessThere);
      if (!(await lstat(folder)).isDirectory()) throw new StatusError(CODE.INVALID_BLOB_NAME);
    }
    return folder;
  }
}

function unlessThere(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}

function isAbsent(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP' || code === 'EISDIR';
}
