import type { RejectedRow } from '../bridge/row-bridge.ts';
import { isMark } from '../checkpoint/load-state.ts';
import { keyAt, ownPosition, positionAt } from '../checkpoint/position.ts';
import type { Settings } from '../config/settings.ts';
import { SnowstreamError } from '../errors.ts';
import { readingExpressions } from '../ingest/carried-columns.ts';
import type { ShardPlan } from '../plan/shard.ts';
import type { KeyRange, KeyValue } from '../source/mysql/keyset.ts';
import { readTable, readTableAsSent, type SourceBatch } from '../source/mysql/reader.ts';
import type { Source } from '../source/mysql/source.ts';
import { readUnordered } from '../source/mysql/unordered.ts';
import type { Cell, Rows } from '../types/mysql-column.ts';
import type { RejectedRecord } from './load-report.ts';

/** The rows of a shard that are still to be read, in batches whose rows end in their key, or in their number. */
export function shardRows(
  source: Source,
  { table, keyset, columns }: ShardPlan,
  { batchRows, bridge }: Pick<Settings, 'batchRows' | 'bridge'>,
  range: KeyRange,
): AsyncGenerator<SourceBatch<Rows>> {
  if (keyset === undefined) {
    const expressions = readingExpressions(columns);
    return numbered(readUnordered(source, { table, expressions, batchRows }));
  }
  const asSent = bridge === 'batch' && columns.every(({ carriage }) => carriage.asSent !== undefined);
  const expressions = readingExpressions(columns, { asSent });
  const read = columns.map((column) => column.source);
  const request = { table, keyset, expressions, columns: read, batchRows, ...range };
  return asSent ? readTableAsSent(source, request) : readTable(source, request);
}

/** The rejected rows of a batch, as a report has them. */
export function rejectedRecords(
  plan: ShardPlan,
  { rows }: SourceBatch<Rows>,
  rejected: readonly RejectedRow[],
): RejectedRecord[] {
  return rejected.map(({ index, column, message }) => ({
    ...rowIdentity(plan, rows.at(index) ?? []),
    message,
    ...(column !== undefined && { column }),
  }));
}

/** Which row of a shard it is: its key, or its number, follows its cells. */
function rowIdentity(
  { keyset, columns }: ShardPlan,
  row: readonly Cell[],
): Pick<RejectedRecord, 'key' | 'row'> {
  const trailing = row.slice(columns.length);
  return keyset === undefined ? { key: [], row: Number(trailing[0]) } : { key: keyset.valueOf(trailing) };
}

/** The keys of a shard after a committed token. */
export function remainingRange(plan: ShardPlan, committed: string | null): KeyRange {
  const { upTo, after } = plan.range;
  return { after: resumeKey(plan, committed) ?? after, upTo };
}

/**
 * The key of the last committed row, if there is one.
 *
 * @throws SnowstreamError OFFSET_TOKEN_INVALID when the token is not one of this shard, or when there is one in a table
 * without a key.
 */
export function resumeKey(
  { table, keyset, channel, identity }: ShardPlan,
  committed: string | null,
): KeyValue | undefined {
  const isForeign = () => ownPosition(committed, identity)?.kind !== 'start';
  if (keyset === undefined && committed !== null && !isMark(committed) && isForeign())
    throw new SnowstreamError(
      'OFFSET_TOKEN_INVALID',
      `${table.database}.${table.name} has no key, so nothing says where to resume after an earlier load: channel ${channel} has committed ${committed.slice(0, 80)}; snowstream run --restart empties the target and loads the table from its first row`,
    );
  return keyAt(positionAt(committed, identity));
}

/** Batches of rows that have their number behind their cells, as others have their key. */
async function* numbered(batches: ReturnType<typeof readUnordered>): AsyncGenerator<SourceBatch> {
  let count = 0;
  for await (const { rows, bytes } of batches) {
    for (const row of rows) row.push(String(++count));
    yield { rows, bytes, lastKey: [String(count)] };
  }
}
