import { isSameChannel, shardIndex } from '../checkpoint/channel-name.ts';
import { otherDivision } from '../checkpoint/load-state.ts';
import { namedChannel } from '../checkpoint/stored-channel.ts';
import { SnowstreamError } from '../errors.ts';
import { resumableState } from '../plan/resumable.ts';
import { sourceName } from '../plan/table-plan.ts';
import { channelsOf } from '../snowflake/channels.ts';
import { displayName } from '../snowflake/identifier.ts';
import type { ChannelLoad } from './channel-load.ts';
import type { TableRun } from './table-run.ts';

/**
 * Sees to it that the rows of a load go by its channels alone. Programs that begin a load at the same time may divide
 * it differently, and then neither takes the channels of the other by opening its own: every row would come twice.
 * Each opens its own and looks at all of them afterwards, so that the later one sees the earlier one's.
 *
 * Channels of another division are opened, which takes them from whoever writes by them. They are not dropped:
 * Snowflake may count the openings of a new one from 0 again, and then a program that was shut out would be its owner.
 *
 * What was rejected in another division that was killed before it had committed anything is read again: its records in
 * the rejects file stand no more.
 *
 * @param channels of the load, opened, and without a row in them
 * @throws SnowstreamError OFFSET_TOKEN_INVALID when somebody restarts the target; CHANNEL_TAKEN when another program
 * has opened one of them, or has committed rows in a division of its own.
 */
export async function shutOutOtherDivision(run: TableRun, channels: readonly ChannelLoad[]): Promise<void> {
  const { snowflake, engine, settings, plan, rejects } = run;
  const stored = await channelsOf(snowflake, plan.target);
  // A restart that began meanwhile would not know of the channels that were just opened.
  resumableState(stored, plan);
  for (const channel of channels) channel.requireOwnership(stored);
  const own = channels.map(({ name }) => name);
  for (const { name } of otherDivision(stored, plan.load, own)) {
    const other = await engine.openChannel({ channel: name, table: plan.target, onError: settings.onError });
    if ((await other.getLatestCommittedOffsetToken()) !== null)
      throw new SnowstreamError(
        'CHANNEL_TAKEN',
        `another program has begun to load ${displayName(plan.target)} by channel ${name} meanwhile, and only one can carry the table: run again when it has ended, which goes on after its rows`,
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
