import type { KeyValue } from '../source/key.ts';
import { decodeEarlierToken } from './earlier-token.ts';
import { type Shard, UNORDERED, WHOLE } from './shard.ts';
import { readTokenKey, readTokenText, tokenKey, tokenText } from './token-text.ts';

/** What Snowflake commits with a batch of a load. */
export interface LoadToken {
  readonly kind: 'load';
  /** Fingerprint of table and key: see `tableFingerprint`. */
  readonly table: string;
  /** How many columns are loaded, and their fingerprint: see `columnFingerprints`. */
  readonly columns: { readonly count: number; readonly fingerprint: string };
  readonly shard: Shard;
  /** The key of the last row of the batch; empty for a load that was begun and has read no row yet. */
  readonly key: KeyValue;
}

/** How far the rejected rows of a file were sent again. */
export interface RejectsToken {
  readonly kind: 'rejects';
  /** The file's id. */
  readonly file: string;
  /** The last record that is done: its row is in Snowflake, rejected again under a later number, or gone. */
  readonly record: number;
}

/**
 * The mark that a restart leaves in the channels of a load until its target is empty. No run resumes from it, so that
 * neither rows that are still there come twice nor rows that are gone are skipped.
 */
export interface RestartToken {
  readonly kind: 'restart';
}

/** What an offset token of this program says. */
export type OffsetToken = LoadToken | RejectsToken | RestartToken;

/** Version 2 was JSON, and `earlier-token.ts` still reads it. */
const VERSION = '3';

const FINGERPRINT = /^[\da-f]{12}$/;

/**
 * The mark of a restart as text: see {@link RestartToken}.
 */
export const RESTARTING = `${VERSION}.restart`;

/**
 * Writes a token: version, kind, and what the kind needs, in characters that a URL takes unescaped. The same token has
 * one text only, so that tokens can be compared as texts.
 *
 * @example
 * encodeToken({
 *   kind: 'load', table: '9f1c2ab04d77', columns: { count: 1, fingerprint: '5ad70c3e9f10' },
 *   shard: { kind: 'whole' }, key: ['500000'],
 * }); // '3.load.9f1c2ab04d77.1.5ad70c3e9f10.whole.~500000'
 */
export function encodeToken(token: OffsetToken): string {
  if (token.kind === 'restart') return RESTARTING;
  if (token.kind === 'rejects')
    return [VERSION, 'rejects', tokenText(token.file), String(token.record)].join('.');
  const { table, columns, shard, key } = token;
  const [name, bounds] =
    shard.kind === 'range' ? [`shard-${shard.index}`, shard.bounds.map(tokenKey)] : [shard.kind, []];
  const parts = [table, String(columns.count), columns.fingerprint, name, tokenKey(key), ...bounds];
  return [VERSION, 'load', ...parts].join('.');
}

/**
 * Reads a token of this version or the one before.
 *
 * @returns `undefined` when this program has not written it
 */
export function decodeToken(text: string): OffsetToken | undefined {
  const [version, kind, ...parts] = text.split('.');
  if (version !== VERSION) return decodeEarlierToken(text);
  if (kind === 'load') return loadToken(parts);
  if (kind === 'rejects') return rejectsToken(parts);
  return text === RESTARTING ? { kind: 'restart' } : undefined;
}

function rejectsToken([file = '', record = '', ...more]: readonly string[]): RejectsToken | undefined {
  const id = readTokenText(file);
  const number = wholeNumber(record);
  if (id === undefined || number === undefined || more.length > 0) return undefined;
  return { kind: 'rejects', file: id, record: number };
}

function loadToken([table, count = '', fingerprint, name, written, ...ranges]: readonly string[]):
  | LoadToken
  | undefined {
  const number = wholeNumber(count);
  const shard = shardOf(name, ranges);
  const key = written === undefined ? undefined : readTokenKey(written);
  if (table === undefined || fingerprint === undefined || !number || !shard || !key) return undefined;
  if (!FINGERPRINT.test(table) || !FINGERPRINT.test(fingerprint)) return undefined;
  return { kind: 'load', table, columns: { count: number, fingerprint }, shard, key };
}

function shardOf(name: string | undefined, ranges: readonly string[]): Shard | undefined {
  if (ranges.length === 0) return [WHOLE, UNORDERED].find(({ kind }) => kind === name);
  const index = wholeNumber(/^shard-(\d+)$/.exec(name ?? '')?.[1] ?? '');
  const bounds = ranges.flatMap((range) => {
    const bound = readTokenKey(range);
    return bound === undefined || bound.length === 0 ? [] : [bound];
  });
  if (!index || bounds.length !== ranges.length) return undefined;
  return { kind: 'range', index, bounds };
}

/** @returns a whole number in its only form; `undefined` for any other text. */
function wholeNumber(text: string): number | undefined {
  const number = Number(text);
  return Number.isSafeInteger(number) && String(number) === text && number >= 0 ? number : undefined;
}
