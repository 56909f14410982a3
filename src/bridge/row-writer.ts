import type { Cell, Rows } from '../types/cell.ts';
import {
  type EncodedColumn,
  encodedText,
  type RejectedRow,
  type RowBatch,
  rejectReason,
} from './row-bridge.ts';

/** Markers of MySQL's text protocol: SQL NULL, and lengths of two and of eight bytes after the marker. */
const NULL = 0xfb;
const TWO_BYTES = 0xfc;
const EIGHT_BYTES = 0xfe;
/** Maximum bytes of UTF-8 for one UTF-16 unit. */
const UTF8_BYTES = 3;
/** Maximum bytes before a cell: the marker and the length. */
const PREFIX = 9;

/** A batch as bytes for Java. */
export interface WrittenRows {
  /** All cells, row after row, each after its length, as in MySQL's text protocol. */
  readonly cells: Buffer;
  /** Index in the batch of each row that was written. */
  readonly rowIndexes: readonly number[];
  /** Rows that could not be encoded. */
  readonly rejected: readonly RejectedRow[];
}

/** Encodes rows from their cells. */
export class RowWriter {
  #bytes = Buffer.allocUnsafeSlow(1 << 16);
  #end = 0;

  /**
   * @param wants which rows, by their index
   * @example new RowWriter().write([['a', null]], columns).cells; // 01 61 fb
   */
  write(
    rows: Rows,
    columns: readonly EncodedColumn[],
    replaced?: RowBatch['replaced'],
    wants: (index: number) => boolean = () => true,
  ): WrittenRows {
    const rowIndexes: number[] = [];
    const rejected: RejectedRow[] = [];
    this.#end = 0;
    // Counted loops: the pairs of entries() would cost half as much again, ten million of them for a million rows.
    for (let index = 0; index < rows.length; index += 1) {
      if (!wants(index)) continue;
      const before = this.#end;
      const reject = this.#writeRow(rows.at(index) ?? [], index, columns, replaced);
      if (reject === undefined) rowIndexes.push(index);
      else {
        rejected.push(reject);
        this.#end = before;
      }
    }
    // A copy, because the memory is reused before this is sent.
    return { cells: Buffer.from(this.#bytes.subarray(0, this.#end)), rowIndexes, rejected };
  }

  #writeRow(
    row: readonly Cell[],
    index: number,
    columns: readonly EncodedColumn[],
    replaced: RowBatch['replaced'],
  ): RejectedRow | undefined {
    for (let place = 0; place < columns.length; place += 1) {
      const column = columns[place] as EncodedColumn;
      const cell = row[place] ?? null;
      try {
        const text = cell === null ? null : encodedText(column, cell, index, replaced);
        if (text === null) this.#writeNull();
        else if (column.encoder.java === 'bytes') this.#writeCell(text, 'hex', text.length / 2);
        else if (text.isWellFormed()) this.#writeCell(text, 'utf8', text.length * UTF8_BYTES);
        else throw new RangeError('it has half a surrogate pair, which is not a character');
      } catch (error) {
        return { index, column: column.key, message: rejectReason(error) };
      }
    }
    return undefined;
  }

  #writeNull(): void {
    this.#makeRoom(1);
    this.#bytes[this.#end] = NULL;
    this.#end += 1;
  }

  /** @param most bytes that it can have, which decide how many bytes its length gets */
  #writeCell(text: string, encoding: 'utf8' | 'hex', most: number): void {
    this.#makeRoom(PREFIX + most);
    const bytes = this.#bytes;
    const mark = this.#end;
    if (most < NULL) {
      bytes[mark] = bytes.write(text, mark + 1, encoding);
      this.#end = mark + 1 + (bytes[mark] ?? 0);
    } else if (most <= 0xffff) {
      const length = bytes.write(text, mark + 3, encoding);
      bytes[mark] = TWO_BYTES;
      bytes.writeUInt16LE(length, mark + 1);
      this.#end = mark + 3 + length;
    } else {
      const length = bytes.write(text, mark + PREFIX, encoding);
      bytes[mark] = EIGHT_BYTES;
      bytes.writeBigUInt64LE(BigInt(length), mark + 1);
      this.#end = mark + PREFIX + length;
    }
  }

  #makeRoom(bytes: number): void {
    const needed = this.#end + bytes;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.#bytes.length));
    this.#bytes.copy(larger, 0, 0, this.#end);
    this.#bytes = larger;
  }
}
