import { nearest } from '../../config/nearest.ts';
import { SnowstreamError } from '../../errors.ts';
import type { Cell } from '../../types/cell.ts';
import type { SourceColumn } from '../../types/source-column.ts';
import type { SourceTable, SourceTableName } from '../table.ts';
import { brokenView } from './broken-view.ts';
import { COLUMN_FIELDS, columnOf, numberOf, textOf } from './column.ts';
import type { MysqlSession } from './session.ts';

const COLUMNS = `
  SELECT TABLE_NAME, ${COLUMN_FIELDS}
    FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ? AND TABLE_NAME IN (?) ORDER BY TABLE_NAME, ORDINAL_POSITION`;

const UNIQUE_KEYS = `
  SELECT TABLE_NAME, INDEX_NAME, COLUMN_NAME, SUB_PART
    FROM information_schema.STATISTICS
   WHERE TABLE_SCHEMA = ? AND TABLE_NAME IN (?) AND NON_UNIQUE = 0
   ORDER BY TABLE_NAME, INDEX_NAME = 'PRIMARY' DESC, INDEX_NAME, SEQ_IN_INDEX`;

const SIZES = `
  SELECT TABLE_NAME, TABLE_TYPE, ENGINE, TABLE_ROWS, AVG_ROW_LENGTH
    FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_NAME IN (?)`;

// MariaDB's JSON is a LONGTEXT with this check: https://mariadb.com/kb/en/json-data-type/
const JSON_CHECKS = `
  SELECT TABLE_NAME, CHECK_CLAUSE FROM information_schema.CHECK_CONSTRAINTS
   WHERE CONSTRAINT_SCHEMA = ? AND TABLE_NAME IN (?) AND CHECK_CLAUSE LIKE 'json_valid(%'`;

/**
 * Reads what the server says of a table.
 *
 * @throws SnowstreamError TABLE_NOT_FOUND when it has no such table or the user may not see it.
 * @example
 * const { key, columns } = await describeTable(source, 'shop', 'people');
 */
export async function describeTable(
  session: MysqlSession,
  database: string,
  name: string,
): Promise<SourceTable> {
  const [table] = await describeTables(session, [{ database, name }]);
  return table as SourceTable;
}

/**
 * Reads what the server says of many tables, in as many queries for two hundred as for one.
 *
 * @returns them in the order they were asked for
 * @throws SnowstreamError TABLE_NOT_FOUND when one does not exist or the user may not see it.
 * @example
 * const names = [{ database: 'shop', name: 'people' }, { database: 'shop', name: 'orders' }];
 * const [people, orders] = await describeTables(source, names);
 */
export async function describeTables(
  session: MysqlSession,
  wanted: readonly SourceTableName[],
): Promise<SourceTable[]> {
  const [server] = await session.ask('SELECT VERSION(), @@lower_case_table_names');
  const isMariaDb = /mariadb/i.test(textOf(server?.[0]));
  const spelling = Number(server?.[1]) === 0 ? same : lowered;
  const databases = new Map<string, DatabaseDescription>();
  for (const database of new Set(wanted.map((table) => table.database))) {
    const names = wanted.filter((table) => table.database === database).map(({ name }) => name);
    databases.set(
      database,
      await describeDatabase(session, database, [...new Set(names)], isMariaDb, spelling),
    );
  }
  const missing = wanted.find(
    ({ database, name }) => databases.get(database)?.columns.get(spelling(name)) === undefined,
  );
  if (missing !== undefined) throw await notFound(session, missing);
  for (const table of wanted) {
    const [type] = databases.get(table.database)?.sizes.get(spelling(table.name))?.[0] ?? [];
    const broken = textOf(type ?? null).includes('VIEW') ? await brokenView(session, table) : undefined;
    if (broken !== undefined) throw broken;
  }
  return wanted.map(({ database, name }) => {
    const { columns, keys, sizes, checks } = databases.get(database) as DatabaseDescription;
    const described = columns.get(spelling(name)) ?? [];
    const jsonColumns = new Set(checks.get(spelling(name))?.map(([clause]) => textOf(clause)));
    const own = described.map((row) => columnOf(row, { isMariaDb }, jsonColumns));
    const [type, engine = null, rows, averageRowBytes] = sizes.get(spelling(name))?.[0] ?? [];
    return {
      database,
      name,
      kind: textOf(type).includes('VIEW') ? 'VIEW' : 'BASE TABLE',
      ...(engine !== null && { engine: textOf(engine) }),
      columns: own,
      key: uniqueKey(keys.get(spelling(name)) ?? [], own),
      estimatedRows: numberOf(rows) ?? 0,
      averageRowBytes: Math.max(numberOf(averageRowBytes) ?? 1, 1),
    };
  });
}

