import { rejectsChannel } from '../checkpoint/channel-name.ts';
import { keyAt, positionAt } from '../checkpoint/position.ts';
import { doneRecord, rejectsTokenAt } from '../checkpoint/rejects-position.ts';
import { SnowstreamError } from '../errors.ts';
import { encodedColumns } from '../ingest/encoded-columns.ts';
import type { IngestChannel, IngestEngine } from '../ingest/engine.ts';
import { sourceName, type TablePlan } from '../plan/table-plan.ts';
import { type Progress, TableProgress } from '../progress.ts';
import { displayName } from '../snowflake/identifier.ts';
import { type KeyValue, keyValueOf } from '../source/key.ts';
import type { Source } from '../source/source.ts';
import { lastOfEachKey, pendingRecords, uncommittedRetries } from './pending-records.ts';
import type { ReadRecord } from './record.ts';
import { ownerOf, RejectLog } from './reject-log.ts';
import type { RejectsFile } from './rejects-file.ts';

/** Everything needed to send the rejected rows of a table again. */
export interface TableRetry {
  readonly source: Source;
  readonly engine: IngestEngine;
  readonly file: RejectsFile;
  readonly plan: TablePlan;
  readonly batchRows: number;
  readonly progress: Progress;
  /** Ends it after the current batch. */
  readonly signal?: AbortSignal | undefined;
}

/** The result of retrying a table's rejected rows. */
export interface TableRetryReport {
  /** `database.table` in MySQL. */
  readonly source: string;
  /** `DATABASE.SCHEMA.TABLE` in Snowflake. */
  readonly target: string;
  /** The channel of the retry. */
  readonly channel: string;
  /** Rows that are in Snowflake now. */
  readonly rowsSent: number;
  readonly rejectedAgain: readonly Pick<ReadRecord, 'key' | 'column' | 'reason'>[];
  /** Keys of rows that no longer exist in the source. */
  readonly gone: readonly KeyValue[];
  /** Rows without a key, which cannot be found again: they stay in the file. */
  readonly withoutKey: number;
  /** Rows after the load's committed position: its next run reads them, and they stay in the file. */
  readonly waiting: number;
}

/** The report, and the records that stay in the file. */
export interface RetriedTable {
  readonly report: TableRetryReport;
  readonly remaining: readonly ReadRecord[];
}

/**
 * Sends the rejected rows of a table again, with their current values in the source. Each batch's token has the number
 * of its last record, and Snowflake commits both atomically; rows that are rejected again are in the file before that.
 * So a retry that was interrupted anywhere resumes where it ended.
 *
 * @throws SnowstreamError OFFSET_TOKEN_INVALID, CHANNEL_INVALID, JAVA_EXCEPTION, JVM_TIMEOUT, REJECTS_INVALID.
 */
export async function retryTable(retry: TableRetry): Promise<RetriedTable> {
  const { file, plan, engine } = retry;
  const owner = ownerOf(plan);
  const channelName = rejectsChannel(plan.channel);
  const logged = { ...plan, columns: encodedColumns(plan.columns) };
  const records = new RejectLog(file, owner, logged, 0);
  // Rows that the load itself still has to read must not be sent twice.
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
      remaining: [...withoutKey, ...waiting, ...rejectedAgain],
    };
  } catch (error) {
    if (!channel.isClosed()) await channel.close().catch(() => undefined);
    throw error;
  }
}

/** The last key that the load itself has committed. Opening its channel fences a load that is still running. */
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
  /** The token of the last batch with an accepted row. */
  readonly lastToken: string | undefined;
  readonly gone: readonly KeyValue[];
}

async function sendAll(
  { source, file, plan, batchRows, progress: run, signal }: TableRetry,
  channel: IngestChannel,
  records: readonly ReadRecord[],
): Promise<Sent> {
  if (plan.keyset === undefined) return { lastToken: undefined, gone: [] };
  const columns = encodedColumns(plan.columns);
  const table = source.open(plan);
  const gone: KeyValue[] = [];
  let lastToken: string | undefined;
  const progress = new TableProgress(run, sourceName(plan), true);
  progress.begin(records.length);
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
      progress.advance(slice.length, 0);
    }
    progress.finish();
  } catch (error) {
    progress.stop();
    throw error;
  }
  return { lastToken, gone };
}

async function mustBeCommitted(channel: IngestChannel, expected: string | null): Promise<void> {
  const committed = await channel.getLatestCommittedOffsetToken();
  if (committed === expected) return;
  throw new SnowstreamError(
    'CHANNEL_INVALID',
    `channel ${channel.name} was closed, but Snowflake has committed ${committed ?? 'nothing'} instead of ${expected ?? 'nothing'}: run the same command again, which resumes from there`,
  );
}
