import type { Keyset, KeyValue } from './keyset.ts';
import { mysqlTable } from './mysql-identifier.ts';
import type { Source } from './source.ts';
import type { SourceTable } from './table.ts';

/** The largest key of a table in key order, or `undefined` when it is empty. */
export async function lastKey(
  source: Source,
  table: SourceTable,
  keyset: Keyset,
): Promise<KeyValue | undefined> {
  const [row] = await source.query(
    `SELECT ${keyset.expressions.join(', ')} FROM ${mysqlTable(table.database, table.name)}
      ORDER BY ${keyset.descending} LIMIT 1`,
  );
  return row && keyset.valueOf(row);
}
