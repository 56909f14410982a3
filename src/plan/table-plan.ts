import { earlierLoadChannel, loadChannel } from '../checkpoint/channel-name.ts';
import { columnFingerprints } from '../checkpoint/fingerprint.ts';
import { type LoadNames, ownChannelOf } from '../checkpoint/load-state.ts';
import type { LoadIdentity } from '../checkpoint/position.ts';
import { UNORDERED, WHOLE } from '../checkpoint/shard.ts';
import type { TableSettings, TargetOptions } from '../config/settings.ts';
import { channelsOf, type StoredChannel } from '../snowflake/channels.ts';
import { canonicalName, type TableName } from '../snowflake/identifier.ts';
import type { SnowflakeSession } from '../snowflake/session.ts';
import { prepareTarget } from '../snowflake/target.ts';
import type { TableKey } from '../source/key.ts';
import { describedTable, type Source } from '../source/source.ts';
import type { SourceTable } from '../source/table.ts';
import { type FittedColumn, type MappedColumn, mapColumns } from '../types/column-mapping.ts';
import type { SourceColumn } from '../types/source-column.ts';
import { tableFingerprint, tableFingerprints } from './table-fingerprint.ts';

/** How tables are planned. */
export interface PlanOptions extends TargetOptions {
  /** Whether a table without a key is an error; true by default. */
  readonly resume?: boolean;
  /** Whether several tables may go into one target; false by default. */
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
  readonly keyset: TableKey | undefined;
  readonly target: TableName;
  readonly columns: readonly FittedColumn[];
  readonly channel: string;
  /** By what the load is recognized among the channels of the target. */
  readonly load: LoadNames;
  /** The parts of its offset tokens that do not change from batch to batch. */
  readonly identity: LoadIdentity;
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
  const table = await describedTable(source, { database: wanted.database, name: wanted.source });
  const mapped = await mappedColumns(source, table, wanted, options);
  const keyset = await source.chooseKey(table, wanted.key, options.resume ?? true);
  const target = targetName(wanted);
  const columns = await prepareTarget(snowflake, target, mapped, options);
  const stored = () => channelsOf(snowflake, target);
  const load = await loadNames(table, wanted, keyset?.columns, stored);
  return {
    table,
    keyset,
    target,
    columns,
    channel: load.channel,
    load,
    identity: {
      shard: keyset === undefined ? UNORDERED : WHOLE,
      table: load.table,
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
  if (wanted.columns === undefined) await source.requireAllColumns(table, options);
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

/**
 * The names by which a table's load is recognized. A load that an earlier version has begun keeps its channel.
 *
 * @param key the columns that it is read by
 * @param stored the target's channels; asked for where they matter only
 */
export async function loadNames(
  table: SourceTable,
  wanted: Pick<TableSettings, 'channel' | 'key'>,
  key: readonly SourceColumn[] = [],
  stored: () => readonly StoredChannel[] | Promise<readonly StoredChannel[]>,
): Promise<LoadNames> {
  const { database, name } = table;
  const newest = loadChannel(database, name);
  const ownNames = [...new Set([newest, earlierLoadChannel(database, name)])];
  const fingerprints = tableFingerprints(table, wanted.key);
  const isKnown = wanted.channel !== undefined || ownNames.length === 1;
  const channel = isKnown ? (wanted.channel ?? newest) : ownChannelOf(await stored(), ownNames, fingerprints);
  return { channel, ownNames, fingerprints, table: tableFingerprint(table, key) };
}

/** The stored names of a table's target. */
export function targetName({ target }: TableSettings): TableName {
  return {
    database: canonicalName(target.database),
    schema: canonicalName(target.schema),
    table: canonicalName(target.table),
  };
}
