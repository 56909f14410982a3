import { SnowstreamError } from '../errors.ts';
import type { KeyValue } from '../source/key.ts';
import { decodeToken, encodeToken, type LoadToken } from './offset-token.ts';
import { isSameShard, type Shard } from './shard.ts';

/** What the offset tokens of one channel of a load have in common. */
export interface LoadIdentity {
  readonly shard: Shard;
  /** Of table and key: see `tableFingerprint`. */
  readonly table: string;
  /** Of the columns that are loaded, from the first to all: see `columnFingerprints`. */
  readonly columns: readonly string[];
}

/** How far a channel has come. */
export type Position =
  /** No row is committed; `begun` where a token says so, which a restart leaves. */
  | { readonly kind: 'start'; readonly begun: boolean }
  /** All rows up to this key, with the first so many of the columns. */
  | { readonly kind: 'after'; readonly key: KeyValue; readonly columns: number };

/** The token of a position: what Snowflake commits with the rows up to it. */
export function tokenAt(
  { shard, table, columns }: LoadIdentity,
  key: KeyValue,
  count = columns.length,
): string {
  const fingerprint = columns[count - 1] ?? '';
  return encodeToken({ kind: 'load', table, columns: { count, fingerprint }, shard, key });
}

/**
 * Reads the committed token of a channel. Its columns may be the first of those that are loaded today: a target's
 * columns keep their places, and those that were added are at its end.
 *
 * @param committed `null` when the channel has committed nothing
 * @throws SnowstreamError OFFSET_TOKEN_INVALID when it has another shape or version, or belongs to another table, key,
 * shard or choice of columns: then where to resume is unknown.
 */
export function positionAt(committed: string | null, load: LoadIdentity): Position {
  if (committed === null) return { kind: 'start', begun: false };
  const token = decodeToken(committed);
  if (token?.kind === 'restart') throw unfinishedRestart();
  if (token?.kind !== 'load') throw invalid(committed, 'was not written by this version of this program');
  requireSameLoad(committed, token, load);
  const { key, columns } = token;
  return key.length === 0 ? { kind: 'start', begun: true } : { kind: 'after', key, columns: columns.count };
}

/** The same of a token that may be another load's: `undefined` for that one. */
export function ownPosition(committed: string | null, load: LoadIdentity): Position | undefined {
  try {
    return positionAt(committed, load);
  } catch {
    return undefined;
  }
}

/** The key after which a load resumes; `undefined` where it begins with its first row. */
export function keyAt(position: Position | undefined): KeyValue | undefined {
  return position?.kind === 'after' ? position.key : undefined;
}

/** @returns the error of a token that another table has left, or this one with another key. */
export function foreignToken(text: string): SnowstreamError {
  return invalid(text, 'belongs to another table or key');
}

/** @returns the error of a channel that holds the mark of a restart: see `RestartToken`. */
export function unfinishedRestart(table = 'the table'): SnowstreamError {
  return new SnowstreamError(
    'OFFSET_TOKEN_INVALID',
    `a restart of ${table} was begun and not completed, so rows of the earlier load may or may not exist: snowstream run --restart begins it again`,
  );
}

function requireSameLoad(text: string, token: LoadToken, { table, shard, columns }: LoadIdentity): void {
  if (token.table !== table) throw foreignToken(text);
  if (!isSameShard(token.shard, shard))
    throw invalid(
      text,
      'belongs to a load of the table with other key ranges',
      'run again if another program has just begun this load; else ',
    );
  const { count, fingerprint } = token.columns;
  if (columns[count - 1] !== fingerprint)
    throw invalid(
      text,
      `belongs to ${columnsText(count)} that are not the first of the ${columnsText(columns.length)} loaded now`,
    );
}

const columnsText = (count: number): string => `${count} ${count === 1 ? 'column' : 'columns'}`;

/** @param before what to try before a restart */
function invalid(text: string, why: string, before = ''): SnowstreamError {
  return new SnowstreamError(
    'OFFSET_TOKEN_INVALID',
    `the channel's committed offset token ${text.slice(0, 80)} ${why}: ${before}snowstream run --restart empties the target and loads the table from its first row`,
  );
}
