import type { TableSettings } from '../config/settings.ts';
import { sourceName, type TablePlan } from '../plan/table-plan.ts';
import { TableProgress } from '../progress.ts';
import type { Source } from '../source/source.ts';
import type { TableReport } from './load-report.ts';
import { loadTable, proveTables } from './loaded-table.ts';
import { RejectLimit } from './reject-limit.ts';
import { goesOnWithout, type RunResults } from './run-results.ts';
import type { CommittedRows } from './table-outcome.ts';
import type { RunParts } from './table-run.ts';
import { loadInWorkers } from './table-workers.ts';

/** Which tables are loaded, and by what. */
export interface AllTables {
  readonly plans: ReadonlyMap<TablePlan, TableSettings>;
  /** Tables at once. */
  readonly workers: number;
  /** MySQL sessions of the workers. */
  readonly sources: readonly [Source, ...Source[]];
  /** Is given what becomes of the tables. */
  readonly results: RunResults;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Loads and proves the tables of a run.
 *
 * @throws SnowstreamError what keeps every table from being loaded; the reason of the signal.
 */
export async function loadTables(
  parts: RunParts,
  { plans, workers, sources, results, signal }: AllTables,
): Promise<void> {
  const { snowflake, settings, progress } = parts;
  const limit = new RejectLimit(settings.maxRejects);
  const settingsOf = (plan: TablePlan) => plans.get(plan) as TableSettings;
  const failed = async (plan: TablePlan, error: unknown, own: Source) => {
    results.fail(settingsOf(plan), error);
    // What keeps every table from being loaded ends the run, whatever the error was.
    await Promise.all([own.ping(), snowflake.execute('SELECT 1')]);
    progress.step(goesOnWithout(sourceName(plan), error));
  };
  await loadInWorkers(
    [...plans.keys()],
    { workers, sources, limit, failed, signal },
    {
      load: (plan, own, ending) => {
        const ofTable = new TableProgress(progress, sourceName(plan), workers === 1);
        const committed = (channels: readonly CommittedRows[]) => results.commit(settingsOf(plan), channels);
        return loadTable({ ...parts, source: own, plan, limit, progress: ofTable, committed }, ending);
      },
      prove: async (tables, wanted, own, ending) => {
        const reports = await proveTables({ ...parts, source: own }, tables, wanted, ending);
        for (const [index, { plan }] of tables.entries())
          results.prove(settingsOf(plan), reports[index] as TableReport);
      },
    },
  );
  signal?.throwIfAborted();
}
