import { AbortGate } from './abort-gate.ts';
import type { Settings } from './config/settings.ts';
import { OpeningEngine } from './ingest/open-engine.ts';
import { loadTables } from './load/all-tables.ts';
import { planTables, snapshotOf } from './load/planned-tables.ts';
import { provenGold } from './load/proven-gold.ts';
import { restartLoads } from './load/restart.ts';
import type { RunOptions } from './load/run-options.ts';
import type { RunReport } from './load/run-report.ts';
import { RunResults } from './load/run-results.ts';
import type { RunParts } from './load/table-run.ts';
import { requireOwnTargets } from './plan/shared-target.ts';
import { Progress } from './progress.ts';
import { RejectsFile } from './rejects/rejects-file.ts';
import { untilAborted, withRetries } from './retry-policy.ts';
import { reachSession } from './snowflake/session.ts';
import { requireWarehouse } from './snowflake/warehouse.ts';
import { openMysqlSource } from './source/mysql/source.ts';
import { requireOwnGoldName } from './transform/gold-settings.ts';

/**
 * The whole path: MySQL rows become HashMaps in the JVM, Snowflake's client streams them, SQL proves that they all
 * arrived, and the gold table is made. A run that was interrupted resumes after the last committed row. Of several
 * tables one that fails leaves the others alone.
 *
 * @returns what was done, also when a table failed, the signal came, or the run could not continue: see `outcome`
 * @throws SnowstreamError what prevents any report: wrong settings, or an end that cannot be connected.
 * @example
 * const report = await run(loadSettings());
 * if (!report.ok) console.error(report.outcome, report.error?.message, report.outcomes);
 */
export async function run(settings: Settings, options: RunOptions = {}): Promise<RunReport> {
  const { onEvent, restart = false } = options;
  const progress = new Progress(onEvent);
  requireOwnTargets(settings);
  requireOwnGoldName(settings);

  using ends = new AbortGate(options.signal);
  using channels = new AbortGate(options.signal);
  const { signal } = ends;
  const results = new RunResults(settings, progress, options.signal);
  try {
    // The client logs in on a Java thread while the two connections are made.
    await using opening = new OpeningEngine(settings, channels.signal);
    progress.step('connecting to MySQL and Snowflake');
    const retry = { retries: settings.retries, progress, signal };
    await using source = await (options.source ?? openMysqlSource)(settings, retry);
    await using snowflake = await reachSession(settings.snowflake, retry);
    requireWarehouse(snowflake, settings.snowflake);
    await using rejects =
      settings.rejects === undefined
        ? undefined
        : await RejectsFile.open(settings.rejects, { step: (line) => progress.step(line), signal });
    progress.step('starting the streaming client');
    await using engine = await untilAborted(
      signal,
      () => opening.opened(),
      (late) => late.close(),
    );

    results.begin(rejects?.path);
    const workers = Math.min(settings.parallelTables, settings.tables.length);
    // As late as can be: the server keeps old rows for it.
    await using snapshot = settings.snapshot
      ? await withRetries(
          retry,
          () => snapshotOf(source, settings, workers, results, restart !== false),
          (late) => late?.close(),
        )
      : undefined;
    const base = { source: snapshot ?? source, snowflake, engine, settings, progress };
    const parts: RunParts = rejects === undefined ? base : { ...base, rejects };

    const confirm = typeof restart === 'function' ? restart : undefined;
    if (restart !== false) results.emptied = await restartLoads(parts, confirm, { ends, channels });
    const plans = await planTables(parts, results, signal);
    const sources = snapshot?.shares(workers) ?? [source];
    await loadTables(parts, { plans, workers, sources, results, signal });
    return results.report(await provenGold(parts, results.reports, signal));
  } catch (error) {
    return results.endedBy(error);
  }
}
