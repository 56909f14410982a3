import { qualifiedName, type TableName } from './identifier.ts';
import type { SnowflakeSession } from './session.ts';

/**
 * The committed offset token of a channel, by SQL: opening the channel to ask would fence off its owner.
 * https://docs.snowflake.com/en/sql-reference/sql/show-channels
 *
 * @returns `null` when the channel does not exist or has committed nothing yet.
 */
export async function committedOffsetToken(
  session: SnowflakeSession,
  table: TableName,
  channel: string,
): Promise<string | null> {
  const channels = await session.execute(`SHOW CHANNELS IN TABLE ${qualifiedName(table)}`);
  const found = channels.find(({ name }) => name?.toUpperCase() === channel.toUpperCase());
  return found?.offset_token || null;
}
