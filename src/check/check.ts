import { qualifiedName, quoteIdentifier, type TableName } from '../snowflake/identifier.ts';
import type { SnowflakeSession } from '../snowflake/session.ts';
import type { Keyset, KeyValue } from '../source/mysql/keyset.ts';
import type { Source } from '../source/mysql/source.ts';
import type { SourceTable } from '../source/mysql/table.ts';
import type { FittedColumn } from '../types/column-mapping.ts';
import type { Comparison } from '../types/family.ts';
import { differingRows } from './differing-rows.ts';
import type { ColumnComparison, Proof } from './proof.ts';
import { carriedValue, rowHash } from './row-hash.ts';
import { combinedSources, measureSource, type SourceMeasure, type SourceValues } from './source-measures.ts';

/** What to compare. */
export interface CheckRequest {
  readonly table: SourceTable;
  /** Absent for a table without a key. */
  readonly keyset?: Keyset | undefined;
  readonly target: TableName;
  readonly columns: readonly FittedColumn[];
  /** Whether every value is hashed too, which costs a read of all rows on both sides. */
  readonly checksum: boolean;
  /** Keys of rows that were rejected, each once: they are left out on the source's side. */
  readonly rejectedKeys: readonly KeyValue[];
  /** Rejected rows of a table without a key: which ones nobody can tell, so that only rows are counted. */
  readonly rejectedWithoutKey?: number;
  /** Why not every row was carried; then rows are counted, and nothing is proven. */
  readonly unfinished?: string | undefined;
  /** One for each channel. */
  readonly offsetTokens: readonly CheckedToken[];
}

/** The token that a channel should have committed, and the one that it has. */
export interface CheckedToken {
  readonly channel: string;
  readonly expected: string | null;
  readonly committed: string | null;
}

/** One aggregate to ask of both sides. */
interface Measure extends SourceMeasure, Pick<ColumnComparison, 'source' | 'target' | 'aggregate'> {
  readonly targetSql: string;
  readonly normalize: (text: string) => string;
}

/**
 * Compares source and target by SQL alone: rows, nulls, smallest and largest value of each column, a checksum
 * of all rows, and the committed offset token. Nothing that the load itself counted is taken on trust.
 *
 * @param sharing further tables of the same shape that have gone into the same target: their measures are combined
 */
export async function check(
  source: Source,
  session: SnowflakeSession,
  request: CheckRequest,
  sharing: readonly CheckRequest[] = [],
): Promise<Proof> {
  const all = [request, ...sharing];
  const rejectedWithoutKey = all.reduce((sum, each) => sum + (each.rejectedWithoutKey ?? 0), 0);
  const unfinished = all.find((each) => each.unfinished !== undefined)?.unfinished;
  const onlyRows = rejectedWithoutKey > 0 || unfinished !== undefined;
  const measuresOfEach = all.map((each) => (onlyRows ? [] : allMeasuresOf(each)));
  const [measures = []] = measuresOfEach;
  const [sourceValues, targetValues] = await Promise.all([
    measureEach(source, all, measuresOfEach),
    askTarget(session, request.target, measures),
  ]);
  const toBeCarried = sourceValues.rows - rejectedWithoutKey;
  const targetRows = Number(targetValues[0]);
  const columns = measures.map((measure, index) =>
    compared(measure, sourceValues.values[index] ?? null, targetValues[index + 1] ?? null),
  );
  const isEqual = toBeCarried === targetRows && columns.every(({ equal }) => equal);
  const mostRows = Math.max(toBeCarried, targetRows);
  const rows = isEqual ? undefined : await differingRows(source, session, all, mostRows);
  const offsetTokens = all
    .flatMap((each) => each.offsetTokens)
    .map((token) => ({ ...token, equal: token.expected === token.committed }));
  return {
    sourceRows: sourceValues.rows + sourceValues.excluded,
    targetRows,
    rejectedRows: sourceValues.excluded + rejectedWithoutKey,
    columns,
    onlyRows: rejectedWithoutKey > 0,
    offsetTokens,
    ...(rows && { rows }),
    differences: [
      ...(unfinished === undefined ? [] : [unfinished]),
      ...sourceValues.unmeasured.map(
        (message) => `MySQL did not compare every value: ${message}; a larger max_allowed_packet lets it`,
      ),
      ...(toBeCarried === targetRows
        ? []
        : [`rows: ${toBeCarried} to be carried in the source, ${targetRows} in the target`]),
      ...columns.filter(({ equal }) => !equal).map(differenceOf),
      ...offsetTokens
        .filter(({ equal }) => !equal)
        .map(
          ({ channel, expected, committed }) =>
            `offset token of channel ${channel}: ${expected ?? 'none'} expected, ${committed ?? 'none'} committed`,
        ),
    ],
  };
}

