import { mysqlTable } from './identifier.ts';
import type { KeyRange, Keyset } from './keyset.ts';
import type { Source } from './source.ts';
import type { SourceTable } from './table.ts';

/** Rows from which on counting takes longer than an estimate is wrong by. */
const WORTH_COUNTING = 2_000_000;

/**
 * Rows of ranges of keys, for a progress bar: counted in a small table, of which the server's estimate may know
 * nothing yet, and estimated in a large one.
 */
export async function rowsToCome(
  source: Source,
  table: SourceTable,
  keyset: Keyset,
  ranges: readonly KeyRange[],
): Promise<number> {
  if (table.estimatedRows > WORTH_COUNTING) return table.estimatedRows;
  let rows = 0;
  for (const range of ranges) rows += await rowsWithin(source, table, keyset, range);
  return rows;
}

/** Rows of a range of keys: counted, however large the table is. */
export async function rowsWithin(
  source: Source,
  table: SourceTable,
  keyset: Keyset,
  range: KeyRange,
): Promise<number> {
  const within = keyset.within(range);
  const where = within === undefined ? '' : ` WHERE ${within}`;
  const [row] = await source.ask(
    `SELECT COUNT(*) FROM ${mysqlTable(table.database, table.name)}${where}`,
    [],
    { mayTakeLong: true },
  );
  return Number(row?.[0]);
}
