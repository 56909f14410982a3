import { SnowstreamError } from '../../errors.ts';
import type { SourceColumn } from '../../types/source-column.ts';
import type { SourceTable } from '../table.ts';
import { mysqlIdentifier, mysqlTable } from './identifier.ts';
import { Keyset } from './keyset.ts';
import type { MysqlSession } from './session.ts';

/**
 * The columns of the key to read by: the wanted ones, or those of the table's own unique key.
 *
 * @throws SnowstreamError SOURCE_NO_KEY when there is none, or when the wanted one may be NULL or is in two
 * rows; COLUMN_NOT_FOUND.
 */
export async function readingKey(
  session: MysqlSession,
  table: SourceTable,
  wanted: readonly string[] | undefined,
): Promise<readonly SourceColumn[]> {
  const where = `${table.database}.${table.name}`;
  if (wanted === undefined) {
    if (table.key.length > 0) {
      if (!enforcesKeys(table)) await mustBeUnique(session, table, table.key, where);
      return table.key;
    }
    throw noKey(
      `${where} has no primary key and no unique key without nulls: name columns that are unique in the table's "key" in the config file, or load it in one go with --no-resume`,
    );
  }
  const key = wanted.map((name) => namedColumn(table, name, where));
  // Rows that share a key could be on both sides of a page's end, and the second would be lost.
  const holdsOwn = table.key.length > 0 && table.key.every((column) => key.includes(column));
  if (!holdsOwn || !enforcesKeys(table)) await mustBeUnique(session, table, key, where);
  return key;
}

/**
 * Engines that let no second row of one key into a table. A MERGE table has the keys of its parts and does not compare
 * them with each other, and FEDERATED, CONNECT, Spider and other engines have what somebody has declared.
 * https://dev.mysql.com/doc/refman/8.4/en/merge-table-problems.html
 */
const ENFORCING = /^(innodb|myisam|aria|memory|ndb|ndbcluster|rocksdb|tokudb|archive)$/i;

const enforcesKeys = ({ engine }: SourceTable): boolean => engine !== undefined && ENFORCING.test(engine);

/**
 * What a table is read by.
 *
 * @param resume whether a load of it has to be resumable
 * @returns `undefined` for a table without a key of which that is not asked
 * @throws SnowstreamError as {@link readingKey}
 */
export async function readingKeyset(
  session: MysqlSession,
  table: SourceTable,
  wanted: readonly string[] | undefined,
  resume: boolean,
): Promise<Keyset | undefined> {
  if (!resume && wanted === undefined && table.key.length === 0) return undefined;
  return new Keyset(await readingKey(session, table, wanted));
}

function namedColumn(table: SourceTable, name: string, where: string): SourceColumn {
  const column = table.columns.find((other) => other.name.toLowerCase() === name.toLowerCase());
  if (column === undefined)
    throw new SnowstreamError('COLUMN_NOT_FOUND', `key column ${name} is not in ${where}`);
  if (!column.nullable) return column;
  // A NULL is neither before nor after any key.
  throw noKey(
    `key column ${column.name} of ${where} may be NULL, and such rows would never be read: name another unique key`,
  );
}

async function mustBeUnique(
  session: MysqlSession,
  table: SourceTable,
  key: readonly SourceColumn[],
  where: string,
): Promise<void> {
  const list = key.map(({ name }) => mysqlIdentifier(name)).join(', ');
  const [twice] = await session.ask(
    `SELECT 1 FROM ${mysqlTable(table.database, table.name)} GROUP BY ${list} HAVING COUNT(*) > 1 LIMIT 1`,
    [],
    { mayTakeLong: true },
  );
  if (twice === undefined) return;
  const names = key.map(({ name }) => name).join(', ');
  throw noKey(`${where} has rows that share one key (${names}), and some would be lost: name a unique key`);
}

function noKey(message: string): SnowstreamError {
  return new SnowstreamError('SOURCE_NO_KEY', message);
}
