import type { Settings, TableSettings } from '../config/settings.ts';
import { SnowstreamError } from '../errors.ts';
import { mustBeOfOneShape } from '../plan/shared-target.ts';
import { planTable, type TablePlan } from '../plan/table-plan.ts';
import { describeTarget } from '../snowflake/target.ts';
import type { Snapshot, Source } from '../source/source.ts';
import { goldColumnsError } from '../transform/gold-settings.ts';
import { goldTargetError } from '../transform/gold-target.ts';
import { goesOnWithout, type RunResults } from './run-results.ts';
import type { RunParts } from './table-run.ts';
import { byTarget } from './table-workers.ts';

/**
 * Sessions for each table at once: for its channels, or for the one of the reader of a table without a key.
 *
 * @param results is given the tables of which there is no snapshot
 * @returns `undefined` when there is none of any table
 */
export async function snapshotOf(
  source: Source,
  { tables, channels, resume }: Settings,
  workers: number,
  results: RunResults,
  isRestart: boolean,
): Promise<Snapshot | undefined> {
  const { snapshots } = source;
  if (snapshots === undefined)
    throw new SnowstreamError('SNAPSHOT_IMPOSSIBLE', 'the source has no snapshots: run without --snapshot');
  const nameOf = ({ database, source: name }: TableSettings) => ({ database, name });
  for (const [index, fault] of (await snapshots.faults(tables.map(nameOf))).entries())
    if (fault !== undefined) {
      // A restart deletes nothing unless every table can be loaded.
      if (isRestart) throw fault;
      results.fail(tables[index] as TableSettings, fault);
    }
  const wanted = tables.filter((table) => !results.hasFailed(table)).map(nameOf);
  if (wanted.length === 0) return undefined;
  return snapshots.open(wanted, workers * Math.max(channels, resume ? 1 : 2));
}

/**
 * One after the other, so that two tables that go to one schema or target do not both make it. No row moves before
 * all were compared with their targets.
 */
export async function planTables(
  { source, snowflake, settings, progress }: RunParts,
  results: RunResults,
  signal: AbortSignal | undefined,
): Promise<Map<TablePlan, TableSettings>> {
  const { targets, resume } = settings;
  const plans = new Map<TablePlan, TableSettings>();
  for (const table of settings.tables.filter((each) => !results.hasFailed(each))) {
    signal?.throwIfAborted();
    try {
      plans.set(await planTable(source, snowflake, table, { ...targets, resume }), table);
    } catch (error) {
      results.fail(table, error);
      progress.step(goesOnWithout(`${table.database}.${table.source}`, error));
    }
  }
  const raw = [...plans].find(([, table]) => table === settings.tables[0])?.[0];
  if (settings.gold !== undefined && raw !== undefined) {
    const target = await describeTarget(snowflake, raw.target);
    const columns = 'columns' in target ? target.columns.map(({ name }) => name) : [];
    const fault =
      goldColumnsError(raw.target, columns) ??
      (await goldTargetError(snowflake, raw.target, settings.gold.table));
    if (fault !== undefined) throw fault;
  }
  for (const sharing of byTarget([...plans.keys()])) mustBeOfOneShape(sharing);
  return plans;
}
