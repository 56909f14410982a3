import { shardChannel } from '../checkpoint/channel-name.ts';
import { shardsBetween } from '../checkpoint/load-state.ts';
import { channelsOf } from '../snowflake/channels.ts';
import type { SnowflakeSession } from '../snowflake/session.ts';
import type { KeyRange, KeyValue } from '../source/key.ts';
import type { Source } from '../source/source.ts';
import { resumableState } from './resumable.ts';
import type { TablePlan } from './table-plan.ts';

/** A table's plan for the rows that one channel loads. */
export interface ShardPlan extends TablePlan {
  /** The keys of its rows; everything where one channel loads the whole table. */
  readonly range: KeyRange;
}

/**
 * Divides a table into key ranges, a channel for each. A load that was begun keeps its ranges, whatever has come into
 * the table since and however many channels are wanted now: every token names them all.
 *
 * @param channels how many are wanted; a table without so many rows has fewer
 * @throws SnowstreamError OFFSET_TOKEN_INVALID as {@link resumableState}.
 */
export async function shardPlans(
  source: Source,
  snowflake: SnowflakeSession,
  plan: TablePlan,
  channels: number,
): Promise<ShardPlan[]> {
  const begun = await begunBounds(snowflake, plan);
  return begun === undefined ? newShards(source, plan, channels) : plansOf(plan, begun);
}

/** The same for a load that begins now, whatever an earlier one has left. */
export async function newShards(source: Source, plan: TablePlan, channels: number): Promise<ShardPlan[]> {
  const isWhole = plan.keyset === undefined || channels === 1;
  return plansOf(plan, isWhole ? [] : await source.open(plan).split(channels));
}

/**
 * The shards of a load that was begun: the whole table where nothing was committed.
 *
 * @throws SnowstreamError as {@link shardPlans}.
 */
export async function begunShards(snowflake: SnowflakeSession, plan: TablePlan): Promise<ShardPlan[]> {
  return plansOf(plan, (await begunBounds(snowflake, plan)) ?? []);
}

/** @param bounds the last key of each shard but the last */
function plansOf(plan: TablePlan, bounds: readonly KeyValue[]): ShardPlan[] {
  if (bounds.length === 0) return [{ ...plan, range: {} }];
  return shardsBetween(bounds).map((shard, at) => ({
    ...plan,
    channel: shardChannel(plan.channel, at + 1),
    identity: { ...plan.identity, shard },
    range: { after: bounds[at - 1], upTo: bounds[at] },
  }));
}

/** The key ranges of a load, or `undefined` when none of its channels has committed anything. */
async function begunBounds(
  snowflake: SnowflakeSession,
  plan: TablePlan,
): Promise<readonly KeyValue[] | undefined> {
  const state = resumableState(await channelsOf(snowflake, plan.target), plan);
  return state.kind === 'begun' ? state.bounds : undefined;
}
