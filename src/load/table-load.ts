import type { CheckRequest } from '../check/check-request.ts';
import { shardPlans } from '../plan/shard.ts';
import { sourceName, type TablePlan } from '../plan/table-plan.ts';
import { displayName } from '../snowflake/identifier.ts';
import { rowsToCome } from '../source/rows-to-come.ts';
import type { Source } from '../source/source.ts';
import { ChannelLoad } from './channel-load.ts';
import { fenceCompetingLoad } from './competing-load.ts';
import type { RejectedCount, RejectedRecord, TableReport } from './load-report.ts';
import { policyCounts } from './policy-counts.ts';
import type { CommittedRows } from './table-outcome.ts';
import type { TableRun } from './table-run.ts';

/**
 * Divides one table into shards and opens a channel for each.
 *
 * @throws SnowstreamError as {@link ChannelLoad.open} and {@link fenceCompetingLoad}.
 */
export async function openLoad(run: TableRun): Promise<TableLoad> {
  const { source, snowflake, settings, plan } = run;
  const shards = await shardPlans(source, snowflake, plan, settings.channels);
  const sources: Source[] = [];
  const channels: ChannelLoad[] = [];
  try {
    for (const [index, shard] of shards.entries()) {
      const own = index === 0 ? source : await source.another();
      if (own !== source) sources.push(own);
      channels.push(await ChannelLoad.open(run, own, shard));
    }
    await fenceCompetingLoad(run, channels);
  } catch (error) {
    for (const own of sources) await own.close();
    throw error;
  }
  return new TableLoad(run, channels, sources);
}

const UNREAD = 'not all rows were read: more were rejected than --max-rejects allows';

/** The load of one table, through one channel or several. */
export class TableLoad implements AsyncDisposable {
  readonly #run: TableRun;
  readonly #channels: readonly ChannelLoad[];
  readonly #sources: readonly Source[];

  /** @param sources what was opened for it */
  constructor(run: TableRun, channels: readonly ChannelLoad[], sources: readonly Source[]) {
    this.#run = run;
    this.#channels = channels;
    this.#sources = sources;
    run.limit.enter(this);
  }

  /** How many rows are to be read, for a progress bar. */
  async rowsToCome(): Promise<number> {
    const { table, keyset } = this.#plan;
    if (keyset === undefined) return table.estimatedRows;
    const ranges = this.#channels.map(({ range }) => range);
    return rowsToCome(this.#run.source.open(this.#plan), table, ranges);
  }

  /**
   * Loads every row: all channels at once, each in the order of its keys. When one of them fails the others end
   * with what they have committed.
   *
   * @param signal ends it after the batches at hand; what is in the channels is committed
   * @throws the error of the channel that failed first: see {@link ChannelLoad.load}.
   */
  async load(signal?: AbortSignal): Promise<void> {
    const failing = new AbortController();
    const endings = {
      signal: signal === undefined ? failing.signal : AbortSignal.any([signal, failing.signal]),
      enough: () => this.#run.limit.isExceeded,
    };
    await Promise.all(
      this.#channels.map(async (channel) => {
        try {
          await channel.load(endings);
        } catch (error) {
          failing.abort(error);
          await channel.abandon();
        }
      }),
    );
    failing.signal.throwIfAborted();
  }

  /** The comparison to make once every row is loaded. */
  get checkRequest(): CheckRequest {
    return {
      ...this.#plan,
      checksum: this.#run.settings.checksum,
      rejectedKeys: this.#channels.flatMap(({ rejectedKeys }) => rejectedKeys),
      rejectedWithoutKey: this.#plan.keyset ? 0 : this.rejectedRows,
      unfinished: this.complete ? undefined : UNREAD,
      offsetTokens: this.#channels.map(({ offsetToken }) => offsetToken),
    };
  }

  /** How far each channel has come. */
  get committed(): readonly CommittedRows[] {
    return this.#channels.map((channel) => channel.committed);
  }

  /** Whether every row was read. */
  get complete(): boolean {
    return this.#channels.every(({ complete }) => complete);
  }

  get report(): Omit<TableReport, 'ingestSeconds' | 'proof'> {
    const ledgers = this.#channels.map(({ ledger }) => ledger);
    const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
    const rejected = this.#rejected;
    const rowsRead = sum(ledgers.map(({ rows }) => rows));
    return {
      source: sourceName(this.#plan),
      target: displayName(this.#plan.target),
      channels: this.#channels.map(({ report }) => report),
      rowsRead,
      rowsSent: rowsRead - rejected.length,
      bytes: sum(ledgers.map(({ bytes }) => bytes)),
      rejected,
      rejectedBefore: sum(this.#channels.map(({ rejectedBefore }) => rejectedBefore.length)),
      rejectedByColumn: rejectedByColumn(rejected),
      policies: policyCounts(ledgers.flatMap((ledger) => ledger.replaced)),
      complete: this.complete,
    };
  }

  /** Rows that were rejected so far. */
  get rejectedRows(): number {
    return this.#channels.reduce((rows, { ledger }) => rows + ledger.rejectedRows, 0);
  }

  get #plan(): TablePlan {
    return this.#run.plan;
  }

  get #rejected(): readonly RejectedRecord[] {
    return this.#channels.flatMap(({ ledger }) => ledger.rejected);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#run.limit.leave(this);
    for (const source of this.#sources) await source.close();
  }
}

/** Rejected rows by the column at fault; those without one are of no column. */
function rejectedByColumn(rejected: readonly RejectedRecord[]): RejectedCount[] {
  const rows = new Map<string | null, number>();
  for (const { column = null } of rejected) rows.set(column, (rows.get(column) ?? 0) + 1);
  return [...rows].map(([column, count]) => ({ column, rows: count }));
}
