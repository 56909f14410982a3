import type { KeyValue } from '../key.ts';
import type { SourceTable } from '../table.ts';
import { mysqlTable } from './identifier.ts';
import type { Keyset } from './keyset.ts';
import type { MysqlSession } from './session.ts';

/** Keys a statement where some rows are not to count. */
const KEYS_A_PAGE = 1000;

/** Which rows count. */
export interface LastKeyOptions {
  /** A condition. */
  readonly where?: string | undefined;
  /** Rows that do not count, by their {@link Keyset.identity}. */
  readonly without?: ReadonlySet<string>;
}

/** The largest key of a table in key order, or `undefined` when no row counts. */
export async function lastKey(
  session: MysqlSession,
  table: SourceTable,
  keyset: Keyset,
  { where, without = new Set() }: LastKeyOptions = {},
): Promise<KeyValue | undefined> {
  const limit = without.size === 0 ? 1 : KEYS_A_PAGE;
  const list = [keyset.identity, ...keyset.expressions].join(', ');
  for (let before: KeyValue | undefined; ; ) {
    const conditions = [
      ...(where === undefined ? [] : [where]),
      ...(before === undefined ? [] : [`NOT ${keyset.after(before)}`, `NOT ${keyset.is(before)}`]),
    ];
    const condition = conditions.map((each) => `(${each})`).join(' AND ');
    const rows = await session.query(
      `SELECT ${list} FROM ${mysqlTable(table.database, table.name)}
        ${condition === '' ? '' : `WHERE ${condition}`} ORDER BY ${keyset.descending} LIMIT ${limit}`,
    );
    const counted = rows.find(([identity]) => !without.has(String(identity)));
    if (counted !== undefined) return keyset.valueOf(counted.slice(1));
    const last = rows.at(-1);
    if (last === undefined || rows.length < limit) return undefined;
    before = keyset.valueOf(last.slice(1));
  }
}
