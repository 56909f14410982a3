import { isSameChannel, shardIndex } from '../checkpoint/channel-name.ts';
import { competingChannels } from '../checkpoint/load-state.ts';
import { namedChannel } from '../checkpoint/stored-channel.ts';
import { SnowstreamError } from '../errors.ts';
import { resumableState } from '../plan/resumable.ts';
import { sourceName } from '../plan/table-plan.ts';
import { channelsOf } from '../snowflake/channels.ts';
import { displayName } from '../snowflake/identifier.ts';
import type { ChannelLoad } from './channel-load.ts';
import type { TableRun } from './table-run.ts';

/**
 * Ensures that the rows of a load come through its channels only. Programs that begin a load at the same time may shard
 * it differently, and then neither fences the other by opening its own channels: every row would be loaded twice. Each
 * opens its own and then lists all of them, so that the later one sees the earlier one's.
 *
 * Channels of a different sharding are opened, which fences their owner. They are not dropped: Snowflake may count the
 * openings of a new channel from 0 again, and then a fenced program would be its owner.
 *
 * Rows that were rejected under a sharding that was killed before it had committed anything are read again: their
 * records in the rejects file are voided.
 *
 * @param channels of the load, opened, and without a row in them
 * @throws SnowstreamError OFFSET_TOKEN_INVALID when somebody restarts the target; CHANNEL_TAKEN when another program
 * has opened one of them, or has committed rows in key ranges of its own.
 */
export async function fenceCompetingLoad(run: TableRun, channels: readonly ChannelLoad[]): Promise<void> {
  const { snowflake, engine, settings, plan, rejects } = run;
  const stored = await channelsOf(snowflake, plan.target);
  // A restart that began meanwhile would not know of the channels that were just opened.
  resumableState(stored, plan);
  for (const channel of channels) channel.requireOwnership(stored);
  const own = channels.map(({ name }) => name);
  for (const { name } of competingChannels(stored, plan.load, own)) {
    const other = await engine.openChannel({ channel: name, table: plan.target, onError: settings.onError });
    if ((await other.getLatestCommittedOffsetToken()) !== null)
      throw new SnowstreamError(
        'CHANNEL_TAKEN',
        `another program has begun to load ${displayName(plan.target)} by channel ${name} meanwhile, and only one can load the table: run again when it has ended, which resumes after its rows`,
      );
  }
  await rejects?.void(
    rejects.records
      .filter(({ table, target }) => table === sourceName(plan) && target === displayName(plan.target))
      .filter(({ channel }) => !own.some((each) => isSameChannel(each, channel)))
      .filter(({ channel }) => shardIndex(plan.channel, channel) !== undefined)
      // What another load has committed by a channel of such a name is not read again.
      .filter(({ channel }) => (namedChannel(stored, channel)?.offsetToken ?? null) === null)
      .map(({ number }) => number),
  );
}
