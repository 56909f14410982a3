import { isProven } from '../check/proof.ts';
import type { TableSettings } from '../config/settings.ts';
import type { ErrorCode, ExitCode } from '../errors.ts';
import { targetName } from '../plan/table-plan.ts';
import { renderError, settingsDetail } from '../rendered-error.ts';
import { displayName } from '../snowflake/identifier.ts';
import type { TableReport } from './load-report.ts';

/**
 * What became of a table: proven; loaded, but different; not read to its end, because more rows were rejected than
 * --max-rejects allows; failed; or not begun, because the run ended before.
 */
export type Outcome = 'proven' | 'differs' | 'unfinished' | 'failed' | 'not started';

/** Why something failed. */
export interface TableFailure {
  readonly code: ErrorCode;
  /** One line. */
  readonly message: string;
  readonly exitCode: ExitCode;
  /** Further lines: all columns that do not fit. */
  readonly detail?: readonly string[];
}

/** What became of a table of the settings, loaded or not. */
export interface TableOutcome {
  /** `database.table` in MySQL. */
  readonly source: string;
  /** `DATABASE.SCHEMA.TABLE` in Snowflake. */
  readonly target: string;
  readonly outcome: Outcome;
  /** Of a table that failed. */
  readonly error?: TableFailure;
}

/** What became of a table that has not failed: not started when there is no report. */
export function outcomeOf(table: TableReport | undefined): Outcome {
  if (table === undefined) return 'not started';
  if (!table.complete) return 'unfinished';
  return isProven(table.proof) ? 'proven' : 'differs';
}

/**
 * What became of each table of a run.
 *
 * @param tables those of the settings, in their order
 * @param reports of those that were loaded
 * @param errors of those that failed
 */
export function outcomesOf(
  tables: readonly TableSettings[],
  reports: ReadonlyMap<TableSettings, TableReport>,
  errors: ReadonlyMap<TableSettings, unknown>,
): TableOutcome[] {
  return tables.map((table) => ({
    source: `${table.database}.${table.source}`,
    target: displayName(targetName(table)),
    ...(errors.has(table)
      ? { outcome: 'failed', error: failureOf(errors.get(table)) }
      : { outcome: outcomeOf(reports.get(table)) }),
  }));
}

/** An error as a report has it. */
export function failureOf(error: unknown): TableFailure {
  const { code, exitCode, message } = renderError(error);
  const detail = settingsDetail(error);
  return { code, exitCode, message, ...(detail.length > 0 && { detail }) };
}
