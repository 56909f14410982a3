import { setTimeout as sleep } from 'node:timers/promises';
import type { CarriedColumn } from '../bridge/row-bridge.ts';
import { SnowstreamError } from '../errors.ts';
import { carriedColumns, readingExpressions } from '../ingest/carried-columns.ts';
import type { IngestChannel } from '../ingest/engine.ts';
import { committedKey, formatOffsetToken, isStartToken, RESTARTING } from '../ingest/offset-token.ts';
import { takenChannel } from '../ingest/taken-channel.ts';
import type { TableRun } from '../pipeline.ts';
import { openRefusalLog, type RefusalLog } from '../rejects/refusal-log.ts';
import type { ChannelReport, RefusedRecord } from '../report/run-report.ts';
import { channelOf, channelsOf, namedChannel, type StoredChannel } from '../snowflake/channels.ts';
import { displayName } from '../snowflake/identifier.ts';
import type { KeyRange, KeyValue } from '../source/keyset.ts';
import { readTable, readTableAsSent, type SourceBatch } from '../source/reader.ts';
import type { Source } from '../source/source.ts';
import { readUnordered } from '../source/unordered.ts';
import type { Cell, Rows } from '../types/mysql-column.ts';
import type { PolicyApplication } from '../types/policy.ts';
import { BatchLedger } from './batch-ledger.ts';
import { countReplaced } from './policy-counts.ts';
import { commitRejectedTail } from './rejected-tail.ts';
import type { ShardPlan } from './shard.ts';

/** How often in a row a channel is opened again before it has committed anything more. */
const REOPENINGS = 5;
/** After so many losses in a row a channel is opened by a new client. */
const CHANNELS_A_CLIENT = 2;
/** Milliseconds before the first reopening; each further one in a row waits twice as long, give or take a half. */
const BACK_OFF = 200;

/** An opened channel, as Snowflake had it at that moment. */
interface Opened {
  readonly channel: IngestChannel;
  readonly committed: string | null;
  /** Counts the openings of the channel by whomever; empty where Snowflake does not tell. */
  readonly clientSequencer: string;
}

/** How a load of one channel is ended before its last row. */
export interface Endings {
  /** Ends it with an error, after the batch at hand. */
  readonly signal?: AbortSignal | undefined;
  /** Whether to stop reading, and commit what there is. */
  readonly enough: () => boolean;
}

/**
 * One channel's share of a table on its way: rows after the committed token, in key order, under tokens that hold
 * the last key of their batch. A channel that was lost is opened again at what Snowflake has committed; whether a
 * batch arrived is never guessed.
 */
export class ChannelLoad {
  readonly #run: TableRun;
  readonly #source: Source;
  readonly #plan: ShardPlan;
  readonly #carried: readonly CarriedColumn[];
  readonly #log: RefusalLog | undefined;
  readonly #ledger: BatchLedger;
  readonly #validAtFirst: boolean;
  readonly #refusedBefore: readonly KeyValue[];
  #opened: Opened;
  #inserting: Promise<void> = Promise.resolve();
  #complete = false;

  /**
   * Opens the channel, which shuts out whoever had it.
   *
   * @param source a connection of its own
   * @throws SnowstreamError JAVA_EXCEPTION with the SDK's reason; OFFSET_TOKEN_INVALID when the channel's token is
   * not one of this load.
   */
  static async open(run: TableRun, source: Source, plan: ShardPlan): Promise<ChannelLoad> {
    const log = run.rejects && (await openRefusalLog(run.rejects, run.snowflake, plan));
    const opened = await openChannel(run, plan, log);
    const after = keyAfter(plan, opened.committed);
    await log?.resume(source, after);
    return new ChannelLoad(run, source, plan, opened, log);
  }