/** The error for a table that is not there, with the one that may have been meant. */
async function notFound(
  session: MysqlSession,
  { database, name }: SourceTableName,
): Promise<SnowstreamError> {
  // MariaDB lists no columns of a view that cannot be read.
  const broken = await brokenView(session, { database, name });
  if (broken !== undefined) return broken;
  const tables = await session.ask(
    'SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = ?',
    [database],
  );
  let meant = nearest(
    name,
    tables.map(([table]) => textOf(table)).filter((table) => table !== name),
  );
  if (tables.length === 0) {
    const databases = await session.ask('SELECT SCHEMA_NAME FROM information_schema.SCHEMATA');
    const near = nearest(
      database,
      databases.map(([schema]) => textOf(schema)),
    );
    if (near !== undefined && near !== database) meant = `${near}.${name}`;
  }
  const question = meant === undefined ? '' : `: did you mean ${meant}?`;
  return new SnowstreamError(
    'TABLE_NOT_FOUND',
    `table ${database}.${name} does not exist in MySQL, or its user has no SELECT on it${question}`,
  );
}

/**
 * Describes tables of which some may be missing: in one go, and in halves only when one is not there.
 *
 * @returns each table or its TABLE_NOT_FOUND, in the order in which they were asked for
 */
export async function describeEachTable(
  session: MysqlSession,
  wanted: readonly SourceTableName[],
): Promise<(SourceTable | SnowstreamError)[]> {
  try {
    return await describeTables(session, wanted);
  } catch (error) {
    if (!(error instanceof SnowstreamError && error.code === 'TABLE_NOT_FOUND')) throw error;
    if (wanted.length === 1) return [error];
    const half = Math.ceil(wanted.length / 2);
    return [
      ...(await describeEachTable(session, wanted.slice(0, half))),
      ...(await describeEachTable(session, wanted.slice(half))),
    ];
  }
}

const same = (name: string): string => name;
const lowered = (name: string): string => name.toLowerCase();

/** Rows of `information_schema` by table. */
type ByTable = ReadonlyMap<string, readonly Cell[][]>;

interface DatabaseDescription {
  readonly columns: ByTable;
  readonly keys: ByTable;
  readonly sizes: ByTable;
  readonly checks: ByTable;
}

async function describeDatabase(
  session: MysqlSession,
  database: string,
  names: readonly string[],
  isMariaDb: boolean,
  spelling: (name: string) => string,
): Promise<DatabaseDescription> {
  // A server may compare names without case where its tables differ by case, so the rows are separated here.
  const ask = async (sql: string): Promise<ByTable> => {
    const tables = new Map<string, Cell[][]>();
    for (const [table, ...row] of await session.ask(sql, [database, names])) {
      const name = spelling(textOf(table));
      const rows = tables.get(name);
      if (rows === undefined) tables.set(name, [row]);
      else rows.push(row);
    }
    return tables;
  };
  return {
    columns: await ask(COLUMNS),
    keys: await ask(UNIQUE_KEYS),
    sizes: await ask(SIZES),
    checks: isMariaDb ? await ask(JSON_CHECKS) : new Map(),
  };
}

/**
 * The first unique key, the primary one before others, whose columns are all NOT NULL. An index over the beginning
 * of a text or over an expression is none: its other columns alone need not be unique.
 */
function uniqueKey(rows: readonly (readonly Cell[])[], columns: readonly SourceColumn[]): SourceColumn[] {
  const byName = new Map(columns.map((column) => [column.name, column]));
  const keys = new Map<string, (SourceColumn | undefined)[]>();
  for (const [index, column, prefix] of rows) {
    const key = keys.get(textOf(index)) ?? [];
    key.push(prefix === null ? byName.get(textOf(column)) : undefined);
    keys.set(textOf(index), key);
  }
  for (const key of keys.values()) {
    const complete = key.filter((column) => column !== undefined && !column.nullable) as SourceColumn[];
    if (complete.length === key.length) return complete;
  }
  return [];
}
