import type { Cell } from '../../types/cell.ts';
import type { KeyValue } from '../key.ts';
import type { SourceTable } from '../table.ts';
import { mysqlTable } from './identifier.ts';
import type { Keyset } from './keyset.ts';
import type { MysqlSession } from './session.ts';

/** Keys a statement; more of them cost the server's optimizer more than another statement does. */
const KEYS_A_STATEMENT = 500;

/** Bytes that they may have: a server may take 1 MB in a statement, and a key's text may have thousands. */
const KEY_BYTES_A_STATEMENT = 256 * 1024;

/** Which rows to read. */
export interface RowsByKey {
  readonly table: SourceTable;
  readonly keyset: Keyset;
  /** The SELECT list, a quoted expression for each cell; the key's cells follow them. */
  readonly expressions: readonly string[];
  readonly keys: readonly KeyValue[];
  /** Another condition. */
  readonly where?: string;
}

/**
 * Reads the rows of some keys, as far as they exist, in no order.
 *
 * @throws SnowstreamError MYSQL_QUERY or MYSQL_UNREACHABLE.
 */
export async function rowsByKey(
  session: MysqlSession,
  { table, keyset, expressions, keys, where }: RowsByKey,
): Promise<Cell[][]> {
  const list = [...expressions, ...keyset.expressions].join(', ');
  const also = where === undefined ? '' : ` AND ${where}`;
  const found: Cell[][] = [];
  for (const some of inStatements(keyset, keys)) {
    const condition = keyset.anyOf(some);
    const rows = await session.query(
      `SELECT ${list} FROM ${mysqlTable(table.database, table.name)} WHERE ${condition}${also}`,
    );
    for (const row of rows) found.push(row);
  }
  return found;
}

function* inStatements(keyset: Keyset, keys: readonly KeyValue[]): Generator<readonly KeyValue[]> {
  let some: KeyValue[] = [];
  let bytes = 0;
  for (const key of keys) {
    const own = Buffer.byteLength(keyset.is(key));
    if (some.length === KEYS_A_STATEMENT || (some.length > 0 && bytes + own > KEY_BYTES_A_STATEMENT)) {
      yield some;
      some = [];
      bytes = 0;
    }
    some.push(key);
    bytes += own;
  }
  if (some.length > 0) yield some;
}
