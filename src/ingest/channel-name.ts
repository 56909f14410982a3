import { createHash } from 'node:crypto';

/**
 * A channel's name by rule: the same table of the same server database always gets the same one, so that a later
 * run finds the committed offset token.
 *
 * @example channelName('shop', 'people', '0'); // 'SNOWSTREAM_SHOP_PEOPLE_0'
 */
export function channelName(database: string, table: string, shard: string): string {
  const written = ['SNOWSTREAM', database, table, shard].join('_');
  const plain = written.toUpperCase().replaceAll(/[^A-Z0-9_$]/g, '_');
  if (plain.toLowerCase() === written.toLowerCase()) return plain;
  // Two names that differ in their special characters alone must not share a channel.
  const digest = createHash('sha256')
    .update(JSON.stringify([database, table]))
    .digest('hex')
    .slice(0, 8);
  return `${plain}_${digest.toUpperCase()}`;
}
