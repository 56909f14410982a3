import { createHash } from 'node:crypto';
import { SnowstreamError } from '../errors.ts';

/** What the offset tokens of a load have in common. */
export interface LoadIdentity {
  /** Which part of the table the channel carries. */
  readonly shard: string;
  /** Of table and key: see {@link fingerprintOf}. */
  readonly table: string;
  /** Of the columns that are carried: see {@link columnFingerprints}. */
  readonly columns: readonly string[];
}

/** What an offset token of ours says. */
export interface OffsetToken extends LoadIdentity {
  /** The key of the last row of the batch; empty for a load that was begun and has read no row yet. */
  readonly key: readonly string[];
}

/** Version 1 had one fingerprint for all, so that a new column made it another load. */
const VERSION = 2;

/**
 * What a restart leaves in the channels of a load until its target is empty: no run goes on after it, so that
 * neither rows that are still there come twice nor rows that are gone are left out.
 */
export const RESTARTING = '{"restart":"begun"}';

/**
 * Writes a token as compact JSON: version, shard, fingerprint of table and key, number of columns, their
 * fingerprint, and the key.
 *
 * @example
 * formatOffsetToken({ shard: '0', table: '9f1c2ab04d77', columns: ['5ad70c3e9f10'], key: ['500000'] });
 * // '[2,"0","9f1c2ab04d77",1,"5ad70c3e9f10",["500000"]]'
 */
export function formatOffsetToken({ shard, table, columns, key }: OffsetToken): string {
  return JSON.stringify([VERSION, shard, table, columns.length, columns.at(-1) ?? '', key]);
}

/**
 * Reads a token that Snowflake has committed. Its columns may be the first of those that are carried today: a
 * target's columns keep their places, and those that were added stand at its end.
 *
 * @returns the token as it was written: with as many columns as there were then, and no key where no row was read yet
 * @throws SnowstreamError OFFSET_TOKEN_INVALID when it has another shape, version or shard, or belongs to another
 * table, key or choice of columns: then where to go on is unknown.
 */
export function parseOffsetToken(text: string, expected: LoadIdentity): OffsetToken {
  if (text === RESTARTING) throw unfinishedRestart();
  const parsed = parse(text);
  const [version, shard, table, count, fingerprint, key, ...more] = Array.isArray(parsed) ? parsed : [];
  const isKey = Array.isArray(key) && key.every((part) => typeof part === 'string');
  const isCount = Number.isInteger(count) && count > 0 && typeof fingerprint === 'string';
  if (version !== VERSION || !isKey || !isCount || more.length > 0)
    throw invalid(text, 'was not written by this version of this program');
  if (table !== expected.table) throw foreignToken(text);
  if (shard !== expected.shard)
    throw invalid(
      text,
      'belongs to another division of the table',
      'run again if another program has just begun this load; else ',
    );
  if (expected.columns[count - 1] !== fingerprint)
    throw invalid(
      text,
      `belongs to ${columnsText(count)} that are not the first of the ${columnsText(expected.columns.length)} carried now`,
    );
  return { shard, table, columns: expected.columns.slice(0, count), key };
}

/**
 * The key of the last row that a load has committed, or `undefined` when it has committed none.
 *
 * @throws SnowstreamError OFFSET_TOKEN_INVALID as {@link parseOffsetToken}.
 */
export function committedKey(
  committed: string | null,
  expected: LoadIdentity,
): readonly string[] | undefined {
  if (committed === null) return undefined;
  const { key } = parseOffsetToken(committed, expected);
  return key.length === 0 ? undefined : key;
}

/** The same of a token that may be another load's: that one names no key of this load. */
export function ownKey(committed: string | null, expected: LoadIdentity): readonly string[] | undefined {
  const key = committed === null ? undefined : readable(committed, expected)?.key;
  return key === undefined || key.length === 0 ? undefined : key;
}

/**
 * Which part of a table a token names, whatever else may be wrong with it.
 *
 * @param table the fingerprint of table and key; any when not given
 * @returns `undefined` when the token is of another table or key, or no token of ours
 */
export function shardOf(text: string, table?: string): string | undefined {
  const parsed = parse(text);
  const [, shard, fingerprint] = Array.isArray(parsed) ? parsed : [];
  return fingerprint === (table ?? fingerprint) && typeof shard === 'string' ? shard : undefined;
}

/** The fingerprint of table and key that a token names; `undefined` when it is no token of ours. */
export function tableOf(text: string): string | undefined {
  const parsed = parse(text);
  const [, shard, fingerprint] = Array.isArray(parsed) ? parsed : [];
  return typeof shard === 'string' && typeof fingerprint === 'string' ? fingerprint : undefined;
}

/** Whether a token of ours says that rows were read. */
export function hasRows(text: string): boolean {
  const parsed = parse(text);
  const key = Array.isArray(parsed) ? parsed.at(-1) : undefined;
  return Array.isArray(key) && key.length > 0;
}

/** Whether a token says that its load was begun and has read no row yet. */
export function isStartToken(committed: string | null, expected: LoadIdentity): boolean {
  return committed !== null && readable(committed, expected)?.key.length === 0;
}

/** @returns the error of a token that another table has left, or this one with another key. */
export function foreignToken(text: string): SnowstreamError {
  return invalid(text, 'belongs to another table or key');
}

/** @returns the error of a channel that holds {@link RESTARTING}. */
export function unfinishedRestart(table = 'the table'): SnowstreamError {
  return new SnowstreamError(
    'OFFSET_TOKEN_INVALID',
    `a restart of ${table} was begun and did not come to its end, so that rows of the earlier load may be there or not: snowstream run --restart begins it again`,
  );
}

/**
 * The token that a load has committed when the last row of its source has that key.
 *
 * @param committed the token that is there: the load may have ended before its newest columns came
 */
export function lastOffsetToken(
  identity: LoadIdentity,
  key: readonly string[],
  committed: string | null,
): string {
  const { columns } = (committed !== null && readable(committed, identity)) || identity;
  return formatOffsetToken({ ...identity, columns, key });
}

/**
 * Twelve hex digits that change when their parts change.
 *
 * @param parts anything that JSON can hold, in a fixed order
 */
export function fingerprintOf(...parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 12);
}

/**
 * A fingerprint of the first column, of the first two, and so on to all.
 *
 * @param columns anything that JSON can hold, in the order in which they are carried
 */
export function columnFingerprints(columns: readonly unknown[]): string[] {
  const fingerprints: string[] = [];
  for (const column of columns) fingerprints.push(fingerprintOf(fingerprints.at(-1) ?? '', column));
  return fingerprints;
}

function readable(text: string, expected: LoadIdentity): OffsetToken | undefined {
  try {
    return parseOffsetToken(text, expected);
  } catch {
    return undefined;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const columnsText = (count: number): string => `${count} ${count === 1 ? 'column' : 'columns'}`;

/** @param before what to try before a restart */
function invalid(text: string, why: string, before = ''): SnowstreamError {
  return new SnowstreamError(
    'OFFSET_TOKEN_INVALID',
    `the channel's committed offset token ${text.slice(0, 80)} ${why}: ${before}snowstream run --restart empties the target and loads the table anew`,
  );
}
