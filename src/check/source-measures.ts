import { mysqlTable } from '../source/mysql/identifier.ts';
import type { Keyset, KeyValue } from '../source/mysql/keyset.ts';
import type { Source } from '../source/mysql/source.ts';
import type { SourceTable } from '../source/mysql/table.ts';
import { ExcludedRows } from './excluded-rows.ts';

/**
 * ER_WARN_ALLOWED_PACKET_OVERFLOWED: a value is longer than max_allowed_packet, and the server took nothing in its
 * place. https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html
 */
const PACKET_OVERFLOWED = 1301;

/** How the values of a measure over parts of a table become that over all of it. */
export type Combination = 'sum' | 'least' | 'greatest';

/** An aggregate to ask of the source. */
export interface SourceMeasure {
  readonly sourceSql: string;
  readonly combination: Combination;
  /** Whether the values are texts in the order of their bytes; others are numbers, dates and times. */
  readonly inTextOrder: boolean;
}

/** What the source says of its rows. */
export interface SourceValues {
  /** Without those that are excluded. */
  readonly rows: number;
  /** Those, as far as they are still there. */
  readonly excluded: number;
  readonly values: readonly (string | null)[];
  /** What the server said of values that it did not measure, because they are too long for it. */
  readonly unmeasured: readonly string[];
}

/** The rows to measure. */
export interface MeasuredRows {
  readonly table: SourceTable;
  /** Absent for a table without a key. */
  readonly keyset?: Keyset | undefined;
  /** Keys of the rows to exclude, each once. */
  readonly excludedKeys: readonly KeyValue[];
}

/**
 * Asks the source for the number of its rows and for measures of them.
 *
 * @throws SnowstreamError MYSQL_QUERY or MYSQL_UNREACHABLE.
 */
export async function measureSource(
  source: Source,
  { table, keyset, excludedKeys }: MeasuredRows,
  measures: readonly SourceMeasure[],
): Promise<SourceValues> {
  const excluded = keyset && (await ExcludedRows.find(source, table, keyset, excludedKeys));
  const list = ['COUNT(*)', ...measures.map(({ sourceSql }) => sourceSql)].join(', ');
  const select = `SELECT ${list} FROM ${mysqlTable(table.database, table.name)}`;
  const [packet] = await source.ask('SELECT @@max_allowed_packet');
  const conditions = excluded?.conditions(Buffer.byteLength(select), Number(packet?.[0])) ?? [undefined];
  const parts: (string | null)[][] = [];
  const unmeasured = new Set<string>();
  for (const condition of conditions) {
    const [row = []] = await source.query(condition === undefined ? select : `${select} WHERE ${condition}`);
    for (const [, code, message] of await source.ask('SHOW WARNINGS'))
      if (Number(code) === PACKET_OVERFLOWED) unmeasured.add(String(message));
    parts.push(
      row.map((cell) => (cell === null ? null : Buffer.isBuffer(cell) ? cell.toString() : String(cell))),
    );
  }
  return {
    rows: parts.reduce((sum, [rows]) => sum + Number(rows), 0),
    excluded: excluded?.count ?? 0,
    values: measures.map((measure, index) =>
      combined(
        measure,
        parts.map((part) => part[index + 1] ?? null),
      ),
    ),
    unmeasured: [...unmeasured],
  };
}

/** What several tables say of their rows together. */
export function combinedSources(
  measures: readonly SourceMeasure[],
  sources: readonly SourceValues[],
): SourceValues {
  const sum = (what: 'rows' | 'excluded') => sources.reduce((total, source) => total + source[what], 0);
  return {
    rows: sum('rows'),
    excluded: sum('excluded'),
    values: measures.map((measure, index) =>
      combined(
        measure,
        sources.map(({ values }) => values[index] ?? null),
      ),
    ),
    unmeasured: [...new Set(sources.flatMap(({ unmeasured }) => unmeasured))],
  };
}

/** Of no rows a count is 0 and every other measure NULL. */
function combined(measure: SourceMeasure, values: readonly (string | null)[]): string | null {
  const [first, ...others] = values.filter((value) => value !== null);
  if (first === undefined) return null;
  return others.reduce((one, other) => combinedPair(measure, one, other), first);
}

function combinedPair({ combination, inTextOrder }: SourceMeasure, one: string, other: string): string {
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
