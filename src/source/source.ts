import type { SqlSettings } from '../config/settings.ts';
import type { SnowstreamError } from '../errors.ts';
import type { RetryPolicy } from '../retry-policy.ts';
import type { Cell, Rows } from '../types/cell.ts';
import type { FittedColumn } from '../types/column-mapping.ts';
import type { KeyRange, KeyValue, TableKey } from './key.ts';
import type { Measure, MeasuredRows, RowHashes } from './measures.ts';
import type { RowFeed } from './row-feed.ts';
import type { SourceTable, SourceTableName } from './table.ts';

/**
 * Where rows come from. `source/mysql/` is one; docs/adr/0006-source-dialect.md lists what another one has to do.
 *
 * Every method throws a SnowstreamError when the source cannot be reached or rejects what it is asked.
 */
export interface Source extends AsyncDisposable {
  /**
   * Describes tables.
   *
   * @returns each, or the TABLE_NOT_FOUND of one that is not there or may not be read, in the order of their names
   */
  describe(names: readonly SourceTableName[]): Promise<(SourceTable | SnowstreamError)[]>;
  /**
   * Makes sure that the description of a table has every column.
   *
   * @param options whether invisible columns are to be loaded, too
   * @throws SnowstreamError MYSQL_DENIED when the user may not see some.
   */
  requireAllColumns(table: SourceTable, options: { readonly invisible: boolean }): Promise<void>;
  /**
   * The key to read a table by.
   *
   * @param wanted its columns by their names, instead of the table's own
   * @param resume whether a load of it has to be resumable
   * @returns `undefined` for a table without a key of which that is not asked
   * @throws SnowstreamError SOURCE_NO_KEY when there is none, or when rows cannot be read in its order; COLUMN_NOT_FOUND.
   */
  chooseKey(
    table: SourceTable,
    wanted: readonly string[] | undefined,
    resume: boolean,
  ): Promise<TableKey | undefined>;
  /** The rows of a table: nothing is asked yet. */
  open(planned: PlannedTable): TableSource;
  /** Makes sure that the source can still be asked. */
  ping(): Promise<void>;
  /** A second session, which works beside this one. */
  another(): Promise<Source>;
  close(): Promise<void>;
  /** How to see all tables as they are at one moment; absent where that is not possible. */
  readonly snapshots?: Snapshots;
}

/** What is to be read of a table. */
export interface PlannedTable {
  readonly table: SourceTable;
  /** Absent for a table without a key, which is read in one go and in no order. */
  readonly keyset?: TableKey | undefined;
  readonly columns: readonly FittedColumn[];
}

/** Which rows to read, and how. */
export interface ReadOptions {
  /** All when empty; only a table with a key has others. */
  readonly range: KeyRange;
  /** Rows a batch at the most. */
  readonly batchRows: number;
}

/** The rows of one table. All but `rows`, `count` and `measure` need a key. */
export interface TableSource {
  /**
   * Rows with the cells of the planned columns in their canonical form, in the order of the key.
   *
   * @throws SnowstreamError SOURCE_CHANGED, at the end, when the table was altered meanwhile.
   */
  rows(options: ReadOptions): RowFeed<Cell[][]>;
  /**
   * The same in packets of MySQL's protocol, which Java reads: the fast path. Absent for a source that has none, and
   * for columns of which JavaScript has to see every cell.
   */
  readonly rawRows?: (options: ReadOptions) => RowFeed<Rows>;
  /**
   * The rows of some keys, as far as they exist and come after another key, in no order: cells as of {@link rows}, then
   * those of the key as the source spells it.
   */
  rowsByKey(keys: readonly KeyValue[], after?: KeyValue): Promise<Cell[][]>;
  count(range?: KeyRange): Promise<number>;
  /** The largest key of a range, some rows left aside; `undefined` when there is none. */
  lastKey(range: KeyRange, excluded?: readonly KeyValue[]): Promise<KeyValue | undefined>;
  /**
   * Divides the table into ranges of keys with the same number of rows each.
   *
   * @returns the last key of each range but the last; none for a table with fewer rows than ranges
   */
  split(ranges: number): Promise<KeyValue[]>;
  /** Counts and measures all rows but the excluded ones. */
  measure(measures: readonly Measure[], excluded: readonly KeyValue[]): Promise<MeasuredRows>;
  /**
   * The hash of each row but the excluded ones, by the texts of its key.
   *
   * @returns `undefined` when there are more rows than that, or when keys or rows have no text in common with Snowflake
   */
  hashes(mostRows: number, excluded: readonly KeyValue[]): Promise<RowHashes | undefined>;
}

/** Sessions that see all tables as they are at one moment. */
export interface Snapshots {
  /** Why a snapshot cannot have some tables: for each its error, or `undefined`. */
  faults(names: readonly SourceTableName[]): Promise<(SnowstreamError | undefined)[]>;
  /**
   * @param sessions how many are at work at once
   * @throws SnowstreamError SNAPSHOT_IMPOSSIBLE, SNAPSHOT_BUSY. What is read throws SNAPSHOT_LOST once it has ended.
   */
  open(names: readonly SourceTableName[], sessions: number): Promise<Snapshot>;
}

/** The first session of a snapshot: it gives the others by `another()`, and ends them all. */
export interface Snapshot extends Source {
  /**
   * Divides the sessions among tables that are loaded at once.
   *
   * @returns the first session of each share, which gives the others by `another()`
   */
  shares(count: number): [Source, ...Source[]];
}

/**
 * Opens the source of settings.
 *
 * @param retry how often it is tried while it cannot be reached, and when a connection breaks later; its signal ends
 * what the source is doing, and the source with it
 */
export type SourceFactory = (settings: Pick<SqlSettings, 'mysql'>, retry: RetryPolicy) => Promise<Source>;

/**
 * Describes one table.
 *
 * @throws SnowstreamError TABLE_NOT_FOUND when it is not there or may not be read.
 */
export async function describedTable(source: Source, name: SourceTableName): Promise<SourceTable> {
  const [table] = await source.describe([name]);
  if (table === undefined) throw new Error('a source describes each table that it is asked for');
  if ('code' in table) throw table;
  return table;
}
