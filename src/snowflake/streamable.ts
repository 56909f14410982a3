import { SnowstreamError } from '../errors.ts';
import type { TargetColumn } from '../types/column-mapping.ts';
import type { SnowflakeType } from '../types/snowflake-type.ts';
import { displayIdentifier, displayName, quoteIdentifier, type TableName } from './identifier.ts';
import type { SnowflakeSession, SqlRow } from './session.ts';

/** Properties of a target column that classic streaming may not accept, as SQL describes them. */
export interface ColumnProperties {
  /** The type as DESCRIBE TABLE prints it. */
  readonly describedType: string;
  /** Absent when the streaming SDK does not write the type. */
  readonly type: SnowflakeType | undefined;
  /** The default as SQL text; absent without one and for DEFAULT NULL. */
  readonly default?: string | undefined;
  /** The clause that numbers the column: `IDENTITY START 1 INCREMENT 1`. */
  readonly identity?: string | undefined;
}

const COLLATION = / COLLATE '(.*)'$/;

/**
 * Why the streaming API denies a channel on a table with this column, loaded or not; `undefined` when it does not. The SDK throws for a collation and for a type that it does not write when it opens the channel
 * (ParquetRowBuffer.setupSchema). A default and an identity are denied by the server: its code 6 names them, and the page on
 * limitations listed them until 2025.
 */
export function columnObstacle(column: ColumnProperties): string | undefined {
  const [, collation] = COLLATION.exec(column.describedType) ?? [];
  if (collation !== undefined) return `has a collation ('${collation}')`;
  if (column.identity !== undefined) return `is numbered automatically (${column.identity})`;
  if (column.default !== undefined) return `has a default (${column.default})`;
  if (column.type === undefined)
    return `is ${column.describedType}, a type that the streaming SDK does not write`;
  return undefined;
}

/** The default of a column as DESCRIBE TABLE or SHOW COLUMNS prints it: its SQL, or the clause that numbers it. */
export function defaultOf(
  printed: string | null | undefined,
): Pick<ColumnProperties, 'default' | 'identity'> {
  if (!printed || printed.toUpperCase() === 'NULL') return {};
  return /^(IDENTITY|AUTOINCREMENT)\b/i.test(printed) ? { identity: printed } : { default: printed };
}

/** The flags of SHOW TABLES of tables that accept no rows from this program's streaming client, with the kind of table. */
const FLAGS: readonly (readonly [column: string, value: string, is: string])[] = [
  // https://docs.snowflake.com/en/user-guide/tables-external-intro: read-only
  ['is_external', 'Y', 'an external table'],
  // The SDK's own tests expect it to be denied: DynamicTablePartitionIT.
  ['is_dynamic', 'Y', 'a dynamic table'],
  // They need a client of their own: the SDK's property enable_iceberg_streaming.
  ['is_iceberg', 'Y', 'an Iceberg table'],
  ['kind', 'TEMPORARY', 'a temporary table'],
];

/**
 * The objects of a schema that the streaming API does not accept, with their kind by name: views and some tables. SHOW
 * needs no warehouse. Where it fails, the objects count as plain tables.
 *
 * @param table only this one
 */
export async function unstreamableObjects(
  session: SnowflakeSession,
  { database, schema }: Omit<TableName, 'table'>,
  table?: string,
): Promise<ReadonlyMap<string, string>> {
  // A backslash would escape the next character; the pattern may match more than the name.
  const like = table === undefined ? '' : ` LIKE '${table.replaceAll('\\', '_').replaceAll("'", "''")}'`;
  const scope = `${like} IN SCHEMA ${quoteIdentifier(database)}.${quoteIdentifier(schema)}`;
  const [tables, views] = await Promise.all([
    rowsOf(session, `SHOW TABLES${scope}`),
    rowsOf(session, `SHOW VIEWS${scope}`),
  ]);
  const found = new Map<string, string>();
  for (const row of tables) {
    const [, , is] = FLAGS.find(([column, value]) => row[column] === value) ?? [];
    if (is !== undefined) found.set(row.name ?? '', is);
  }
  for (const { name } of views) found.set(name ?? '', 'a view');
  return found;
}

async function rowsOf(session: SnowflakeSession, sql: string): Promise<SqlRow[]> {
  try {
    return await session.execute(sql);
  } catch (error) {
    if (error instanceof SnowstreamError && error.code === 'SNOWFLAKE_SQL') return [];
    throw error;
  }
}

/**
 * The error of a target that the streaming API does not accept.
 *
 * @param object what the target is instead of a table
 * @param columns those with an obstacle
 * @returns `undefined` when rows can be streamed
 */
export function unstreamableError(
  name: TableName,
  object: string | undefined,
  columns: readonly TargetColumn[],
): SnowstreamError | undefined {
  const target = displayName(name);
  if (object !== undefined)
    return new SnowstreamError(
      'TARGET_UNSUPPORTED',
      `${target} accepts no streamed rows: it is ${object}; name a table as the target, which --create creates`,
    );
  const reasons = columns.map((column) => `column ${displayIdentifier(column.name)} ${column.obstacle}`);
  if (reasons.length === 0) return undefined;
  return new SnowstreamError(
    'TARGET_UNSUPPORTED',
    `${target} accepts no streamed rows: ${reasons.join(', ')}; remove that from the table, or name another target, which --create creates`,
  );
}
