import type { FittedColumn } from '../../types/column-mapping.ts';
import type { KeyValue } from '../key.ts';
import { hashedColumns, hashedKey, hashesByKey, hashKeyOf, type RowHashes } from '../measures.ts';
import type { PlannedTable } from '../source.ts';
import { mysqlTable } from './identifier.ts';
import { keysetOf } from './keyset.ts';
import { rowsByKey } from './rows-by-key.ts';
import { cellText } from './server-text.ts';
import type { MysqlSession } from './session.ts';
import { asUtf8 } from './types/sql-family.ts';
import { printedValue, writtenValue } from './types/sql-types.ts';

/** The hash of a row of columns of which one at least is hashed: see {@link RowHashes}. */
export function rowHash(columns: readonly FittedColumn[]): string {
  const hashes = hashedColumns(columns).map(({ column, comparison }) => {
    const text = printedValue(writtenValue(column), column, comparison);
    return `COALESCE(${sha(asUtf8(text))}, '-')`;
  });
  return sha(concatenated(hashes));
}

/** As {@link TableSource.hashes} of the interface. */
export async function rowHashes(
  session: MysqlSession,
  { table, keyset, columns }: PlannedTable,
  mostRows: number,
  excluded: readonly KeyValue[],
): Promise<RowHashes | undefined> {
  const key = hashedKey(keyset, columns);
  if (key === undefined || keyset === undefined || hashedColumns(columns).length === 0) return undefined;
  const expressions = [
    ...key.map(({ column, comparison }) => printedValue(writtenValue(column), column, comparison)),
    rowHash(columns),
  ];
  const from = mysqlTable(table.database, table.name);
  const rows = await session.query(`SELECT ${expressions.join(', ')} FROM ${from} LIMIT ${mostRows + 1}`);
  if (rows.length > mostRows) return undefined;
  const found = hashesByKey(rows.map((row) => row.map(cellText)));
  const rejected = await rowsByKey(session, { table, keyset: keysetOf(keyset), expressions, keys: excluded });
  for (const row of rejected) found.delete(hashKeyOf(row.slice(0, expressions.length).map(cellText)));
  return found;
}

/** MySQL 9.6 has no MD5 and no SHA1 any more: https://dev.mysql.com/doc/refman/9.6/en/encryption-functions.html */
const sha = (text: string): string => `SHA2(${text}, 256)`;

const CONCAT_ARGUMENTS = 200;

/** A function takes a few hundred arguments at the most, so many texts are put together in groups. */
function concatenated(texts: readonly string[]): string {
  const groups: string[] = [];
  for (let at = 0; at < texts.length; at += CONCAT_ARGUMENTS)
    groups.push(`CONCAT(${texts.slice(at, at + CONCAT_ARGUMENTS).join(', ')}, '')`);
  return groups.length === 1 ? (groups[0] as string) : concatenated(groups);
}
