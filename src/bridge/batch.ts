import type { OnError } from '../config/settings.ts';
import type { SentRows } from '../types/mysql-column.ts';
import type { BatchRequest } from './batch-frames.ts';
import { BatchStream } from './batch-stream.ts';
import { refusedRowsOf } from './insert-errors.ts';
import { InsertingBridge, type WrittenBatch } from './inserting-bridge.ts';
import type { JavaChannel, JavaObject } from './java-classes.ts';
import type { Jvm } from './jvm.ts';
import {
  type BridgeOptions,
  type CarriedColumn,
  inBatch,
  type RefusedRow,
  type RowBatch,
} from './row-bridge.ts';
import { RowWriter } from './row-writer.ts';

/** The reason of a row that Java leaves to us: see `snowstream.bridge.BatchInserter`. */
const LEFT = '\0left';

/**
 * A batch at a time: its bytes go over, Java builds the HashMaps and inserts them off this thread. The next batch is
 * read meanwhile; the SDK gets them one after the other, in order.
 *
 * Rows as MySQL sent them go over unseen. Those with a cell that only a carriage can decide on come back, and are
 * written from their cells, as are all rows that come as cells.
 */
export class BatchBridge extends InsertingBridge {
  readonly #jvm: Jvm;
  readonly #timeout: number;
  readonly #writer = new RowWriter();
  #columns: readonly CarriedColumn[] | undefined;
  #stream: Promise<BatchStream> | undefined;

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

  /** Ends the way into Java; a further batch would open another. */
  override end(): void {
    this.#stream?.then(
      (stream) => stream.close(),
      () => undefined,
    );
    this.#stream = undefined;
  }

  #write(channel: JavaChannel, { rows, columns, replaced, offsetToken }: RowBatch): WrittenBatch {
    const whole = this.#writer.write(rows, columns, replaced);
    return {
      refused: whole.refused,
      insert: async (without) => {
        const out = new Set(without.map(({ index }) => index));
        // What policies replaced was told at the first try.
        const { cells, places } =
          out.size === whole.refused.length
            ? whole
            : this.#writer.write(rows, columns, undefined, (index) => !out.has(index));
        if (places.length === 0) return [];
        const request = { kind: 'written', cells: [cells], offsetToken } as const;
        return inBatch(await this.#insert(channel, columns, request), places);
      },
    };
  }

  async #insertSent(channel: JavaChannel, batch: RowBatch, sent: SentRows): Promise<WrittenBatch> {
    const { rows, columns, replaced, offsetToken } = batch;
    const refused = await this.#insert(channel, columns, {
      kind: 'sent',
      cells: sent.packets,
      further: sent.width - columns.length,
      offsetToken,
    });
    const left = new Set(refused.filter(({ message }) => message === LEFT).map(({ index }) => index));
    const rest = this.#writer.write(rows, columns, replaced, (index) => left.has(index));
    return {
      refused: rest.refused,
      insert: async (without) => {
        if (left.size === 0 && without.length === 0) return refused;
        const out = without.map(({ index }) => index);
        const { cells, places } = rest;
        return this.#insert(channel, columns, { kind: 'rest', cells: [cells], places, out, offsetToken });
      },
    };
  }

  async #insert(
    channel: JavaChannel,
    columns: readonly CarriedColumn[],
    request: BatchRequest,
  ): Promise<readonly RefusedRow[]> {
    if (this.#columns !== columns) {
      this.end();
      this.#columns = columns;
    }
    this.#stream ??= BatchStream.open(this.#jvm, this.#inserterFor(channel, columns));
    try {
      return refusedRowsOf(await (await this.#stream).insert(request, this.#timeout));
    } catch (error) {
      // What comes after it does not belong behind it, and Java may still be at work on it.
      this.end();
      throw error;
    }
  }

  #inserterFor(channel: JavaChannel, columns: readonly CarriedColumn[]): JavaObject {
    return this.#jvm.create(
      'snowstream.bridge.BatchInserter',
      channel,
      this.#jvm.texts(columns.map(({ key }) => key)),
      this.#jvm.texts(columns.map(({ carriage }) => carriage.java)),
      this.#jvm.texts(columns.map(({ carriage }) => String(carriage.asSent?.limit ?? 0))),
      this.keepsWholeBatchOut,
    );
  }
}
