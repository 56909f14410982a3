import type { FittedColumn } from '../types/column-mapping.ts';
import { constantDefault } from '../types/constant-default.ts';
import { snowflakeTypeSql } from '../types/snowflake-type.ts';
import { qualifiedName, quoteIdentifier, type TableName } from './identifier.ts';

/** What of a target is not there yet: a database that lacks holds no schema either. */
export type Missing = 'database' | 'schema' | 'table';

/**
 * The DDL that makes a target: types that hold every value exactly, NOT NULL, comments and order of the source;
 * before it that of the schema and the database which lack.
 */
export function createSql(name: TableName, columns: readonly FittedColumn[], missing: Missing): string[] {
  const database = quoteIdentifier(name.database);
  const schema = `${database}.${quoteIdentifier(name.schema)}`;
  const lines = columns.map((column) => `  ${columnSql(column, column.source.nullable ? '' : ' NOT NULL')}`);
  return [
    ...(missing === 'database' ? [`CREATE DATABASE IF NOT EXISTS ${database}`] : []),
    ...(missing === 'table' ? [] : [`CREATE SCHEMA IF NOT EXISTS ${schema}`]),
    `CREATE TABLE IF NOT EXISTS ${qualifiedName(name)} (\n${lines.join(',\n')}\n)`,
  ];
}

/**
 * The DDL that adds a column which the source has gained. Rows that were loaded before get what MySQL gave them,
 * where that is a constant; otherwise they hold NULL, and so the column cannot be NOT NULL.
 */
export function addColumnSql(name: TableName, column: FittedColumn): string {
  const value = constantDefault(column);
  const constraint =
    value === undefined ? '' : ` DEFAULT ${literal(value)}${column.source.nullable ? '' : ' NOT NULL'}`;
  return `ALTER TABLE ${qualifiedName(name)} ADD COLUMN ${columnSql(column, constraint)}`;
}

function columnSql({ target, type, source }: FittedColumn, constraint: string): string {
  const comment = source.comment === '' ? '' : ` COMMENT ${sqlText(source.comment)}`;
  return `${quoteIdentifier(target)} ${snowflakeTypeSql(type)}${constraint}${comment}`;
}

/**
 * A constant of ALTER TABLE, which takes no expression: a text is read as the column's type.
 * https://docs.snowflake.com/en/release-notes/bcr-bundles/2023_08/bcr-1425
 */
function literal(value: ReturnType<typeof constantDefault> & object): string {
  return value.quoted ? sqlText(value.text) : value.text;
}

/** A text as an SQL literal; a backslash would start an escape sequence in Snowflake. */
function sqlText(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}
