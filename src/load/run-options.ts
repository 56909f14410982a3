import type { OnEvent } from '../progress.ts';
import type { SourceFactory } from '../source/source.ts';
import type { ConfirmRestart } from './restart.ts';

/** What a run may be given besides its settings. */
export interface RunOptions {
  /** Is called with everything that the run reports while it runs. */
  readonly onEvent?: OnEvent;
  /**
   * Stops the run, whatever it is doing: connecting, waiting for a retry, planning, restarting, loading, checking.
   * What is in the channels is committed first, and the report says so: its outcome is `stopped`.
   */
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
  /** @internal Another source than MySQL. */
  readonly source?: SourceFactory;
}
