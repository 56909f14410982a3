import type { OnError } from '../config/settings.ts';
import { InsertQueue } from './insert-queue.ts';
import type { JavaChannel } from './java-classes.ts';
import type { BridgeOptions, RejectedRow, RowBatch, RowBridge } from './row-bridge.ts';

/** A batch as it is sent to Java. */
export interface WrittenBatch {
  /** Rows that cannot be encoded. */
  readonly rejected: readonly RejectedRow[];
  /**
   * Inserts the rows through the SDK.
   *
   * @param without further rows that are not inserted
   * @returns the rows that Java rejected
   */
  insert(without: readonly RejectedRow[]): Promise<readonly RejectedRow[]>;
}

/** What both bridges have in common: batches in order, and what a rejected row means for its batch. */
export abstract class InsertingBridge implements RowBridge {
  readonly #queue: InsertQueue;
  readonly #onRejected: BridgeOptions['onRejected'];
  readonly #skipsWholeBatch: boolean;

  /** @param onError whether one bad row rejects its whole batch, and whether it is an error */
  constructor(onError: OnError = 'CONTINUE', options: BridgeOptions = {}) {
    this.#queue = options.queue ?? new InsertQueue(onError);
    this.#onRejected = options.onRejected;
    this.#skipsWholeBatch = onError !== 'CONTINUE';
  }

  abstract insertRows(channel: JavaChannel, batch: RowBatch): Promise<readonly RejectedRow[]>;

  end(): void {}

  /** Whether no row of a batch is inserted when Java cannot make a HashMap of one of them. */
  protected get keepsWholeBatchOut(): boolean {
    return this.#skipsWholeBatch || this.#onRejected !== undefined;
  }

  /** @param write called once the batches before it are in the channel */
  protected inOrder(
    batch: RowBatch,
    write: () => WrittenBatch | Promise<WrittenBatch>,
  ): Promise<readonly RejectedRow[]> {
    return this.#queue.run(async () => this.#insert(batch, await write()));
  }

  async #insert(batch: RowBatch, written: WrittenBatch): Promise<readonly RejectedRow[]> {
    const rejected = [...written.rejected];
    if (rejected.length > 0) await this.#onRejected?.(rejected, batch);
    if (this.#skipsWholeBatch && rejected.length > 0) return rejected;
    while (true) {
      const rejectedInJava = await written.insert(rejected);
      if (rejectedInJava.length === 0) return rejected;
      await this.#onRejected?.(rejectedInJava, batch);
      rejected.push(...rejectedInJava);
      // Under CONTINUE the SDK has inserted the others, unless rejected rows have to be recorded first.
      if (this.#skipsWholeBatch || this.#onRejected === undefined) return rejected;
    }
  }
}
