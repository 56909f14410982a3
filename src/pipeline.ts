import type { Settings } from './config/settings.ts';
import { OpeningEngine } from './ingest/open-engine.ts';
import { loadTables } from './load/all-tables.ts';
import { planTables, snapshotOf } from './load/planned-tables.ts';
import { provenGold } from './load/proven-gold.ts';
import { restartLoads } from './load/restart.ts';
import type { RunOptions } from './load/run-options.ts';
import type { RunReport } from './load/run-report.ts';
import { TableFailures } from './load/table-failures.ts';
import { outcomesOf } from './load/table-outcome.ts';
import type { RunParts } from './load/table-run.ts';
import { refuseSharedTargets } from './plan/shared-target.ts';
import { silent } from './progress.ts';
import { reached, unlessAborted } from './reach.ts';
import { RejectsFile } from './rejects/rejects-file.ts';
import { reachSession } from './snowflake/session.ts';
import { requireWarehouse } from './snowflake/warehouse.ts';
import { reachSource } from './source/mysql/source.ts';
import { refuseGoldName } from './transform/gold-settings.ts';

/**
 * The whole path: MySQL rows become HashMaps in the JVM, Snowflake's client streams them, SQL proves that they all
 * arrived, and the gold table is made. A run that was interrupted resumes after the last committed row. Of several
 * tables one that fails leaves the others alone, and its error is in the report's `outcomes`.
 *
 * @throws SnowstreamError what keeps the whole run from going on: an end that cannot be reached, a wrong login, a JVM
 * without memory, a lost snapshot; of a run of one table, and with `failFast`, also the error of a table. Rows that
 * differ or were rejected are no error here but in the report.
 * @example
 * const report = await run(loadSettings());
 * console.log(report.tables[0]?.proof.differences);
 */
export async function run(settings: Settings, options: RunOptions = {}): Promise<RunReport> {
  const started = performance.now();
  const { progress = silent, restart = false, signal } = options;
  refuseSharedTargets(settings);
  refuseGoldName(settings);

  // The client logs in on a Java thread while the two connections are made.
  await using opening = new OpeningEngine(settings, signal);
  progress.step('connecting to MySQL and Snowflake');
  const retry = { retries: settings.retries, progress, signal };
  await using source = await reachSource(settings.mysql, retry);
  await using snowflake = await reachSession(settings.snowflake, retry);
  requireWarehouse(snowflake, settings.snowflake);
  await using rejects =
    settings.rejects === undefined
      ? undefined
      : await RejectsFile.open(settings.rejects, { step: (line) => progress.step(line), signal });
  progress.step('starting the streaming client');
  await using engine = await unlessAborted(
    signal,
    () => opening.opened(),
    (late) => late.close(),
  );

  const failures = new TableFailures(settings);
  const workers = Math.min(settings.parallelTables, settings.tables.length);
  // As late as can be: the server keeps old rows for it.
  await using snapshot = settings.snapshot
    ? await reached(
        retry,
        () => snapshotOf(source, settings, workers, failures, restart !== false),
        (late) => late?.close(),
      )
    : undefined;
  const base = { source: snapshot ?? source, snowflake, engine, settings, progress };
  const parts: RunParts = rejects === undefined ? base : { ...base, rejects };

  const confirm = typeof restart === 'function' ? restart : undefined;
  const emptied = restart === false ? undefined : await restartLoads(parts, confirm, signal);
  const plans = await planTables(parts, failures, signal);
  const sources = snapshot?.shares(workers) ?? [source];
  const reports = await loadTables(parts, { plans, workers, sources, failures, signal });
  const gold = await provenGold(parts, reports);

  return {
    ...(emptied && { emptied }),
    tables: [...reports.values()],
    outcomes: outcomesOf(settings.tables, reports, failures.errors),
    ...gold,
    ...(rejects && { rejects: rejects.path }),
    pipelineSeconds: (performance.now() - started) / 1000,
    peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
  };
}
