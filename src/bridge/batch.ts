import type { OnError } from '../config/settings.ts';
import type { SentRows } from '../types/mysql-column.ts';
import { BatchText } from './batch-text.ts';
import { refusedRowsOf } from './insert-errors.ts';
import { InsertingBridge, type WrittenBatch } from './inserting-bridge.ts';
import type { JavaChannel, JavaList, JavaObject } from './java-classes.ts';
import type { Jvm } from './jvm.ts';
import {
  type BridgeOptions,
  type CarriedColumn,
  inBatch,
  type RefusedRow,
  type RowBatch,
} from './row-bridge.ts';

/** The reason of a row that Java leaves to us: see `snowstream.bridge.BatchInserter`. */
const LEFT = '\0left';

/**
 * A batch a call: one text goes over, Java builds the HashMaps and inserts them off this thread. The next batch is
 * read meanwhile; the SDK gets them one after the other, in order.
 *
 * Rows as MySQL sent them go over unseen. Those with a cell that only a carriage can decide on come back, and are
 * written from their cells, as are all rows that come as cells.
 */
export class BatchBridge extends InsertingBridge {
  readonly #jvm: Jvm;
  readonly #timeout: number;
  readonly #text = new BatchText();
  #inserter: { readonly columns: readonly CarriedColumn[]; readonly java: JavaObject } | undefined;

  /** As for `RowMapBridge`. */
  constructor(jvm: Jvm, timeout: number, onError?: OnError, options?: BridgeOptions) {
    super(onError, options);
    this.#jvm = jvm;
    this.#timeout = timeout;
  }

  override insertRows(channel: JavaChannel, batch: RowBatch): Promise<readonly RefusedRow[]> {
    const { sent } = batch.rows;
    if (sent !== undefined && batch.columns.every(({ carriage }) => carriage.asSent !== undefined))
      return this.inTurn(batch, () => this.#insertSent(channel, batch, sent));
    const written = this.#write(channel, batch);
    return this.inTurn(batch, () => written);
  }

  #write(channel: JavaChannel, { rows, columns, replaced, offsetToken }: RowBatch): WrittenBatch {
    const whole = this.#text.encode(rows, columns, replaced);
    return {
      refused: whole.refused,
      insert: async (without) => {
        const out = new Set(without.map(({ index }) => index));
        // What policies replaced was told at the first try.
        const { cells, places } =
          out.size === whole.refused.length
            ? whole
            : this.#text.encode(rows, columns, undefined, (index) => !out.has(index));
        if (places.length === 0) return [];
        const refused = await this.#call(channel, columns, 'insertBatch', cells, offsetToken);
        return inBatch(refused, places);
      },
    };
  }

  async #insertSent(channel: JavaChannel, batch: RowBatch, sent: SentRows): Promise<WrittenBatch> {
    const { rows, columns, replaced, offsetToken } = batch;
    const { packets, width } = sent;
    const further = width - columns.length;
    const refused = await this.#call(channel, columns, 'insertSent', packets, further, offsetToken);
    const left = new Set(refused.filter(({ message }) => message === LEFT).map(({ index }) => index));
    const rest = this.#text.encode(rows, columns, replaced, (index) => left.has(index));
    return {
      refused: rest.refused,
      insert: async (without) => {
        if (left.size === 0 && without.length === 0) return refused;
        const places = this.#listOf(rest.places.map(String));
        const out = this.#listOf(without.map(({ index }) => String(index)));
        return this.#call(channel, columns, 'insertRest', rest.cells, places, out, offsetToken);
      },
    };
  }

  async #call(
    channel: JavaChannel,
    columns: readonly CarriedColumn[],
    method: 'insertBatch' | 'insertSent' | 'insertRest',
    ...args: readonly (string | number | JavaObject)[]
  ): Promise<readonly RefusedRow[]> {
    const wait = { what: 'insertRows', timeout: this.#timeout };
    const inserter = this.#inserterFor(channel, columns);
    return refusedRowsOf(await this.#jvm.call<readonly string[]>(wait, method, inserter, ...args));
  }

  #inserterFor(channel: JavaChannel, columns: readonly CarriedColumn[]): JavaObject {
    if (this.#inserter?.columns !== columns) {
      const java = this.#jvm.create(
        'snowstream.bridge.BatchInserter',
        channel,
        this.#listOf(columns.map(({ key }) => key)),
        this.#listOf(columns.map(({ carriage }) => carriage.java)),
        this.#listOf(columns.map(({ carriage }) => String(carriage.asSent?.limit ?? 0))),
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
