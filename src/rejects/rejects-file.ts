import { randomUUID } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { FileLock, LockWait } from '../file/lock.ts';
import { OwnFile, readOwnFile, syncFolderOf } from '../file/own-file.ts';
import { visibleJson } from '../terminal-text.ts';
import { parseLine, type ReadRecord, type RejectRecord } from './record.ts';
import {
  headerLine,
  isRejects,
  linesOf,
  type ParsedRejects,
  packed,
  parseRejects,
  type RejectsContent,
  take,
} from './rejects-content.ts';
import { invalid, rejectsFault } from './rejects-fault.ts';
import { lockOf } from './rejects-lock.ts';

const UNWRITABLE = 'cannot be written';

/** An open file with its lock. */
interface Held {
  readonly file: OwnFile;
  readonly lock: FileLock;
}

/**
 * Reads a rejects file without changing it. An incomplete line at its end is skipped.
 *
 * @returns `undefined` when there is no such file, or no complete line in it
 * @throws SnowstreamError REJECTS_INVALID when it cannot be read, is another kind of file, a symbolic link or another
 * user's.
 * @example
 * for (const { table, key, reason } of readRejects('rejects.jsonl')?.records ?? []) console.log(table, key, reason);
 */
export function readRejects(path: string): RejectsContent | undefined {
  try {
    const found = readOwnFile(path);
    return found && parseRejects(path, found.bytes);
  } catch (cause) {
    throw rejectsFault(path, 'cannot be read', cause);
  }
}

/**
 * A file of rejected rows that is written to: JSON lines, the first of them a header with the file's id. It only
 * grows, so that a record's number, which is that of its line, stays the same as long as the id does.
 * Only one program at a time may have it open, or a record's line would not match its number: a lock beside it ensures
 * that.
 */
export class RejectsFile implements AsyncDisposable {
  readonly path: string;
  /** The path with all symbolic links of its folders resolved. */
  readonly #realPath: string;
  readonly #file: OwnFile;
  readonly #lock: FileLock;
  #id: string;
  #lines: number;
  #replaced = false;
  readonly #records: Map<number, ReadRecord>;
  #writing: Promise<void> = Promise.resolve();

  private constructor(
    path: string,
    realPath: string,
    { file, lock }: Held,
    { id, lines, records }: Omit<ParsedRejects, 'end' | 'content'>,
  ) {
    this.path = path;
    this.#realPath = realPath;
    this.#file = file;
    this.#lock = lock;
    this.#id = id;
    this.#lines = lines;
    this.#records = new Map(records.map((record) => [record.number, record]));
  }

  /**
   * Opens a file to append to it, and creates it when missing. Removes an incomplete line at its end.
   *
   * @throws SnowstreamError REJECTS_INVALID when it cannot be written, is another kind of file, a symbolic link or
   * another user's, or is written by another program.
   */
  static async open(path: string, wait: LockWait = {}): Promise<RejectsFile> {
    let file: OwnFile | undefined;
    let lock: FileLock | undefined;
    try {
      const realPath = join(await realpath(dirname(path)), basename(path));
      // Before the file is opened: the program that holds it may be about to remove it.
      lock = await lockOf(path, realPath, wait);
      file = OwnFile.open(realPath);
      const parsed = parseRejects(path, file.read());
      file.makePrivate();
      file.truncate(parsed?.end ?? 0);
      const held = { file, lock };
      if (parsed !== undefined) return new RejectsFile(path, realPath, held, parsed);
      const id = randomUUID();
      await file.append(packed(path, [headerLine(id)]));
      syncFolderOf(realPath);
      return new RejectsFile(path, realPath, held, { id, records: [], lines: 1 });
    } catch (cause) {
      file?.close();
      await lock?.release();
      wait.signal?.throwIfAborted();
      throw rejectsFault(path, UNWRITABLE, cause);
    }
  }

  get id(): string {
    return this.#id;
  }

  /** Records that are not void, in order, including those that were added since. */
  get records(): readonly ReadRecord[] {
    return [...this.#records.values()];
  }

  /** The number of the last line. */
  get lastNumber(): number {
    return this.#lines - 1;
  }

  /**
   * Appends records. They are on disk when it returns.
   *
   * @throws SnowstreamError REJECTS_INVALID when they cannot be written.
   */
  append(records: readonly RejectRecord[]): Promise<void> {
    return this.#write(records.map((record) => visibleJson(record)));
  }

  /** Voids records, because their rows are read again. On disk when it returns. */
  async void(numbers: readonly number[]): Promise<void> {
    if (numbers.length > 0) await this.#write([JSON.stringify({ void: numbers })]);
  }

  /**
   * Atomically replaces the file by a new one with another id and only these records; with none, the file is removed.
   * Nothing can be appended afterwards.
   */
  async replaceBy(numbers: ReadonlySet<number>): Promise<void> {
    await this.#writing;
    this.#replaced = true;
    try {
      this.#mustBeHeld();
      if (numbers.size === 0) {
        this.#file.remove();
        return;
      }
      const { content } = parseRejects(this.path, this.#file.read()) as ParsedRejects;
      const kept = linesOf(content).filter((_, number) => numbers.has(number));
      this.#id = randomUUID();
      // Always the same name, so that the next replacement overwrites what a crash left behind.
      const next = OwnFile.open(`${this.#realPath}.new`);
      try {
        if (!isRejects(this.path, next.read()))
          throw invalid(
            this.path,
            `cannot be written: ${this.#realPath}.new is not a rejects file: rename it`,
          );
        next.makePrivate();
        next.truncate(0);
        await next.append(packed(this.path, [headerLine(this.#id), ...kept]));
        this.#mustBeHeld();
        next.rename(this.#realPath);
        syncFolderOf(this.#realPath);
      } finally {
        next.close();
      }
    } catch (cause) {
      throw rejectsFault(this.path, UNWRITABLE, cause);
    } finally {
      this.#file.close();
      await this.#lock.release();
    }
  }

  /** Closes the file; one without any record is removed. */
  async close(): Promise<void> {
    if (this.#replaced) return;
    await this.#writing.catch(() => undefined);
    if (this.#records.size === 0 && this.#isHeld()) this.#file.remove();
    this.#file.close();
    await this.#lock.release();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Lines of one call are adjacent, and those of the next call follow them. */
  #write(lines: readonly string[]): Promise<void> {
    const written = this.#writing.then(async () => {
      this.#mustBeHeld();
      await this.#file.append(packed(this.path, lines));
      for (const line of lines) take(parseLine(line, this.#lines++), this.#records);
    });
    // After an incomplete line, no further line may follow.
    this.#writing = written;
    return written.catch((cause: unknown) => {
      throw rejectsFault(this.path, UNWRITABLE, cause);
    });
  }

  #isHeld(): boolean {
    try {
      return this.#lock.isHeld();
    } catch {
      return false;
    }
  }

  #mustBeHeld(): void {
    if (!this.#lock.isHeld())
      throw invalid(
        this.path,
        `is no longer this program's: its lock ${this.#lock.path} was removed or taken over, so nothing more is written; run the same command again`,
      );
  }
}
