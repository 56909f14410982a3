import { createHash } from 'node:crypto';
import { SnowstreamError } from '../../src/errors.ts';
import { type KeyRange, type KeyValue, keyValueOf, type TableKey } from '../../src/source/key.ts';
import {
  hashedColumns,
  hashedKey,
  hashesByKey,
  MEASURED_LENGTH,
  type Measure,
  type MeasuredRows,
  type RowHashes,
} from '../../src/source/measures.ts';
import type { SourceBatch } from '../../src/source/row-feed.ts';
import type { PlannedTable, ReadOptions, Source, TableSource } from '../../src/source/source.ts';
import type { SourceTable, SourceTableName } from '../../src/source/table.ts';
import type { Cell } from '../../src/types/cell.ts';
import type { FittedColumn } from '../../src/types/column-mapping.ts';
import type { ComparedForm, Comparison } from '../../src/types/family.ts';
import type { SourceColumn } from '../../src/types/source-column.ts';

/** A table in memory. Its cells are in their canonical form; one without a key has an empty `key`. */
export interface ArrayTable {
  readonly columns: readonly SourceColumn[];
  readonly key: readonly string[];
  rows: Cell[][];
}

/** What the tests see of a read. */
export interface ReadSeen {
  readonly table: string;
  readonly range: KeyRange;
}

/** A source of arrays, which knows nothing of SQL: policies that replace values are none of its business. */
export class ArraySource implements Source {
  readonly reads: ReadSeen[] = [];
  /** Called before each batch with its number in its feed, from 0. */
  beforeBatch: (number: number) => void = () => {};
  readonly #tables: ReadonlyMap<string, ArrayTable>;

  constructor(tables: Readonly<Record<string, ArrayTable>>) {
    this.#tables = new Map(Object.entries(tables));
  }

  async describe(names: readonly SourceTableName[]): Promise<(SourceTable | SnowstreamError)[]> {
    return names.map(({ database, name }) => {
      const found = this.#tables.get(name);
      if (found === undefined)
        return new SnowstreamError('TABLE_NOT_FOUND', `there is no array ${database}.${name}`);
      const { columns, key, rows } = found;
      return {
        database,
        name,
        kind: 'BASE TABLE',
        columns,
        key: key.flatMap((each) => columns.find((column) => column.name === each) ?? []),
        estimatedRows: rows.length,
        averageRowBytes: 1,
      };
    });
  }

  async requireAllColumns(): Promise<void> {}

  async chooseKey(table: SourceTable, wanted: readonly string[] | undefined, resume: boolean) {
    const columns = wanted?.map((name) => table.columns.find((column) => column.name === name)) ?? table.key;
    if (columns.length > 0) return { columns } as TableKey;
    if (!resume) return undefined;
    throw new SnowstreamError('SOURCE_NO_KEY', `${table.name} has no key`);
  }

  open(planned: PlannedTable): TableSource {
    return new ArrayRows(this, this.#tables.get(planned.table.name) as ArrayTable, planned);
  }

  async ping(): Promise<void> {}

  async another(): Promise<Source> {
    return this;
  }

  async close(): Promise<void> {}

  async [Symbol.asyncDispose](): Promise<void> {}
}

class ArrayRows implements TableSource {
  readonly #source: ArraySource;
  readonly #array: ArrayTable;
  readonly #planned: PlannedTable;

  constructor(source: ArraySource, array: ArrayTable, planned: PlannedTable) {
    this.#source = source;
    this.#array = array;
    this.#planned = planned;
  }

