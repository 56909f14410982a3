import { isProven, missingRows } from '../check/proof.ts';
import type { Outcome } from '../progress.ts';
import type { GoldReport } from '../transform/gold.ts';
import type { EmptiedTarget, TableReport } from './load-report.ts';
import type { TableFailure, TableOutcome } from './table-outcome.ts';

/** A whole run, also one that failed or was stopped: what was done until then is in it. */
export interface RunReport {
  /**
   * `proven`: all rows of all tables are committed and compared. Otherwise the worst of: `stopped` by a signal;
   * `differs`: rows differ, or could not be compared; `failed`: a table, the gold table or the whole run, see `error`;
   * `rejected`: more rows are missing as rejected than --max-rejects allows.
   */
  readonly outcome: Outcome;
  /** Whether the outcome is `proven`. */
  readonly ok: boolean;
  /** What ended the whole run; tables that failed without ending it are in `outcomes`. */
  readonly error?: TableFailure;
  /** What a restart has emptied. */
  readonly emptied?: readonly EmptiedTarget[];
  /** The tables that were loaded, so far as to be compared. */
  readonly tables: readonly TableReport[];
  /** Every table of the settings, in their order. */
  readonly outcomes: readonly TableOutcome[];
  readonly gold?: GoldReport;
  /** Why the gold table could not be made, although its raw table is proven. */
  readonly goldFailure?: TableFailure;
  /** The file of the rejected rows, where there is one. */
  readonly rejects?: string;
  /** From the start of the run to its end. */
  readonly pipelineSeconds: number;
  /** The largest resident memory of the process and its JVM so far, in bytes. */
  readonly peakMemoryBytes: number;
}

/**
 * Rows that are proven to be in Snowflake as they are in MySQL.
 *
 * @example
 * const report = await run(loadSettings());
 * if (report.ok) console.log(`${provenRows(report)} rows proven`);
 */
export function provenRows(report: RunReport): number {
  // Tables that share a target share its proof.
  const proven = new Map(
    report.tables.flatMap(({ target, proof }) =>
      isProven(proof) ? [[target, proof.targetRows] as const] : [],
    ),
  );
  return [...proven.values()].reduce((sum, rows) => sum + rows, 0);
}

/** Rows that are not in Snowflake because they were rejected: in this run, or earlier and still missing. */
export function rejectedRows({ tables }: Pick<RunReport, 'tables'>): number {
  // Those of this run count even when they are gone from the source by now.
  const now = tables.reduce((rows, { rejected }) => rows + rejected.length, 0);
  return Math.max(now, missingRows(tables));
}
