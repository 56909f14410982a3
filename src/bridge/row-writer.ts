import type { Cell, Rows } from '../types/cell.ts';
import {
  type EncodedColumn,
  encodedText,
  type RejectedRow,
  type RowBatch,
  rejectReason,
} from './row-bridge.ts';

/** Marks of MySQL's text protocol: SQL NULL, and lengths of two and of eight bytes behind the mark. */
const NULL = 0xfb;
const TWO_BYTES = 0xfc;
const EIGHT_BYTES = 0xfe;
/** Most bytes of UTF-8 that one unit of a text can take. */
const UTF8_BYTES = 3;
/** Bytes at the most before a cell: the mark and its length. */
const PREFIX = 9;

/** A batch as the bytes that cross the bridge. */
export interface WrittenRows {
  /** All cells, row after row, each behind its length, as MySQL's text protocol has them. */
  readonly cells: Buffer;
  /** Index in the batch of each row that was written. */
  readonly rowIndexes: readonly number[];
  /** Rows that could not be written. */
  readonly rejected: readonly RejectedRow[];
}

/** Writes rows from their cells. */
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
    // Counted loops: the pairs that entries() makes cost half as much again, a million rows being ten million of them.
    for (let index = 0; index < rows.length; index += 1) {
      if (!wants(index)) continue;
      const before = this.#end;
      const refusal = this.#writeRow(rows.at(index) ?? [], index, columns, replaced);
      if (refusal === undefined) rowIndexes.push(index);
      else {
        rejected.push(refusal);
        this.#end = before;
      }
    }
    // The memory is written again before this is sent.
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
        else throw new RangeError('it holds half a surrogate pair, which is no character');
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

  /** @param most bytes that it can take, by which the room for its length is chosen */
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
