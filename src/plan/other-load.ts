import { SnowstreamError } from '../errors.ts';
import { channelName, channelPlace } from '../ingest/channel-name.ts';
import { hasRows, tableOf } from '../ingest/offset-token.ts';
import type { StoredChannel } from '../snowflake/channels.ts';
import { displayName } from '../snowflake/identifier.ts';
import type { SourceTable } from '../source/table.ts';
import { sourceName, type TablePlan, WHOLE_TABLE } from './table-plan.ts';

/** Whose load is looked for, and by which channel. */
export type WantedLoad = Pick<TablePlan, 'table' | 'target' | 'channel' | 'fingerprints'>;

/**
 * Refuses a load into a target that holds rows of the same source table by another channel: they would come twice.
 * The channel's name is part of what a load is.
 *
 * @param stored the target's channels
 * @throws SnowstreamError OFFSET_TOKEN_INVALID
 */
export function refuseOtherLoad(stored: readonly StoredChannel[], wanted: WantedLoad): void {
  const { table, target, channel } = wanted;
  const other = stored.find((each) => isOtherLoad(each, wanted) && hasRows(each.offsetToken ?? ''));
  if (other === undefined) return;
  const own = ownChannel(table);
  const how =
    channelPlace(own, other.name) === undefined
      ? `--channel ${other.name.replace(SHARD, '')} goes on with that load`
      : 'without --channel a run goes on with that load';
  throw new SnowstreamError(
    'OFFSET_TOKEN_INVALID',
    `${displayName(target)} holds rows of ${sourceName({ table })} already, which channel ${other.name} has loaded, and channel ${channel} would load them a second time: ${how}; snowstream run --restart empties the target and loads the table anew`,
  );
}

/** Whether a channel belongs to a load of the same source table, under a name that is not that of the wanted load. */
export function isOtherLoad(
  { name, offsetToken }: StoredChannel,
  { table, channel, fingerprints }: Omit<WantedLoad, 'target'>,
): boolean {
  if (offsetToken === null || channelPlace(channel, name) !== undefined) return false;
  const fingerprint = tableOf(offsetToken);
  if (fingerprint === undefined) return false;
  // By a key that is not known any more, the name alone says it.
  return fingerprints.has(fingerprint) || channelPlace(ownChannel(table), name) !== undefined;
}

/** What stands behind the name of a load in those of its shards. */
const SHARD = /_[1-9]\d*$/;

const ownChannel = ({ database, name }: SourceTable): string => channelName(database, name, WHOLE_TABLE);
