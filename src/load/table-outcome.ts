import { isProven } from '../check/proof.ts';
import type { ErrorCode, ExitCode } from '../errors.ts';
import type { Outcome } from '../progress.ts';
import { renderError, settingsDetail } from '../rendered-error.ts';
import type { KeyValue } from '../source/key.ts';
import type { TableReport } from './load-report.ts';

/** Why something failed. */
export interface TableFailure {
  readonly code: ErrorCode;
  /** One line. */
  readonly message: string;
  readonly exitCode: ExitCode;
  /** Further lines: all incompatible columns. */
  readonly detail?: readonly string[];
  /** What was thrown; not part of the JSON. */
  readonly cause?: unknown;
}

/** How far a channel of a run has come. */
export interface CommittedRows {
  readonly channel: string;
  /** Rows of this run that are known to be committed: exact after a load that ended in order, else at least so many. */
  readonly rowsCommitted: number;
  /** The token that was committed last, as far as it is known: the next run resumes after it. */
  readonly committedOffsetToken: string | null;
  /** The key in that token; null at the start. */
  readonly committedKey: KeyValue | null;
}

/** What became of a table of the settings, loaded or not. */
export interface TableOutcome {
  /** `database.table` in MySQL. */
  readonly source: string;
  /** `DATABASE.SCHEMA.TABLE` in Snowflake. */
  readonly target: string;
  /**
   * `proven`; `differs`; `rejected`: not read to its end, because the tables of the run have more rejected rows than
   * --max-rejects allows; `stopped`: not loaded or not checked, because the run ended before; `failed`, with `error`.
   */
  readonly outcome: Outcome;
  /** Whether it is proven. */
  readonly ok: boolean;
  /** The sum of `channels`. */
  readonly rowsCommitted: number;
  /** How far its channels have come; empty when its load has not begun. */
  readonly channels: readonly CommittedRows[];
  /** Of a table that failed. */
  readonly error?: TableFailure;
}

/** What became of a table that has not failed: stopped when there is no report. */
export function outcomeOf(table: TableReport | undefined): Outcome {
  if (table === undefined) return 'stopped';
  if (!table.complete) return 'rejected';
  return isProven(table.proof) ? 'proven' : 'differs';
}

/** An error as a report has it. */
export function failureOf(error: unknown): TableFailure {
  const { code, exitCode, message } = renderError(error);
  const detail = settingsDetail(error);
  const failure: TableFailure = { code, exitCode, message, ...(detail.length > 0 && { detail }) };
  // For programs; in JSON it would be a second, unredacted text of the error.
  return Object.defineProperty(failure, 'cause', { value: error, enumerable: false });
}
