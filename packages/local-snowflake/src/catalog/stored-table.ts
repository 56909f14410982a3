import type { DuckDBConnection } from '@duckdb/node-api';
import { duckText } from '../store/duck-text.ts';
import { storageType } from './data-type.ts';
import { type Column, columnSql, sequenceSql, type Table, tableSql } from './entities.ts';

/** Makes the empty table in DuckDB that holds a table's rows. */
export async function createStored(connection: DuckDBConnection, table: Table): Promise<void> {
  const columns = table.columns.map(columnDefinition).join(', ');
  await connection.run(`CREATE TABLE ${tableSql(table)} (${columns})`);
  for (const column of table.columns) await createSequence(connection, table, column);
}

/** Drops a table's rows for good. */
export async function dropStored(connection: DuckDBConnection, table: Table): Promise<void> {
  await connection.run(`DROP TABLE ${tableSql(table)}`);
  for (const column of table.columns) await dropSequence(connection, table, column);
}

/** Adds a column, filled with `fill` (a DuckDB expression) in the rows that are there. */
export async function addStoredColumn(
  connection: DuckDBConnection,
  table: Table,
  column: Column,
  fill: string | null,
): Promise<void> {
  await createSequence(connection, table, column);
  const name = columnSql(column);
  // As the default of the new column, since DuckDB sets no NOT NULL on a column that was just updated. It is
  // computed beforehand: for an expression, DuckDB changes a setting of its own, and settings are locked.
  const filled = fill === null ? '' : ` DEFAULT ${await computed(connection, fill)}`;
  await connection.run(
    `ALTER TABLE ${tableSql(table)} ADD COLUMN ${name} ${storageType(column.type)}${filled}`,
  );
  if (filled) await connection.run(`ALTER TABLE ${tableSql(table)} ALTER ${name} DROP DEFAULT`);
  if (column.identity) {
    const next = `nextval(${sequenceText(table, column)})`;
    await connection.run(`UPDATE ${tableSql(table)} SET ${name} = ${next}`);
  } else if (!column.nullable) {
    await connection.run(`ALTER TABLE ${tableSql(table)} ALTER ${name} SET NOT NULL`);
  }
}

/** Drops a column and what was in it. */
export async function dropStoredColumn(
  connection: DuckDBConnection,
  table: Table,
  column: Column,
): Promise<void> {
  await connection.run(`ALTER TABLE ${tableSql(table)} DROP COLUMN ${columnSql(column)}`);
  await dropSequence(connection, table, column);
}

/** Gives a column another name. */
export async function renameStoredColumn(
  connection: DuckDBConnection,
  table: Table,
  column: Column,
  renamed: Column,
): Promise<void> {
  await connection.run(
    `ALTER TABLE ${tableSql(table)} RENAME COLUMN ${columnSql(column)} TO ${columnSql(renamed)}`,
  );
}

/** Changes the type and the nullability of a column. */
export async function alterStoredColumn(
  connection: DuckDBConnection,
  table: Table,
  column: Column,
  altered: Column,
): Promise<void> {
  if (storageType(column.type) !== storageType(altered.type) || (column.nullable && !altered.nullable)) {
    await rebuildStored(connection, table, column, altered);
  } else if (column.nullable !== altered.nullable) {
    await connection.run(`ALTER TABLE ${tableSql(table)} ALTER ${columnSql(column)} DROP NOT NULL`);
  }
}

/**
 * Copies the rows into a new table that takes the place of the old one. While another transaction is open, DuckDB's
 * ALTER does not see what an UPDATE before it has changed: TYPE brings the values before the update back without an
 * error, SET NOT NULL fails (DuckDB 1.5.4, `ScanCommitted` and `HasUncommittedUpdates` of its UpdateSegment).
 */
async function rebuildStored(
  connection: DuckDBConnection,
  table: Table,
  column: Column,
  altered: Column,
): Promise<void> {
  const columns = table.columns.map((each) => (each.ordinal === column.ordinal ? altered : each));
  const rebuilt = `t${table.id}_rebuilt`;
  await connection.run(`CREATE TABLE store.data."${rebuilt}" (${columns.map(columnDefinition).join(', ')})`);
  const names = columns.map(columnSql).join(', ');
  const values = columns
    .map((each) =>
      each === altered ? `CAST(${columnSql(column)} AS ${storageType(altered.type)})` : columnSql(each),
    )
    .join(', ');
  await connection.run(
    `INSERT INTO store.data."${rebuilt}" (${names}) SELECT ${values} FROM ${tableSql(table)}`,
  );
  await connection.run(`DROP TABLE ${tableSql(table)}`);
  await connection.run(`ALTER TABLE store.data."${rebuilt}" RENAME TO "t${table.id}"`);
}

/** The sequence's name as the text argument of `nextval`. */
function sequenceText(table: Pick<Table, 'id'>, column: Pick<Column, 'ordinal'>): string {
  return `'${sequenceSql(table, column)}'`;
}

/** The value of an expression as a text constant. */
async function computed(connection: DuckDBConnection, sql: string): Promise<string> {
  const reader = await connection.runAndReadAll(`SELECT CAST(${sql} AS VARCHAR)`);
  const value = reader.getRows()[0]?.[0];
  return typeof value === 'string' ? duckText(value) : 'NULL';
}

async function createSequence(connection: DuckDBConnection, table: Table, column: Column): Promise<void> {
  if (!column.identity) return;
  const { start, step } = column.identity;
  const [low, high] = step > 0 ? [start, '9223372036854775807'] : ['-9223372036854775808', start];
  await connection.run(
    `CREATE SEQUENCE ${sequenceSql(table, column)} START ${start} INCREMENT ${step} MINVALUE ${low} MAXVALUE ${high}`,
  );
}

async function dropSequence(connection: DuckDBConnection, table: Table, column: Column): Promise<void> {
  if (column.identity) await connection.run(`DROP SEQUENCE ${sequenceSql(table, column)}`);
}

function columnDefinition(column: Column): string {
  return `${columnSql(column)} ${storageType(column.type)}${column.nullable ? '' : ' NOT NULL'}`;
}
