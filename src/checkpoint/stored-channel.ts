import { channelsOf, type StoredChannel } from '../snowflake/channels.ts';
import type { TableName } from '../snowflake/identifier.ts';
import type { SnowflakeSession } from '../snowflake/session.ts';
import { isSameChannel } from './channel-name.ts';

/** The one of that name. */
export function namedChannel(channels: readonly StoredChannel[], channel: string): StoredChannel | undefined {
  return channels.find(({ name }) => isSameChannel(name, channel));
}

/** One channel, or `undefined` when it does not exist. */
export async function channelOf(
  session: SnowflakeSession,
  table: TableName,
  channel: string,
): Promise<StoredChannel | undefined> {
  return namedChannel(await channelsOf(session, table), channel);
}

/**
 * The committed offset token of one channel.
 *
 * @returns `null` when the channel does not exist or has committed nothing yet.
 */
export async function committedOffsetToken(
  session: SnowflakeSession,
  table: TableName,
  channel: string,
): Promise<string | null> {
  return (await channelOf(session, table, channel))?.offsetToken ?? null;
}
