import type { OnError } from '../config/settings.ts';
import type { SentRows } from '../types/cell.ts';
import type { BatchRequest } from './batch-frames.ts';
import { BatchStream } from './batch-stream.ts';
import { rejectedRowsOf } from './insert-errors.ts';
import { InsertingBridge, type WrittenBatch } from './inserting-bridge.ts';
import type { JavaChannel, JavaObject } from './java-classes.ts';
import type { Jvm } from './jvm.ts';
import {
  type BridgeOptions,
  type EncodedColumn,
  inBatch,
  type RejectedRow,
  type RowBatch,
} from './row-bridge.ts';
import { RowWriter } from './row-writer.ts';

/** The reason of a row that JavaScript has to encode: see `snowstream.bridge.BatchInserter`. */
const NEEDS_ENCODER = '\0left';

/**
 * One call for each batch: Java receives its bytes, builds the HashMaps and inserts them on a thread of its own. The
 * next batch is read meanwhile; the SDK gets batches one at a time, in order.
 *
 * Raw rows are sent without being decoded. Java returns those with a cell that needs its column's encoder; they are
 * encoded from their cells, as are all rows that come as cells.
 */
export class BatchBridge extends InsertingBridge {
  readonly #jvm: Jvm;
  readonly #timeout: number;
  readonly #writer = new RowWriter();
  #columns: readonly EncodedColumn[] | undefined;
  #stream: Promise<BatchStream> | undefined;

  /** As for `RowMapBridge`. */
  constructor(jvm: Jvm, timeout: number, onError?: OnError, options?: BridgeOptions) {
    super(onError, options);
    this.#jvm = jvm;
    this.#timeout = timeout;
  }

  override insertRows(channel: JavaChannel, batch: RowBatch): Promise<readonly RejectedRow[]> {
    const { sent } = batch.rows;
    if (sent !== undefined) return this.inOrder(batch, () => this.#insertSent(channel, batch, sent));
    const written = this.#write(channel, batch);
    return this.inOrder(batch, () => written);
  }

  /** Closes the connection to Java; the next batch would open another. */
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
      rejected: whole.rejected,
      insert: async (without) => {
        const excludedRows = new Set(without.map(({ index }) => index));
        // The first try has reported what policies replaced.
        const { cells, rowIndexes } =
          excludedRows.size === whole.rejected.length
            ? whole
            : this.#writer.write(rows, columns, undefined, (index) => !excludedRows.has(index));
        if (rowIndexes.length === 0) return [];
        const request = { kind: 'written', cells: [cells], offsetToken } as const;
        return inBatch(await this.#insert(channel, columns, request), rowIndexes);
      },
    };
  }

  async #insertSent(channel: JavaChannel, batch: RowBatch, sent: SentRows): Promise<WrittenBatch> {
    const { rows, columns, replaced, offsetToken } = batch;
    const rejected = await this.#insert(channel, columns, {
      kind: 'sent',
      cells: sent.packets,
      trailingCells: sent.width - columns.length,
      offsetToken,
    });
    const toEncode = new Set(
      rejected.filter(({ message }) => message === NEEDS_ENCODER).map(({ index }) => index),
    );
    const rest = this.#writer.write(rows, columns, replaced, (index) => toEncode.has(index));
    return {
      rejected: rest.rejected,
      insert: async (without) => {
        if (toEncode.size === 0 && without.length === 0) return rejected;
        const excludedRows = without.map(({ index }) => index);
        const { cells, rowIndexes } = rest;
        return this.#insert(channel, columns, {
          kind: 'rest',
          cells: [cells],
          rowIndexes,
          excludedRows,
          offsetToken,
        });
      },
    };
  }

  async #insert(
    channel: JavaChannel,
    columns: readonly EncodedColumn[],
    request: BatchRequest,
  ): Promise<readonly RejectedRow[]> {
    if (this.#columns !== columns) {
      this.end();
      this.#columns = columns;
    }
    this.#stream ??= BatchStream.open(this.#jvm, this.#inserterFor(channel, columns));
    try {
      return rejectedRowsOf(await (await this.#stream).insert(request, this.#timeout));
    } catch (error) {
      // No batch may follow a failed one, and Java may still be working on it.
      this.end();
      throw error;
    }
  }

  #inserterFor(channel: JavaChannel, columns: readonly EncodedColumn[]): JavaObject {
    return this.#jvm.create(
      'snowstream.bridge.BatchInserter',
      channel,
      this.#jvm.texts(columns.map(({ key }) => key)),
      this.#jvm.texts(columns.map(({ encoder }) => encoder.java)),
      this.#jvm.texts(columns.map(({ encoder }) => String(encoder.javaReads ?? 0))),
      this.keepsWholeBatchOut,
    );
  }
}