  private constructor(
    run: TableRun,
    source: Source,
    plan: ShardPlan,
    opened: Opened,
    log: RefusalLog | undefined,
  ) {
    this.#run = run;
    this.#source = source;
    this.#plan = plan;
    this.#opened = opened;
    this.#log = log;
    this.#carried = carriedColumns(plan.columns);
    this.#ledger = new BatchLedger(opened.committed);
    this.#validAtFirst = opened.channel.isValid();
    this.#refusedBefore = log?.keys ?? [];
  }

  /** What was read, sent and refused in this run. */
  get ledger(): BatchLedger {
    return this.#ledger;
  }

  /** Whether every row of the share was read. */
  get complete(): boolean {
    return this.#complete;
  }

  /** Rows that earlier runs wrote into the rejects file. */
  get refusedBefore(): readonly KeyValue[] {
    return this.#refusedBefore;
  }

  /** The keys of all refused rows of the share, of earlier runs too where there is a rejects file. */
  get refusedKeys(): readonly KeyValue[] {
    if (this.#plan.keyset === undefined) return [];
    return this.#log?.keys ?? this.#ledger.refused.map(({ key }) => key);
  }

  get name(): string {
    return this.#plan.channel;
  }

  /** The keys that are still to be read. */
  get range(): KeyRange {
    const { upTo, after } = this.#plan.shard;
    return { after: keyAfter(this.#plan, this.#opened.committed) ?? after, upTo };
  }

  get report(): ChannelReport {
    const { channel, committed } = this.#opened;
    const { start } = this.#ledger;
    return {
      name: this.#plan.channel,
      valid: this.#validAtFirst,
      closed: channel.isClosed(),
      resumedAfter: isStartToken(start, this.#plan.token) ? null : start,
      committedOffsetToken: committed,
      reopened: this.#ledger.rollBacks,
    };
  }

  /** The token that is committed, and the one that has to be. */
  get offsetToken(): {
    readonly channel: string;
    readonly expected: string | null;
    readonly committed: string | null;
  } {
    const { committed } = this.#opened;
    const [last, ...emptyLater] = this.#ledger.finalTokens;
    const expected = emptyLater.find((token) => token === committed) ?? last;
    return { channel: this.#plan.channel, expected, committed };
  }

  /**
   * Carries the share to its end: every row is committed, or refused, when it comes back.
   *
   * @throws SnowstreamError CHANNEL_TAKEN when another program opened the channel; CHANNEL_INVALID when it was lost
   * again after five reopenings in a row; the error of the source or of the SDK otherwise.
   */
  async carry(endings: Endings): Promise<void> {
    for (let lost = 0; ; ) {
      const before = this.#opened.committed;
      try {
        await this.#insertAll(endings);
        await this.#commit();
        return;
      } catch (error) {
        await this.#inserting.catch(() => undefined);
        if (!this.#isLoss(error)) throw error;
        // Nothing is opened again in a run that ends, and what it ends for is the reason.
        endings.signal?.throwIfAborted();
        this.refuseTaken(await channelsOf(this.#run.snowflake, this.#plan.target), error);
        const pause = BACK_OFF * 2 ** lost * (0.5 + Math.random());
        // The timer's own error would say only that it was ended.
        await sleep(pause, undefined, endings).catch(() => endings.signal?.throwIfAborted());
        // Losses that go on belong to the client, as after a failover of the account.
        if (lost > 0 && lost % CHANNELS_A_CLIENT === 0) await this.#renewClient();
        await this.#reopen();
        lost = this.#opened.committed === before ? lost + 1 : 1;
        if (lost > REOPENINGS) throw lostForGood(this.#plan.channel, error);
      }
    }
  }

  /**
   * Whether the channel is still this load's.
   *
   * @param channels those of the target as they are now
   * @throws SnowstreamError CHANNEL_TAKEN when somebody else has opened or dropped the channel since.
   */
  refuseTaken(channels: readonly StoredChannel[], cause?: unknown): void {
    const { target, channel } = this.#plan;
    const stored = namedChannel(channels, channel);
    // Opened again, a channel that was dropped would have no token, and every row would be sent once more.
    if ((stored?.clientSequencer ?? '') === this.#opened.clientSequencer) return;
    if (stored !== undefined) throw takenChannel(channel, cause);
    throw new SnowstreamError(
      'CHANNEL_TAKEN',
      `channel ${channel} is not there any more: it was dropped, or ${displayName(target)} is another table now. A further run begins with the first row; --restart empties the target before`,
      { cause },
    );
  }

  /** Commits what the channel holds after a failure elsewhere, if it still can be. */
  async abandon(): Promise<void> {
    await this.#inserting.catch(() => undefined);
    const { channel } = this.#opened;
    if (channel.isValid() && !channel.isClosed()) await channel.close().catch(() => undefined);
  }

  async #insertAll({ signal, enough }: Endings): Promise<void> {
    this.#complete = true;
    for await (const batch of this.#batches()) {
      if (enough()) {
        this.#complete = false;
        break;
      }
      const before = this.#inserting;
      this.#inserting = this.#insert(batch, before);
      // Whoever awaits it next gets the failure; until then it must not count as unhandled.
      this.#inserting.catch(() => undefined);
      await before; // so that this batch is on its way while the next is fetched
      signal?.throwIfAborted();
    }
    await this.#inserting;
  }

  #batches(): AsyncGenerator<SourceBatch<Rows>> {
    const { table, keyset, columns } = this.#plan;
    const { batchRows, bridge } = this.#run.settings;
    if (keyset === undefined) {
      const expressions = readingExpressions(columns);
      return numbered(readUnordered(this.#source, { table, expressions, batchRows }));
    }
    const asSent = bridge === 'batch' && columns.every(({ carriage }) => carriage.asSent !== undefined);
    const expressions = readingExpressions(columns, { asSent });
    const read = columns.map(({ source }) => source);
    const request = { table, keyset, expressions, columns: read, batchRows, ...this.range };
    return asSent ? readTableAsSent(this.#source, request) : readTable(this.#source, request);
  }

  /** Puts a batch into the channel, under a token that holds its last key. */
  async #insert(batch: SourceBatch<Rows>, behind: Promise<void>): Promise<void> {
    const { token } = this.#plan;
    const offsetToken = formatOffsetToken({ ...token, key: batch.lastKey });
    const replaced: PolicyApplication[] = [];
    const refused = await this.#opened.channel.insertBatch({
      rows: batch.rows,
      columns: this.#carried,
      offsetToken,
      behind,
      replaced: (application) => replaced.push(application),
    });
    const { bytes } = batch;
    this.#ledger.add({
      offsetToken,
      rows: batch.rows.length,
      bytes,
      replaced: countReplaced(replaced, new Set(refused.map(({ index }) => index))),
      refused: refused.map(({ index, column, message }) => ({
        ...this.#identity(batch.rows.at(index) ?? []),
        message,
        ...(column !== undefined && { column }),
      })),
    });
    this.#run.progress.advance(batch.rows.length, bytes);
  }

  /** Which row it is: its key, or its number, stands behind its cells. */
  #identity(row: readonly Cell[]): Pick<RefusedRecord, 'key' | 'row'> {
    const behind = row.slice(this.#carried.length);
    const { keyset } = this.#plan;
    return keyset === undefined ? { key: [], row: Number(behind[0]) } : { key: keyset.valueOf(behind) };
  }

  /** Closes the channel, which commits every row, and holds Snowflake to it. */
  async #commit(): Promise<void> {
    const { channel } = this.#opened;
    this.#run.progress.step(`closing channel ${channel.name}`);
    await channel.close();
    const committed = await channel.getLatestCommittedOffsetToken();
    // The SDK lets a chunk go that the server refuses with certain codes, and says nothing.
    if (!this.#ledger.finalTokens.includes(committed)) {
      throw new SnowstreamError(
        'CHANNEL_INVALID',
        `channel ${channel.name} was closed, but Snowflake committed its rows up to ${committed ?? 'none'} only`,
      );
    }
    this.#opened = { ...this.#opened, committed };
    await this.#settle();
  }

  /** What was rejected is settled: a further run goes on behind it, also where no row came after it. */
  async #settle(): Promise<void> {
    const last = this.#ledger.finalTokens.at(-1);
    // In a table without a key no token tells where to go on.
    if (this.#plan.keyset === undefined || last === undefined || last === null) return;
    if (last === this.#opened.committed) return;
    const moved = await commitRejectedTail(this.#run, this.#plan, this.#opened, last);
    if (moved === undefined) return;
    this.#opened = { ...moved, committed: await moved.channel.getLatestCommittedOffsetToken() };
  }

  /** Whether an error means that the channel is lost, and not that the source, a row or Java is at fault. */
  #isLoss(error: unknown): boolean {
    if (!(error instanceof SnowstreamError)) return false;
    // Nothing tells where to go on in a table without a key; a call that did not come back may still be at work.
    if (this.#plan.keyset === undefined || /^JVM_/.test(error.code)) return false;
    const { channel } = this.#opened;
    return error.code === 'CHANNEL_INVALID' || !channel.isValid() || channel.isClosed();
  }

  async #renewClient(): Promise<void> {
    const { engine, progress } = this.#run;
    progress.step(`channel ${this.#plan.channel} was lost repeatedly: making a new streaming client`);
    await engine.renew?.(this.#opened.channel);
  }

  async #reopen(): Promise<void> {
    const { progress } = this.#run;
    this.#opened = await openChannel(this.#run, this.#plan, this.#log);
    // What failed belongs to the channel that was lost.
    this.#inserting = Promise.resolve();
    const { committed } = this.#opened;
    await this.#log?.resume(this.#source, keyAfter(this.#plan, committed));
    const undone = this.#ledger.rollBackTo(committed);
    progress.advance(-undone.rows, -undone.bytes);
    progress.step(`channel ${this.#plan.channel} was lost and goes on after ${committed ?? 'the start'}`);
  }
}

async function openChannel(run: TableRun, plan: ShardPlan, log: RefusalLog | undefined): Promise<Opened> {
  const channel = await run.engine.openChannel({
    channel: plan.channel,
    table: plan.target,
    onError: run.settings.onError,
    // Also without a log: the SDK takes a row for which it has no memory for a bad one, and would commit the others.
    refusing: async (refused, batch) => log?.record(refused, batch),
  });
  const committed = await channel.getLatestCommittedOffsetToken();
  const stored = await channelOf(run.snowflake, plan.target, plan.channel);
  return { channel, committed, clientSequencer: stored?.clientSequencer ?? '' };
}

/**
 * The key of the last committed row, if there is one.
 *
 * @throws SnowstreamError OFFSET_TOKEN_INVALID when there is one in a table without a key, too.
 */
function keyAfter(
  { table, keyset, channel, token }: ShardPlan,
  committed: string | null,
): KeyValue | undefined {
  if (
    keyset !== undefined ||
    committed === null ||
    committed === RESTARTING ||
    isStartToken(committed, token)
  )
    return committedKey(committed, token);
  throw new SnowstreamError(
    'OFFSET_TOKEN_INVALID',
    `${table.database}.${table.name} has no key, so nothing tells where to go on after an earlier load: channel ${channel} has committed ${committed.slice(0, 80)}; snowstream run --restart empties the target and loads the table anew`,
  );
}

/** Batches of rows that have their number behind their cells, as others have their key. */
async function* numbered(batches: ReturnType<typeof readUnordered>): AsyncGenerator<SourceBatch> {
  let count = 0;
  for await (const { rows, bytes } of batches) {
    for (const row of rows) row.push(String(++count));
    yield { rows, bytes, lastKey: [String(count)] };
  }
}

function lostForGood(channel: string, cause: unknown): SnowstreamError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new SnowstreamError(
    'CHANNEL_INVALID',
    `channel ${channel} was lost ${REOPENINGS + 1} times in a row without anything committed between: ${reason}`,
    { cause },
  );
}
