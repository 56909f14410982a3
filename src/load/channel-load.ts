import type { EncodedColumn } from '../bridge/row-bridge.ts';
import type { CheckedToken } from '../check/check-request.ts';
import { keyAt, ownPosition, tokenAt } from '../checkpoint/position.ts';
import { SnowstreamError } from '../errors.ts';
import { encodedColumns } from '../ingest/encoded-columns.ts';
import type { ShardPlan } from '../plan/shard.ts';
import { openRejectLog, type RejectLog } from '../rejects/reject-log.ts';
import { channelsOf, type StoredChannel } from '../snowflake/channels.ts';
import type { KeyRange, KeyValue } from '../source/key.ts';
import type { SourceBatch } from '../source/row-feed.ts';
import type { Source } from '../source/source.ts';
import type { Rows } from '../types/cell.ts';
import type { PolicyApplication } from '../types/policy.ts';
import { BatchLedger } from './batch-ledger.ts';
import type { ChannelReport } from './load-report.ts';
import { isLoss, LossPolicy } from './loss-policy.ts';
import { type OpenedChannel, openShardChannel, requireOwnership } from './opened-channel.ts';
import { countReplaced } from './policy-counts.ts';
import { commitRejectedTail } from './rejected-tail.ts';
import { rejectedRecords, remainingRange, resumeKey, shardRows } from './shard-rows.ts';
import type { CommittedRows } from './table-outcome.ts';
import type { TableRun } from './table-run.ts';

/** Batches between two looks at what Snowflake has committed, so that the ledger stays short. */
const BATCHES_A_FOLD = 256;

/** How a load of one channel is ended before its last row. */
export interface Endings {
  /** Ends it with an error, after the batch at hand. */
  readonly signal?: AbortSignal | undefined;
  /** Whether to stop reading, and commit what there is. */
  readonly enough: () => boolean;
}

/**
 * The load of one shard by one channel: rows after the committed token, in key order, under tokens that hold the last
 * key of their batch. A channel that was lost is opened again at what Snowflake has committed; whether a batch arrived
 * is never guessed.
 */
export class ChannelLoad {
  readonly #run: TableRun;
  readonly #source: Source;
  readonly #plan: ShardPlan;
  readonly #encoded: readonly EncodedColumn[];
  readonly #log: RejectLog | undefined;
  readonly #ledger: BatchLedger;
  readonly #validAtFirst: boolean;
  readonly #rejectedBefore: readonly KeyValue[];
  #opened: OpenedChannel;
  #complete = false;

  /**
   * Opens the channel, which fences every other program that has it.
   *
   * @param source a connection of its own
   * @throws SnowstreamError JAVA_EXCEPTION with the SDK's reason; OFFSET_TOKEN_INVALID when the channel's token is
   * not one of this load.
   */
  static async open(run: TableRun, source: Source, plan: ShardPlan): Promise<ChannelLoad> {
    const log = run.rejects && (await openRejectLog(run.rejects, run.snowflake, plan));
    const opened = await openShardChannel(run, plan, log);
    await log?.resume(source, resumeKey(plan, opened.committed));
    run.progress.opened(plan.channel, opened.committed);
    return new ChannelLoad(run, source, plan, opened, log);
  }

  private constructor(
    run: TableRun,
    source: Source,
    plan: ShardPlan,
    opened: OpenedChannel,
    log: RejectLog | undefined,
  ) {
    this.#run = run;
    this.#source = source;
    this.#plan = plan;
    this.#opened = opened;
    this.#log = log;
    this.#encoded = encodedColumns(plan.columns);
    this.#ledger = new BatchLedger(opened.committed);
    this.#validAtFirst = opened.channel.isValid();
    this.#rejectedBefore = log?.keys ?? [];
  }

  /** What was read, sent and rejected in this run. */
  get ledger(): BatchLedger {
    return this.#ledger;
  }

  /** Whether every row of the share was read. */
  get complete(): boolean {
    return this.#complete;
  }

