import { splitQualified } from '../catalog/identifier.ts';
import { channelName, type TableName } from '../protocol/names.ts';
import type { FaultRule } from './rule.ts';

/** A channel that a request is about, in canonical names. */
export interface FaultTarget extends TableName {
  readonly channel: string;
}

/** True when the rule is not limited to a table or channel, or this is the one. */
export function isMeant(rule: Pick<FaultRule, 'table' | 'channel'>, target: FaultTarget): boolean {
  if (rule.channel !== undefined && channelName(rule.channel) !== target.channel) return false;
  if (rule.table === undefined) return true;
  const parts = splitQualified(rule.table);
  const full = [target.database, target.schema, target.table];
  return parts.every((part, index) => part === full[index + 3 - parts.length]);
}

/** The channels that the body of a streaming request names; none when it cannot be read. */
export function targetsOf(body: string): FaultTarget[] {
  try {
    return targets(JSON.parse(body));
  } catch {
    return []; // not ours to complain about
  }
}

function targets(value: unknown, table?: Record<string, unknown>): FaultTarget[] {
  if (Array.isArray(value)) return value.flatMap((each) => targets(each, table));
  if (typeof value !== 'object' || value === null) return [];
  const object = value as Record<string, unknown>;
  const owner = 'table' in object ? object : table;
  const { blobs, chunks, channels } = object;
  const inner = blobs ?? chunks ?? channels;
  if (inner !== undefined) return targets(inner, owner);
  const name = object.channel_name ?? object.channel;
  if (!owner || typeof name !== 'string') return [];
  const [database = '', schema = '', last = ''] = [owner.database, owner.schema, owner.table].map(canonical);
  return [{ database, schema, table: last, channel: channelName(name) }];
}

function canonical(sql: unknown): string {
  return splitQualified(String(sql)).join('.');
}
