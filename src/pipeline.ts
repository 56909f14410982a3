import { classPath } from './bridge/jars.ts';
import { ensureJvm } from './bridge/jvm.ts';
import { type CheckRequest, check } from './check/check.ts';
import type { Settings, TableSettings } from './config/settings.ts';
import { StreamingIngestClient } from './ingest/classic-client.ts';
import type { IngestEngine } from './ingest/engine.ts';
import { RenewedClient } from './ingest/renewed-client.ts';
import { planTables, snapshotOf } from './load/planned-tables.ts';
import { RejectLimit } from './load/reject-limit.ts';
import { type ConfirmRestart, restartLoads } from './load/restart.ts';
import { goesOnWithout, TableFailures } from './load/table-failures.ts';
import { carryInLanes } from './load/table-lanes.ts';
import { openLoad } from './load/table-load.ts';
import { refuseSharedTargets } from './plan/shared-target.ts';
import { sourceName, type TablePlan } from './plan/table-plan.ts';
import { reached, unlessAborted } from './reach.ts';
import { RejectsFile } from './rejects/rejects-file.ts';
import { failureOf, outcomesOf } from './report/outcomes.ts';
import { type Progress, silent, TableProgress } from './report/progress.ts';
import { outcomeOf, type RunReport, type TableReport } from './report/run-report.ts';
import { reachSession, type SnowflakeSession } from './snowflake/session.ts';
import { requireWarehouse } from './snowflake/warehouse.ts';
import { reachSource, type Source } from './source/source.ts';
import { makeGold } from './transform/gold.ts';
import { refuseGoldName } from './transform/gold-settings.ts';

/** What a run may be given besides its settings. */
export interface RunOptions {
  readonly progress?: Progress;
  /** Ends the run after the batches at hand; what is in the channel is committed first. */
  readonly signal?: AbortSignal;
  /**
   * Empties every target that exists (TRUNCATE TABLE: all rows, whichever program wrote them) and loads it from the
   * first row, instead of going on after the last committed one. Nothing is deleted before every table was found to
   * fit. A function is then asked first, with what would be deleted, and throws when nothing is to be.
   *
   * @example
   * await run(loadSettings(), { restart: true });
   */
  readonly restart?: boolean | ConfirmRestart;
}

/**
 * The whole path: MySQL rows become HashMaps in the JVM, Snowflake's client streams them, SQL proves that they all
 * arrived, and the gold table is made. A run that was interrupted goes on after the last committed row. Of several
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
  const progress = options.progress ?? silent;
  refuseSharedTargets(settings);
  refuseGoldName(settings);

  const { restart = false, signal } = options;

  // The client logs in on a Java thread while the two connections are made.
  const opening = openEngine(settings);
  await using _client = closedInTheEnd(opening, signal);
  progress.step('connecting to MySQL and Snowflake');
  const patience = { retries: settings.retries, progress, signal };
  await using source = await reachSource(settings.mysql, patience);
  await using snowflake = await reachSession(settings.snowflake, patience);
  requireWarehouse(snowflake, settings.snowflake);

  await using rejects = settings.rejects === undefined ? undefined : await RejectsFile.open(settings.rejects);

  progress.step('starting the streaming client');
  // Snowflake may have come up since.
  await using engine = await unlessAborted(
    signal,
    () => opening.catch(() => openEngine(settings)),
    (late) => late.close(),
  );

  const failures = new TableFailures(settings);
  // As late as can be: the server keeps old rows for it.
  const lanes = Math.min(settings.parallelTables, settings.tables.length);
  await using snapshot = settings.snapshot
    ? await reached(
        patience,
        () => snapshotOf(source, settings, lanes, failures, restart !== false),
        (late) => late?.close(),
      )
    : undefined;

  const parts: RunParts = {
    source: snapshot ?? source,
    snowflake,
    engine,
    settings,
    progress,
    ...(rejects && { rejects }),
  };
  const emptied =
    restart === false ? undefined : await restartLoads(parts, restart === true ? undefined : restart, signal);

  const plans = await planTables(parts, failures, signal);
  const limit = new RejectLimit(settings.maxRejects);
  const sources = snapshot?.shares(lanes) ?? [source];
  const failed = async (plan: TablePlan, error: unknown, own: Source) => {
    failures.add(plans.get(plan) as TableSettings, error);
    // What keeps every table from going on ends the run, whatever the error was.
    await Promise.all([own.ask('SELECT 1'), snowflake.execute('SELECT 1')]);
    progress.step(goesOnWithout(sourceName(plan), error));
  };
  const loaded = await carryInLanes(
    [...plans.keys()],
    { lanes, sources, limit, failed, signal },
    {
      load: (plan, own, ending) => {
        const told = new TableProgress(progress, sourceName(plan), lanes === 1);
        return loadTable({ ...parts, source: own, plan, limit, progress: told }, ending);
      },
      prove: (tables, wanted, own, ending) => proveTables({ ...parts, source: own }, tables, wanted, ending),
    },
  );
  signal?.throwIfAborted();
  const reports = new Map(
    [...plans].flatMap(([plan, table]) => {
      const report = loaded.get(plan);
      return report === undefined ? [] : [[table, report] as const];
    }),
  );
  const gold = await transform(snowflake, settings, reports, progress);
  return {
    ...(emptied && { emptied }),
    tables: [...reports.values()],
    outcomes: outcomesOf(settings.tables, reports, failures.errors),
    ...gold,
    ...(rejects && { rejects: rejects.path }),
    pipelineSeconds: secondsSince(started),
    peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
  };
}

/** What the tables of a run share. */
export interface RunParts {
  readonly source: Source;
  readonly snowflake: SnowflakeSession;
  readonly engine: IngestEngine;
  readonly settings: Settings;
  readonly progress: Progress;
  /** Where refused rows are written down. */
  readonly rejects?: RejectsFile;
}

