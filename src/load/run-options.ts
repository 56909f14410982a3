import type { Progress } from '../progress.ts';
import type { ConfirmRestart } from './restart.ts';

/** What a run may be given besides its settings. */
export interface RunOptions {
  readonly progress?: Progress;
  /** Ends the run after the batches at hand; what is in the channel is committed first. */
  readonly signal?: AbortSignal;
  /**
   * Empties every target that exists (TRUNCATE TABLE: all rows, whichever program wrote them) and loads it from the
   * first row, instead of resuming after the last committed one. Nothing is deleted before every table was found to
   * fit. A function is called first, with what would be deleted, and throws when nothing is to be.
   *
   * @example
   * await run(loadSettings(), { restart: true });
   */
  readonly restart?: boolean | ConfirmRestart;
}
