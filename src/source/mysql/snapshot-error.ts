import { SnowstreamError } from '../../errors.ts';
import type { SourceTable } from '../table.ts';
import { mysqlIdentifier } from './identifier.ts';

/** Seconds that a lock may be waited for: writers of the table wait behind it. */
export const LOCK_WAIT = 5;

/** What the server does not say more exactly. */
export function oneOf(tables: readonly SourceTable[]): string {
  const names = tables.slice(0, 3).map(({ database, name }) => `${database}.${name}`);
  const more = tables.length > names.length ? ` and ${tables.length - names.length} more tables` : '';
  return tables.length === 1 ? names.join() : `one of ${names.join(', ')}${more}`;
}

/** The error of a snapshot that could not begin, with its remedy. */
export function beginError(error: unknown, names: string, locked: readonly SourceTable[] = []): unknown {
  if (!(error instanceof SnowstreamError)) return error;
  switch (serverCode(error)) {
    case 'ER_LOCK_WAIT_TIMEOUT':
      return new SnowstreamError(
        'SNAPSHOT_BUSY',
        `the snapshot could not begin: a transaction or an ALTER TABLE of another session held ${names} for more than ${LOCK_WAIT} s; run again when it has ended`,
        { cause: error },
      );
    case 'ER_DBACCESS_DENIED_ERROR':
    case 'ER_TABLEACCESS_DENIED_ERROR': {
      const databases = [...new Set(locked.map(({ database }) => mysqlIdentifier(database)))];
      return new SnowstreamError(
        'SNAPSHOT_IMPOSSIBLE',
        `a snapshot for several sessions begins while the tables are locked, and the MySQL user may not do that: GRANT LOCK TABLES ON ${databases.join('.*, ')}.*, or run with --channels 1, --parallel-tables 1 and without --no-resume`,
        { cause: error },
      );
    }
    default:
      return error;
  }
}

function serverCode({ cause }: SnowstreamError): unknown {
  return cause instanceof Error && 'code' in cause ? cause.code : undefined;
}

/** The error of a statement in a session that broke: the snapshot has ended with it. */
export function lostWith(error: unknown): unknown {
  if (!(error instanceof SnowstreamError) || error.code !== 'MYSQL_UNREACHABLE') return error;
  return new SnowstreamError(
    'SNAPSHOT_LOST',
    `${error.message}; the snapshot has ended with its session. What was committed stays: the next run resumes after it, with a new snapshot`,
    { cause: error },
  );
}
