import type { KeyValue } from '../key.ts';
import type { SourceTable } from '../table.ts';
import { mysqlTable } from './identifier.ts';
import type { Keyset } from './keyset.ts';
import type { MysqlSession } from './session.ts';

/**
 * Divides a table into ranges of keys with the same number of rows each, in one walk along the key.
 *
 * @param ranges how many; a table with fewer rows than that stays whole
 * @returns the last key of each range but the last.
 */
export async function rangeBounds(
  session: MysqlSession,
  table: SourceTable,
  keyset: Keyset,
  ranges: number,
): Promise<KeyValue[]> {
  const from = mysqlTable(table.database, table.name);
  const [counted] = await session.ask(`SELECT COUNT(*) FROM ${from}`, [], { mayTakeLong: true });
  const step = Math.floor(Number(counted?.[0]) / ranges);
  if (step === 0) return [];
  const bounds: KeyValue[] = [];
  while (bounds.length < ranges - 1) {
    const range = keyset.within({ after: bounds.at(-1) });
    const [row] = await session.query(
      `SELECT ${keyset.expressions.join(', ')} FROM ${from} ${range === undefined ? '' : `WHERE ${range}`}
        ORDER BY ${keyset.order} LIMIT 1 OFFSET ${step - 1}`,
    );
    // Rows were deleted meanwhile: the ranges so far hold what is left.
    if (row === undefined) break;
    bounds.push(keyset.valueOf(row));
  }
  return bounds;
}
