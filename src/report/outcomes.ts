import type { TableSettings } from '../config/settings.ts';
import { renderError, settingsDetail } from '../errors.ts';
import { targetName } from '../plan/table-plan.ts';
import { displayName } from '../snowflake/identifier.ts';
import { outcomeOf, type TableFailure, type TableOutcome, type TableReport } from './run-report.ts';

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
