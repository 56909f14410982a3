import { createDecipheriv, createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open, realpath, rm } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { CODE, StatusError } from './codes.ts';

const AES_BLOCK = 16;
const PIECE = 1 << 20;

/** Where a chunk lies in its blob and how it is checked and opened. */
export interface ChunkPlace {
  /** The registered path of the blob; part of the key, so it must be the text that the client used. */
  readonly path: string;
  readonly start: number;
  readonly length: number;
  /** Hex MD5 of the encrypted bytes. */
  readonly md5: string;
  /** Base64, as the client got it when it opened the channel. */
  readonly key: string;
}

/** How many bytes of a blob a chunk takes: it is padded to whole AES blocks, by one block when it fills them. */
export function paddedLength(chunkLength: number): number {
  return chunkLength + AES_BLOCK - (chunkLength % AES_BLOCK);
}

/** True for a relative path that stays below its folder in every reading of it. */
export function isBlobPath(path: string): boolean {
  return (
    !/[\0\\:]/.test(path) && path.split('/').every((part) => part !== '' && part !== '.' && part !== '..')
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

  /** Removes a blob that nobody needs again. */
  async remove(path: string): Promise<void> {
    await rm(join(this.#folder, path), { force: true });
  }
}

/**
 * Decrypts a chunk into `target`, piece by piece so that memory does not grow with the chunk.
 * @throws StatusError when the blob is too short or the MD5 sum is another.
 */
export async function decryptChunk(blob: FileHandle, place: ChunkPlace, target: FileHandle): Promise<void> {
  if (place.start + place.length > (await blob.stat()).size) throw new StatusError(CODE.INVALID_CHUNK_LENGTH);
  const hash = createHash('md5');
  const decipher = createDecipheriv('aes-256-ctr', blobKey(place), counter(place.start));
  const piece = Buffer.allocUnsafe(Math.min(PIECE, place.length));
  for (let done = 0; done < place.length; ) {
    const want = Math.min(piece.length, place.length - done);
    const { bytesRead } = await blob.read(piece, 0, want, place.start + done);
    if (bytesRead === 0) throw new StatusError(CODE.INVALID_CHUNK_LENGTH);
    const encrypted = piece.subarray(0, bytesRead);
    hash.update(encrypted);
    const { bytesWritten } = await target.write(decipher.update(encrypted), 0, bytesRead, done);
    if (bytesWritten !== bytesRead)
      throw new Error(`Only ${bytesWritten} of ${bytesRead} bytes could be written.`);
    done += bytesRead;
  }
  if (hash.digest('hex') !== place.md5.toLowerCase()) throw new StatusError(CODE.WRONG_BLOB_FORMAT);
}

/** The client derives a key for each blob from the table's key and the blob's path. */
function blobKey(place: ChunkPlace): Buffer {
  return createHash('sha256').update(Buffer.from(place.key, 'base64')).update(place.path, 'utf8').digest();
}

/** The counter runs through the whole blob, so that it can be decrypted from any chunk on. */
function counter(start: number): Buffer {
  const iv = Buffer.alloc(AES_BLOCK);
  iv.writeBigUInt64BE(BigInt(Math.floor(start / AES_BLOCK)), 8);
  return iv;
}

function isAbsent(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP' || code === 'EISDIR';
}
