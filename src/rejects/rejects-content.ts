import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { wholeMembers } from './gzip-members.ts';
import { idOf, parseLine, type ReadRecord } from './record.ts';
import { invalid } from './rejects-fault.ts';

const NEWLINE = 0x0a;

/** The content of a rejects file. */
export interface RejectsContent {
  readonly id: string;
  /** Records that are not void, in order. */
  readonly records: readonly ReadRecord[];
}

/** A parsed rejects file. */
export interface ParsedRejects extends RejectsContent {
  /** Lines, the header among them. */
  readonly lines: number;
  /** Bytes of the file up to the last complete line. */
  readonly end: number;
  readonly content: Buffer;
}

/** The first line of a file. */
export function headerLine(id: string): string {
  return JSON.stringify({ rejects: 1, id });
}

const isCompressed = (path: string): boolean => path.endsWith('.gz');

/** Lines in the format of a file with this name. */
export function packed(path: string, lines: readonly string[]): Uint8Array | string {
  const text = lines.map((line) => `${line}\n`).join('');
  // A further member of the same file: gunzip reads on from one to the next.
  return isCompressed(path) ? gzipSync(text) : text;
}

/**
 * Parses the complete lines of a file.
 *
 * @returns `undefined` without a complete line
 * @throws SnowstreamError REJECTS_INVALID when it is another kind of file.
 */
export function parseRejects(path: string, file: Buffer): ParsedRejects | undefined {
  const { content, end } = isCompressed(path) ? wholeMembers(file) : wholeLines(file);
  if (end === 0 && file.length > 0 && !isTornHeader(path, file)) throw invalid(path, NOT_OURS);
  if (end === 0) return undefined;
  const [header = '', ...lines] = linesOf(content);
  const id = idOf(header);
  if (id === undefined) throw invalid(path, NOT_OURS);
  const records = new Map<number, ReadRecord>();
  for (const [index, line] of lines.entries()) {
    const parsed = parseLine(line, index + 1);
    if (parsed === undefined)
      throw invalid(path, `has an invalid line ${index + 2}: expected a rejected row`);
    take(parsed, records);
  }
  return { id, records: [...records.values()], lines: lines.length + 1, end, content };
}

/** Whether bytes are a rejects file, the beginning of one that a crash cut short, or empty. */
export function isRejects(path: string, file: Buffer): boolean {
  try {
    parseRejects(path, file);
    return true;
  } catch {
    return false;
  }
}

const NOT_OURS = 'is not a rejects file: its first line is not a header';

/** Whether the content may be the beginning of a header that a crash cut short. */
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

/** The lines of a text of complete lines, without line ends. */
export function linesOf(content: Buffer): string[] {
  const lines: string[] = [];
  for (let start = 0; start < content.length; ) {
    const end = content.indexOf(NEWLINE, start);
    lines.push(content.toString('utf8', start, end));
    start = end + 1;
  }
  return lines;
}

/** Applies a line to the records by number. */
export function take(parsed: ReturnType<typeof parseLine>, records: Map<number, ReadRecord>): void {
  if (parsed === undefined) return;
  if ('record' in parsed) records.set(parsed.record.number, parsed.record);
  else for (const number of parsed.voided) records.delete(number);
}
