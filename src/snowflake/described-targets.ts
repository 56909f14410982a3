import type { TargetColumn } from '../types/column-mapping.ts';
import { parseSnowflakeType } from '../types/snowflake-type.ts';
import { qualifiedName, quoteIdentifier, type TableName } from './identifier.ts';
import type { SnowflakeSession, SqlRow } from './session.ts';
import { defaultOf, unstreamableObjects } from './streamable.ts';
import { describeTarget, type Target, targetColumn } from './target.ts';
import { UNFILLED } from './target-ddl.ts';

/** From this many tables of one schema, one statement for all its columns is faster than one for each table. */
const MANY = 10;
/** SHOW returns no more: https://docs.snowflake.com/en/sql-reference/sql/show-columns */
const SHOWN_AT_MOST = 10_000;
/** Concurrent statements. */
const AT_ONCE = 16;

/**
 * Describes many targets, in the given order. Those of a schema are described by one statement, which like DESCRIBE
 * needs no warehouse.
 */
export async function describeTargets(
  session: SnowflakeSession,
  names: readonly TableName[],
): Promise<Target[]> {
  const schemas = new Map<string, TableName[]>();
  for (const name of names) schemas.set(schemaOf(name), [...(schemas.get(schemaOf(name)) ?? []), name]);
  const found = new Map<string, Target>();
  for (const [schema, tables] of schemas) {
    const shown = tables.length < MANY ? undefined : await showColumns(session, schema);
    const [first] = tables;
    if (shown === undefined || first === undefined) {
      await describeEach(session, tables, found);
      continue;
    }
    const objects = await unstreamableObjects(session, first);
    for (const name of tables) {
      const columns = shown.get(name.table);
      const object = objects.get(name.table);
      found.set(qualifiedName(name), columns === undefined ? { missing: 'table' } : { columns, object });
    }
  }
  return names.map((name) => found.get(qualifiedName(name)) as Target);
}

const schemaOf = ({ database, schema }: TableName): string =>
  [database, schema].map(quoteIdentifier).join('.');

async function describeEach(
  session: SnowflakeSession,
  names: readonly TableName[],
  found: Map<string, Target>,
): Promise<void> {
  // All workers take from one iterator.
  const waiting = names.values();
  const worker = async (): Promise<void> => {
    for (const name of waiting) found.set(qualifiedName(name), await describeTarget(session, name));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

/** The columns of a schema's tables, by table; undefined when this statement cannot list them. */
async function showColumns(
  session: SnowflakeSession,
  schema: string,
): Promise<ReadonlyMap<string, TargetColumn[]> | undefined> {
  let rows: SqlRow[];
  try {
    rows = await session.execute(`SHOW COLUMNS IN SCHEMA ${schema}`);
  } catch {
    // DESCRIBE reports what is wrong.
    return undefined;
  }
  if (rows.length >= SHOWN_AT_MOST) return undefined;
  const tables = new Map<string, TargetColumn[]>();
  for (const row of rows) {
    const table = tables.get(row.table_name ?? '');
    if (table === undefined) tables.set(row.table_name ?? '', [shownColumn(row)]);
    else table.push(shownColumn(row));
  }
  return tables;
}

function shownColumn(row: SqlRow): TargetColumn {
  const type = JSON.parse(row.data_type ?? '{}') as ShownType;
  const describedType = typeText(type);
  const properties = {
    describedType,
    type: parseSnowflakeType(describedType),
    ...defaultOf(row.autoincrement || row.default),
  };
  const column = targetColumn(row.column_name ?? '', type.nullable === true, properties);
  return { ...column, ...(row.comment === UNFILLED && { isUnfilled: true }) };
}

/** A type as SHOW COLUMNS has it. */
interface ShownType {
  readonly type?: string;
  readonly nullable?: boolean;
  readonly precision?: number;
  readonly scale?: number;
  readonly length?: number;
  readonly collation?: string;
  /** Of a structured OBJECT. */
  readonly fields?: unknown;
}

/** The type as DESCRIBE TABLE prints it. */
function typeText({ type = '', precision, scale, length, collation, fields }: ShownType): string {
  if (type === 'FIXED') return `NUMBER(${precision},${scale})`;
  if (type === 'TEXT') return `VARCHAR(${length})${collation ? ` COLLATE '${collation}'` : ''}`;
  if (type === 'BINARY') return `BINARY(${length})`;
  if (fields !== undefined) return `${type}(…)`;
  if (type === 'REAL') return 'FLOAT';
  return type.startsWith('TIME') ? `${type}(${scale})` : type;
}
