import type { TableSettings } from '../config/settings.ts';
import { makeGold } from '../transform/gold.ts';
import type { TableReport } from './load-report.ts';
import type { RunReport } from './run-report.ts';
import { failureOf, outcomeOf } from './table-outcome.ts';
import type { RunParts } from './table-run.ts';

/** Makes the gold table, where one is wanted, of proven rows only. A failure is in the report: the tables are loaded. */
export async function provenGold(
  { snowflake, settings, progress }: Pick<RunParts, 'snowflake' | 'settings' | 'progress'>,
  reports: ReadonlyMap<TableSettings, TableReport>,
  signal: AbortSignal,
): Promise<Pick<RunReport, 'gold' | 'goldFailure'>> {
  const [raw] = settings.tables;
  const report = raw && reports.get(raw);
  if (settings.gold === undefined || raw === undefined || outcomeOf(report) !== 'proven') return {};
  progress.step(`making gold table ${settings.gold.table}`);
  try {
    return { gold: await makeGold(snowflake, raw.target, settings.gold.table) };
  } catch (error) {
    signal.throwIfAborted();
    return { goldFailure: failureOf(error) };
  }
}
