import type { Cell, Rows } from '../../types/cell.ts';
import type { KeyRange, KeyValue } from '../key.ts';
import type { Measure, MeasuredRows, RowHashes } from '../measures.ts';
import type { RowFeed } from '../row-feed.ts';
import type { PlannedTable, ReadOptions, TableSource } from '../source.ts';
import { ExcludedRows } from './excluded-rows.ts';
import { rangeBounds } from './key-ranges.ts';
import { type Keyset, keysetOf } from './keyset.ts';
import { lastKey } from './last-key.ts';
import { measureRows, sqlMeasures } from './measures.ts';
import { type ReadRequest, readTable, readTableAsSent } from './reader.ts';
import { rowsWithin } from './row-count.ts';
import { rowHashes } from './row-hash.ts';
import { rowsByKey } from './rows-by-key.ts';
import type { MysqlSession } from './session.ts';
import { readingExpressions } from './types/sql-types.ts';
import { readUnordered } from './unordered.ts';

/** The rows of a table of MySQL. */
export class MysqlTable implements TableSource {
  readonly rawRows?: (options: ReadOptions) => RowFeed<Rows>;
  readonly #session: MysqlSession;
  readonly #planned: PlannedTable;
  readonly #keyset: Keyset | undefined;

  constructor(session: MysqlSession, planned: PlannedTable) {
    this.#session = session;
    this.#planned = planned;
    this.#keyset = planned.keyset && keysetOf(planned.keyset);
    if (
      planned.keyset !== undefined &&
      planned.columns.every(({ encoder }) => encoder.javaReads !== undefined)
    )
      this.rawRows = (options) => readTableAsSent(session, this.#request(options, { raw: true }));
  }

  rows(options: ReadOptions): RowFeed<Cell[][]> {
    if (this.#keyset !== undefined) return readTable(this.#session, this.#request(options, { raw: false }));
    const { table, columns } = this.#planned;
    const { batchRows } = options;
    return readUnordered(this.#session, { table, expressions: readingExpressions(columns), batchRows });
  }

  rowsByKey(keys: readonly KeyValue[], after?: KeyValue): Promise<Cell[][]> {
    const { table, columns } = this.#planned;
    const keyset = this.#key;
    return rowsByKey(this.#session, {
      table,
      keyset,
      expressions: readingExpressions(columns),
      keys,
      ...(after !== undefined && { where: keyset.after(after) }),
    });
  }

  count(range: KeyRange = {}): Promise<number> {
    return rowsWithin(this.#session, this.#planned.table, this.#keyset, range);
  }

  async lastKey(range: KeyRange, excluded: readonly KeyValue[] = []): Promise<KeyValue | undefined> {
    const { table } = this.#planned;
    const keyset = this.#key;
    const { identities } = await ExcludedRows.find(this.#session, table, keyset, excluded);
    return lastKey(this.#session, table, keyset, { where: keyset.within(range), without: identities });
  }

  split(ranges: number): Promise<KeyValue[]> {
    return rangeBounds(this.#session, this.#planned.table, this.#key, ranges);
  }

  measure(measures: readonly Measure[], excluded: readonly KeyValue[]): Promise<MeasuredRows> {
    const { table, columns } = this.#planned;
    const rows = { table, keyset: this.#keyset, excludedKeys: excluded };
    return measureRows(this.#session, rows, sqlMeasures(measures, columns));
  }

  hashes(mostRows: number, excluded: readonly KeyValue[]): Promise<RowHashes | undefined> {
    return rowHashes(this.#session, this.#planned, mostRows, excluded);
  }

  get #key(): Keyset {
    if (this.#keyset === undefined) throw new Error('a table without a key is only read as a whole');
    return this.#keyset;
  }

  #request({ range, batchRows }: ReadOptions, how: { readonly raw: boolean }): ReadRequest {
    const { table, columns } = this.#planned;
    return {
      table,
      keyset: this.#key,
      expressions: readingExpressions(columns, how),
      columns: columns.map(({ source }) => source),
      batchRows,
      ...range,
    };
  }
}
