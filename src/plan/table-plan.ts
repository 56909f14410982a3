import type { TableSettings, TargetOptions } from '../config/settings.ts';
import { channelName } from '../ingest/channel-name.ts';
import { columnFingerprints, type LoadIdentity } from '../ingest/offset-token.ts';
import { canonicalName, type TableName } from '../snowflake/identifier.ts';
import type { SnowflakeSession } from '../snowflake/session.ts';
import { prepareTarget } from '../snowflake/target.ts';
import { requireAllColumns } from '../source/hidden-columns.ts';
import { readingKeyset } from '../source/key.ts';
import type { Keyset } from '../source/keyset.ts';
import type { Source } from '../source/source.ts';
import { describeTable, type SourceTable } from '../source/table.ts';
import { type FittedColumn, type MappedColumn, mapColumns } from '../types/column-mapping.ts';
import { tableFingerprint, tableFingerprints } from './table-fingerprint.ts';

/** A table carried by one channel is one shard. */
export const WHOLE_TABLE = '0';

/** The shard of a table without a key: what stands for the key in its tokens is the number of rows that were read. */
const UNORDERED = 'unordered';

/** How tables are planned. */
export interface PlanOptions extends TargetOptions {
  /** Whether a table without a key is refused; it is unless told otherwise. */
  readonly resume?: boolean;
  /** Whether several tables may go into one target; not unless told otherwise. */
  readonly sharedTargets?: boolean;
  /** The gold table that is to be made from the first table. */
  readonly gold?: { readonly table: string } | undefined;
  /** Whether targets are emptied before, so that rows of another load do not matter. */
  readonly restart?: boolean;
  /** Nothing is streamed into the target, so that it may be one which the streaming API does not take. */
  readonly sqlOnly?: boolean;
}

/** What a table's load and its check agree on before a row moves. */
export interface TablePlan {
  readonly table: SourceTable;
  /** Absent for a table without a key, which is read in one go. */
  readonly keyset: Keyset | undefined;
  readonly target: TableName;
  readonly columns: readonly FittedColumn[];
  readonly channel: string;
  /** Those of all loads of the table that can be recognized: see `tableFingerprints`. */
  readonly fingerprints: ReadonlySet<string>;
  /** The parts of its offset tokens that do not change from batch to batch. */
  readonly token: LoadIdentity;
}

/**
 * Describes the source, maps its columns and compares them with the target.
 *
 * @param options whether a target that is missing is made, and how its columns are called
 * @throws SnowstreamError TABLE_NOT_FOUND, COLUMN_NOT_FOUND, SOURCE_NO_KEY, CONFIG_INVALID.
 */
export async function planTable(
  source: Source,
  snowflake: SnowflakeSession,
  wanted: TableSettings,
  options: PlanOptions,
): Promise<TablePlan> {
  const table = await describeTable(source, wanted.database, wanted.source);
  const mapped = await mappedColumns(source, table, wanted, options);
  const keyset = await readingKeyset(source, table, wanted.key, options.resume ?? true);
  const target = targetName(wanted);
  const columns = await prepareTarget(snowflake, target, mapped, options);
  return {
    table,
    keyset,
    target,
    columns,
    channel: loadChannel(table, wanted),
    fingerprints: tableFingerprints(table, wanted.key),
    token: {
      shard: keyset === undefined ? UNORDERED : WHOLE_TABLE,
      table: tableFingerprint(table, keyset?.columns ?? []),
      columns: columnFingerprints(columns.map((column) => [column.source.name, column.target])),
    },
  };
}

/**
 * The columns of a table that are loaded, each with its name in the target and its policies.
 *
 * @throws SnowstreamError MYSQL_DENIED when no columns are named and some are hidden; as {@link mapColumns}.
 */
export async function mappedColumns(
  source: Source,
  table: SourceTable,
  wanted: TableSettings,
  options: TargetOptions,
): Promise<MappedColumn[]> {
  if (wanted.columns === undefined) await requireAllColumns(source, table, options);
  return mapColumns(table.columns, wanted.columns, canonicalName, {
    ...options,
    policiesOf: ({ name }) => ({
      ...wanted.policies.table,
      ...wanted.policies.columns.get(name.toLowerCase()),
    }),
  });
}

/** `database.table` in MySQL, for people. */
export function sourceName({ table }: Pick<TablePlan, 'table'>): string {
  return `${table.database}.${table.name}`;
}

/** The channel of a table's load; those of its shards, and of rows that are sent again, are named after it. */
export function loadChannel(table: SourceTable, { channel }: TableSettings): string {
  return channel ?? channelName(table.database, table.name, WHOLE_TABLE);
}

/** The stored names of a table's target. */
export function targetName({ target }: TableSettings): TableName {
  return {
    database: canonicalName(target.database),
    schema: canonicalName(target.schema),
    table: canonicalName(target.table),
  };
}
