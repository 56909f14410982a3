import type { Settings, TableSettings } from '../config/settings.ts';
import { SnowstreamError } from '../errors.ts';
import { canonicalName, displayName, type TableName } from '../snowflake/identifier.ts';

/** The columns that the gold table is made from, by their stored names. */
const COLUMNS = ['CUSTOMER_ID', 'EMAIL', 'PHONE', 'DATE_OF_BIRTH'];

/**
 * Throws for a gold table with the name of a target of the run: making it would replace that target's rows.
 *
 * @throws SnowstreamError CONFIG_INVALID
 */
export function requireOwnGoldName({ gold, tables }: Pick<Settings, 'gold' | 'tables'>): void {
  const [raw] = tables;
  if (gold === undefined || raw === undefined) return;
  const name = displayName(storedName({ ...raw.target, table: gold.table }));
  const same = tables.find(({ target }) => displayName(storedName(target)) === name);
  if (same === undefined) return;
  throw new SnowstreamError(
    'CONFIG_INVALID',
    `the gold table and the target of ${same.database}.${same.source} are both ${name}, so its rows would be replaced: give the gold table another name (--gold-table)`,
  );
}

/**
 * Why the gold table cannot be made from a raw table.
 *
 * @param columns all that the raw table has, or will have, by their stored names
 */
export function goldColumnsError(raw: TableName, columns: readonly string[]): SnowstreamError | undefined {
  const missing = COLUMNS.filter((column) => !columns.includes(column));
  if (missing.length === 0) return undefined;
  return new SnowstreamError(
    'CONFIG_INVALID',
    `the gold table cannot be made from ${displayName(raw)}, which has no ${missing.join(', ')}: name the columns with --column COLUMN=NAME, or run with --gold off`,
  );
}

function storedName({ database, schema, table }: TableSettings['target']): TableName {
  return {
    database: canonicalName(database),
    schema: canonicalName(schema),
    table: canonicalName(table),
  };
}
