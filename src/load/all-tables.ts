import type { TableSettings } from '../config/settings.ts';
import { sourceName, type TablePlan } from '../plan/table-plan.ts';
import { TableProgress } from '../progress.ts';
import type { Source } from '../source/mysql/source.ts';
import type { TableReport } from './load-report.ts';
import { loadTable, proveTables } from './loaded-table.ts';
import { RejectLimit } from './reject-limit.ts';
import { goesOnWithout, type TableFailures } from './table-failures.ts';
import type { RunParts } from './table-run.ts';
import { loadInWorkers } from './table-workers.ts';

/** Which tables are loaded, and by what. */
export interface AllTables {
  readonly plans: ReadonlyMap<TablePlan, TableSettings>;
  /** Tables at once. */
  readonly workers: number;
  /** MySQL sessions of the workers. */
  readonly sources: readonly [Source, ...Source[]];
  /** Is given the tables that fail. */
  readonly failures: TableFailures;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Loads and proves the tables of a run.
 *
 * @returns the reports of the tables that were proven or found to differ, in the order of the plans
 * @throws SnowstreamError what keeps every table from being loaded; the reason of the signal.
 */
export async function loadTables(
  parts: RunParts,
  { plans, workers, sources, failures, signal }: AllTables,
): Promise<ReadonlyMap<TableSettings, TableReport>> {
  const { snowflake, settings, progress } = parts;
  const limit = new RejectLimit(settings.maxRejects);
  const settingsOf = (plan: TablePlan) => plans.get(plan) as TableSettings;
  const failed = async (plan: TablePlan, error: unknown, own: Source) => {
    failures.add(settingsOf(plan), error);
    // What keeps every table from being loaded ends the run, whatever the error was.
    await Promise.all([own.ask('SELECT 1'), snowflake.execute('SELECT 1')]);
    progress.step(goesOnWithout(sourceName(plan), error));
  };
  const reports = await loadInWorkers(
    [...plans.keys()],
    { workers, sources, limit, failed, signal },
    {
      load: (plan, own, ending) => {
        const ofTable = new TableProgress(progress, sourceName(plan), workers === 1);
        return loadTable({ ...parts, source: own, plan, limit, progress: ofTable }, ending);
      },
      prove: (tables, wanted, own, ending) => proveTables({ ...parts, source: own }, tables, wanted, ending),
    },
  );
  signal?.throwIfAborted();
  return new Map(
    [...plans].flatMap(([plan, table]) => {
      const report = reports.get(plan);
      return report === undefined ? [] : [[table, report] as const];
    }),
  );
}
