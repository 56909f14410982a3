import { SnowstreamError } from '../../errors.ts';
import type { SourceColumn } from '../../types/source-column.ts';
import { orderOf } from '../key.ts';
import type { SourceTable } from '../table.ts';
import type { Keyset } from './keyset.ts';
import type { MysqlSession } from './session.ts';
import { describeTable } from './table.ts';

/**
 * Makes sure that a table still has the columns by which a run has planned, and its key the order in which it was read.
 * Columns that it has gained change nothing for the run: the next one sees them.
 *
 * @param table as it was described when the run began
 * @param keyset by which it was read
 * @throws SnowstreamError SOURCE_CHANGED naming the column; TABLE_NOT_FOUND when the table is gone.
 */
export async function sameDefinition(
  session: MysqlSession,
  table: SourceTable,
  keyset: Keyset,
): Promise<void> {
  const now = await describeTable(session, table.database, table.name);
  const columns = new Map(now.columns.map((column) => [column.name, column]));
  const keys = new Set(keyset.columns.map(({ name }) => name));
  for (const column of table.columns) {
    const { name } = column;
    const textOf = keys.has(name) ? keyText : typeText;
    const before = textOf(column);
    const after = columns.get(name);
    if (after !== undefined && textOf(after) === before) continue;
    const what = after === undefined ? 'is gone' : `was ${before} and is ${textOf(after)}`;
    throw new SnowstreamError(
      'SOURCE_CHANGED',
      `${table.database}.${table.name} was altered during the run: column ${name} ${what}; run again: a new run plans with the table as it is`,
    );
  }
}

const typeText = ({ columnType }: SourceColumn): string => columnType;
const keyText = (column: SourceColumn): string => orderOf(column).join(' in ');
