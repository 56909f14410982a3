import type { CarriedColumn } from './bridge/row-bridge.ts';
import type { CheckRequest } from './check/check.ts';
import { SnowstreamError } from './errors.ts';
import { carriedColumns, readingExpressions } from './ingest/carried-columns.ts';
import type { IngestChannel } from './ingest/engine.ts';
import { formatOffsetToken, parseOffsetToken } from './ingest/offset-token.ts';
import type { TableRun } from './pipeline.ts';
import { openRefusalLog, type RefusalLog } from './rejects/refusal-log.ts';
import { PolicyTally } from './report/policy-tally.ts';
import type { RefusedCount, RefusedRecord, TableReport } from './report/run-report.ts';
import { displayName } from './snowflake/identifier.ts';
import type { KeyValue } from './source/keyset.ts';
import { readTable, type SourceBatch } from './source/reader.ts';
import { rowsToCome } from './source/rows-to-come.ts';
import { readUnordered } from './source/unordered.ts';
import { planTable, type TablePlan } from './table-plan.ts';
import type { Cell } from './types/mysql-column.ts';
import type { PolicyApplication } from './types/policy.ts';

/** Plans one table's way and opens its channel. */
export async function openLoad(run: TableRun): Promise<TableLoad> {
  const { source, snowflake, engine, settings } = run;
  const { targets, resume } = settings;
  const plan = await planTable(source, snowflake, run.table, { ...targets, resume });
  const log = run.rejects && (await openRefusalLog(run.rejects, snowflake, plan));
  const channel = await engine.openChannel({
    channel: plan.channel,
    table: plan.target,
    onError: settings.onError,
    ...(log && { refusing: (refused, batch) => log.record(refused, batch) }),
  });
  const committed = await channel.getLatestCommittedOffsetToken();
  const after = keyAfter(plan, committed);
  await log?.resume(source, after);
  return new TableLoad(run, plan, channel, committed, log);
}

/** One table on its way into Snowflake. */
export class TableLoad {
  readonly channel: IngestChannel;
  readonly #run: TableRun;
  readonly #plan: TablePlan;
  readonly #carried: readonly CarriedColumn[];
  readonly #committed: string | null;
  readonly #log: RefusalLog | undefined;
  readonly #refusedBefore: number;
  readonly #channelValid: boolean;
  readonly #refused: RefusedRecord[] = [];
  readonly #policies = new PolicyTally();
  /** The token that has to be committed in the end, and those of later batches of which no row was taken. */
  #expectedTokens: readonly [string | null, ...string[]];
  #inserting: Promise<void> = Promise.resolve();
  #failed = false;
  #rowsRead = 0;
  #bytes = 0;

  /**
   * @param committed the channel's offset token when it was opened
   * @param log where its refused rows are written down
   */
  constructor(
    run: TableRun,
    plan: TablePlan,
    channel: IngestChannel,
    committed: string | null,
    log?: RefusalLog,
  ) {
    this.channel = channel;
    this.#run = run;
    this.#plan = plan;
    this.#carried = carriedColumns(plan.columns);
    this.#committed = committed;
    this.#log = log;
    this.#refusedBefore = log?.keys.length ?? 0;
    this.#channelValid = channel.isValid();
    this.#expectedTokens = [committed];
  }

  /** `database.table`, for people. */
  get name(): string {
    return `${this.#plan.table.database}.${this.#plan.table.name}`;
  }

