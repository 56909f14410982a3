import { createDecipheriv, createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { CODE, StatusError } from '../protocol/codes.ts';

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
