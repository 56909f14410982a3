import { randomUUID } from 'node:crypto';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CODE, StatusError } from '../protocol/codes.ts';
import type { Stage } from '../stage/stage.ts';
import { type ChunkPlace, decryptChunk } from './blob.ts';
import { type ParquetFooter, readFooter } from './parquet-footer.ts';

const MAGIC = 'PAR1';
/** Four bytes of footer length and the magic. */
const TAIL = 8;

/** A decrypted chunk on disk; disposing it removes the file. */
export class ParquetFile implements AsyncDisposable {
  readonly path: string;
  readonly footer: ParquetFooter;
  readonly #file: FileHandle;
  readonly #footerStart: number;

  private constructor(path: string, file: FileHandle, footer: ParquetFooter, footerStart: number) {
    this.path = path;
    this.#file = file;
    this.footer = footer;
    this.#footerStart = footerStart;
  }

  /**
   * Decrypts a chunk of a blob into `folder`.
   * @throws StatusError when the chunk is not what the place says, or no Parquet file.
   */
  static async decrypt(stage: Stage, place: ChunkPlace, folder: string): Promise<ParquetFile> {
    const path = join(folder, `${randomUUID()}.parquet`);
    const file = await open(path, 'wx+');
    try {
      await using blob = await stage.open(place.path);
      await decryptChunk(blob, place, file);
      const footer = await footerBytes(file, place.length);
      return new ParquetFile(path, file, readFooter(footer), place.length - TAIL - footer.length);
    } catch (error) {
      await file.close();
      await rm(path, { force: true });
      if (error instanceof RangeError)
        throw new StatusError(CODE.WRONG_BLOB_FORMAT, error.message, { cause: error });
      throw error;
    }
  }

  /** Makes plain bytes of the given columns (by position), whatever their annotations say. */
  async stripAnnotations(columns: ReadonlySet<number>): Promise<void> {
    if (columns.size === 0) return;
    const footer = this.footer.withoutAnnotations(columns);
    const tail = Buffer.alloc(TAIL, MAGIC.padStart(TAIL));
    tail.writeUInt32LE(footer.length);
    await this.#file.write(Buffer.concat([footer, tail]), 0, footer.length + TAIL, this.#footerStart);
    await this.#file.truncate(this.#footerStart + footer.length + TAIL);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close();
    await rm(this.path, { force: true });
  }
}

async function footerBytes(file: FileHandle, length: number): Promise<Buffer> {
  if (length < MAGIC.length + TAIL) throw new RangeError('The chunk is too short for a Parquet file.');
  const tail = await readExactly(file, TAIL, length - TAIL);
  const footerLength = tail.readUInt32LE();
  if (tail.toString('latin1', 4) !== MAGIC || footerLength > length - TAIL - MAGIC.length) {
    throw new RangeError('The chunk does not end like a Parquet file.');
  }
  return readExactly(file, footerLength, length - TAIL - footerLength);
}

async function readExactly(file: FileHandle, length: number, position: number): Promise<Buffer> {
  const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, position);
  if (bytesRead !== length) throw new RangeError('The chunk is cut off.');
  return buffer;
}