  /** How many rows are to be read, for a progress bar. */
  async rowsToCome(): Promise<number> {
    const { table, keyset } = this.#plan;
    if (keyset === undefined) return table.estimatedRows;
    return rowsToCome(this.#run.source, table, keyset, keyAfter(this.#plan, this.#committed));
  }

  /**
   * The rows after the committed offset token, in key order.
   *
   * @throws SnowstreamError OFFSET_TOKEN_INVALID when the channel's token is not one of this load.
   */
  batches(): AsyncGenerator<SourceBatch> {
    const { table, keyset, columns } = this.#plan;
    const { batchRows } = this.#run.settings;
    const expressions = readingExpressions(columns);
    if (keyset === undefined)
      return numbered(readUnordered(this.#run.source, { table, expressions, batchRows }));
    const after = keyAfter(this.#plan, this.#committed);
    return readTable(this.#run.source, {
      table,
      keyset,
      expressions,
      batchRows,
      ...(after !== undefined && { after }),
    });
  }

  /**
   * Puts a batch into the channel, under a token that holds its last key. Comes back when the batch before is in,
   * so that this one is on its way while the caller fetches the next.
   */
  async insert(batch: SourceBatch): Promise<void> {
    const before = this.#inserting;
    // Behind a batch that failed none may follow: its token would be committed over a gap.
    if (this.#failed) return before;
    this.#inserting = this.#insert(batch);
    // Whoever awaits it next gets the failure; until then it must not count as unhandled.
    this.#inserting.catch(() => {
      this.#failed = true;
    });
    await before;
  }

  /** Comes back when every batch is in the channel. */
  settled(): Promise<void> {
    return this.#inserting;
  }

  async #insert(batch: SourceBatch): Promise<void> {
    const { keyset, token } = this.#plan;
    const offsetToken = formatOffsetToken({ ...token, key: batch.lastKey });
    const replaced: PolicyApplication[] = [];
    const refused = await this.channel.insertBatch({
      rows: batch.rows,
      columns: this.#carried,
      offsetToken,
      replaced: (application) => replaced.push(application),
    });
    this.#policies.add(replaced, new Set(refused.map(({ index }) => index)));
    for (const { index, column, message } of refused) {
      const behind = batch.rows[index]?.slice(this.#carried.length) ?? [];
      const identity = keyset ? { key: keyset.valueOf(behind) } : { key: [], row: Number(behind[0]) };
      this.#refused.push({ ...identity, message, ...(column !== undefined && { column }) });
    }
    // The SDK hands on the token of a batch of which it took nothing too, but only if rows before it wait to be sent.
    this.#expectedTokens =
      refused.length < batch.rows.length ? [offsetToken] : [...this.#expectedTokens, offsetToken];
    const bytes = batchBytes(batch.rows);
    this.#rowsRead += batch.rows.length;
    this.#bytes += bytes;
    this.#run.progress.advance(batch.rows.length, bytes);
  }

  /** Rows that were refused in this run so far. */
  get refusedRows(): number {
    return this.#refused.length;
  }

  /** Closes the channel after a failure; what it holds is committed if it still can be. */
  async abandon(): Promise<void> {
    await this.settled().catch(() => undefined);
    await this.channel.close().catch(() => undefined);
  }

  /**
   * What to compare once the channel is closed.
   *
   * @param unfinished why not every row was read
   */
  checkRequest(committed: string | null, unfinished?: string): CheckRequest {
    const expected = this.#expectedTokens.find((token) => token === committed) ?? this.#expectedTokens[0];
    const { keyset } = this.#plan;
    return {
      ...this.#plan,
      checksum: this.#run.settings.checksum,
      refusedKeys: keyset ? (this.#log?.keys ?? this.#refused.map(({ key }) => key)) : [],
      refusedWithoutKey: keyset ? 0 : this.#refused.length,
      unfinished,
      offsetToken: { expected, committed },
    };
  }

  get report(): Omit<
    TableReport,
    'channelClosed' | 'committedOffsetToken' | 'ingestSeconds' | 'complete' | 'proof'
  > {
    return {
      source: this.name,
      target: displayName(this.#plan.target),
      channel: this.channel.name,
      channelValid: this.#channelValid,
      resumedAfter: this.#committed,
      rowsRead: this.#rowsRead,
      rowsSent: this.channel.acceptedRows,
      bytes: this.#bytes,
      refused: this.#refused,
      refusedBefore: this.#refusedBefore,
      refusedByColumn: refusedByColumn(this.#refused),
      policies: this.#policies.counts,
    };
  }
}

/**
 * The key of the last committed row, if there is one.
 *
 * @throws SnowstreamError OFFSET_TOKEN_INVALID when there is one in a table without a key, too.
 */
function keyAfter(
  { table, keyset, channel, token }: TablePlan,
  committed: string | null,
): KeyValue | undefined {
  if (committed === null) return undefined;
  if (keyset !== undefined) return parseOffsetToken(committed, token).key;
  throw new SnowstreamError(
    'OFFSET_TOKEN_INVALID',
    `${table.database}.${table.name} has no key, so nothing tells where to go on after an earlier load: channel ${channel} has committed ${committed.slice(0, 80)}; to load the table anew, empty the target and use another --channel, or drop this one`,
  );
}

/** Batches of rows that have their number behind their cells, as others have their key. */
async function* numbered(batches: AsyncIterable<Pick<SourceBatch, 'rows'>>): AsyncGenerator<SourceBatch> {
  let count = 0;
  for await (const { rows } of batches) {
    for (const row of rows) row.push(String(++count));
    yield { rows, lastKey: [String(count)] };
  }
}

/** Refused rows by the column at fault; those without one are of no column. */
function refusedByColumn(refused: readonly RefusedRecord[]): RefusedCount[] {
  const rows = new Map<string | null, number>();
  for (const { column = null } of refused) rows.set(column, (rows.get(column) ?? 0) + 1);
  return [...rows].map(([column, count]) => ({ column, rows: count }));
}

/** Bytes of the values as MySQL sent them, give or take multi-byte characters. */
function batchBytes(rows: readonly (readonly Cell[])[]): number {
  let bytes = 0;
  for (const row of rows) for (const cell of row) bytes += typeof cell === 'number' ? 8 : (cell?.length ?? 0);
  return bytes;
}
