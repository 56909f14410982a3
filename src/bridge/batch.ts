import type { OnError } from '../config/settings.ts';
import type { Cell } from '../types/mysql-column.ts';
import { refusedRowsOf } from './insert-errors.ts';
import { InsertingBridge } from './inserting-bridge.ts';
import type { JavaChannel, JavaList, JavaObject } from './java-classes.ts';
import type { Jvm } from './jvm.ts';
import {
  type BridgeOptions,
  type CarriedColumn,
  carriedText,
  inBatch,
  type RefusedRow,
  type RowBatch,
  refusalReason,
} from './row-bridge.ts';

/** Lengths that are none: see `snowstream.bridge.BatchInserter`. */
const NULL = '\uffff';
const LONG = '\ufffe';
const SHORT_LENGTHS = 0xfffe;

/** Rows after which the text is put together. */
const ROWS_A_PIECE = 64;

/** A batch as the two texts that cross the bridge. */
export interface EncodedBatch {
  /** All cells end to end, row after row. */
  readonly cells: string;
  /** A char for each cell: its length, or a mark for null or for a length of 32 bits. */
  readonly lengths: string;
  /** Index in the batch of each row that was written. */
  readonly places: readonly number[];
  /** Rows that could not be written. */
  readonly refused: readonly RefusedRow[];
}

/**
 * Writes a batch as text. Lengths stand apart from the cells, so that no value needs escaping and Java cuts each
 * cell out without looking for its end.
 *
 * @example encodeBatch([['a', null]], columns); // { cells: 'a', lengths: '\u0001\uffff', … }
 */
export function encodeBatch(
  rows: readonly (readonly Cell[])[],
  columns: readonly CarriedColumn[],
  replaced?: RowBatch['replaced'],
): EncodedBatch {
  let cells = '';
  let lengths = '';
  let newCells = '';
  let newLengths = '';
  const places: number[] = [];
  const refused: RefusedRow[] = [];
  // Counted loops: the pairs that entries() makes cost half as much again, a million rows being ten million of them.
  for (let index = 0; index < rows.length; index += 1) {
    const cellsBefore = newCells;
    const lengthsBefore = newLengths;
    let refusal: RefusedRow | undefined;
    for (let place = 0; place < columns.length; place += 1) {
      const column = columns[place] as CarriedColumn;
      const cell = rows[index]?.[place] ?? null;
      if (cell === null) {
        newLengths += NULL;
        continue;
      }
      try {
        const text = carriedText(column, cell, index, replaced);
        if (text === null) {
          newLengths += NULL;
          continue;
        }
        if (!text.isWellFormed())
          throw new RangeError('it holds half a surrogate pair, which is no character');
        newCells += text;
        newLengths += lengthOf(text);
      } catch (error) {
        refusal = { index, column: column.key, message: refusalReason(error) };
        break;
      }
    }
    if (refusal === undefined) places.push(index);
    else {
      refused.push(refusal);
      newCells = cellsBefore;
      newLengths = lengthsBefore;
    }
    if (index % ROWS_A_PIECE !== ROWS_A_PIECE - 1) continue;
    cells += inOnePiece(newCells);
    lengths += inOnePiece(newLengths);
    newCells = '';
    newLengths = '';
  }
  cells += newCells;
  lengths += newLengths;
  return { cells, lengths, places, refused };
}

/**
 * A batch a call: one text goes over, Java builds the HashMaps and inserts them off this thread. The next batch is
 * written while Java works on the one before; the SDK gets them one after the other, in order.
 */
export class BatchBridge extends InsertingBridge {
  readonly #jvm: Jvm;
  readonly #timeout: number;
  #inserter: { readonly columns: readonly CarriedColumn[]; readonly java: JavaObject } | undefined;

  /** As for `RowMapBridge`. */
  constructor(jvm: Jvm, timeout: number, onError?: OnError, options?: BridgeOptions) {
    super(onError, options);
    this.#jvm = jvm;
    this.#timeout = timeout;
  }

  override insertRows(channel: JavaChannel, batch: RowBatch): Promise<readonly RefusedRow[]> {
    const encoded = encodeBatch(batch.rows, batch.columns, batch.replaced);
    return this.inTurn(batch, () => ({
      refused: encoded.refused,
      insert: (without) => {
        const rowsStay = without.length === encoded.refused.length;
        return this.#insert(channel, batch, rowsStay ? encoded : withoutRows(batch, without));
      },
    }));
  }

  async #insert(
    channel: JavaChannel,
    { columns, offsetToken }: RowBatch,
    { cells, lengths, places }: EncodedBatch,
  ): Promise<RefusedRow[]> {
    if (places.length === 0) return [];
    const refused = await this.#jvm.call<readonly string[]>(
      { what: 'insertRows', timeout: this.#timeout },
      'insertBatch',
      this.#inserterFor(channel, columns),
      cells,
      lengths,
      offsetToken,
    );
    return inBatch(refusedRowsOf(refused), places);
  }

  #inserterFor(channel: JavaChannel, columns: readonly CarriedColumn[]): JavaObject {
    if (this.#inserter?.columns !== columns) {
      const java = this.#jvm.create(
        'snowstream.bridge.BatchInserter',
        channel,
        this.#listOf(columns.map(({ key }) => key)),
        this.#listOf(columns.map(({ carriage }) => carriage.java)),
        this.keepsWholeBatchOut,
      );
      this.#inserter = { columns, java };
    }
    return this.#inserter.java;
  }

  #listOf(texts: readonly string[]): JavaObject {
    const list = this.#jvm.create<JavaList<string>>('java.util.ArrayList');
    for (const text of texts) list.addSync(text);
    return list;
  }
}

/** The batch once more; what policies replaced in it was told at the first try. */
function withoutRows({ rows, columns }: RowBatch, refused: readonly RefusedRow[]): EncodedBatch {
  const out = new Set(refused.map(({ index }) => index));
  const places = [...rows.keys()].filter((index) => !out.has(index));
  return {
    ...encodeBatch(
      rows.filter((_, index) => !out.has(index)),
      columns,
    ),
    places,
  };
}

/**
 * The same text. V8 keeps what is added to a text as a tree of all the parts until somebody looks into it, and what
 * such a tree of a whole batch costs the garbage collector is more than all the rest of writing it.
 */
function inOnePiece(text: string): string {
  text.charCodeAt(0);
  return text;
}

function lengthOf(text: string): string {
  const { length } = text;
  return length < SHORT_LENGTHS
    ? String.fromCharCode(length)
    : LONG + String.fromCharCode(length >>> 16, length & 0xffff);
}
