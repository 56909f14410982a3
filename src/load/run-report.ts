import { isProven } from '../check/proof.ts';
import type { GoldReport } from '../transform/gold.ts';
import type { EmptiedTarget, TableReport } from './load-report.ts';
import type { TableFailure, TableOutcome } from './table-outcome.ts';

/** A whole run. */
export interface RunReport {
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

/** Rows that are proven to stand in Snowflake as they stand in MySQL. */
export function provenRows(report: RunReport): number {
  // Tables that share a target share its proof.
  const proven = new Map(
    report.tables.flatMap(({ target, proof }) =>
      isProven(proof) ? [[target, proof.targetRows] as const] : [],
    ),
  );
  return [...proven.values()].reduce((sum, rows) => sum + rows, 0);
}
