import type { OnError } from '../config/settings.ts';
import { InsertQueue } from './insert-queue.ts';
import type { JavaChannel } from './java-classes.ts';
import type { BridgeOptions, RefusedRow, RowBatch, RowBridge } from './row-bridge.ts';

/** A batch in the form in which it crosses the bridge. */
export interface WrittenBatch {
  /** Rows that have no such form. */
  readonly refused: readonly RefusedRow[];
  /**
   * Has the SDK insert the rows.
   *
   * @param without rows that stay out, besides those without a form
   * @returns the rows that Java refused
   */
  insert(without: readonly RefusedRow[]): Promise<readonly RefusedRow[]>;
}

/** What the ways into a channel have in common: batches one after the other, and what a refused row does to its batch. */
export abstract class InsertingBridge implements RowBridge {
  readonly #queue: InsertQueue;
  readonly #refusing: BridgeOptions['refusing'];
  readonly #skipsWholeBatch: boolean;

  /** @param onError whether one bad row keeps its whole batch out, and whether it is an error */
  constructor(onError: OnError = 'CONTINUE', options: BridgeOptions = {}) {
    this.#queue = options.queue ?? new InsertQueue(onError);
    this.#refusing = options.refusing;
    this.#skipsWholeBatch = onError !== 'CONTINUE';
  }

  abstract insertRows(channel: JavaChannel, batch: RowBatch): Promise<readonly RefusedRow[]>;

  end(): void {}

  /** Whether the batch stays out of the SDK as a whole when Java cannot make a HashMap of one of its rows. */
  protected get keepsWholeBatchOut(): boolean {
    return this.#skipsWholeBatch || this.#refusing !== undefined;
  }

  /** @param write called once the batches before it are in the channel */
  protected inTurn(
    batch: RowBatch,
    write: () => WrittenBatch | Promise<WrittenBatch>,
  ): Promise<readonly RefusedRow[]> {
    return this.#queue.run(async () => this.#insert(batch, await write()));
  }

  async #insert(batch: RowBatch, written: WrittenBatch): Promise<readonly RefusedRow[]> {
    const refused = [...written.refused];
    if (refused.length > 0) await this.#refusing?.(refused, batch);
    if (this.#skipsWholeBatch && refused.length > 0) return refused;
    while (true) {
      const refusedInJava = await written.insert(refused);
      if (refusedInJava.length === 0) return refused;
      await this.#refusing?.(refusedInJava, batch);
      refused.push(...refusedInJava);
      // Under CONTINUE the SDK has taken the others in, unless it was told to wait until the refused are written down.
      if (this.#skipsWholeBatch || this.#refusing === undefined) return refused;
    }
  }
}
