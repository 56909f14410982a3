import { SnowstreamError } from '../../errors.ts';
import type { SourceTable } from '../table.ts';
import { mysqlTable } from './identifier.ts';
import { isServerAnswer } from './server-error.ts';
import type { MysqlSession } from './session.ts';

/** ER_TABLEACCESS_DENIED_ERROR and ER_COLUMNACCESS_DENIED_ERROR, by the names of mysql2. */
const DENIED = new Set(['ER_TABLEACCESS_DENIED_ERROR', 'ER_COLUMNACCESS_DENIED_ERROR']);

/**
 * Makes sure that the description of a table has every column. `information_schema` shows a user those alone on which
 * it has a privilege; a `SELECT *` needs all of them.
 *
 * @param invisible whether invisible columns are to be loaded, too, which `SELECT *` does not have
 * @throws SnowstreamError MYSQL_DENIED when columns are hidden.
 */
export async function requireAllColumns(
  session: MysqlSession,
  table: SourceTable,
  { invisible }: { readonly invisible: boolean },
): Promise<void> {
  // A hidden column leaves a gap, unless it is the last.
  const hasGap = table.columns.some(({ ordinal }, index) => ordinal !== index + 1);
  if (!(invisible && hasGap) && (!(await mayBeLimited(session)) || (await canSelectAll(session, table))))
    return;
  throw new SnowstreamError(
    'MYSQL_DENIED',
    `${table.database}.${table.name} has columns that the MySQL user may not read, and the target would lack them: GRANT SELECT on the whole table, or name the columns to load in the table's "columns" in the config file`,
  );
}

/**
 * Whether the user may have SELECT on single columns only. `SELECT *` opens the table, and so waits for a session that has locked
 * it, be it for hours; it is asked of users alone who have such a grant or none that is seen.
 */
async function mayBeLimited(session: MysqlSession): Promise<boolean> {
  const grants = await grantsOf(session);
  return (
    grants.some((grant) => /\bSELECT \(/.test(grant)) ||
    !grants.some((grant) => /^GRANT (?:.*, )?(?:SELECT|ALL PRIVILEGES)\b/.test(grant))
  );
}

/** The user's grants and those of its active roles; none where they cannot be asked for. */
async function grantsOf(session: MysqlSession): Promise<string[]> {
  try {
    const rows = await session.ask('SHOW GRANTS');
    return rows.map(([grant]) => String(grant));
  } catch (error) {
    if (error instanceof SnowstreamError && isServerAnswer(error.cause)) return [];
    throw error;
  }
}

async function canSelectAll(session: MysqlSession, { database, name }: SourceTable): Promise<boolean> {
  try {
    await session.ask(`SELECT * FROM ${mysqlTable(database, name)} LIMIT 0`, [], { mayTakeLong: true });
    return true;
  } catch (error) {
    const cause = error instanceof SnowstreamError ? error.cause : undefined;
    if (cause instanceof Error && 'code' in cause && DENIED.has(String(cause.code))) return false;
    throw error;
  }
}
