import { SnowstreamError } from '../errors.ts';
import type { MySqlColumn } from '../types/mysql-column.ts';
import type { Source } from './source.ts';
import { describeTable, type SourceTable } from './table.ts';

/**
 * Makes sure that a table still has the columns by which a run has planned. Those that it has gained change nothing
 * for the run: the next one sees them.
 *
 * @param table as it was described when the run began
 * @throws SnowstreamError SOURCE_CHANGED naming the column; TABLE_NOT_FOUND when the table is gone.
 */
export async function sameDefinition(source: Source, table: SourceTable): Promise<void> {
  const now = await describeTable(source, table.database, table.name);
  const types = new Map(now.columns.map((column) => [column.name, typeOf(column)]));
  for (const column of table.columns) {
    const { name } = column;
    const [before, type] = [typeOf(column), types.get(name)];
    if (type === before) continue;
    const what = type === undefined ? 'is gone' : `was ${before} and is ${type}`;
    throw new SnowstreamError(
      'SOURCE_CHANGED',
      `${table.database}.${table.name} was altered during the run: column ${name} ${what}; run again, which plans anew`,
    );
  }
}

/** A text's collation too: it gives the order in which rows are read. */
function typeOf({ columnType, collation }: MySqlColumn): string {
  return collation === null ? columnType : `${columnType} in ${collation}`;
}
