import type { Keyset, KeyValue } from './keyset.ts';
import { mysqlTable } from './mysql-identifier.ts';
import type { Source } from './source.ts';
import type { SourceTable } from './table.ts';

/** Rows from which on counting takes longer than an estimate is wrong by. */
const WORTH_COUNTING = 2_000_000;

/**
 * Rows after a key, for a progress bar: counted in a small table, of which the server's estimate may know nothing
 * yet, and estimated in a large one.
 */
export async function rowsToCome(
  source: Source,
  table: SourceTable,
  keyset: Keyset,
  after: KeyValue | undefined,
): Promise<number> {
  if (table.estimatedRows > WORTH_COUNTING) return table.estimatedRows;
  return rowsAfter(source, table, keyset, after);
}

/** Rows after a key, or all rows: counted, however large the table is. */
export async function rowsAfter(
  source: Source,
  table: SourceTable,
  keyset: Keyset,
  after: KeyValue | undefined,
): Promise<number> {
  const where = after === undefined ? '' : ` WHERE ${keyset.after(after)}`;
  const [row] = await source.query(`SELECT COUNT(*) FROM ${mysqlTable(table.database, table.name)}${where}`);
  return Number(row?.[0]);
}
