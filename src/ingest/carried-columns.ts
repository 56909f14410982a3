import type { CarriedColumn } from '../bridge/row-bridge.ts';
import { displayIdentifier } from '../snowflake/identifier.ts';
import { mysqlIdentifier } from '../source/mysql-identifier.ts';
import type { FittedColumn } from '../types/column-mapping.ts';

/** Columns as they go into HashMaps. */
export function carriedColumns(columns: readonly FittedColumn[]): CarriedColumn[] {
  return columns.map(({ target, carriage }) => ({ key: displayIdentifier(target), carriage }));
}

/** The SELECT list that reads columns exactly. */
export function readingExpressions(columns: readonly FittedColumn[]): string[] {
  return columns.map(({ source, family }) => {
    const quoted = mysqlIdentifier(source.name);
    return family.read?.(quoted) ?? quoted;
  });
}
