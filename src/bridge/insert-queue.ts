import type { OnError } from '../config/settings.ts';
import { SnowstreamError } from '../errors.ts';
import type { RefusedRow } from './row-bridge.ts';

/**
 * The inserts of one channel, one after the other in the order in which they were asked for: an offset token says
 * that all rows before it are there. What waits behind an insert that fails must fail with it, as its rows would be
 * committed over a gap; who comes after that knows of the failure, and may go on.
 */
export class InsertQueue {
  readonly #aborts: boolean;
  #last: Promise<unknown> = Promise.resolve();

  constructor(onError: OnError) {
    this.#aborts = onError === 'ABORT';
  }

  /**
   * @param insert gives the rows that were refused
   * @param behind what has to succeed first
   * @throws SnowstreamError ROWS_REFUSED under OnErrorOption.ABORT, for rows that did not get as far as the SDK.
   */
  run(
    insert: () => Promise<readonly RefusedRow[]>,
    behind?: Promise<unknown>,
  ): Promise<readonly RefusedRow[]> {
    const ready = Promise.all([this.#last, behind]);
    const inserted = ready.then(insert).then((refused) => {
      const [first] = refused;
      if (first === undefined || !this.#aborts) return refused;
      throw new SnowstreamError(
        'ROWS_REFUSED',
        `row ${first.index} of a batch was refused: ${first.message}`,
      );
    });
    this.#last = inserted;
    inserted.catch(() => {
      if (this.#last === inserted) this.#last = Promise.resolve();
    });
    return inserted;
  }
}
