import type { KeyRange } from './key.ts';
import type { TableSource } from './source.ts';
import type { SourceTable } from './table.ts';

/** Rows from which on counting takes longer than an estimate is wrong by. */
const WORTH_COUNTING = 2_000_000;

/**
 * Rows of ranges of keys, for a progress bar: counted in a small table, of which the source's estimate may know
 * nothing yet, and estimated in a large one.
 */
export async function rowsToCome(
  rows: TableSource,
  { estimatedRows }: SourceTable,
  ranges: readonly KeyRange[],
): Promise<number> {
  if (estimatedRows > WORTH_COUNTING) return estimatedRows;
  let sum = 0;
  for (const range of ranges) sum += await rows.count(range);
  return sum;
}
