import { qualifiedName, quoteIdentifier, type TableName } from '../snowflake/identifier.ts';
import type { SnowflakeSession } from '../snowflake/session.ts';
import type { Keyset, KeyValue } from '../source/keyset.ts';
import { mysqlIdentifier, mysqlTable } from '../source/mysql-identifier.ts';
import type { Source } from '../source/source.ts';
import type { SourceTable } from '../source/table.ts';
import type { FittedColumn } from '../types/column-mapping.ts';
import type { ColumnComparison, Proof } from './proof.ts';

/** What to compare. */
export interface CheckRequest {
  readonly table: SourceTable;
  readonly keyset: Keyset;
  readonly target: TableName;
  readonly columns: readonly FittedColumn[];
  /** Keys of rows that were refused: they are left out on the source's side. */
  readonly refusedKeys: readonly KeyValue[];
  readonly offsetToken: { readonly expected: string | null; readonly committed: string | null };
}

/** One aggregate to ask of both sides. */
interface Measure {
  readonly column: FittedColumn;
  readonly aggregate: ColumnComparison['aggregate'];
  readonly sourceSql: string;
  readonly targetSql: string;
  readonly normalize: (text: string) => string;
}

/**
 * Compares source and target by SQL alone: rows, nulls, smallest and largest value of each column, and the
 * committed offset token. Nothing that the load itself counted is taken on trust.
 */
export async function check(
  source: Source,
  session: SnowflakeSession,
  request: CheckRequest,
): Promise<Proof> {
  const measures = request.columns.flatMap(measuresOf);
  const [sourceValues, targetValues] = await Promise.all([
    askSource(source, request, measures),
    askTarget(session, request.target, measures),
  ]);
  const sourceRows = Number(sourceValues[0]);
  const targetRows = Number(targetValues[0]);
  const columns = measures.map((measure, index) =>
    compared(measure, sourceValues[index + 1] ?? null, targetValues[index + 1] ?? null),
  );
  const { expected, committed } = request.offsetToken;
  const offsetToken = { expected, committed, equal: expected === committed };
  return {
    // The source was asked without the refused rows.
    sourceRows: sourceRows + request.refusedKeys.length,
    targetRows,
    refusedRows: request.refusedKeys.length,
    columns,
    offsetToken,
    differences: [
      ...(sourceRows === targetRows
        ? []
        : [`rows: ${sourceRows} to be carried in the source, ${targetRows} in the target`]),
      ...columns.filter(({ equal }) => !equal).map(differenceOf),
      ...(offsetToken.equal
        ? []
        : [`offset token: ${expected ?? 'none'} expected, ${committed ?? 'none'} committed`]),
    ],
  };
}

function measuresOf(column: FittedColumn): Measure[] {
  const source = mysqlIdentifier(column.source.name);
  const target = quoteIdentifier(column.target);
  const nulls: Measure = {
    column,
    aggregate: 'nulls',
    sourceSql: `COUNT(*) - COUNT(${source})`,
    targetSql: `COUNT(*) - COUNT(${target})`,
    normalize: (text) => text,
  };
  const comparison = column.family.compare(column.source, column.type);
  if (comparison === undefined) return [nulls];
  const extremes = (['MIN', 'MAX'] as const).map(
    (aggregate): Measure => ({
      column,
      aggregate: aggregate === 'MIN' ? 'min' : 'max',
      sourceSql: comparison.source(aggregate, source),
      targetSql: comparison.target(aggregate, target),
      normalize: comparison.normalize ?? ((text) => text),
    }),
  );
  return [nulls, ...extremes];
}

async function askSource(
  source: Source,
  request: CheckRequest,
  measures: readonly Measure[],
): Promise<(string | null)[]> {
  const refused = request.refusedKeys.map((key) => `NOT ${request.keyset.is(key)}`).join(' AND ');
  const [row = []] = await source.query(
    `SELECT ${['COUNT(*)', ...measures.map(({ sourceSql }) => sourceSql)].join(', ')}
       FROM ${mysqlTable(request.table.database, request.table.name)} ${refused && `WHERE ${refused}`}`,
  );
  return row.map((cell) => (cell === null ? null : Buffer.isBuffer(cell) ? cell.toString() : String(cell)));
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
    source: measure.column.source.name,
    target: measure.column.target,
    aggregate: measure.aggregate,
    sourceValue,
    targetValue,
    equal: normal(sourceValue) === normal(targetValue),
  };
}

function differenceOf({ source, target, aggregate, sourceValue, targetValue }: ColumnComparison): string {
  return `${aggregate} of ${source} → ${target}: ${sourceValue ?? 'NULL'} in the source, ${targetValue ?? 'NULL'} in the target`;
}
