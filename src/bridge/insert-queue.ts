import type { OnError } from '../config/settings.ts';
import { SnowstreamError } from '../errors.ts';
import { renderError } from '../rendered-error.ts';
import type { RejectedRow } from './row-bridge.ts';

/**
 * The inserts of one channel, one after the other in the order in which they were asked for: an offset token says
 * that all rows before it are there. It is fail-stop: after an insert that failed every further one fails, as its rows
 * would be committed over a gap. A channel that is opened again has a new queue.
 */
export class InsertQueue {
  readonly #aborts: boolean;
  #last: Promise<unknown> = Promise.resolve();
  #failure: { readonly error: unknown } | undefined;

  constructor(onError: OnError) {
    this.#aborts = onError === 'ABORT';
  }

  /**
   * @param insert gives the rows that were rejected
   * @throws SnowstreamError ROWS_REFUSED under OnErrorOption.ABORT, for rows that did not get as far as the SDK; after a
   * failure, an error with its code that names it.
   */
  run(insert: () => Promise<readonly RejectedRow[]>): Promise<readonly RejectedRow[]> {
    const inserted = this.#last.then(async () => {
      if (this.#failure !== undefined) throw afterFailure(this.#failure.error);
      try {
        const rejected = await insert();
        const [first] = rejected;
        if (first === undefined || !this.#aborts) return rejected;
        throw new SnowstreamError(
          'ROWS_REFUSED',
          `row ${first.index} of a batch was rejected: ${first.message}`,
        );
      } catch (error) {
        this.#failure = { error };
        throw error;
      }
    });
    this.#last = inserted.catch(() => undefined);
    return inserted;
  }
}

function afterFailure(cause: unknown): SnowstreamError {
  const { code, message } = renderError(cause);
  return new SnowstreamError(
    code,
    `the channel accepts no more rows, because an earlier insert failed: ${message}: open it again, and resume after its committed offset token`,
    { cause },
  );
}
