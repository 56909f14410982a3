import { backfillValue } from '../types/backfill-value.ts';
import type { FittedColumn } from '../types/column-mapping.ts';
import { numberLiteral } from '../types/family.ts';
import { staysNotNull } from '../types/policy-effects.ts';
import { type SnowflakeType, snowflakeTypeSql } from '../types/snowflake-type.ts';
import { qualifiedName, quoteIdentifier, type TableName } from './identifier.ts';

/** What of a target is not there yet: in a missing database there is no schema either. */
export type Missing = 'database' | 'schema' | 'table';

/**
 * The DDL that makes a target: types that hold every value exactly, NOT NULL where no policy makes NULLs, comments and
 * order of the source; before it that of the schema and the database which are missing.
 */
export function createSql(name: TableName, columns: readonly FittedColumn[], missing: Missing): string[] {
  const database = quoteIdentifier(name.database);
  const schema = `${database}.${quoteIdentifier(name.schema)}`;
  const lines = columns.map(
    (column) => `  ${columnSql(column, staysNotNull(column) ? ' NOT NULL' : '', column.source.comment)}`,
  );
  return [
    ...(missing === 'database' ? [`CREATE DATABASE IF NOT EXISTS ${database}`] : []),
    ...(missing === 'table' ? [] : [`CREATE SCHEMA IF NOT EXISTS ${schema}`]),
    `CREATE TABLE IF NOT EXISTS ${qualifiedName(name)} (\n${lines.join(',\n')}\n)`,
  ];
}

/**
 * The comment of an added column until its backfill is complete. It is set by ADD COLUMN and removed at the end, so
 * that a later run finds what remains to be done, wherever an earlier one was killed.
 */
export const UNFILLED = 'snowstream: earlier rows are not filled yet, run --evolve completes it';

/**
 * The statements that add columns which the source has gained, and backfill them: rows that were loaded before get the
 * value that MySQL gave them, where that is a constant; only then can a column be NOT NULL. A default cannot do that,
 * because Snowflake drops none that was added by ALTER TABLE, and streaming into a table with defaults is denied.
 * https://docs.snowflake.com/en/sql-reference/sql/alter-table-column
 *
 * Each is idempotent: a lost session repeats its statement.
 *
 * @param missing columns to add
 * @param unfilled columns that an earlier run has added and not completed
 */
export function addColumnsSql(
  name: TableName,
  missing: readonly FittedColumn[],
  unfilled: readonly FittedColumn[] = [],
): string[] {
  const table = qualifiedName(name);
  const filled = [...unfilled, ...missing].flatMap((column) => {
    const value = backfillValue(column);
    return value === undefined ? [] : [{ column, sql: constantSql(value, column.type) }];
  });
  const isFilled = new Set(filled.map(({ column }) => column));
  const marked = [...unfilled, ...missing.filter((column) => isFilled.has(column))];
  const alter = ({ target }: FittedColumn) => `ALTER TABLE ${table} ALTER COLUMN ${quoteIdentifier(target)}`;
  return [
    ...missing.map((column) => {
      const comment = isFilled.has(column) ? UNFILLED : column.source.comment;
      return `ALTER TABLE ${table} ADD COLUMN IF NOT EXISTS ${columnSql(column, '', comment)}`;
    }),
    ...backfillSql(table, filled),
    ...filled
      .filter(({ column }) => staysNotNull(column))
      .map(({ column }) => `${alter(column)} SET NOT NULL`),
    ...marked.map((column) => {
      const { comment } = column.source;
      return `${alter(column)} ${comment === '' ? 'UNSET COMMENT' : `COMMENT ${sqlText(comment)}`}`;
    }),
  ];
}

/** Keeps existing values. */
function backfillSql(
  table: string,
  filled: readonly { readonly column: FittedColumn; readonly sql: string }[],
): string[] {
  if (filled.length === 0) return [];
  const names = filled.map(({ column }) => quoteIdentifier(column.target));
  const values = filled.map(({ sql }, index) =>
    filled.length === 1 ? `${names[index]} = ${sql}` : `${names[index]} = COALESCE(${names[index]}, ${sql})`,
  );
  return [
    `UPDATE ${table} SET ${values.join(', ')} WHERE ${names.map((each) => `${each} IS NULL`).join(' OR ')}`,
  ];
}

function columnSql({ target, type }: FittedColumn, constraint: string, comment: string): string {
  const commented = comment === '' ? '' : ` COMMENT ${sqlText(comment)}`;
  return `${quoteIdentifier(target)} ${snowflakeTypeSql(type)}${constraint}${commented}`;
}

/** A value in the form of its Java class as SQL. */
function constantSql(text: string, type: SnowflakeType): string {
  switch (type.kind) {
    case 'BOOLEAN':
      return text;
    case 'NUMBER':
    case 'FLOAT':
      // It comes from the source's definition, so it is verified to be a number.
      return numberLiteral(text) ?? sqlText(text);
    case 'VARCHAR':
      return sqlText(text);
    case 'VARIANT':
    case 'OBJECT':
    case 'ARRAY':
      return `PARSE_JSON(${sqlText(text)})::${type.kind}`;
    default:
      return `${sqlText(text)}::${snowflakeTypeSql(type)}`;
  }
}

/** A text as an SQL literal; a backslash would start an escape sequence in Snowflake. */
function sqlText(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}
