import type { StoredChannel } from '../snowflake/channels.ts';
import type { KeyValue } from '../source/key.ts';
import { channelRole, isSameChannel, shardIndex } from './channel-name.ts';
import { decodeToken, type LoadToken } from './offset-token.ts';
import { type Shard, WHOLE } from './shard.ts';

/** By what the channels of a load are recognized. */
export interface LoadNames {
  /** The load's own channel; those of its shards are named after it. */
  readonly channel: string;
  /** Names that a run without a channel's name uses for the table, of this version and earlier ones. */
  readonly ownNames: readonly string[];
  /** Fingerprint of table and key. */
  readonly table: string;
  /** Those of the table by every key that can be known: see `tableFingerprints`. */
  readonly fingerprints: ReadonlySet<string>;
}

/** Where a load is, by the channels of its target. */
export type LoadState =
  /** None of its channels has committed anything. */
  | { readonly kind: 'new' }
  /** A restart of the target was begun and not completed, by whichever load. */
  | { readonly kind: 'restarting' }
  /** Another load has brought rows of the same table into the target, by that channel. */
  | { readonly kind: 'foreign'; readonly channel: string }
  /** A channel of the load's name holds the token of another table or key. */
  | { readonly kind: 'invalid'; readonly channel: string; readonly token: string }
  /** The load was begun in these key ranges: no bounds where one channel loads the whole table. */
  | { readonly kind: 'begun'; readonly bounds: readonly KeyValue[] };

/**
 * Reads the state of a load out of the channels of its target.
 *
 * @param stored all channels of the target
 */
export function loadState(stored: readonly StoredChannel[], load: LoadNames): LoadState {
  if (isRestarting(stored)) return { kind: 'restarting' };
  const foreign = stored.find((each) => isOtherLoad(each, load) && hasRows(each));
  if (foreign !== undefined) return { kind: 'foreign', channel: foreign.name };
  for (const { name, offsetToken } of stored) {
    const index = shardIndex(load.channel, name);
    if (offsetToken === null || index === undefined) continue;
    // Whatever else is wrong with the token of the channel itself is found when it is opened.
    if (index === 0) return { kind: 'begun', bounds: [] };
    const token = rangeToken(offsetToken, index);
    if (token === undefined) continue;
    if (token.table !== load.table) return { kind: 'invalid', channel: name, token: offsetToken };
    return { kind: 'begun', bounds: token.shard.bounds };
  }
  return { kind: 'new' };
}

/** Whether somebody restarts the target: what it holds is not known until the restart is complete. */
export function isRestarting(stored: readonly StoredChannel[]): boolean {
  return stored.some(({ offsetToken }) => isMark(offsetToken));
}

/** Whether a token is the mark of a restart. */
export function isMark(offsetToken: string | null): boolean {
  return offsetToken !== null && decodeToken(offsetToken)?.kind === 'restart';
}

/** The key ranges between bounds, each with its place in the load; the whole table without any. */
export function shardsBetween(bounds: readonly KeyValue[]): readonly Shard[] {
  if (bounds.length === 0) return [WHOLE];
  return Array.from({ length: bounds.length + 1 }, (_, at) => ({ kind: 'range', index: at + 1, bounds }));
}

/** Whether a channel belongs to a load of the same source table, under a name that is not that of the wanted load. */
export function isOtherLoad({ name, offsetToken }: StoredChannel, load: LoadNames): boolean {
  if (shardIndex(load.channel, name) !== undefined) return false;
  const token = loadToken(offsetToken);
  if (token === undefined) return false;
  if (load.fingerprints.has(token.table)) return true;
  // By a key that is not known any more, the name alone says it.
  return load.ownNames.some((own) => shardIndex(own, name) !== undefined);
}

/**
 * Channels that a load of this name has for other key ranges than ours: their rows and ours are the same.
 *
 * @param own the names of our channels
 */
export function competingChannels(
  stored: readonly StoredChannel[],
  { channel, table }: Pick<LoadNames, 'channel' | 'table'>,
  own: readonly string[],
): readonly StoredChannel[] {
  return stored.filter(
    ({ name, offsetToken }) =>
      !own.some((each) => isSameChannel(each, name)) &&
      shardIndex(channel, name) !== undefined &&
      // Another load may have a channel of such a name, and is not to be disturbed.
      (offsetToken === null || loadToken(offsetToken)?.table === table),
  );
}

/** Whether a channel is named as one of a load, of its shards, or of their rejected rows that are sent again. */
export function isNamedAfter(load: string, name: string): boolean {
  return channelRole(load, name) !== undefined;
}

/**
 * The channel that a table's load resumes by: the one of an earlier version where that has begun the load.
 *
 * @param ownNames as in {@link LoadNames}: this version's first
 */
export function ownChannelOf(
  stored: readonly StoredChannel[],
  ownNames: readonly string[],
  fingerprints: ReadonlySet<string>,
): string {
  const [newest = '', ...earlier] = ownNames;
  const isBegun = (load: string) =>
    stored.some(({ name, offsetToken }) => {
      const token = loadToken(offsetToken);
      return token !== undefined && fingerprints.has(token.table) && shardIndex(load, name) !== undefined;
    });
  return isBegun(newest) ? newest : (earlier.find(isBegun) ?? newest);
}

function loadToken(offsetToken: string | null): LoadToken | undefined {
  const token = offsetToken === null ? undefined : decodeToken(offsetToken);
  return token?.kind === 'load' ? token : undefined;
}

function hasRows({ offsetToken }: StoredChannel): boolean {
  return (loadToken(offsetToken)?.key.length ?? 0) > 0;
}

/** A token that is that of a shard at that place, and not of another load by that name. */
function rangeToken(offsetToken: string, index: number) {
  const token = loadToken(offsetToken);
  if (token?.shard.kind !== 'range' || token.shard.index !== index) return undefined;
  return { ...token, shard: token.shard };
}
