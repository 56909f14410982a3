import { ownershipOf } from '../checkpoint/ownership.ts';
import { channelOf } from '../checkpoint/stored-channel.ts';
import { SnowstreamError } from '../errors.ts';
import type { IngestChannel } from '../ingest/engine.ts';
import { fencedError } from '../ingest/fenced-channel.ts';
import type { ShardPlan } from '../plan/shard.ts';
import type { RejectLog } from '../rejects/reject-log.ts';
import type { StoredChannel } from '../snowflake/channels.ts';
import { displayName } from '../snowflake/identifier.ts';
import type { TableRun } from './table-run.ts';

/** An opened channel, as Snowflake had it at that moment. */
export interface OpenedChannel {
  readonly channel: IngestChannel;
  readonly committed: string | null;
  /** Counts the openings of the channel, by any program; empty where Snowflake does not list the channel. */
  readonly clientSequencer: string;
}

/** Opens the channel of a shard, which fences every other program that has it. */
export async function openShardChannel(
  run: TableRun,
  plan: ShardPlan,
  log: RejectLog | undefined,
): Promise<OpenedChannel> {
  const channel = await run.engine.openChannel({
    channel: plan.channel,
    table: plan.target,
    onError: run.settings.onError,
    // Also without a log: the SDK takes a row for which it has no memory for a bad one, and would commit the others.
    onRejected: async (rejected, batch) => log?.record(rejected, batch),
  });
  const committed = await channel.getLatestCommittedOffsetToken();
  const stored = await channelOf(run.snowflake, plan.target, plan.channel);
  return { channel, committed, clientSequencer: stored?.clientSequencer ?? '' };
}

/**
 * Makes sure that a channel is still this load's.
 *
 * @param stored the channels of the target as they are now
 * @param clientSequencer that of our own opening
 * @throws SnowstreamError CHANNEL_TAKEN when somebody else has opened or dropped the channel since.
 */
export function requireOwnership(
  stored: readonly StoredChannel[],
  { channel, target }: ShardPlan,
  clientSequencer: string,
  cause?: unknown,
): void {
  const ownership = ownershipOf(stored, channel, clientSequencer);
  if (ownership.kind === 'fenced') throw fencedError(channel, cause);
  // Opened again, a channel that was dropped would have no token, and every row would be sent once more.
  if (ownership.kind === 'dropped')
    throw new SnowstreamError(
      'CHANNEL_TAKEN',
      `channel ${channel} is not there any more: it was dropped, or ${displayName(target)} is another table now. A further run begins with the first row; --restart empties the target before`,
      { cause },
    );
}
