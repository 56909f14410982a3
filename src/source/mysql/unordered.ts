import type { Cell } from '../../types/cell.ts';
import type { SourceBatch } from '../row-feed.ts';
import { mysqlTable } from './identifier.ts';
import { BATCH_BYTES, rowBytes } from './page-size.ts';
import type { ReadRequest } from './reader.ts';
import type { MysqlSession } from './session.ts';

/** Rows that may wait between the server and a batch. */
const ROWS_AHEAD = 128;

/**
 * Reads a table or view without a key: one statement, its rows in the order in which the server finds them, a
 * batch at a time. A session of its own is opened for it, so that `session` stays free. A run of it that ended cannot be
 * resumed.
 *
 * @throws SnowstreamError MYSQL_QUERY or MYSQL_UNREACHABLE.
 * @example
 * const table = await describeTable(source, 'shop', 'log');
 * for await (const { rows } of readUnordered(source, { table, expressions: ['line'], batchRows: 1000 }))
 *   console.log(rows.length);
 */
export async function* readUnordered(
  session: MysqlSession,
  { table, expressions, batchRows }: Omit<ReadRequest, 'keyset' | 'after'>,
): AsyncGenerator<SourceBatch<Cell[][]>> {
  await using own = await session.another();
  // The server ends a session whose reader takes nothing for a minute, as one does that waits for Snowflake.
  await own.ask('SET SESSION net_write_timeout = 86400');
  const ahead = Math.max(1, Math.min(ROWS_AHEAD, Math.floor(BATCH_BYTES / table.averageRowBytes)));
  let rows: Cell[][] = [];
  let bytes = 0;
  const from = mysqlTable(table.database, table.name);
  for await (const row of own.stream(`SELECT ${expressions.join(', ')} FROM ${from}`, ahead)) {
    rows.push(row);
    bytes += rowBytes(row);
    if (rows.length < batchRows && bytes < BATCH_BYTES) continue;
    yield { rows, bytes, lastKey: [] };
    rows = [];
    bytes = 0;
  }
  if (rows.length > 0) yield { rows, bytes, lastKey: [] };
}
