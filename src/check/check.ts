import { qualifiedName, quoteIdentifier, type TableName } from '../snowflake/identifier.ts';
import type { SnowflakeSession } from '../snowflake/session.ts';
import {
  combinedRows,
  hashedColumns,
  MEASURED_LENGTH,
  type Measure,
  type MeasuredRows,
} from '../source/measures.ts';
import type { Source } from '../source/source.ts';
import type { FittedColumn } from '../types/column-mapping.ts';
import type { Comparison } from '../types/family.ts';
import type { CheckRequest } from './check-request.ts';
import { differingRows } from './differing-rows.ts';
import type { ColumnComparison, Proof } from './proof.ts';
import { targetHash } from './target-hash.ts';

/** One aggregate to ask of both sides. */
interface ComparedMeasure extends Pick<ColumnComparison, 'source' | 'target' | 'aggregate'> {
  readonly measure: Measure;
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
  const rowsToLoad = sourceValues.rows - rejectedWithoutKey;
  const targetRows = Number(targetValues[0]);
  const columns = measures.map((measure, index) =>
    compared(measure, sourceValues.values[index] ?? null, targetValues[index + 1] ?? null),
  );
  const isEqual = rowsToLoad === targetRows && columns.every(({ equal }) => equal);
  const mostRows = Math.max(rowsToLoad, targetRows);
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
      ...sourceValues.unmeasured,
      ...(rowsToLoad === targetRows
        ? []
        : [`rows: ${rowsToLoad} to load in the source, ${targetRows} in the target`]),
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
  measuresOfEach: readonly (readonly ComparedMeasure[])[],
): Promise<MeasuredRows> {
  const parts: MeasuredRows[] = [];
  for (const [index, request] of requests.entries()) {
    const measures = measuresOfEach[index]?.map(({ measure }) => measure) ?? [];
    parts.push(await source.open(request).measure(measures, request.rejectedKeys));
  }
  return combinedRows(measuresOfEach[0]?.map(({ measure }) => measure) ?? [], parts);
}

function allMeasuresOf({ columns, checksum }: Pick<CheckRequest, 'columns' | 'checksum'>): ComparedMeasure[] {
  return [...columns.flatMap(measuresOf), ...(checksum ? checksumOf(columns) : [])];
}

function measuresOf(column: FittedColumn): ComparedMeasure[] {
  const names = { source: column.source.name, target: column.target };
  const target = quoteIdentifier(column.target);
  const nulls: ComparedMeasure = {
    ...names,
    aggregate: 'nulls',
    measure: { aggregate: 'nulls', column, combination: 'sum', inTextOrder: false },
    targetSql: `COUNT(*) - COUNT(${target})`,
    normalize: same,
  };
  const comparison = column.family.compare(column.source, column.type);
  if (comparison === undefined) return [nulls];
  const { normalize = same } = comparison;
  const inTextOrder = comparison.byBytes || comparison.inTextOrder === true;
  const extreme = (aggregate: 'min' | 'max'): ComparedMeasure => ({
    ...names,
    aggregate,
    measure: {
      aggregate,
      column,
      comparison,
      combination: aggregate === 'min' ? 'least' : 'greatest',
      inTextOrder,
    },
    targetSql: targetExtreme(aggregate === 'min' ? 'MIN' : 'MAX', comparison, target),
    normalize,
  });
  return [nulls, extreme('min'), extreme('max')];
}

const same = (text: string): string => text;

function targetExtreme(aggregate: 'MIN' | 'MAX', comparison: Comparison, target: string): string {
  if (comparison.byBytes) return cut(`${aggregate}(${comparison.target(target)})`);
  const sql = comparison.target(`${aggregate}(${target})`);
  return comparison.exact ? cut(sql) : sql;
}

const cut = (text: string): string => `LEFT(${text}, ${MEASURED_LENGTH})`;

/**
 * The sum of a hash of each row. Equal sums mean that both sides hold the same rows as often, whatever their
 * order: a value that moved from one row to another changes it, as does a row that is there twice while another
 * is missing.
 */
function checksumOf(columns: readonly FittedColumn[]): ComparedMeasure[] {
  const hashed = hashedColumns(columns);
  if (hashed.length === 0) return [];
  return [
    {
      source: 'all rows',
      target: `${hashed.length} columns`,
      aggregate: 'checksum',
      measure: { aggregate: 'checksum', combination: 'sum', inTextOrder: false },
      targetSql: `TO_VARCHAR(SUM(TO_NUMBER(RIGHT(${targetHash(hashed)}, 15), 'XXXXXXXXXXXXXXX')))`,
      normalize: same,
    },
  ];
}

async function askTarget(
  session: SnowflakeSession,
  target: TableName,
  measures: readonly ComparedMeasure[],
): Promise<(string | null)[]> {
  const expressions = ['COUNT(*)', ...measures.map(({ targetSql }) => targetSql)];
  const list = expressions.map((expression, index) => `${expression} AS V${index}`).join(', ');
  const [row = {}] = await session.execute(`SELECT ${list} FROM ${qualifiedName(target)}`);
  return expressions.map((_, index) => row[`V${index}`] ?? null);
}

function compared(
  measure: ComparedMeasure,
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
