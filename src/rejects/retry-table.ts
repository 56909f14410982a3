import { rejectsChannel } from '../checkpoint/channel-name.ts';
import { keyAt, positionAt } from '../checkpoint/position.ts';
import { doneRecord, rejectsTokenAt } from '../checkpoint/rejects-position.ts';
import { SnowstreamError } from '../errors.ts';
import { carriedColumns } from '../ingest/carried-columns.ts';
import type { IngestChannel, IngestEngine } from '../ingest/engine.ts';
import { sourceName, type TablePlan } from '../plan/table-plan.ts';
import type { Progress } from '../progress.ts';
import { displayName } from '../snowflake/identifier.ts';
import { type KeyValue, keyValueOf } from '../source/key.ts';
import type { Source } from '../source/source.ts';
import { lastOfEachKey, pendingRecords, uncommittedRetries } from './pending-records.ts';
import type { ReadRecord } from './record.ts';
import { ownerOf, RejectLog } from './reject-log.ts';
import type { RejectsFile } from './rejects-file.ts';

/** What a table's rejected rows are sent again with. */
export interface TableRetry {
  readonly source: Source;
  readonly engine: IngestEngine;
  readonly file: RejectsFile;
  readonly plan: TablePlan;
  readonly batchRows: number;
  readonly progress: Progress;
  /** Ends it after the batch at hand. */
  readonly signal?: AbortSignal | undefined;
}

/** What became of a table's rejected rows. */
export interface TableRetryReport {
  /** `database.table` in MySQL. */
  readonly source: string;
  /** `DATABASE.SCHEMA.TABLE` in Snowflake. */
  readonly target: string;
  /** The channel they were sent by. */
  readonly channel: string;
  /** Rows that are in Snowflake now. */
  readonly rowsSent: number;
  readonly rejectedAgain: readonly Pick<ReadRecord, 'key' | 'column' | 'reason'>[];
  /** Keys of rows that the source has no more. */
  readonly gone: readonly KeyValue[];
  /** Rows without a key, which cannot be found again: they stay in the file. */
  readonly withoutKey: number;
  /** Rows behind the last one that the load has committed: its next run reads them, and they stay in the file. */
  readonly waiting: number;
}

/** A report, and what of the file is still to be kept. */
export interface RetriedTable {
  readonly report: TableRetryReport;
  readonly left: readonly ReadRecord[];
}

/**
 * Sends the rejected rows of a table again, as the source has them now. Each batch's token names the last record that
 * is done with it, and Snowflake commits both together; what is rejected again is in the file before that. So a run
 * of it that was cut short anywhere is taken up where it ended.
 *
 * @throws SnowstreamError OFFSET_TOKEN_INVALID, CHANNEL_INVALID, JAVA_EXCEPTION, JVM_TIMEOUT, REJECTS_INVALID.
 */
export async function retryTable(retry: TableRetry): Promise<RetriedTable> {
  const { file, plan, engine } = retry;
  const owner = ownerOf(plan);
  const channelName = rejectsChannel(plan.channel);
  const logged = { ...plan, columns: carriedColumns(plan.columns) };
  const records = new RejectLog(file, owner, logged, 0);
  // Rows that the load itself has still to read must not come twice.
  const toCome = new Set(await records.rowsToCome(retry.source, await loadedUpTo(retry)));
  const channel = await engine.openChannel({
    channel: channelName,
    table: plan.target,
    onError: 'CONTINUE',
    onRejected: (rejected, batch) => records.record(rejected, batch),
  });
  try {
    const committed = await channel.getLatestCommittedOffsetToken();
    const done = doneRecord(committed, file.id, channelName);
    const pending = () => pendingRecords(file.records, owner, done);
    await file.void(uncommittedRetries(pending(), file.id, done).map(({ number }) => number));
    const before = pending();
    const { lastNumber } = file;
    const sendable = before.filter((record) => record.key.length > 0 && !toCome.has(record));
    const sent = await sendAll(retry, channel, lastOfEachKey(sendable));
    await channel.close();
    await mustBeCommitted(channel, sent.lastToken ?? committed);
    const rejectedAgain = pending().filter(({ number }) => number > lastNumber);
    const withoutKey = before.filter(({ key }) => key.length === 0);
    const waiting = before.filter((record) => record.key.length > 0 && toCome.has(record));
    return {
      report: {
        source: owner.table,
        target: displayName(plan.target),
        channel: channelName,
        rowsSent: channel.acceptedRows,
        rejectedAgain: rejectedAgain.map(({ key, column, reason }) => ({
          key,
          reason,
          ...(column !== undefined && { column }),
        })),
        gone: sent.gone,
        withoutKey: withoutKey.length,
        waiting: waiting.length,
      },
      left: [...withoutKey, ...waiting, ...rejectedAgain],
    };
  } catch (error) {
    if (!channel.isClosed()) await channel.close().catch(() => undefined);
    throw error;
  }
}

/** The key up to which the load itself has come. Opening its channel shuts out a load that is still going on. */
async function loadedUpTo({ engine, plan }: TableRetry): Promise<KeyValue | undefined> {
  const channel = await engine.openChannel({
    channel: plan.channel,
    table: plan.target,
    onError: 'CONTINUE',
  });
  const committed = await channel.getLatestCommittedOffsetToken();
  await channel.close();
  return keyAt(positionAt(committed, plan.identity));
}

interface Sent {
  /** The token of the last batch of which a row was taken. */
  readonly lastToken: string | undefined;
  readonly gone: readonly KeyValue[];
}

async function sendAll(
  { source, file, plan, batchRows, progress, signal }: TableRetry,
  channel: IngestChannel,
  records: readonly ReadRecord[],
): Promise<Sent> {
  if (plan.keyset === undefined) return { lastToken: undefined, gone: [] };
  const columns = carriedColumns(plan.columns);
  const table = source.open(plan);
  const gone: KeyValue[] = [];
  let lastToken: string | undefined;
  const name = sourceName(plan);
  progress.begin(name, records.length);
  try {
    for (let at = 0; at < records.length; at += batchRows) {
      signal?.throwIfAborted();
      const slice = records.slice(at, at + batchRows);
      const keys = slice.map(({ key }) => key);
      const rows = await table.rowsByKey(keys);
      const found = new Set(rows.map((row) => JSON.stringify(keyValueOf(row.slice(columns.length)))));
      gone.push(...keys.filter((key) => !found.has(JSON.stringify(key))));
      if (rows.length > 0) {
        const offsetToken = rejectsTokenAt(file.id, slice.at(-1)?.number ?? 0);
        const rejected = await channel.insertBatch({ rows, columns, offsetToken });
        if (rejected.length < rows.length) lastToken = offsetToken;
      }
      progress.advance(slice.length, 0, name);
    }
    progress.finish(name);
  } catch (error) {
    progress.stop(name);
    throw error;
  }
  return { lastToken, gone };
}

async function mustBeCommitted(channel: IngestChannel, expected: string | null): Promise<void> {
  const committed = await channel.getLatestCommittedOffsetToken();
  if (committed === expected) return;
  throw new SnowstreamError(
    'CHANNEL_INVALID',
    `channel ${channel.name} was closed, but Snowflake has committed ${committed ?? 'nothing'} instead of ${expected ?? 'nothing'}: the same command goes on from there`,
  );
}