  async *rows({ range, batchRows }: ReadOptions): AsyncGenerator<SourceBatch<Cell[][]>> {
    this.#source.reads.push({ table: this.#planned.table.name, range });
    const rows = this.#within(range).map((row) => this.#cells(row));
    for (let at = 0; at < rows.length; at += batchRows) {
      this.#source.beforeBatch(at / batchRows);
      const batch = rows.slice(at, at + batchRows);
      const lastKey = keyValueOf(batch.at(-1)?.slice(this.#planned.columns.length) ?? []);
      yield { rows: batch, bytes: batch.flat().join('').length, lastKey };
    }
  }

  async rowsByKey(keys: readonly KeyValue[], after?: KeyValue): Promise<Cell[][]> {
    const wanted = new Set(keys.map((key) => JSON.stringify(key)));
    return this.#within({ after })
      .filter((row) => wanted.has(JSON.stringify(this.#keyOf(row))))
      .map((row) => this.#cells(row));
  }

  async count(range: KeyRange = {}): Promise<number> {
    return this.#within(range).length;
  }

  async lastKey(range: KeyRange, excluded: readonly KeyValue[] = []): Promise<KeyValue | undefined> {
    const last = this.#without(excluded, this.#within(range)).at(-1);
    return last && this.#keyOf(last);
  }

  async split(ranges: number): Promise<KeyValue[]> {
    const rows = this.#within({});
    const step = Math.floor(rows.length / ranges);
    if (step === 0) return [];
    return Array.from({ length: ranges - 1 }, (_, at) => this.#keyOf(rows[(at + 1) * step - 1] as Cell[]));
  }

  async measure(measures: readonly Measure[], excluded: readonly KeyValue[]): Promise<MeasuredRows> {
    const all = this.#within({});
    const rows = this.#without(excluded, all);
    const values = measures.map((measure) => {
      if (measure.aggregate === 'checksum') {
        const hashes = rows.map((row) => BigInt(`0x${this.#hash(row).slice(-15)}`));
        return hashes.length === 0 ? null : String(hashes.reduce((sum, each) => sum + each));
      }
      const cells = rows.map((row) => this.#cell(row, measure.column.source));
      if (measure.aggregate === 'nulls') return String(cells.filter((cell) => cell === null).length);
      return extremeOf(measure, cells);
    });
    return { rows: rows.length, excluded: all.length - rows.length, values, unmeasured: [] };
  }

  async hashes(mostRows: number, excluded: readonly KeyValue[]): Promise<RowHashes | undefined> {
    const key = hashedKey(this.#planned.keyset, this.#planned.columns);
    const rows = this.#without(excluded, this.#within({}));
    if (key === undefined || rows.length > mostRows) return undefined;
    return hashesByKey(rows.map((row) => [...key.map((column) => this.#text(row, column)), this.#hash(row)]));
  }

  #hash(row: readonly Cell[]): string {
    const texts = hashedColumns(this.#planned.columns).map((column) => this.#text(row, column));
    return sha(texts.map((text) => (text === null ? '-' : sha(text))).join(''));
  }

  #text(row: readonly Cell[], { column, comparison }: { column: FittedColumn; comparison: Comparison }) {
    return printed(this.#cell(row, column.source), comparison.form);
  }

  #cell(row: readonly Cell[], { name }: SourceColumn): Cell {
    return row[this.#array.columns.findIndex((column) => column.name === name)] ?? null;
  }

  /** The planned columns, then the key. */
  #cells(row: readonly Cell[]): Cell[] {
    const columns = this.#planned.columns.map(({ source }) => source);
    return [...columns, ...(this.#planned.keyset?.columns ?? [])].map((column) => this.#cell(row, column));
  }

  #keyOf(row: readonly Cell[]): KeyValue {
    return keyValueOf((this.#planned.keyset?.columns ?? []).map((column) => this.#cell(row, column)));
  }

  #within({ after, upTo }: KeyRange): readonly Cell[][] {
    const { keyset } = this.#planned;
    if (keyset === undefined) return this.#array.rows;
    const order = (one: KeyValue, other: KeyValue) => orderOfKeys(keyset, one, other);
    return this.#array.rows
      .filter((row) => after === undefined || order(this.#keyOf(row), after) > 0)
      .filter((row) => upTo === undefined || order(this.#keyOf(row), upTo) <= 0)
      .sort((one, other) => order(this.#keyOf(one), this.#keyOf(other)));
  }

  #without(excluded: readonly KeyValue[], rows: readonly Cell[][]): readonly Cell[][] {
    const keys = new Set(excluded.map((key) => JSON.stringify(key)));
    return keys.size === 0 ? rows : rows.filter((row) => !keys.has(JSON.stringify(this.#keyOf(row))));
  }
}

const isNumber = ({ dataType }: SourceColumn): boolean => /int|decimal|double/.test(dataType);

function orderOfKeys({ columns }: TableKey, one: KeyValue, other: KeyValue): number {
  for (const [at, column] of columns.entries()) {
    const order = isNumber(column)
      ? Number(one[at]) - Number(other[at])
      : Buffer.compare(Buffer.from(one[at] ?? ''), Buffer.from(other[at] ?? ''));
    if (order !== 0) return order;
  }
  return 0;
}

function extremeOf(
  { aggregate, column, comparison }: Extract<Measure, { aggregate: 'min' | 'max' }>,
  cells: readonly Cell[],
): string | null {
  const texts = cells.flatMap((cell) => printed(cell, comparison.form) ?? []);
  const sorted = texts.sort((one, other) =>
    isNumber(column.source) && !comparison.byBytes
      ? Number(one) - Number(other)
      : Buffer.compare(Buffer.from(one), Buffer.from(other)),
  );
  const text = aggregate === 'min' ? sorted.at(0) : sorted.at(-1);
  return text === undefined ? null : [...text].slice(0, MEASURED_LENGTH).join('');
}

/** The text of a cell in a form: see `ComparedForm`. */
function printed(cell: Cell, form: ComparedForm): string | null {
  if (cell === null) return null;
  const text = String(cell);
  switch (form.kind) {
    case 'number': {
      const [whole = '', fraction = ''] = text.split('.');
      return form.digits === 0 ? whole : `${whole}.${fraction.padEnd(form.digits, '0')}`;
    }
    case 'hex':
      return (cell as Buffer).toString('hex').toUpperCase();
    case 'time':
    case 'datetime': {
      const [seconds = '', fraction = ''] = text.split('.');
      return `${seconds}.${fraction.padEnd(6, '0')}`;
    }
    default:
      return text;
  }
}

const sha = (text: string): string => createHash('sha256').update(text).digest('hex');
