import type { KeyRange } from '../key.ts';
import type { SourceTable } from '../table.ts';
import { mysqlTable } from './identifier.ts';
import type { Keyset } from './keyset.ts';
import type { MysqlSession } from './session.ts';

/** Rows of a range of keys, counted however large the table is. */
export async function rowsWithin(
  session: MysqlSession,
  table: SourceTable,
  keyset: Keyset | undefined,
  range: KeyRange,
): Promise<number> {
  const within = keyset?.within(range);
  const where = within === undefined ? '' : ` WHERE ${within}`;
  const [row] = await session.ask(
    `SELECT COUNT(*) FROM ${mysqlTable(table.database, table.name)}${where}`,
    [],
    { mayTakeLong: true },
  );
  return Number(row?.[0]);
}
