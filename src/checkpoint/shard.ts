import { isDeepStrictEqual } from 'node:util';
import type { KeyValue } from '../source/key.ts';

/**
 * Which rows of a table one channel loads: all of them in key order, all of them in no order, or one of the key
 * ranges into which several channels divide it.
 */
export type Shard =
  | { readonly kind: 'whole' }
  | { readonly kind: 'unordered' }
  | {
      readonly kind: 'range';
      /** From 1. */
      readonly index: number;
      /** The last key of each range of the load but the last: every shard knows them all. */
      readonly bounds: readonly KeyValue[];
    };

/** The shard of a table that one channel loads. */
export const WHOLE: Shard = { kind: 'whole' };

/** The shard of a table without a key: a position in it is the number of rows that were read. */
export const UNORDERED: Shard = { kind: 'unordered' };

/** Whether two shards are the same rows of a table. */
export function isSameShard(one: Shard, other: Shard): boolean {
  return isDeepStrictEqual(one, other);
}
