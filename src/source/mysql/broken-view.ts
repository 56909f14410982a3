import { SnowstreamError } from '../../errors.ts';
import { mysqlTable } from './identifier.ts';
import type { MysqlSession } from './session.ts';

/** A view names what is not there or may not be read by its definer; its definer is not there. */
const BROKEN = new Set<unknown>([1356, 1449]);

/**
 * Why a view cannot be read, when that is the fault of the view: the server describes it as if it could.
 *
 * @returns TABLE_NOT_FOUND with the server's reason, or undefined for a view that can be read
 */
export async function brokenView(
  session: MysqlSession,
  { database, name }: { readonly database: string; readonly name: string },
): Promise<SnowstreamError | undefined> {
  try {
    await session.ask(`SELECT 1 FROM ${mysqlTable(database, name)} LIMIT 0`, [], { mayTakeLong: true });
    return undefined;
  } catch (error) {
    // No such table or database, or no grant on it: that is said where it is described.
    if (!(error instanceof SnowstreamError) || !/^MYSQL_(?:QUERY|DENIED)$/u.test(error.code)) throw error;
    const { cause } = error;
    if (!(cause instanceof Error) || !('errno' in cause) || !BROKEN.has(cause.errno)) return undefined;
    return new SnowstreamError(
      'TABLE_NOT_FOUND',
      `view ${database}.${name} cannot be read: ${cause.message}; repair it with CREATE OR REPLACE VIEW, or leave it out`,
      { cause: error },
    );
  }
}
