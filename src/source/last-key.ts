import type { Keyset, KeyValue } from './keyset.ts';
import { mysqlTable } from './mysql-identifier.ts';
import type { Source } from './source.ts';
import type { SourceTable } from './table.ts';

/**
 * The largest key of a table in key order, or `undefined` when it is empty.
 *
 * @param where only rows of that condition
 */
export async function lastKey(
  source: Source,
  table: SourceTable,
  keyset: Keyset,
  where?: string,
): Promise<KeyValue | undefined> {
  const [row] = await source.query(
    `SELECT ${keyset.expressions.join(', ')} FROM ${mysqlTable(table.database, table.name)}
      ${where === undefined ? '' : `WHERE ${where}`} ORDER BY ${keyset.descending} LIMIT 1`,
  );
  return row && keyset.valueOf(row);
}
