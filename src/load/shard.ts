import { channelPlace } from '../ingest/channel-name.ts';
import { foreignToken, RESTARTING, shardOf, unfinishedRestart } from '../ingest/offset-token.ts';
import { refuseOtherLoad } from '../plan/other-load.ts';
import type { TablePlan } from '../plan/table-plan.ts';
import { channelsOf, type StoredChannel } from '../snowflake/channels.ts';
import { displayName } from '../snowflake/identifier.ts';
import type { SnowflakeSession } from '../snowflake/session.ts';
import { rangeBounds } from '../source/key-ranges.ts';
import type { KeyRange, KeyValue } from '../source/keyset.ts';
import type { Source } from '../source/source.ts';

/** A table's plan for the share of its rows that one channel carries. */
export interface ShardPlan extends TablePlan {
  /** The keys of its rows; everything where one channel carries the whole table. */
  readonly shard: KeyRange;
}

/**
 * Divides a table into ranges of keys, a channel for each. A load that was begun keeps its ranges, whatever has come
 * into the table since and however many channels are wanted now: every token names them all.
 *
 * @param channels how many are wanted; a table without so many rows has fewer
 * @throws SnowstreamError OFFSET_TOKEN_INVALID when a restart of the target did not come to its end, when the load was
 * begun in several ranges of a table or key that was another one then, or when another channel has loaded the table.
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
  const { table, keyset } = plan;
  const isWhole = keyset === undefined || channels === 1;
  return plansOf(plan, isWhole ? [] : await rangeBounds(source, table, keyset, channels));
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
  if (bounds.length === 0) return [{ ...plan, shard: {} }];
  return Array.from({ length: bounds.length + 1 }, (_, index) => ({
    ...plan,
    channel: `${plan.channel}_${index + 1}`,
    token: { ...plan.token, shard: JSON.stringify([index + 1, ...bounds]) },
    shard: { after: bounds[index - 1], upTo: bounds[index] },
  }));
}

/** The bounds that the tokens of a load name, or `undefined` when none of its channels has committed anything. */
async function begunBounds(snowflake: SnowflakeSession, plan: TablePlan): Promise<KeyValue[] | undefined> {
  const stored = await channelsOf(snowflake, plan.target);
  refuseUnfinishedRestart(stored, plan);
  refuseOtherLoad(stored, plan);
  for (const { name, offsetToken } of stored) {
    const place = channelPlace(plan.channel, name);
    if (offsetToken === null || place === undefined) continue;
    // Whatever else may stand in the token of the channel itself is told when it is opened.
    if (place === 0) return [];
    const bounds = boundsAt(place, offsetToken);
    if (bounds === undefined) continue;
    if (shardOf(offsetToken, plan.token.table) === undefined) throw foreignToken(offsetToken);
    return bounds;
  }
  return undefined;
}

/**
 * Refuses a target that somebody restarts, by whichever channel: what it holds is not known until the restart has come
 * to its end.
 *
 * @param stored the target's channels
 * @throws SnowstreamError OFFSET_TOKEN_INVALID
 */
export function refuseUnfinishedRestart(stored: readonly StoredChannel[], { target }: TablePlan): void {
  if (stored.some(({ offsetToken }) => offsetToken === RESTARTING))
    throw unfinishedRestart(displayName(target));
}

/** The bounds that a token names, where it is that of a shard at that place and not of another load by that name. */
function boundsAt(place: number, offsetToken: string): KeyValue[] | undefined {
  const [named, ...bounds] = listOf(shardOf(offsetToken) ?? '');
  const isKey = (bound: unknown): bound is KeyValue =>
    Array.isArray(bound) && bound.every((part) => typeof part === 'string');
  return named === place && bounds.length > 0 && bounds.every(isKey) ? bounds : undefined;
}

function listOf(json: string): unknown[] {
  try {
    const value: unknown = JSON.parse(json);
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}
