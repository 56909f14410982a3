import type { EncodedColumn } from '../bridge/row-bridge.ts';
import { displayIdentifier } from '../snowflake/identifier.ts';
import { mysqlIdentifier } from '../source/mysql/identifier.ts';
import type { FittedColumn } from '../types/column-mapping.ts';

/** Columns as they go into HashMaps. */
export function carriedColumns(columns: readonly FittedColumn[]): EncodedColumn[] {
  return columns.map(({ target, carriage }) => ({ key: displayIdentifier(target), carriage }));
}

/**
 * The SELECT list that reads columns exactly.
 *
 * @param how `asSent` when it is Java that reads what MySQL sends
 */
export function readingExpressions(columns: readonly FittedColumn[], how = { asSent: false }): string[] {
  return columns.map(({ source, family, carriage }) => {
    const quoted = mysqlIdentifier(source.name);
    const read = (how.asSent ? carriage.asSent?.read : undefined) ?? carriage.read ?? family.read;
    return read?.(quoted) ?? quoted;
  });
}
