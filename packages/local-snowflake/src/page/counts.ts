import type { DuckDBConnection } from '@duckdb/node-api';
import { type Table, tableSql } from '../catalog/entities.ts';

/** So many tables are counted each time, and so many channels listed: the page is looked at by people. */
const COUNTED_TABLES = 200;
const LISTED_CHANNELS = 500;

/** A channel as it is stored. */
export interface ChannelRow {
  readonly tableId: number;
  readonly name: string;
  readonly clientSequencer: number;
  readonly rowSequencer: number;
  readonly offsetToken: string | null;
}

/** The committed rows of the first tables, by table id. */
export async function rowCounts(
  connection: DuckDBConnection,
  tables: readonly Table[],
): Promise<ReadonlyMap<number, number>> {
  const existing = new Set(
    (
      await rows(
        connection,
        "SELECT table_name FROM duckdb_tables() WHERE database_name = 'store' AND schema_name = 'data'",
      )
    ).map(([name]) => String(name)),
  );
  const counted = tables
    // One may have gone since the catalogue was read.
    .filter((table) => !table.view && existing.has(`t${table.id}`))
    .slice(0, COUNTED_TABLES);
  if (counted.length === 0) return new Map();
  const parts = counted.map((table) => `SELECT ${table.id} AS id, count(*) AS n FROM ${tableSql(table)}`);
  const found = await rows(connection, parts.join(' UNION ALL '));
  return new Map(found.map(([id, count]) => [Number(id), Number(count)]));
}

/** The channels that were opened last, and how many there are in all. */
export async function channelRows(
  connection: DuckDBConnection,
): Promise<{ readonly channels: readonly ChannelRow[]; readonly total: number }> {
  const found = await rows(
    connection,
    `SELECT table_id, name, client_sequencer, row_sequencer, offset_token, count(*) OVER ()
     FROM store.streaming.channel ORDER BY created_on DESC, table_id, name LIMIT ${LISTED_CHANNELS}`,
  );
  const channels = found.map(([tableId, name, client, row, offset]) => ({
    tableId: Number(tableId),
    name: String(name),
    clientSequencer: Number(client),
    rowSequencer: Number(row),
    offsetToken: offset === null ? null : String(offset),
  }));
  return { channels, total: Number(found[0]?.[5] ?? 0) };
}

async function rows(connection: DuckDBConnection, sql: string): Promise<unknown[][]> {
  return (await connection.runAndReadAll(sql)).getRows();
}
