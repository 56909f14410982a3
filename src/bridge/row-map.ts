import type { OnError } from '../config/settings.ts';
import type { Cell } from '../types/cell.ts';
import type { JavaKind } from '../types/family.ts';
import { rejectedRowsOf } from './insert-errors.ts';
import { InsertingBridge, type WrittenBatch } from './inserting-bridge.ts';
import type { JavaChannel, JavaHashMap, JavaList } from './java-classes.ts';
import { javaValue, javaValueOf, type RowValue } from './java-value.ts';
import type { Jvm } from './jvm.ts';
import {
  type BridgeOptions,
  encodedText,
  inBatch,
  type RejectedRow,
  type RowBatch,
  rejectReason,
} from './row-bridge.ts';

/** Rows turned into HashMaps before yielding to the event loop. */
const ROWS_A_TURN = 250;

/** Characters that are sent before the next check of Java's heap. */
const CHARS_A_CHECK = 2 ** 18;

/**
 * Makes a `java.util.HashMap` of one row, a `put` for each column: the counterpart of the notebook's
 * `row = HashMap(); row.put(…)`.
 *
 * @throws SnowstreamError VALUE_NOT_CARRIED for a value without an exact Java form.
 * @example
 * await channel.insertRow(toHashMap(jvm, { CUSTOMER_ID: 'a1', EMAIL: null }), '0');
 */
export function toHashMap(jvm: Jvm, row: Readonly<Record<string, RowValue>>): JavaHashMap {
  const map = jvm.create<JavaHashMap>('java.util.HashMap');
  for (const [key, value] of Object.entries(row)) map.putSync(key, javaValueOf(jvm, value));
  return map;
}

interface IndexedMap {
  /** Index in the batch. */
  readonly index: number;
  readonly map: JavaHashMap;
}

/** Builds each HashMap cell by cell through node-java: the notebook's way, and the reference for faster ones. */
export class RowMapBridge extends InsertingBridge {
  readonly #jvm: Jvm;
  readonly #timeout: number;

  /**
   * @param timeout milliseconds that one `insertRows` may take
   * @param onError whether one bad row rejects its whole batch, and whether it is an error
   */
  constructor(jvm: Jvm, timeout: number, onError?: OnError, options?: BridgeOptions) {
    super(onError, options);
    this.#jvm = jvm;
    this.#timeout = timeout;
  }

  override insertRows(channel: JavaChannel, batch: RowBatch): Promise<readonly RejectedRow[]> {
    return this.inOrder(batch, () => this.#write(channel, batch));
  }

  async #write(channel: JavaChannel, batch: RowBatch): Promise<WrittenBatch> {
    const rejected: RejectedRow[] = [];
    const maps: IndexedMap[] = [];
    let chars = 0;
    for (let index = 0; index < batch.rows.length; index += 1) {
      const row = batch.rows.at(index) ?? [];
      const isTurn = index % ROWS_A_TURN === ROWS_A_TURN - 1;
      if (isTurn) await new Promise(setImmediate);
      chars += charsOf(row);
      if (isTurn || chars > CHARS_A_CHECK) {
        this.#jvm.needRoom(chars);
        chars = 0;
      }
      const map = this.#mapOf(row, index, batch, (column, message) =>
        rejected.push({ index, column, message }),
      );
      if (map !== undefined) maps.push({ index, map });
    }
    return {
      rejected,
      insert: (without) => {
        const excludedRows = new Set(without.map(({ index }) => index));
        const sending = maps.filter(({ index }) => !excludedRows.has(index));
        return this.#insertMaps(channel, sending, batch.offsetToken);
      },
    };
  }

  async #insertMaps(
    channel: JavaChannel,
    maps: readonly IndexedMap[],
    offsetToken: string,
  ): Promise<RejectedRow[]> {
    if (maps.length === 0) return [];
    const list = this.#jvm.create<JavaList<JavaHashMap>>('java.util.ArrayList');
    for (const { map } of maps) list.addSync(map);
    const rejected = await this.#jvm.call<readonly string[]>(
      { what: 'insertRows', timeout: this.#timeout },
      'insertRows',
      channel,
      list,
      offsetToken,
    );
    return inBatch(
      rejectedRowsOf(rejected),
      maps.map(({ index }) => index),
    );
  }

  #mapOf(
    row: readonly Cell[],
    index: number,
    { columns, replaced }: RowBatch,
    reject: (column: string, message: string) => void,
  ): JavaHashMap | undefined {
    const map = this.#jvm.create<JavaHashMap>('java.util.HashMap');
    for (const [columnIndex, column] of columns.entries()) {
      const { key, encoder } = column;
      const cell = row[columnIndex] ?? null;
      try {
        const text = cell === null ? null : encodedText(column, cell, index, replaced);
        if (text === null) map.putSync(key, null);
        else this.#put(map, key, encoder.java, text);
      } catch (error) {
        reject(key, rejectReason(error));
        return undefined;
      }
    }
    return map;
  }

  #put(map: JavaHashMap, key: string, kind: JavaKind, text: string): void {
    if (kind === 'Double') this.#jvm.callStatic('snowstream.bridge.Doubles', 'put', map, key, text);
    else map.putSync(key, javaValue(this.#jvm, kind, text));
  }
}

/** Bytes become two hexadecimal digits each. */
function charsOf(row: readonly Cell[]): number {
  return row.reduce<number>((sum, cell) => sum + (typeof cell === 'number' ? 8 : 2 * (cell?.length ?? 0)), 0);
}