  /** Rows that earlier runs wrote into the rejects file. */
  get rejectedBefore(): readonly KeyValue[] {
    return this.#rejectedBefore;
  }

  /** The keys of all rejected rows of the share, of earlier runs too where there is a rejects file. */
  get rejectedKeys(): readonly KeyValue[] {
    if (this.#plan.keyset === undefined) return [];
    return this.#log?.keys ?? this.#ledger.rejected.map(({ key }) => key);
  }

  get name(): string {
    return this.#plan.channel;
  }

  /** The keys that are still to be read. */
  get range(): KeyRange {
    return remainingRange(this.#plan, this.#opened.committed);
  }

  get report(): ChannelReport {
    const { channel, committed } = this.#opened;
    const { start } = this.#ledger;
    return {
      name: this.#plan.channel,
      valid: this.#validAtFirst,
      closed: channel.isClosed(),
      resumedAfter: ownPosition(start, this.#plan.identity)?.kind === 'start' ? null : start,
      committedOffsetToken: committed,
      reopened: this.#ledger.rollBacks,
    };
  }

  /** The token that is committed, and the one that has to be. */
  get offsetToken(): CheckedToken {
    const { committed } = this.#opened;
    const [last, ...emptyLater] = this.#ledger.finalTokens;
    const expected = emptyLater.find((token) => token === committed) ?? last;
    return { channel: this.#plan.channel, expected, committed };
  }

  /**
   * Loads the shard to its end: every row is committed, or rejected, when it comes back.
   *
   * @throws SnowstreamError CHANNEL_TAKEN when another program opened the channel; CHANNEL_INVALID when it was lost
   * again after five reopenings in a row; the error of the source or of the SDK otherwise.
   */
  async load(endings: Endings): Promise<void> {
    const losses = new LossPolicy();
    while (true) {
      const before = this.#opened.committed;
      try {
        await this.#insertAll(endings);
        await this.#commit();
        return;
      } catch (error) {
        if (!isLoss(error, this.#plan, this.#opened.channel)) throw error;
        // Nothing is opened again in a run that ends, and what it ends for is the reason.
        endings.signal?.throwIfAborted();
        this.requireOwnership(await channelsOf(this.#run.snowflake, this.#plan.target), error);
        await losses.backOff(endings.signal);
        if (losses.needsNewClient) await this.#renewClient();
        await this.#reopen();
        losses.count(this.#plan.channel, this.#opened.committed !== before, error);
      }
    }
  }

  /**
   * Makes sure that the channel is still this load's.
   *
   * @param stored the channels of the target as they are now
   * @throws SnowstreamError CHANNEL_TAKEN when somebody else has opened or dropped the channel since.
   */
  requireOwnership(stored: readonly StoredChannel[], cause?: unknown): void {
    requireOwnership(stored, this.#plan, this.#opened.clientSequencer, cause);
  }

  /** How far the channel has come. */
  get committed(): CommittedRows {
    const { committed } = this.#opened;
    const rowsCommitted = this.#ledger.committedRows;
    return {
      ...{ channel: this.#plan.channel, rowsCommitted },
      committedOffsetToken: committed,
      committedKey: keyAt(ownPosition(committed, this.#plan.identity)) ?? null,
    };
  }

  /** Commits what the channel holds after a failure here or elsewhere, if it still can be. */
  async abandon(): Promise<void> {
    const { channel } = this.#opened;
    try {
      if (!channel.isValid()) return;
      if (!channel.isClosed()) await channel.close();
      this.#keepCommitted(await channel.getLatestCommittedOffsetToken());
    } catch {
      // The failure before this one is what the run ends for; what was committed is known as far as it was before.
    }
  }

  /** Reads one batch while the one before is inserted. Nothing is inserted any more when it comes back. */
  async #insertAll({ signal, enough }: Endings): Promise<void> {
    this.#complete = true;
    const { settings } = this.#run;
    let batches = 0;
    let inserting: Promise<void> = Promise.resolve();
    try {
      for await (const batch of shardRows(this.#source, this.#plan, settings, this.range)) {
        if (enough()) {
          this.#complete = false;
          break;
        }
        const before = inserting;
        inserting = this.#insert(batch);
        // It is awaited one batch later; until then its failure must not count as unhandled.
        inserting.catch(() => undefined);
        await before;
        batches += 1;
        if (batches % BATCHES_A_FOLD === 0) await this.#fold();
        signal?.throwIfAborted();
      }
    } finally {
      await inserting.catch(() => undefined);
    }
    await inserting;
  }

  /** Puts a batch into the channel, under a token that holds its last key. */
  async #insert(batch: SourceBatch<Rows>): Promise<void> {
    const offsetToken = tokenAt(this.#plan.identity, batch.lastKey);
    const replaced: PolicyApplication[] = [];
    const rejected = await this.#opened.channel.insertBatch({
      rows: batch.rows,
      columns: this.#encoded,
      offsetToken,
      replaced: (application) => replaced.push(application),
    });
    const { bytes } = batch;
    this.#ledger.add({
      offsetToken,
      rows: batch.rows.length,
      bytes,
      replaced: countReplaced(replaced, new Set(rejected.map(({ index }) => index))),
      rejected: rejectedRecords(this.#plan, batch, rejected),
    });
    this.#run.progress.advance(batch.rows.length, bytes);
  }

  /** A failure here is one of the channel, which the next insert reports. */
  async #fold(): Promise<void> {
    const committed = await this.#opened.channel.getLatestCommittedOffsetToken().catch(() => undefined);
    if (committed !== undefined) this.#keepCommitted(committed);
  }

  #keepCommitted(committed: string | null): void {
    this.#opened = { ...this.#opened, committed };
    this.#ledger.fold(committed);
    this.#run.progress.committed(this.#plan.channel, this.#ledger.committedRows, committed);
  }

  /** Closes the channel, which commits every row, and holds Snowflake to it. */
  async #commit(): Promise<void> {
    const { channel } = this.#opened;
    this.#run.progress.step(`closing channel ${channel.name}`);
    await channel.close();
    const committed = await channel.getLatestCommittedOffsetToken();
    // The SDK lets a chunk go that the server rejects with certain codes, and says nothing.
    if (!this.#ledger.finalTokens.includes(committed)) {
      throw new SnowstreamError(
        'CHANNEL_INVALID',
        `channel ${channel.name} was closed, but Snowflake committed its rows up to ${committed ?? 'none'} only`,
      );
    }
    this.#keepCommitted(committed);
    await this.#settle();
  }

  /** What was rejected is settled: a further run resumes behind it, also where no row came after it. */
  async #settle(): Promise<void> {
    const last = this.#ledger.finalTokens.at(-1);
    // In a table without a key no token says where to resume.
    if (this.#plan.keyset === undefined || last === undefined || last === null) return;
    if (last === this.#opened.committed) return;
    const moved = await commitRejectedTail(this.#run, this.#plan, this.#opened, last);
    if (moved === undefined) return;
    this.#opened = { ...moved, committed: await moved.channel.getLatestCommittedOffsetToken() };
  }

  async #renewClient(): Promise<void> {
    const { engine, progress } = this.#run;
    progress.step(`channel ${this.#plan.channel} was lost repeatedly: making a new streaming client`);
    await engine.renew?.(this.#opened.channel);
  }

  async #reopen(): Promise<void> {
    const { progress } = this.#run;
    this.#opened = await openShardChannel(this.#run, this.#plan, this.#log);
    const { committed } = this.#opened;
    await this.#log?.resume(this.#source, resumeKey(this.#plan, committed));
    const undone = this.#ledger.rollBackTo(committed);
    progress.reopened(this.#plan.channel, committed, undone);
    progress.step(`channel ${this.#plan.channel} was lost and resumes after ${committed ?? 'the start'}`);
  }
}
