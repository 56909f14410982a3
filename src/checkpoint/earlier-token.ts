import type { KeyValue } from '../source/key.ts';
import type { OffsetToken } from './offset-token.ts';
import { type Shard, UNORDERED, WHOLE } from './shard.ts';

/**
 * Reads a token of version 2, which was JSON: loads that were begun with it are resumed.
 *
 * @returns `undefined` when it is none
 * @example
 * decodeEarlierToken('[2,"0","9f1c2ab04d77",1,"5ad70c3e9f10",["500000"]]')?.kind; // 'load'
 */
export function decodeEarlierToken(text: string): OffsetToken | undefined {
  const parsed = parse(text);
  if (Array.isArray(parsed)) return loadToken(parsed);
  if (typeof parsed !== 'object' || parsed === null) return undefined;
  const { restart, rejects, record } = parsed as Readonly<Record<string, unknown>>;
  if (restart === 'begun') return { kind: 'restart' };
  if (typeof rejects !== 'string' || !Number.isSafeInteger(record)) return undefined;
  return { kind: 'rejects', file: rejects, record: record as number };
}

function loadToken(parsed: readonly unknown[]): OffsetToken | undefined {
  const [version, name, table, count, fingerprint, key, ...more] = parsed;
  const shard = typeof name === 'string' ? shardOf(name) : undefined;
  if (version !== 2 || shard === undefined || !isKey(key) || more.length > 0) return undefined;
  if (typeof table !== 'string' || typeof fingerprint !== 'string') return undefined;
  if (typeof count !== 'number' || !Number.isSafeInteger(count) || count <= 0) return undefined;
  return { kind: 'load', table, columns: { count, fingerprint }, shard, key };
}

function shardOf(name: string): Shard | undefined {
  if (name === '0') return WHOLE;
  if (name === 'unordered') return UNORDERED;
  const parsed = parse(name);
  const [index, ...bounds] = Array.isArray(parsed) ? parsed : [];
  if (!Number.isSafeInteger(index) || index <= 0 || bounds.length === 0 || !bounds.every(isKey))
    return undefined;
  return { kind: 'range', index, bounds };
}

const isKey = (value: unknown): value is KeyValue =>
  Array.isArray(value) && value.every((part) => typeof part === 'string');

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