/** What the rooms of one table's way are opened with. */
export interface TableRun extends Omit<RunParts, 'progress'> {
  /** A session that no other table has at the time. */
  readonly source: Source;
  readonly plan: TablePlan;
  readonly progress: TableProgress;
  /** How many rows may be refused, those of other tables among them. */
  readonly limit: RejectLimit;
}

/** A table that was loaded, and what is to be compared. */
interface LoadedTable {
  readonly report: Omit<TableReport, 'proof'>;
  readonly request: CheckRequest;
}

async function loadTable(run: TableRun, signal: AbortSignal): Promise<LoadedTable> {
  const { progress } = run;
  await using load = await openLoad(run);
  const started = performance.now();
  progress.begin(await load.rowsToCome());
  try {
    // Rows in key order → HashMaps in the JVM → channels, under offset tokens that hold the last key; in the end
    // every row is committed, or this throws.
    await load.carry(signal);
  } catch (error) {
    progress.stop();
    throw error;
  }
  progress.finish();
  const ingestSeconds = secondsSince(started);
  return { report: { ...load.report, ingestSeconds }, request: load.checkRequest };
}

/** One proof for all tables of a target. */
async function proveTables(
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

/** Starts the JVM, where it is not there yet, and the streaming client in it. */
export function openEngine(settings: Settings): Promise<RenewedClient> {
  return RenewedClient.open(() => openClient(settings));
}

async function openClient(settings: Settings): Promise<StreamingIngestClient> {
  const jvm = await ensureJvm({
    classPath: classPath(settings.sdkJar),
    logFile: settings.javaLogFile,
    options: [`-Xmx${settings.jvmMemory}`, '-XX:+UseSerialGC'],
  });
  return StreamingIngestClient.open(jvm, {
    name: settings.clientName,
    connection: settings.snowflake,
    bridge: settings.bridge,
    compression: settings.compression,
    maxClientLag: settings.maxClientLag,
    javaTimeout: settings.javaTimeout,
    closeTimeout: settings.closeTimeout,
  });
}

/** Closes a client that may never come to be: what stands in the way of it is told where it is awaited. */
function closedInTheEnd(opening: Promise<RenewedClient>, signal: AbortSignal | undefined): AsyncDisposable {
  let isOpen = false;
  const closing = opening.then(
    (client) => {
      isOpen = true;
      return () => client.close();
    },
    () => () => Promise.resolve(),
  );
  const close = async () => (await closing)();
  return {
    async [Symbol.asyncDispose]() {
      // A login that is still under way may take as long as a Java call may.
      if (signal?.aborted && !isOpen) void close().catch(() => undefined);
      else await close();
    },
  };
}

/** The gold table is made of proven rows only. */
async function transform(
  snowflake: SnowflakeSession,
  settings: Settings,
  reports: ReadonlyMap<TableSettings, TableReport>,
  progress: Progress,
): Promise<Pick<RunReport, 'gold' | 'goldFailure'> | undefined> {
  const [raw] = settings.tables;
  const report = raw && reports.get(raw);
  if (settings.gold === undefined || raw === undefined || outcomeOf(report) !== 'proven') return;
  progress.step(`making gold table ${settings.gold.table}`);
  try {
    return { gold: await makeGold(snowflake, raw.target, settings.gold.table) };
  } catch (error) {
    // The tables are loaded and proven, which the report has to say.
    return { goldFailure: failureOf(error) };
  }
}

function secondsSince(started: number): number {
  return (performance.now() - started) / 1000;
}
