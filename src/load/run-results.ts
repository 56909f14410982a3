import type { Settings, TableSettings } from '../config/settings.ts';
import { factsOfError, SnowstreamError } from '../errors.ts';
import { targetName } from '../plan/table-plan.ts';
import type { Outcome, Progress } from '../progress.ts';
import { renderError } from '../rendered-error.ts';
import { displayName } from '../snowflake/identifier.ts';
import type { EmptiedTarget, TableReport } from './load-report.ts';
import { type RunReport, rejectedRows } from './run-report.ts';
import {
  type CommittedRows,
  failureOf,
  outcomeOf,
  type TableFailure,
  type TableOutcome,
} from './table-outcome.ts';

/** What a run has come to so far, table by table, and the report that it makes. */
export class RunResults {
  readonly #settings: Settings;
  readonly #progress: Progress;
  readonly #signal: AbortSignal | undefined;
  readonly #started = performance.now();
  readonly #errors = new Map<TableSettings, unknown>();
  readonly #reports = new Map<TableSettings, TableReport>();
  readonly #committed = new Map<TableSettings, readonly CommittedRows[]>();
  #canReport = false;
  #emptied: readonly EmptiedTarget[] | undefined;
  #rejects: string | undefined;

  constructor(settings: Settings, progress: Progress, signal: AbortSignal | undefined) {
    this.#settings = settings;
    this.#progress = progress;
    this.#signal = signal;
  }

  /**
   * Both ends are connected: whatever fails from now on is in the report.
   *
   * @param rejects the file of the rejected rows
   */
  begin(rejects: string | undefined): void {
    this.#canReport = true;
    this.#rejects = rejects;
  }

  /** What a restart has emptied. */
  set emptied(targets: readonly EmptiedTarget[]) {
    this.#emptied = targets;
  }

  /** Keeps how far the channels of a table have come. */
  commit(table: TableSettings, channels: readonly CommittedRows[]): void {
    this.#committed.set(table, channels);
  }

  /** Keeps the report of a table that was compared. */
  prove(table: TableSettings, report: TableReport): void {
    this.#reports.set(table, report);
    this.#finished(table, outcomeOf(report));
  }

  /**
   * Keeps a table's error.
   *
   * @throws the error itself when it ends the run. A run of one table has no others to load.
   */
  fail(table: TableSettings, error: unknown): void {
    // What fails in a run that is being stopped may fail for that reason.
    if (this.#signal?.aborted) throw error;
    const { failFast, tables } = this.#settings;
    this.#errors.set(table, error);
    this.#finished(table, 'failed', error);
    if (failFast || tables.length === 1 || factsOfError(error)?.endsRun) throw error;
  }

  hasFailed(table: TableSettings): boolean {
    return this.#errors.has(table);
  }

  /** The reports of the tables that were compared. */
  get reports(): ReadonlyMap<TableSettings, TableReport> {
    return this.#reports;
  }

  /** The report of a run that came to its end. */
  report(gold: Pick<RunReport, 'gold' | 'goldFailure'> = {}): RunReport {
    return this.#report(undefined, gold);
  }

  /**
   * The report of a run that ended before its end.
   *
   * @throws the error itself when it came before both ends were connected, unless the signal ended the run.
   */
  endedBy(error: unknown): RunReport {
    if (this.#signal?.aborted) return this.#report(failureOf(stopError(this.#signal)), {});
    if (!this.#canReport) throw error;
    return this.#report(failureOf(error), {});
  }

  #report(error: TableFailure | undefined, gold: Pick<RunReport, 'gold' | 'goldFailure'>): RunReport {
    const outcomes = this.#settings.tables.map((table) => this.#outcomeOf(table));
    const tables = this.#settings.tables.flatMap((table) => this.#reports.get(table) ?? []);
    const outcome = this.#runOutcome(outcomes, { tables }, error ?? gold.goldFailure);
    return {
      outcome,
      ok: outcome === 'proven',
      ...(error && { error }),
      ...(this.#emptied && { emptied: this.#emptied }),
      tables,
      outcomes,
      ...gold,
      ...(this.#rejects !== undefined && { rejects: this.#rejects }),
      pipelineSeconds: (performance.now() - this.#started) / 1000,
      peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
    };
  }

  #outcomeOf(table: TableSettings): TableOutcome {
    const outcome = this.#errors.has(table) ? 'failed' : outcomeOf(this.#reports.get(table));
    const channels = this.#committed.get(table) ?? [];
    return {
      source: nameOf(table),
      target: displayName(targetName(table)),
      outcome,
      ok: outcome === 'proven',
      rowsCommitted: channels.reduce((sum, { rowsCommitted }) => sum + rowsCommitted, 0),
      channels,
      ...(outcome === 'failed' && { error: failureOf(this.#errors.get(table)) }),
    };
  }

  /** In the order of the exit codes: the worst counts. */
  #runOutcome(
    outcomes: readonly TableOutcome[],
    report: Pick<RunReport, 'tables'>,
    error: TableFailure | undefined,
  ): Outcome {
    const has = (wanted: Outcome) => outcomes.some(({ outcome }) => outcome === wanted);
    if (this.#signal?.aborted && error !== undefined) return 'stopped';
    if (has('differs')) return 'differs';
    if (error !== undefined || has('failed')) return 'failed';
    if (rejectedRows(report) > this.#settings.maxRejects) return 'rejected';
    // The limit was exceeded only until a channel was lost with its rejected rows: nothing was compared.
    return has('rejected') || has('stopped') ? 'differs' : 'proven';
  }

  #finished(table: TableSettings, outcome: Outcome, error?: unknown): void {
    const code = outcome === 'failed' ? renderError(error).code : undefined;
    this.#progress.emit({ type: 'table-finished', table: nameOf(table), outcome, ...(code && { code }) });
  }
}

const nameOf = ({ database, source }: TableSettings): string => `${database}.${source}`;

/** Why a signal ended a run: its own reason, where that is an error of this project. */
export function stopError({ reason }: AbortSignal): SnowstreamError {
  if (reason instanceof SnowstreamError) return reason;
  const why = reason instanceof Error ? reason.message : String(reason);
  return new SnowstreamError('INTERRUPTED', `stopped by the program: ${why}`, { cause: reason });
}

/** What is reported of a table that failed while the others are loaded. */
export function goesOnWithout(table: string, error: unknown): string {
  const { code, message } = renderError(error);
  return `${table} failed, and the other tables continue: ${message} [${code}]`;
}
