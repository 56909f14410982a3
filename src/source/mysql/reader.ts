import { SnowstreamError } from '../../errors.ts';
import type { Cell } from '../../types/cell.ts';
import type { SourceColumn } from '../../types/source-column.ts';
import type { KeyValue } from '../key.ts';
import type { SourceBatch } from '../row-feed.ts';
import type { SourceTable } from '../table.ts';
import { mysqlTable } from './identifier.ts';
import type { Keyset } from './keyset.ts';
import { PageSize, rowBytes } from './page-size.ts';
import type { RowPackets } from './row-packets.ts';
import { sameDefinition } from './same-definition.ts';
import type { MysqlSession } from './session.ts';

/** What to read. */
export interface ReadRequest {
  readonly table: SourceTable;
  readonly keyset: Keyset;
  /** The SELECT list, a quoted expression for each cell. */
  readonly expressions: readonly string[];
  /** The columns that they read; all of the table when not given. */
  readonly columns?: readonly SourceColumn[];
  /** Rows after this key only; absent: from the start. */
  readonly after?: KeyValue | undefined;
  /** Rows up to this key, which is included; absent: to the end. */
  readonly upTo?: KeyValue | undefined;
  /** Rows a batch at the most. */
  readonly batchRows: number;
}

/**
 * Reads a table in key order, a batch at a time, the next batch while the caller works on the one before.
 * At most two batches are in memory.
 *
 * @throws SnowstreamError MYSQL_QUERY or MYSQL_UNREACHABLE; SOURCE_CHANGED, at the end, when the table was altered;
 * SOURCE_NO_KEY when the server does not get past a key.
 * @example
 * const table = await describeTable(source, 'shop', 'people');
 * const request = { table, keyset: new Keyset(table.key), expressions: ['email'], batchRows: 1000 };
 * for await (const { rows, lastKey } of readTable(source, request)) console.log(rows.length, lastKey);
 */
export function readTable(
  session: MysqlSession,
  request: ReadRequest,
): AsyncGenerator<SourceBatch<Cell[][]>> {
  return readPages(session, request, (sql) => session.query(sql));
}

/**
 * The same with rows as the server sends them, until somebody asks for their cells.
 *
 * @throws SnowstreamError as {@link readTable}.
 */
export function readTableAsSent(
  session: MysqlSession,
  request: ReadRequest,
): AsyncGenerator<SourceBatch<RowPackets>> {
  return readPages(session, request, (sql) => session.packets(sql));
}

async function* readPages<R extends Cell[][] | RowPackets>(
  session: MysqlSession,
  request: ReadRequest,
  rowsOf: (sql: string) => Promise<R>,
): AsyncGenerator<SourceBatch<R>> {
  const { table, keyset } = request;
  const size = new PageSize(table, request.batchRows, request.columns);
  const width = request.expressions.length;
  const list = [...request.expressions, ...keyset.expressions].join(', ');
  const from = `SELECT ${list} FROM ${mysqlTable(table.database, table.name)}`;

  const page = async (after: KeyValue | undefined, limit: number): Promise<SourceBatch<R> | undefined> => {
    const range = keyset.within({ after, upTo: request.upTo });
    const rows = await rowsOf(
      `${from} ${range === undefined ? '' : `WHERE ${range}`} ORDER BY ${keyset.order} LIMIT ${limit}`,
    );
    mustBeBehind(after, rows.at(0)?.slice(width));
    const last = rows.at(rows.length - 1);
    return last && { rows, bytes: bytesOf(rows), lastKey: keyset.valueOf(last.slice(width)) };
  };

  /** A server that has a key after itself would give the same rows without an end. */
  const mustBeBehind = (after: KeyValue | undefined, first: readonly Cell[] | undefined): void => {
    if (after === undefined || first === undefined) return;
    if (keyset.valueOf(first).some((value, part) => value !== after[part])) return;
    const names = keyset.columns.map(({ name }) => name).join(', ');
    throw new SnowstreamError(
      'SOURCE_NO_KEY',
      `${table.database}.${table.name} cannot be read in the order of its key (${names}): by its collation the server has ${JSON.stringify(after).slice(0, 80)} after itself; name another unique key in the table's "key" in the config file`,
    );
  };

  let limit = size.rows;
  let next = page(request.after, limit);
  while (true) {
    const batch = await next;
    if (batch === undefined) break;
    size.learn(batch.rows.length, batch.bytes);
    const isLast = batch.rows.length < limit;
    limit = size.rows;
    next = isLast ? Promise.resolve(undefined) : page(batch.lastKey, limit);
    // A failure of the page ahead belongs to the caller's next step, not to the process.
    next.catch(() => undefined);
    yield batch;
  }
  await sameDefinition(session, table, keyset);
}

const bytesOf = (rows: Cell[][] | RowPackets): number =>
  Array.isArray(rows) ? rows.reduce((sum, row) => sum + rowBytes(row), 0) : rows.bytes;
