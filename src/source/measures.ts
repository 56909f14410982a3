import type { FittedColumn } from '../types/column-mapping.ts';
import type { Comparison } from '../types/family.ts';
import type { TableKey } from './key.ts';

/**
 * An aggregate over rows.
 *
 * - `nulls`: how many values of a column are NULL
 * - `min`, `max`: the smallest and largest value of a column in the form of its comparison, or by the bytes of that form
 *   where the comparison says so; of a form that both sides print alike, the first {@link MEASURED_LENGTH} characters
 * - `checksum`: the sum of the last 15 hex digits of each row's hash: see {@link RowHashes}
 *
 * Values are those that arrive in the target: NULL, or another value, where a policy replaces one.
 */
export type Measure = Combination &
  (
    | { readonly aggregate: 'nulls'; readonly column: FittedColumn }
    | {
        readonly aggregate: 'min' | 'max';
        readonly column: FittedColumn;
        readonly comparison: Comparison;
      }
    | { readonly aggregate: 'checksum' }
  );

/** How the values of a measure over parts of the rows become that over all of them. */
export interface Combination {
  readonly combination: 'sum' | 'least' | 'greatest';
  /** Whether the values are texts in the order of their bytes; others are numbers, dates and times. */
  readonly inTextOrder: boolean;
}

/** Characters of a smallest or largest value: a value may have megabytes, and the checksum has all of it. */
export const MEASURED_LENGTH = 256;

/** What a source says of its rows. */
export interface MeasuredRows {
  /** Without those that are excluded. */
  readonly rows: number;
  /** Those, as far as they are still there. */
  readonly excluded: number;
  /** One for each measure, in their order; of no rows a count is 0 and everything else null. */
  readonly values: readonly (string | null)[];
  /** What the source said of values that it did not measure; a line each. */
  readonly unmeasured: readonly string[];
}

/** What several tables say of their rows together. */
export function combinedRows(measures: readonly Combination[], parts: readonly MeasuredRows[]): MeasuredRows {
  const sum = (what: 'rows' | 'excluded') => parts.reduce((total, part) => total + part[what], 0);
  return {
    rows: sum('rows'),
    excluded: sum('excluded'),
    values: measures.map((measure, index) =>
      combinedValue(
        measure,
        parts.map(({ values }) => values[index] ?? null),
      ),
    ),
    unmeasured: [...new Set(parts.flatMap(({ unmeasured }) => unmeasured))],
  };
}

/** A measure over all rows, of its values over parts of them. */
export function combinedValue(measure: Combination, values: readonly (string | null)[]): string | null {
  const [first, ...others] = values.filter((value) => value !== null);
  if (first === undefined) return null;
  return others.reduce((one, other) => combinedPair(measure, one, other), first);
}

function combinedPair({ combination, inTextOrder }: Combination, one: string, other: string): string {
  if (combination === 'sum') return String(BigInt(one) + BigInt(other));
  const order = inTextOrder
    ? Buffer.compare(Buffer.from(one), Buffer.from(other))
    : compareValues(one, other);
  return order < 0 === (combination === 'least') ? one : other;
}

/**
 * Orders numbers, dates and times as one server prints them for one column: as many digits behind the point, none
 * before the first one.
 */
function compareValues(one: string, other: string): number {
  const difference = Number(one) - Number(other);
  if (difference < 0 || difference > 0) return difference;
  const isNegative = one.startsWith('-');
  if (isNegative !== other.startsWith('-')) return isNegative ? -1 : 1;
  const order = one.length - other.length || (one < other ? -1 : Number(one > other));
  return isNegative ? -order : order;
}

/**
 * Rows by the texts of their keys, as the JSON of an array, each with its hash; of rows that have one key, their hashes
 * with spaces between them.
 *
 * A row's hash is the SHA-256, in hex, of one text: for each column of {@link hashedColumns} the SHA-256 of its text in
 * hex, or `-` for NULL, one after the other. So no value can run into its neighbour.
 */
export type RowHashes = ReadonlyMap<string, string>;

/** A column of which both sides print one text to the last digit, and how. */
export interface HashedColumn {
  readonly column: FittedColumn;
  readonly comparison: Comparison;
}

/** The columns that are in the hash of a row. */
export function hashedColumns(columns: readonly FittedColumn[]): HashedColumn[] {
  return columns.flatMap((column) => {
    const comparison = column.family.compare(column.source, column.type);
    return comparison?.exact ? [{ column, comparison }] : [];
  });
}

/** The columns of a key, where all of them are loaded and hashed; `undefined` otherwise, or without a key. */
export function hashedKey(
  key: TableKey | undefined,
  columns: readonly FittedColumn[],
): HashedColumn[] | undefined {
  const hashed = hashedColumns(columns);
  const found = key?.columns.flatMap(
    ({ name }) => hashed.find(({ column }) => column.source.name === name) ?? [],
  );
  return found !== undefined && found.length === key?.columns.length ? found : undefined;
}

/** Rows by their keys: of each the texts of its key, then its hash. */
export function hashesByKey(rows: readonly (readonly (string | null)[])[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const row of rows) {
    const key = hashKeyOf(row);
    const hash = row.at(-1) ?? '';
    const other = found.get(key);
    found.set(key, other === undefined ? hash : `${other} ${hash}`);
  }
  return found;
}

/** The key of {@link hashesByKey} for one row. */
export const hashKeyOf = (row: readonly (string | null)[]): string => JSON.stringify(row.slice(0, -1));
