import type { FittedColumn } from '../types/column-mapping.ts';
import { numberLiteral } from '../types/family.ts';
import { oldRowValue } from '../types/old-row-value.ts';
import { type SnowflakeType, snowflakeTypeSql } from '../types/snowflake-type.ts';
import { qualifiedName, quoteIdentifier, type TableName } from './identifier.ts';

/** What of a target is not there yet: in a missing database there is no schema either. */
export type Missing = 'database' | 'schema' | 'table';

/**
 * The DDL that makes a target: types that hold every value exactly, NOT NULL, comments and order of the source;
 * before it that of the schema and the database which are missing.
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
 * The statements that add columns which the source has gained. Rows that were loaded before are given what MySQL
 * gave them, where that is a constant; only then can a column be NOT NULL. No default does that work, because
 * Snowflake drops none that came by ALTER TABLE, and streaming into a table with defaults is refused.
 * https://docs.snowflake.com/en/sql-reference/sql/alter-table-column
 */
export function addColumnsSql(name: TableName, columns: readonly FittedColumn[]): string[] {
  const table = qualifiedName(name);
  const filled = columns.flatMap((column) => {
    const value = oldRowValue(column);
    return value === undefined ? [] : [{ column, sql: constantSql(value, column.type) }];
  });
  const values = filled.map(({ column, sql }) => `${quoteIdentifier(column.target)} = ${sql}`);
  return [
    ...columns.map((column) => `ALTER TABLE ${table} ADD COLUMN ${columnSql(column, '')}`),
    ...(values.length === 0 ? [] : [`UPDATE ${table} SET ${values.join(', ')}`]),
    ...filled
      .filter(({ column }) => !column.source.nullable)
      .map(
        ({ column }) => `ALTER TABLE ${table} ALTER COLUMN ${quoteIdentifier(column.target)} SET NOT NULL`,
      ),
  ];
}

function columnSql({ target, type, source }: FittedColumn, constraint: string): string {
  const comment = source.comment === '' ? '' : ` COMMENT ${sqlText(source.comment)}`;
  return `${quoteIdentifier(target)} ${snowflakeTypeSql(type)}${constraint}${comment}`;
}

/** A value in the form of its Java class as SQL. */
function constantSql(text: string, type: SnowflakeType): string {
  switch (type.kind) {
    case 'BOOLEAN':
      return text;
    case 'NUMBER':
    case 'FLOAT':
      // It comes from the source's definition, so that it is a number is looked at.
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
