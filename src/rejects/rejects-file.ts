import { randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync } from 'node:fs';
import { type FileHandle, open, realpath, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { SnowstreamError } from '../errors.ts';
import { wholeMembers } from './gzip-members.ts';
import { idOf, parseLine, type ReadRecord, type RejectRecord } from './record.ts';
import { claim, type SoleWriter } from './sole-writer.ts';

/** Only its owner may read what may hold anything that the source does. */
const MODE = 0o600;
const NEWLINE = 0x0a;

/** What a rejects file held when it was read. */
export interface RejectsContent {
  readonly id: string;
  /** Records that are not void, in their order. */
  readonly records: readonly ReadRecord[];
}

interface Parsed extends RejectsContent {
  /** Lines, the header among them. */
  readonly lines: number;
  /** Bytes of the file up to the last whole line. */
  readonly end: number;
  readonly content: Buffer;
}

/** What a program has of a file that it writes to. */
interface Held {
  readonly place: string;
  readonly handle: FileHandle;
  readonly claimed: SoleWriter;
}

/**
 * Reads a rejects file without touching it. What a crash has cut short at its end is left out.
 *
 * @returns `undefined` when there is no such file, or nothing whole in it
 * @throws SnowstreamError REJECTS_INVALID when it cannot be read or is another kind of file.
 */
export function readRejects(path: string): RejectsContent | undefined {
  return parseFile(path);
}

/**
 * A file of refused rows that is written to: JSON lines, the first of them a header with the file's id. It only
 * grows, so that a record's number, which is that of its line, stays the same as long as the id does.
 * One program at a time may have it open, or a record would not be in the line that its number says.
 */
export class RejectsFile implements AsyncDisposable {
  readonly path: string;
  /** The file itself, where the path is that of a link. */
  readonly #place: string;
  readonly #handle: FileHandle;
  readonly #claim: SoleWriter;
  #id: string;
  #lines: number;
  #replaced = false;
  readonly #records: Map<number, ReadRecord>;
  #writing: Promise<void> = Promise.resolve();

  private constructor(
    path: string,
    { place, handle, claimed }: Held,
    { id, lines, records }: Omit<Parsed, 'end' | 'content'>,
  ) {
    this.path = path;
    this.#place = place;
    this.#handle = handle;
    this.#claim = claimed;
    this.#id = id;
    this.#lines = lines;
    this.#records = new Map(records.map((record) => [record.number, record]));
  }

  /**
   * Opens a file to append to it, and makes it when it is not there. What a crash cut short is taken off its end.
   *
   * @throws SnowstreamError REJECTS_INVALID when it cannot be written, is another kind of file, or is written by
   * another program.
   */
  static async open(path: string): Promise<RejectsFile> {
    let handle: FileHandle | undefined;
    let claimed: SoleWriter | undefined;
    try {
      // Before anything is known of the file: whoever has it may be about to remove it.
      claimed = await claim(await placeOf(path));
      if (claimed === undefined) throw invalid(path, WRITTEN_ELSEWHERE);
      const parsed = parseFile(path);
      handle = await open(path, 'a', MODE);
      await handle.chmod(MODE);
      await handle.truncate(parsed?.end ?? 0);
      const held = { place: await realpath(path), handle, claimed };
      if (parsed !== undefined) return new RejectsFile(path, held, parsed);
      const id = randomUUID();
      await appendTo(handle, path, [headerLine(id)]);
      syncFolderOf(held.place);
      return new RejectsFile(path, held, { id, records: [], lines: 1 });
    } catch (cause) {
      claimed?.close();
      await handle?.close();
      throw unwritable(path, cause);
    }
  }

  get id(): string {
    return this.#id;
  }

  /** Records that are not void, in their order, those that were added since among them. */
  get records(): readonly ReadRecord[] {
    return [...this.#records.values()];
  }

  /** The number of the last line. */
  get lastNumber(): number {
    return this.#lines - 1;
  }

  /**
   * Adds records. They are on disk when it comes back.
   *
   * @throws SnowstreamError REJECTS_INVALID when the disk does not take them.
   */
  append(records: readonly RejectRecord[]): Promise<void> {
    return this.#write(records.map((record) => JSON.stringify(record)));
  }

  /** Says of records that they stand no more: their rows are read again. On disk when it comes back. */
  async void(numbers: readonly number[]): Promise<void> {
    if (numbers.length > 0) await this.#write([JSON.stringify({ void: numbers })]);
  }

  /**
   * Puts a new file of another id, with only these records, in the place of this one, at once or not at all; with
   * none, the file is removed. Nothing can be added afterwards.
   */
  async replaceBy(numbers: ReadonlySet<number>): Promise<void> {
    await this.#writing;
    await this.#handle.close();
    this.#replaced = true;
    const written = `${this.#place}.new`;
    try {
      if (numbers.size === 0) {
        await rm(this.#place, { force: true });
        return;
      }
      const { content } = parseFile(this.path) as Parsed;
      const kept = linesOf(content).filter((_, number) => numbers.has(number));
      await rm(written, { force: true });
      const handle = await open(written, 'a', MODE);
      this.#id = randomUUID();
      await appendTo(handle, this.path, [headerLine(this.#id), ...kept]);
      await handle.close();
      await rename(written, this.#place);
      syncFolderOf(this.#place);
    } catch (cause) {
      throw unwritable(this.path, cause);
    } finally {
      this.#claim.close();
    }
  }

  /** Closes the file; one without any record is removed. */
  async close(): Promise<void> {
    if (this.#replaced) return;
    await this.#writing.catch(() => undefined);
    await this.#handle.close();
    if (this.#records.size === 0) await rm(this.#place, { force: true });
    this.#claim.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Lines of one call follow each other, and those of the next stand behind them. */
  #write(lines: readonly string[]): Promise<void> {
    const written = this.#writing.then(async () => {
      await appendTo(this.#handle, this.path, lines);
      for (const line of lines) take(parseLine(line, this.#lines++), this.#records);
    });
    // After a line that did not get through whole, none may follow.
    this.#writing = written;
    return written.catch((cause: unknown) => {
      throw unwritable(this.path, cause);
    });
  }
}

function headerLine(id: string): string {
  return JSON.stringify({ rejects: 1, id });
}

const isCompressed = (path: string): boolean => path.endsWith('.gz');

async function appendTo(handle: FileHandle, path: string, lines: readonly string[]): Promise<void> {
  const text = lines.map((line) => `${line}\n`).join('');
  // A further member of the same file: gunzip reads on from one to the next.
  await handle.appendFile(isCompressed(path) ? gzipSync(text) : text);
  await handle.datasync();
}

/** The one path of a file that is there or is still to be made, whichever of its names was given. */
async function placeOf(path: string): Promise<string> {
  return realpath(path).catch(async () => join(await realpath(dirname(path)), basename(path)));
}

/** A new name in a folder is on disk once the folder is. */
function syncFolderOf(path: string): void {
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

function parseFile(path: string): Parsed | undefined {
  let file: Buffer;
  try {
    file = readFileSync(path);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw invalid(path, 'cannot be read', cause);
  }
  const { content, end } = isCompressed(path) ? wholeMembers(file) : wholeLines(file);
  if (end === 0 && file.length > 0 && !isTornHeader(path, file)) throw invalid(path, NOT_OURS);
  if (end === 0) return undefined;
  const [header = '', ...lines] = linesOf(content);
  const id = idOf(header);
  if (id === undefined) throw invalid(path, NOT_OURS);
  const records = new Map<number, ReadRecord>();
  for (const [index, line] of lines.entries()) {
    const parsed = parseLine(line, index + 1);
    if (parsed === undefined) throw invalid(path, `has no refused row in line ${index + 2}`);
    take(parsed, records);
  }
  return { id, records: [...records.values()], lines: lines.length + 1, end, content };
}

const WRITTEN_ELSEWHERE =
  'is being written by another program: wait until that one has ended, or give this one a file of its own';
const NOT_OURS = 'is no file of refused rows: its first line is no such header';

/** Whether all that is there may be the beginning of a header that a crash cut short. */
function isTornHeader(path: string, file: Buffer): boolean {
  const line = headerLine(randomUUID());
  const [whole, fixed] = isCompressed(path)
    ? [gzipSync(line), 4]
    : [Buffer.from(line), '{"rejects":1'.length];
  const seen = Math.min(file.length, fixed);
  return file.length <= whole.length + 16 && file.subarray(0, seen).equals(whole.subarray(0, seen));
}

function wholeLines(file: Buffer): { readonly content: Buffer; readonly end: number } {
  const end = file.lastIndexOf(NEWLINE) + 1;
  return { content: file.subarray(0, end), end };
}

function linesOf(content: Buffer): string[] {
  const lines: string[] = [];
  for (let start = 0; start < content.length; ) {
    const end = content.indexOf(NEWLINE, start);
    lines.push(content.toString('utf8', start, end));
    start = end + 1;
  }
  return lines;
}

function take(parsed: ReturnType<typeof parseLine>, records: Map<number, ReadRecord>): void {
  if (parsed === undefined) return;
  if ('record' in parsed) records.set(parsed.record.number, parsed.record);
  else for (const number of parsed.voided) records.delete(number);
}

function invalid(path: string, what: string, cause?: unknown): SnowstreamError {
  const reason = cause instanceof Error ? `: ${cause.message}` : '';
  return new SnowstreamError('REJECTS_INVALID', `rejects file ${path} ${what}${reason}`, { cause });
}

function unwritable(path: string, cause: unknown): SnowstreamError {
  return cause instanceof SnowstreamError ? cause : invalid(path, 'cannot be written', cause);
}
