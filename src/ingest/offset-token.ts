import { createHash } from 'node:crypto';
import { SnowstreamError } from '../errors.ts';

/** What an offset token of ours says. */
export interface OffsetToken {
  /** Which part of the table the channel carries. */
  readonly shard: string;
  /** The key of the last row of the batch. */
  readonly key: readonly string[];
  /** Of table, key and column mapping: see {@link fingerprintOf}. */
  readonly fingerprint: string;
}

const VERSION = 1;

/**
 * Writes a token: version, shard, fingerprint and key as compact JSON.
 *
 * @example
 * formatOffsetToken({ shard: '0', key: ['500000'], fingerprint: '9f1c2ab04d77' });
 * // '[1,"0","9f1c2ab04d77",["500000"]]'
 */
export function formatOffsetToken(token: OffsetToken): string {
  return JSON.stringify([VERSION, token.shard, token.fingerprint, token.key]);
}

/**
 * Reads a token that Snowflake has committed.
 *
 * @throws SnowstreamError OFFSET_TOKEN_INVALID when it has another shape, version, shard or fingerprint: then the
 * channel was written by another program or for another table, key or mapping, and where to go on is unknown.
 */
export function parseOffsetToken(text: string, expected: Omit<OffsetToken, 'key'>): OffsetToken {
  const parsed = parse(text);
  const [version, shard, fingerprint, key, ...more] = Array.isArray(parsed) ? parsed : [];
  const isKey = Array.isArray(key) && key.length > 0 && key.every((part) => typeof part === 'string');
  if (version !== VERSION || !isKey || more.length > 0)
    throw invalid(text, 'was not written by this version of this program');
  if (shard !== expected.shard || fingerprint !== expected.fingerprint)
    throw invalid(text, 'belongs to another table, key or column mapping');
  return { shard, fingerprint, key };
}

/**
 * Twelve hex digits that change when the table, its key or what is carried changes.
 *
 * @param parts anything that JSON can hold, in a fixed order
 */
export function fingerprintOf(...parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 12);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function invalid(text: string, why: string): SnowstreamError {
  return new SnowstreamError(
    'OFFSET_TOKEN_INVALID',
    `the channel's committed offset token ${text.slice(0, 80)} ${why}: to load the table anew, empty the target and use another --channel`,
  );
}
