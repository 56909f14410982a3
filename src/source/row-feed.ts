import type { Cell, Rows } from '../types/cell.ts';
import type { KeyValue } from './key.ts';

/** Rows that were read together. */
export interface SourceBatch<R extends Rows = readonly Cell[][]> {
  /** A row each: one cell for each column that was asked for, then the cells of its key. */
  readonly rows: R;
  /** Of all values, give or take their length prefixes. */
  readonly bytes: number;
  /** The key of the last row; empty for a table without a key. */
  readonly lastKey: KeyValue;
}

/** Batches of rows, one at a time, each ready while the one before is worked on. Leaving the loop ends it. */
export type RowFeed<R extends Rows = readonly Cell[][]> = AsyncIterable<SourceBatch<R>>;
