import { createHash } from 'node:crypto';

/** Names that a channel's name shows without loss, in capitals: without `_`, no two pairs of them look alike. */
const PLAIN = /^[a-z0-9$]+$/;

/**
 * The channel of a table's load by rule, so that a later run finds the committed offset token. Two tables never share
 * one: a name that capitals and `_` do not show as it is gets twelve digits of a hash as well.
 *
 * @example
 * loadChannel('shop', 'people'); // 'SNOWSTREAM_SHOP_PEOPLE_0'
 * loadChannel('shop', 'order_items'); // 'SNOWSTREAM_SHOP_ORDER_ITEMS_6E2C4B7F0A91_0', or the like
 */
export function loadChannel(database: string, table: string): string {
  const parts = ['SNOWSTREAM', database, table];
  if (!PLAIN.test(database) || !PLAIN.test(table)) parts.push(digestOf(database, table).slice(0, 12));
  return identifier([...parts, '0']);
}

/**
 * The name that earlier versions gave the channel of a table. Other tables may have the same one, as `shop.eu_people`
 * and `shop_eu.people` have, so that only its token says whose it is.
 */
export function earlierLoadChannel(database: string, table: string): string {
  const parts = ['SNOWSTREAM', database, table, '0'];
  const written = parts.join('_');
  const plain = identifier(parts);
  if (plain.toLowerCase() === written.toLowerCase()) return plain;
  return `${plain}_${digestOf(database, table).slice(0, 8).toUpperCase()}`;
}

/** The channel of one key range of a load: see `Shard`. */
export function shardChannel(load: string, index: number): string {
  return `${load}_${index}`;
}

/** The channel by which the rejected rows of another one are sent again. */
export function rejectsChannel(channel: string): string {
  return `${channel}${REJECTS}`;
}

/** What a channel is to a load. */
export interface ChannelRole {
  /** 0 for the channel that loads a whole table, from 1 for those of its key ranges. */
  readonly index: number;
  /** Whether it is for rejected rows of that channel that are sent again. */
  readonly rejects: boolean;
}

/**
 * What a channel is to a load, by its name: Snowflake compares names without regard to case.
 *
 * @param load the name of the load's own channel
 * @returns `undefined` for a channel of anything else
 * @example
 * channelRole('SNOWSTREAM_SHOP_PEOPLE_0', 'SNOWSTREAM_SHOP_PEOPLE_0_3'); // { index: 3, rejects: false }
 */
export function channelRole(load: string, name: string): ChannelRole | undefined {
  if (!name.toUpperCase().startsWith(load.toUpperCase())) return undefined;
  const [, index, rejects] = ROLE.exec(name.slice(load.length)) ?? [];
  if (index === undefined) return undefined;
  return { index: Number(index.slice(1)), rejects: rejects !== '' };
}

/** The place of a channel that loads rows: see {@link ChannelRole}. */
export function shardIndex(load: string, name: string): number | undefined {
  const role = channelRole(load, name);
  return role?.rejects === false ? role.index : undefined;
}

/** The name of the load that a channel belongs to, if it is named by this page's rules. */
export function loadOf(channel: string): string {
  return channel.replace(/_REJECTS$/i, '').replace(/_[1-9]\d*$/, '');
}

/** Whether two names are those of one channel. */
export function isSameChannel(one: string, other: string): boolean {
  return one.toUpperCase() === other.toUpperCase();
}

const REJECTS = '_REJECTS';
const ROLE = /^((?:_[1-9]\d*)?)((?:_REJECTS)?)$/i;

function identifier(parts: readonly string[]): string {
  return parts
    .join('_')
    .toUpperCase()
    .replaceAll(/[^A-Z0-9_$]/g, '_');
}

function digestOf(database: string, table: string): string {
  return createHash('sha256')
    .update(JSON.stringify([database, table]))
    .digest('hex');
}
