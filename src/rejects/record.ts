import type { KeyValue } from '../source/key.ts';
import type { Cell } from '../types/cell.ts';

/** Bytes of a value that are kept. */
const VALUE_BYTES = 1024;

/** A value in a record: text, or bytes as hex; `cut` when it was truncated. */
export interface RecordedValue {
  readonly text?: string | null;
  readonly hex?: string;
  readonly cut?: true;
}

/** The load that rejected a row: a channel, from a source table into a target table. */
export interface RejectsOwner {
  /** `database.table` in MySQL. */
  readonly table: string;
  /** `DATABASE.SCHEMA.TABLE` in Snowflake. */
  readonly target: string;
  readonly channel: string;
}

/** A rejected row: one line of the rejects file. */
export interface RejectRecord extends RejectsOwner {
  /** Empty for a row of a table without a key. */
  readonly key: KeyValue;
  /** The number of a row of a table without a key, in the order of reading, from 1. */
  readonly row?: number;
  /** The column at fault, by its name in the target. */
  readonly column?: string;
  /** The value of that column. */
  readonly value?: RecordedValue;
  /** All values of a row without a key, by the columns' names in the target. */
  readonly values?: Readonly<Record<string, RecordedValue>>;
  readonly reason: string;
  /** The offset token of the row's batch. */
  readonly offset: string;
  /** Time, in ISO 8601. */
  readonly at: string;
}

/** The part of a record that is read back: enough to distinguish rows and batches. */
export interface ReadRecord
  extends Pick<
    RejectRecord,
    'table' | 'target' | 'channel' | 'key' | 'row' | 'column' | 'reason' | 'offset'
  > {
  /** The number of the line; the header is 0. */
  readonly number: number;
}

/**
 * A value for a record: at most 1 KB of its text, or of the hex of its bytes.
 *
 * @example recordedValue(Buffer.from('ab')); // { hex: '6162' }
 */
export function recordedValue(cell: Cell): RecordedValue {
  if (cell === null) return { text: null };
  if (Buffer.isBuffer(cell)) {
    const kept = cell.subarray(0, VALUE_BYTES / 2);
    return { hex: kept.toString('hex'), ...(kept.length < cell.length && { cut: true }) };
  }
  const text = String(cell);
  // A character has at least one byte, so no more than this is needed.
  const beginning = Buffer.from(text.slice(0, VALUE_BYTES));
  if (beginning.length <= VALUE_BYTES && text.length <= VALUE_BYTES) return { text };
  let end = Math.min(VALUE_BYTES, beginning.length);
  // Not within a character, whose later bytes begin with the bits 10.
  while (end < beginning.length && ((beginning[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return { text: beginning.toString('utf8', 0, end), cut: true };
}

/**
 * Reads a line.
 *
 * @returns the record; or the numbers of void records; `undefined` when it is neither.
 */
export function parseLine(
  line: string,
  number: number,
): { readonly record: ReadRecord } | { readonly voided: readonly number[] } | undefined {
  const value = parsed(line);
  if (isNumbers(value.void)) return { voided: value.void };
  const { table, target, channel, key, row, column, reason, offset } = value;
  if (
    typeof table !== 'string' ||
    typeof target !== 'string' ||
    typeof channel !== 'string' ||
    typeof reason !== 'string' ||
    typeof offset !== 'string' ||
    !isTexts(key)
  )
    return undefined;
  return {
    record: {
      number,
      table,
      target,
      channel,
      key,
      reason,
      offset,
      ...(typeof row === 'number' && { row }),
      ...(typeof column === 'string' && { column }),
    },
  };
}

/** The id that a header names, or `undefined` when the line is not a header of this version. */
export function idOf(header: string): string | undefined {
  const { rejects, id } = parsed(header);
  return rejects === 1 && typeof id === 'string' && id !== '' ? id : undefined;
}

function parsed(line: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((part) => typeof part === 'string');

const isNumbers = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.every((part) => Number.isInteger(part));