/** One after the other: they share the session. */
async function measureEach(
  source: Source,
  requests: readonly CheckRequest[],
  measures: readonly (readonly Measure[])[],
): Promise<SourceValues> {
  const values: SourceValues[] = [];
  for (const [index, request] of requests.entries())
    values.push(
      await measureSource(source, { ...request, excludedKeys: request.rejectedKeys }, measures[index] ?? []),
    );
  return combinedSources(measures[0] ?? [], values);
}

function allMeasuresOf({ columns, checksum }: Pick<CheckRequest, 'columns' | 'checksum'>): Measure[] {
  return [...columns.flatMap(measuresOf), ...(checksum ? checksumOf(columns) : [])];
}

function measuresOf(column: FittedColumn): Measure[] {
  const names = { source: column.source.name, target: column.target };
  const source = carriedValue(column);
  const target = quoteIdentifier(column.target);
  const nulls: Measure = {
    ...names,
    aggregate: 'nulls',
    sourceSql: `COUNT(*) - COUNT(${source})`,
    targetSql: `COUNT(*) - COUNT(${target})`,
    combination: 'sum',
    inTextOrder: false,
    normalize: same,
  };
  const comparison = column.family.compare(column.source, column.type);
  if (comparison === undefined) return [nulls];
  const { normalize = same } = comparison;
  const inTextOrder = comparison.byBytes || comparison.inTextOrder === true;
  return [
    nulls,
    {
      ...names,
      aggregate: 'min',
      ...extremeOf('MIN', comparison, source, target),
      combination: 'least',
      inTextOrder,
      normalize,
    },
    {
      ...names,
      aggregate: 'max',
      ...extremeOf('MAX', comparison, source, target),
      combination: 'greatest',
      inTextOrder,
      normalize,
    },
  ];
}

const same = (text: string): string => text;

function extremeOf(
  aggregate: 'MIN' | 'MAX',
  comparison: Comparison,
  source: string,
  target: string,
): Pick<Measure, 'sourceSql' | 'targetSql'> {
  if (comparison.byBytes) {
    // Cut first: MariaDB's CAST gives NULL for a text that is longer than max_allowed_packet.
    const bytes = `CAST(${cut(`CONVERT(${comparison.source(source)} USING utf8mb4)`)} AS BINARY)`;
    return {
      sourceSql: `CONVERT(${aggregate}(${bytes}) USING utf8mb4)`,
      targetSql: cut(`${aggregate}(${comparison.target(target)})`),
    };
  }
  const sourceSql = comparison.source(`${aggregate}(${source})`);
  const targetSql = comparison.target(`${aggregate}(${target})`);
  return comparison.exact
    ? { sourceSql: cut(sourceSql), targetSql: cut(targetSql) }
    : { sourceSql, targetSql };
}

/** A value may have megabytes; its beginning tells enough, and the checksum has all of it. */
const cut = (text: string): string => `LEFT(${text}, 256)`;

/**
 * The sum of a hash of each row. Equal sums mean that both sides hold the same rows as often, whatever their
 * order: a value that moved from one row to another changes it, as does a row that is there twice while another
 * is missing. Each text is hashed by itself first, so that no value can run into its neighbour.
 */
function checksumOf(columns: readonly FittedColumn[]): Measure[] {
  const row = rowHash(columns);
  if (row === undefined) return [];
  return [
    {
      source: 'all rows',
      target: `${row.columns} columns`,
      aggregate: 'checksum',
      sourceSql: `CAST(SUM(CAST(CONV(RIGHT(${row.source}, 15), 16, 10) AS UNSIGNED)) AS CHAR)`,
      targetSql: `TO_VARCHAR(SUM(TO_NUMBER(RIGHT(${row.target}, 15), 'XXXXXXXXXXXXXXX')))`,
      combination: 'sum',
      inTextOrder: false,
      normalize: same,
    },
  ];
}

async function askTarget(
  session: SnowflakeSession,
  target: TableName,
  measures: readonly Measure[],
): Promise<(string | null)[]> {
  const expressions = ['COUNT(*)', ...measures.map(({ targetSql }) => targetSql)];
  const list = expressions.map((expression, index) => `${expression} AS V${index}`).join(', ');
  const [row = {}] = await session.execute(`SELECT ${list} FROM ${qualifiedName(target)}`);
  return expressions.map((_, index) => row[`V${index}`] ?? null);
}

function compared(
  measure: Measure,
  sourceValue: string | null,
  targetValue: string | null,
): ColumnComparison {
  const normal = (value: string | null) => (value === null ? null : measure.normalize(value));
  return {
    source: measure.source,
    target: measure.target,
    aggregate: measure.aggregate,
    sourceValue,
    targetValue,
    equal: normal(sourceValue) === normal(targetValue),
  };
}

function differenceOf({ source, target, aggregate, sourceValue, targetValue }: ColumnComparison): string {
  return `${aggregate} of ${source} → ${target}: ${sourceValue ?? 'NULL'} in the source, ${targetValue ?? 'NULL'} in the target`;
}
