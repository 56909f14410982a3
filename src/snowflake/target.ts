import { SnowstreamError } from '../errors.ts';
import {
  type FittedColumn,
  fitColumns,
  type MappedColumn,
  ownTypes,
  type TargetColumn,
} from '../types/column-mapping.ts';
import { parseSnowflakeType, snowflakeTypeSql } from '../types/snowflake-type.ts';
import { displayName, qualifiedName, quoteIdentifier, type TableName } from './identifier.ts';
import type { SnowflakeSession } from './session.ts';

const OBJECT_DOES_NOT_EXIST = /^Snowflake 002003 /;

/**
 * The columns of a target table in their order.
 *
 * @returns `undefined` when there is no such table, or the role may not see it.
 */
export async function describeTarget(
  session: SnowflakeSession,
  name: TableName,
): Promise<TargetColumn[] | undefined> {
  try {
    const rows = await session.execute(`DESCRIBE TABLE ${qualifiedName(name)}`);
    return rows.map((row) => ({
      name: row.name ?? '',
      describedType: row.type ?? '',
      type: parseSnowflakeType(row.type ?? ''),
      nullable: row['null?'] === 'Y',
      hasDefault: row.default !== null && row.default !== undefined,
    }));
  } catch (error) {
    if (error instanceof SnowstreamError && OBJECT_DOES_NOT_EXIST.test(error.message)) return undefined;
    throw error;
  }
}

/** The DDL of a target table: types that hold every value exactly, NOT NULL, comments and order of the source. */
export function createTableSql(name: TableName, columns: readonly FittedColumn[]): string {
  const lines = columns.map(({ target, type, source }) => {
    const comment = source.comment === '' ? '' : ` COMMENT ${sqlText(source.comment)}`;
    return `  ${quoteIdentifier(target)} ${snowflakeTypeSql(type)}${source.nullable ? '' : ' NOT NULL'}${comment}`;
  });
  return `CREATE TABLE IF NOT EXISTS ${qualifiedName(name)} (\n${lines.join(',\n')}\n)`;
}

/**
 * Makes sure that the target is there and fits: compares an existing table column by column, creates a missing one
 * when allowed to.
 *
 * @throws SnowstreamError TABLE_NOT_FOUND, or CONFIG_INVALID naming the columns that do not fit.
 */
export async function prepareTarget(
  session: SnowflakeSession,
  name: TableName,
  mapped: readonly MappedColumn[],
  create: boolean,
): Promise<FittedColumn[]> {
  const existing = await describeTarget(session, name);
  if (existing !== undefined) return fitColumns(mapped, existing);
  if (!create) {
    throw new SnowstreamError(
      'TABLE_NOT_FOUND',
      `table ${displayName(name)} does not exist in Snowflake or role and user may not see it: --create makes it`,
    );
  }
  await session.execute(createTableSql(name, ownTypes(mapped)));
  // Read back, so that what is carried follows the table as it is and not as we meant it.
  return fitColumns(mapped, (await describeTarget(session, name)) ?? []);
}

/** A text as an SQL literal; a backslash would start an escape sequence in Snowflake. */
function sqlText(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}
