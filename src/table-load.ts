import type { CarriedColumn } from './bridge/row-bridge.ts';
import type { CheckRequest } from './check/check.ts';
import type { IngestChannel } from './ingest/engine.ts';
import { formatOffsetToken, parseOffsetToken } from './ingest/offset-token.ts';
import type { TableRun } from './pipeline.ts';
import { PolicyTally } from './report/policy-tally.ts';
import type { RefusedRecord, TableReport } from './report/run-report.ts';
import { displayIdentifier, displayName } from './snowflake/identifier.ts';
import type { KeyValue } from './source/keyset.ts';
import { mysqlIdentifier } from './source/mysql-identifier.ts';
import { readTable, type SourceBatch } from './source/reader.ts';
import { rowsToCome } from './source/rows-to-come.ts';
import { planTable, type TablePlan } from './table-plan.ts';
import type { Cell } from './types/mysql-column.ts';
import type { PolicyApplication } from './types/policy.ts';

/** Plans one table's way and opens its channel. */
export async function openLoad(run: TableRun): Promise<TableLoad> {
  const { source, snowflake, engine, settings } = run;
  const plan = await planTable(source, snowflake, run.table, settings.targets);
  const channel = await engine.openChannel({
    channel: plan.channel,
    table: plan.target,
    onError: settings.onError,
  });
  return new TableLoad(run, plan, channel, await channel.getLatestCommittedOffsetToken());
}

/** One table on its way into Snowflake. */
export class TableLoad {
  readonly channel: IngestChannel;
  readonly #run: TableRun;
  readonly #plan: TablePlan;
  readonly #carried: readonly CarriedColumn[];
  readonly #committed: string | null;
  readonly #channelValid: boolean;
  readonly #refused: RefusedRecord[] = [];
  readonly #policies = new PolicyTally();
  /** The token that has to be committed in the end, and those of later batches of which no row was taken. */
  #expectedTokens: readonly [string | null, ...string[]];
  #inserting: Promise<void> = Promise.resolve();
  #rowsRead = 0;
  #bytes = 0;

  /** @param committed the channel's offset token when it was opened */
  constructor(run: TableRun, plan: TablePlan, channel: IngestChannel, committed: string | null) {
    this.channel = channel;
    this.#run = run;
    this.#plan = plan;
    this.#carried = plan.columns.map(({ target, carriage }) => ({
      key: displayIdentifier(target),
      carriage,
    }));
    this.#committed = committed;
    this.#channelValid = channel.isValid();
    this.#expectedTokens = [committed];
  }

  /** `database.table`, for people. */
  get name(): string {
    return `${this.#plan.table.database}.${this.#plan.table.name}`;
  }

  /** How many rows are to be read, for a progress bar. */
  rowsToCome(): Promise<number> {
    return rowsToCome(this.#run.source, this.#plan.table, this.#plan.keyset, this.#after);
  }

  /**
   * The rows after the committed offset token, in key order.
   *
   * @throws SnowstreamError OFFSET_TOKEN_INVALID when the channel's token is not one of this load.
   */
  batches(): AsyncGenerator<SourceBatch> {
    const { table, keyset, columns } = this.#plan;
    const after = this.#after;
    return readTable(this.#run.source, {
      table,
      keyset,
      expressions: columns.map(({ source, family }) => {
        const quoted = mysqlIdentifier(source.name);
        return family.read?.(quoted) ?? quoted;
      }),
      batchRows: this.#run.settings.batchRows,
      ...(after !== undefined && { after }),
    });
  }

  /** The key of the last committed row, if there is one. */
  get #after(): KeyValue | undefined {
    return this.#committed === null ? undefined : parseOffsetToken(this.#committed, this.#plan.token).key;
  }

  /**
   * Puts a batch into the channel, under a token that holds its last key. Comes back when the batch before is in,
   * so that this one is on its way while the caller fetches the next.
   */
  async insert(batch: SourceBatch): Promise<void> {
    const before = this.#inserting;
    this.#inserting = this.#insert(batch);
    // Whoever awaits it next gets the failure; until then it must not count as unhandled.
    this.#inserting.catch(() => undefined);
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
      const key = keyset.valueOf(batch.rows[index]?.slice(this.#carried.length) ?? []);
      this.#refused.push({ key, message, ...(column !== undefined && { column }) });
    }
    // The SDK hands on the token of a batch of which it took nothing too, but only if rows before it wait to be sent.
    this.#expectedTokens =
      refused.length < batch.rows.length ? [offsetToken] : [...this.#expectedTokens, offsetToken];
    const bytes = batchBytes(batch.rows);
    this.#rowsRead += batch.rows.length;
    this.#bytes += bytes;
    this.#run.progress.advance(batch.rows.length, bytes);
  }

  /** Closes the channel after a failure; what it holds is committed if it still can be. */
  async abandon(): Promise<void> {
    await this.settled().catch(() => undefined);
    await this.channel.close().catch(() => undefined);
  }

  /** What to compare once the channel is closed. */
  checkRequest(committed: string | null): CheckRequest {
    const expected = this.#expectedTokens.find((token) => token === committed) ?? this.#expectedTokens[0];
    return {
      ...this.#plan,
      checksum: this.#run.settings.checksum,
      refusedKeys: this.#refused.map(({ key }) => key),
      offsetToken: { expected, committed },
    };
  }

  get report(): Omit<TableReport, 'channelClosed' | 'committedOffsetToken' | 'ingestSeconds' | 'proof'> {
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
      policies: this.#policies.counts,
    };
  }
}

/** Bytes of the values as MySQL sent them, give or take multi-byte characters. */
function batchBytes(rows: readonly (readonly Cell[])[]): number {
  let bytes = 0;
  for (const row of rows) for (const cell of row) bytes += typeof cell === 'number' ? 8 : (cell?.length ?? 0);
  return bytes;
}
