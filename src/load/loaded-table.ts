import { check } from '../check/check.ts';
import type { CheckRequest } from '../check/check-request.ts';
import { sourceName, type TablePlan } from '../plan/table-plan.ts';
import type { TableReport } from './load-report.ts';
import { openLoad } from './table-load.ts';
import type { RunParts, TableRun } from './table-run.ts';

/** A table that was loaded, and what is to be compared. */
export interface LoadedTable {
  readonly plan: TablePlan;
  readonly report: Omit<TableReport, 'proof'>;
  readonly request: CheckRequest;
}

/**
 * Loads one table: rows in key order → HashMaps in the JVM → channels, under offset tokens that hold the last key; at
 * the end every row is committed, or this throws.
 */
export async function loadTable(run: TableRun, signal: AbortSignal): Promise<LoadedTable> {
  const { progress } = run;
  await using load = await openLoad(run);
  const started = performance.now();
  progress.begin(await load.rowsToCome());
  try {
    await load.load(signal);
  } catch (error) {
    progress.stop();
    throw error;
  } finally {
    run.committed?.(load.committed);
  }
  progress.finish();
  const ingestSeconds = (performance.now() - started) / 1000;
  return { plan: run.plan, report: { ...load.report, ingestSeconds }, request: load.checkRequest };
}

/**
 * One proof for all tables of a target.
 *
 * @param wanted all that were to go there; of some the load may have failed
 */
export async function proveTables(
  { source, snowflake, progress }: RunParts,
  tables: readonly LoadedTable[],
  wanted: readonly TablePlan[],
  signal: AbortSignal,
): Promise<TableReport[]> {
  // The signal may have come from another table while these were closing their channels.
  signal.throwIfAborted();
  const [first, ...sharing] = tables.map(({ request }) => request);
  if (first === undefined) return [];
  progress.step(`checking ${tables.map(({ report }) => report.source).join(', ')} by SQL on both sides`);
  const missing = wanted.filter((plan) => !tables.some(({ request }) => request.table === plan.table));
  const unfinished =
    missing.length === 0
      ? first.unfinished
      : `${missing.map(sourceName).join(', ')} was to go into the same target and was not loaded`;
  const proof = await check(source, snowflake, { ...first, unfinished }, sharing);
  return tables.map(({ report }) => ({ ...report, proof }));
}
