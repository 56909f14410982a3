import { SnowstreamError } from '../errors.ts';
import type { Cell, MySqlColumn } from '../types/mysql-column.ts';
import { mysqlIdentifier } from './mysql-identifier.ts';
import type { Source } from './source.ts';

/** A source table as the server describes it. */
export interface SourceTable {
  readonly database: string;
  readonly name: string;
  readonly columns: readonly MySqlColumn[];
  /** The columns of the primary key, or of a unique key without nulls, in key order; empty when there is none. */
  readonly key: readonly MySqlColumn[];
  /** The server's estimate; right for small tables only. */
  readonly estimatedRows: number;
  /** The server's estimate of bytes a row, at least 1. */
  readonly averageRowBytes: number;
}

const COLUMNS = `
  SELECT COLUMN_NAME, ORDINAL_POSITION, DATA_TYPE, COLUMN_TYPE, IS_NULLABLE, CHARACTER_MAXIMUM_LENGTH,
         CHARACTER_OCTET_LENGTH, NUMERIC_PRECISION, NUMERIC_SCALE, DATETIME_PRECISION, CHARACTER_SET_NAME,
         COLLATION_NAME, COLUMN_COMMENT
    FROM information_schema.COLUMNS
   WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? ORDER BY ORDINAL_POSITION`;

const UNIQUE_KEYS = `
  SELECT INDEX_NAME, COLUMN_NAME, SUB_PART
    FROM information_schema.STATISTICS
   WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? AND NON_UNIQUE = 0
   ORDER BY INDEX_NAME = 'PRIMARY' DESC, INDEX_NAME, SEQ_IN_INDEX`;

const SIZE = `
  SELECT TABLE_ROWS, AVG_ROW_LENGTH FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?`;

// MariaDB's JSON is a LONGTEXT with this check: https://mariadb.com/kb/en/json-data-type/
const JSON_CHECKS = `
  SELECT CHECK_CLAUSE FROM information_schema.CHECK_CONSTRAINTS
   WHERE CONSTRAINT_SCHEMA = ? AND TABLE_NAME = ? AND CHECK_CLAUSE LIKE 'json_valid(%'`;

const text = (cell: Cell | undefined): string =>
  Buffer.isBuffer(cell) ? cell.toString() : String(cell ?? '');
const number = (cell: Cell | undefined): number | null =>
  cell === null || cell === undefined ? null : Number(text(cell));

/**
 * Reads what the server says of a table.
 *
 * @throws SnowstreamError TABLE_NOT_FOUND when it has no such table or the user may not see it.
 */
export async function describeTable(source: Source, database: string, name: string): Promise<SourceTable> {
  const names = [database, name] as const;
  const described = await source.query(COLUMNS, names);
  if (described.length === 0) {
    throw new SnowstreamError(
      'TABLE_NOT_FOUND',
      `table ${database}.${name} does not exist in MySQL, or its user has no SELECT on it`,
    );
  }
  const [version] = await source.query('SELECT VERSION()');
  const isMariaDb = /mariadb/i.test(text(version?.[0]));
  const clauses = isMariaDb ? await source.query(JSON_CHECKS, names) : [];
  const jsonColumns = new Set(clauses.map(([clause]) => text(clause)));
  const columns = described.map((row) => columnOf(row, jsonColumns));
  const [size] = await source.query(SIZE, names);
  return {
    database,
    name,
    columns,
    key: uniqueKey(await source.query(UNIQUE_KEYS, names), columns),
    estimatedRows: number(size?.[0]) ?? 0,
    averageRowBytes: Math.max(number(size?.[1]) ?? 1, 1),
  };
}

function columnOf(row: readonly Cell[], jsonColumns: ReadonlySet<string>): MySqlColumn {
  const name = text(row[0]);
  const dataType = text(row[2]).toLowerCase();
  const columnType = text(row[3]);
  const isJson = dataType === 'longtext' && jsonColumns.has(`json_valid(${mysqlIdentifier(name)})`);
  return {
    name,
    ordinal: number(row[1]) ?? 0,
    dataType: isJson ? 'json' : dataType,
    columnType,
    nullable: text(row[4]) === 'YES',
    unsigned: /\bunsigned\b/i.test(columnType),
    characterLength: number(row[5]),
    octetLength: number(row[6]),
    numericPrecision: number(row[7]),
    numericScale: number(row[8]),
    datetimePrecision: number(row[9]) ?? 0,
    characterSet: row[10] === null ? null : text(row[10]),
    collation: row[11] === null ? null : text(row[11]),
    comment: text(row[12]),
  };
}

/**
 * The first unique key, the primary one before others, whose columns are all NOT NULL. An index over the beginning
 * of a text or over an expression is none: its other columns alone need not be unique.
 */
function uniqueKey(rows: readonly Cell[][], columns: readonly MySqlColumn[]): MySqlColumn[] {
  const keys = new Map<string, (MySqlColumn | undefined)[]>();
  for (const [index, column, prefix] of rows) {
    const key = keys.get(text(index)) ?? [];
    key.push(prefix === null ? columns.find(({ name }) => name === text(column)) : undefined);
    keys.set(text(index), key);
  }
  for (const key of keys.values()) {
    const complete = key.filter((column) => column !== undefined && !column.nullable) as MySqlColumn[];
    if (complete.length === key.length) return complete;
  }
  return [];
}
