import type { RejectedRow } from '../bridge/row-bridge.ts';
import { isMark } from '../checkpoint/load-state.ts';
import { keyAt, ownPosition, positionAt } from '../checkpoint/position.ts';
import type { Settings } from '../config/settings.ts';
import { SnowstreamError } from '../errors.ts';
import type { ShardPlan } from '../plan/shard.ts';
import { type KeyRange, type KeyValue, keyValueOf } from '../source/key.ts';
import type { RowFeed, SourceBatch } from '../source/row-feed.ts';
import type { Source } from '../source/source.ts';
import type { Cell, Rows } from '../types/cell.ts';
import type { RejectedRecord } from './load-report.ts';

/** The rows of a shard that are still to be read, in batches whose rows end in their key, or in their number. */
export function shardRows(
  source: Source,
  plan: ShardPlan,
  { batchRows, bridge }: Pick<Settings, 'batchRows' | 'bridge'>,
  range: KeyRange,
): RowFeed<Rows> {
  const table = source.open(plan);
  const options = { range, batchRows };
  if (plan.keyset === undefined) return numbered(table.rows(options));
  return (bridge === 'batch' ? table.rawRows?.(options) : undefined) ?? table.rows(options);
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
  return keyset === undefined ? { key: [], row: Number(trailing[0]) } : { key: keyValueOf(trailing) };
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
async function* numbered(batches: RowFeed<Cell[][]>): AsyncGenerator<SourceBatch> {
  let count = 0;
  for await (const { rows, bytes } of batches) {
    for (const row of rows) row.push(String(++count));
    yield { rows, bytes, lastKey: [String(count)] };
  }
}
