import type { CarriedColumn } from './bridge/row-bridge.ts';
import type { CheckRequest } from './check/check.ts';
import { SnowstreamError } from './errors.ts';
import { channelName } from './ingest/channel-name.ts';
import type { IngestChannel } from './ingest/engine.ts';
import {
  fingerprintOf,
  formatOffsetToken,
  type OffsetToken,
  parseOffsetToken,
} from './ingest/offset-token.ts';
import type { TableRun } from './pipeline.ts';
import type { RefusedRecord, TableReport } from './report/run-report.ts';
import { canonicalName, displayIdentifier, displayName, type TableName } from './snowflake/identifier.ts';
import { prepareTarget } from './snowflake/target.ts';
import { Keyset } from './source/keyset.ts';
import { mysqlIdentifier } from './source/mysql-identifier.ts';
import { readTable, type SourceBatch } from './source/reader.ts';
import { describeTable, type SourceTable } from './source/table.ts';
import { type FittedColumn, mapColumns } from './types/column-mapping.ts';
import type { Cell } from './types/mysql-column.ts';

/** A table carried by one channel is one shard. */
const WHOLE_TABLE = '0';

/** The parts of one table's way, opened in order: source table, mapping, target, channel, place to go on from. */
export async function openLoad(run: TableRun): Promise<TableLoad> {
  const { source, snowflake, engine, settings, table: wanted } = run;
  const table = await describeTable(source, wanted.database, wanted.source);
  const keyset = new Keyset(keyOf(table, wanted.key));
  const mapped = mapColumns(table.columns, wanted.columns, canonicalName);
  const target = {
    database: canonicalName(wanted.target.database),
    schema: canonicalName(wanted.target.schema),
    table: canonicalName(wanted.target.table),
  };
  const columns = await prepareTarget(snowflake, target, mapped, settings.createTarget);
  const channel = await engine.openChannel({
    channel: wanted.channel ?? channelName(table.database, table.name, WHOLE_TABLE),
    table: target,
    onError: settings.onError,
  });
  const committed = await channel.getLatestCommittedOffsetToken();
  return new TableLoad(run, { table, keyset, columns, target, channel, committed });
}

/** The columns of the key to read by. */
function keyOf(table: SourceTable, wanted: readonly string[] | undefined): SourceTable['key'] {
  if (wanted !== undefined) {
    return wanted.map((name) => {
      const column = table.columns.find((other) => other.name.toLowerCase() === name.toLowerCase());
      if (column !== undefined) return column;
      throw new SnowstreamError(
        'COLUMN_NOT_FOUND',
        `key column ${name} is not in ${table.database}.${table.name}`,
      );
    });
  }
  if (table.key.length > 0) return table.key;
  throw new SnowstreamError(
    'SOURCE_NO_KEY',
    `${table.database}.${table.name} has no primary key and no unique key without nulls: name one in the table's "key"`,
  );
}

interface OpenedLoad {
  readonly table: SourceTable;
  readonly keyset: Keyset;
  readonly columns: readonly FittedColumn[];
  readonly target: TableName;
  readonly channel: IngestChannel;
  readonly committed: string | null;
}

/** One table on its way into Snowflake. */
export class TableLoad {
  readonly #run: TableRun;
  readonly #opened: OpenedLoad;
  readonly #carried: readonly CarriedColumn[];
  readonly #token: Omit<OffsetToken, 'key'>;
  readonly #channelValid: boolean;
  readonly #refused: RefusedRecord[] = [];
  #lastOffsetToken: string | null;
  #rowsRead = 0;
  #bytes = 0;

  constructor(run: TableRun, opened: OpenedLoad) {
    this.#run = run;
    this.#opened = opened;
    this.#carried = opened.columns.map(({ target, carriage }) => ({
      key: displayIdentifier(target),
      carriage,
    }));
    const { table, keyset, columns } = opened;
    this.#token = {
      shard: WHOLE_TABLE,
      fingerprint: fingerprintOf(
        [table.database, table.name],
        keyset.columns.map(({ name, columnType }) => [name, columnType]),
        columns.map(({ source, target }) => [source.name, target]),
      ),
    };
    this.#channelValid = opened.channel.isValid();
    this.#lastOffsetToken = opened.committed;
  }

  /** `database.table`, for people. */
  get name(): string {
    return `${this.table.database}.${this.table.name}`;
  }

  get table(): SourceTable {
    return this.#opened.table;
  }

  get channel(): IngestChannel {
    return this.#opened.channel;
  }

  /** The token that Snowflake must have committed once the channel is closed. */
  get lastOffsetToken(): string | null {
    return this.#lastOffsetToken;
  }

  /**
   * The rows after the committed offset token, in key order.
   *
   * @throws SnowstreamError OFFSET_TOKEN_INVALID when the channel's token is not one of this load.
   */
  batches(): AsyncGenerator<SourceBatch> {
    const { table, keyset, columns, committed } = this.#opened;
    const after = committed === null ? undefined : parseOffsetToken(committed, this.#token).key;
    return readTable(this.#run.source, {
      table,
      keyset,
      expressions: columns.map(({ source, family }) => {
        const quoted = mysqlIdentifier(source.name);
        return family.read?.(quoted) ?? quoted;
      }),
      batchRows: this.#run.settings.batchRows,
      ...(after !== undefined && { after }),
    });
  }

  /** Puts a batch into the channel, under a token that holds its last key. */
  async insert(batch: SourceBatch): Promise<void> {
    const { channel, keyset } = this.#opened;
    const offsetToken = formatOffsetToken({ ...this.#token, key: batch.lastKey });
    const refused = await channel.insertBatch({ rows: batch.rows, columns: this.#carried, offsetToken });
    for (const { index, column, message } of refused) {
      const key = keyset.valueOf(batch.rows[index]?.slice(this.#carried.length) ?? []);
      this.#refused.push({ key, message, ...(column !== undefined && { column }) });
    }
    // A batch of which nothing was accepted leaves no token behind.
    if (refused.length < batch.rows.length) this.#lastOffsetToken = offsetToken;
    const bytes = batchBytes(batch.rows);
    this.#rowsRead += batch.rows.length;
    this.#bytes += bytes;
    this.#run.progress.advance(batch.rows.length, bytes);
  }

  /** Closes the channel after a failure; what it holds is committed if it still can be. */
  async abandon(): Promise<void> {
    await this.channel.close().catch(() => undefined);
  }

  get checkRequest(): Omit<CheckRequest, 'offsetToken'> {
    const { table, keyset, target, columns } = this.#opened;
    return { table, keyset, target, columns, refusedKeys: this.#refused.map(({ key }) => key) };
  }

  get report(): Omit<TableReport, 'channelClosed' | 'committedOffsetToken' | 'ingestSeconds' | 'proof'> {
    return {
      source: this.name,
      target: displayName(this.#opened.target),
      channel: this.channel.name,
      channelValid: this.#channelValid,
      resumedAfter: this.#opened.committed,
      rowsRead: this.#rowsRead,
      rowsSent: this.channel.acceptedRows,
      bytes: this.#bytes,
      refused: this.#refused,
    };
  }
}

/** Bytes of the values as MySQL sent them, give or take multi-byte characters. */
function batchBytes(rows: readonly (readonly Cell[])[]): number {
  let bytes = 0;
  for (const row of rows) for (const cell of row) bytes += typeof cell === 'number' ? 8 : (cell?.length ?? 0);
  return bytes;
}
