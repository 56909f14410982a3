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

/**
 * Which channel of a load it is, by its name: 0 for the one that carries a whole table, 1 and on for those of its
 * shards, `undefined` for a channel of anything else.
 *
 * @param load the name of the load's own channel
 * @example
 * channelPlace('SNOWSTREAM_SHOP_PEOPLE_0', 'SNOWSTREAM_SHOP_PEOPLE_0_3'); // 3
 */
export function channelPlace(load: string, name: string): number | undefined {
  if (!name.toUpperCase().startsWith(load.toUpperCase())) return undefined;
  const suffix = name.slice(load.length);
  if (suffix === '') return 0;
  return /^_[1-9]\d*$/.test(suffix) ? Number(suffix.slice(1)) : undefined;
}
