import { openedByOthers } from '../checkpoint/ownership.ts';
import { channelOf } from '../checkpoint/stored-channel.ts';
import { SnowstreamError } from '../errors.ts';
import type { IngestChannel } from '../ingest/engine.ts';
import type { ShardPlan } from '../plan/shard.ts';
import type { TableRun } from './table-run.ts';

/** A closed channel, as Snowflake has it. */
export interface ClosedChannel {
  readonly committed: string | null;
  readonly clientSequencer: string;
}

/**
 * Moves the committed token of a load behind rows that were all rejected. The SDK commits a token together with rows
 * alone, so that those of batches without a row never come to Snowflake, and the next run would read them again. A
 * channel can be opened with a token instead.
 *
 * Such a token takes the place of whatever is committed, so it must not meet another program's. The channel is opened
 * without one before, which fences its owner: what is committed then stays as it is until it is opened again.
 *
 * @param closed the channel, with all rows committed
 * @returns the channel as it is now; `undefined` when another program has continued the load
 * @throws SnowstreamError CHANNEL_TAKEN when another program has opened the channel between, for the milliseconds in
 * which that is possible.
 */
export async function commitRejectedTail(
  { engine, snowflake, settings }: TableRun,
  plan: ShardPlan,
  closed: ClosedChannel,
  offsetToken: string,
): Promise<{ readonly channel: IngestChannel; readonly clientSequencer: string } | undefined> {
  const request = { channel: plan.channel, table: plan.target, onError: settings.onError };
  const sequencer = async () =>
    (await channelOf(snowflake, plan.target, plan.channel))?.clientSequencer ?? '';
  if ((await sequencer()) !== closed.clientSequencer) return undefined;
  const fencing = await engine.openChannel(request);
  if ((await fencing.getLatestCommittedOffsetToken()) !== closed.committed) return undefined;
  const channel = await engine.openChannel({ ...request, offsetToken });
  const clientSequencer = await sequencer();
  await channel.close();
  // Both openings were ours; of a third one nobody knows what it has committed.
  if (openedByOthers(closed.clientSequencer, clientSequencer, 2))
    throw new SnowstreamError(
      'CHANNEL_TAKEN',
      `another program has opened channel ${plan.channel} while this one set its offset token: run snowstream check, and snowstream run --restart if rows differ`,
    );
  return { channel, clientSequencer };
}
