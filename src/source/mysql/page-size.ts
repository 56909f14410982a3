import type { Cell } from '../../types/cell.ts';
import type { SourceColumn } from '../../types/source-column.ts';
import type { SourceTable } from '../table.ts';

/**
 * Bytes that a batch may hold, so that wide rows do not fill the memory: four tables at once, each with rows of 1 MB, go
 * through a heap of 512 MB, which batches of 32 MB fill.
 */
export const BATCH_BYTES = 4 * 1024 * 1024;

/** A cell is an object in the JVM: the garbage of larger batches costs more than their fewer calls save. */
const BATCH_CELLS = 25_000;

/** Rows of the first page of a table whose rows may be wide, and how fast the pages grow. */
const FIRST_ROWS = 20;
const GROWTH = 4;

/**
 * How many rows a page asks for. The server's estimate of a row's bytes leaves out long texts, and MySQL 8 keeps
 * it for a day, so where rows can be wide each page goes by the bytes of the one before.
 * https://dev.mysql.com/doc/refman/8.4/en/information-schema-tables-table.html
 */
export class PageSize {
  readonly #largest: number;
  readonly #canBeWide: boolean;
  #rows: number;

  /** @param columns those that are read */
  constructor(table: SourceTable, batchRows: number, columns: readonly SourceColumn[] = table.columns) {
    const byBytes = Math.floor(BATCH_BYTES / estimatedRowBytes(table, columns));
    const byCells = Math.floor(BATCH_CELLS / columns.length);
    this.#largest = Math.max(1, Math.min(batchRows, byBytes, byCells));
    this.#canBeWide = largestRow(columns) * this.#largest > 4 * BATCH_BYTES;
    this.#rows = this.#canBeWide ? Math.min(this.#largest, FIRST_ROWS) : this.#largest;
  }

  /** For the next page. */
  get rows(): number {
    return this.#rows;
  }

  /** Learns from the rows of a page and their bytes. */
  learn(rows: number, bytes: number): void {
    if (!this.#canBeWide) return;
    const fitting = Math.floor((BATCH_BYTES * rows) / Math.max(bytes, 1));
    this.#rows = Math.max(1, Math.min(this.#largest, fitting, this.#rows * GROWTH));
  }
}

/**
 * Bytes of a row, as far as it is read: the server's estimate for all columns; for some of them what they can have at the
 * most, and next to nothing where that is no limit, as then each page goes by the one before.
 */
function estimatedRowBytes(table: SourceTable, columns: readonly SourceColumn[]): number {
  const { averageRowBytes } = table;
  if (columns.length >= table.columns.length) return averageRowBytes;
  const largest = largestRow(columns);
  return largest <= averageRowBytes ? Math.max(largest, 1) : 1;
}

/** Bytes of the values as MySQL sent them, give or take multi-byte characters. */
export function rowBytes(row: readonly Cell[]): number {
  let bytes = 0;
  for (const cell of row) bytes += typeof cell === 'number' ? 8 : (cell?.length ?? 0);
  return bytes;
}

/** Bytes that a row can have, as far as its columns say: JSON and geometry do not. */
function largestRow(columns: readonly SourceColumn[]): number {
  return columns.reduce((sum, { octetLength, numericPrecision, dataType }) => {
    const isShort = numericPrecision !== null || /^(date|time|year)/.test(dataType);
    return sum + (octetLength ?? (isShort ? 32 : Number.POSITIVE_INFINITY));
  }, 0);
}
