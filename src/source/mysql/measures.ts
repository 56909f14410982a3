import type { FittedColumn } from '../../types/column-mapping.ts';
import type { KeyValue, TableKey } from '../key.ts';
import {
  type Combination,
  combinedValue,
  MEASURED_LENGTH,
  type Measure,
  type MeasuredRows,
} from '../measures.ts';
import type { SourceTable } from '../table.ts';
import { ExcludedRows } from './excluded-rows.ts';
import { mysqlTable } from './identifier.ts';
import { rowHash } from './row-hash.ts';
import { cellText } from './server-text.ts';
import type { MysqlSession } from './session.ts';
import { asUtf8 } from './types/sql-family.ts';
import { printedValue, writtenValue } from './types/sql-types.ts';

/**
 * ER_WARN_ALLOWED_PACKET_OVERFLOWED: a value is longer than max_allowed_packet, and the server took nothing in its
 * place. https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html
 */
const PACKET_OVERFLOWED = 1301;

/** An aggregate in SQL. */
export interface SqlMeasure extends Combination {
  readonly sql: string;
}

/** The rows to measure. */
export interface RowsToMeasure {
  readonly table: SourceTable;
  /** Absent for a table without a key. */
  readonly keyset?: TableKey | undefined;
  /** Keys of the rows to exclude, each once. */
  readonly excludedKeys: readonly KeyValue[];
}

/**
 * Counts rows and measures them.
 *
 * @throws SnowstreamError MYSQL_QUERY or MYSQL_UNREACHABLE.
 */
export async function measureRows(
  session: MysqlSession,
  { table, keyset, excludedKeys }: RowsToMeasure,
  measures: readonly SqlMeasure[],
): Promise<MeasuredRows> {
  const excluded = keyset && (await ExcludedRows.find(session, table, keyset, excludedKeys));
  const list = ['COUNT(*)', ...measures.map(({ sql }) => sql)].join(', ');
  const select = `SELECT ${list} FROM ${mysqlTable(table.database, table.name)}`;
  const [packet] = await session.ask('SELECT @@max_allowed_packet');
  const conditions = excluded?.conditions(Buffer.byteLength(select), Number(packet?.[0])) ?? [undefined];
  const parts: (string | null)[][] = [];
  const unmeasured = new Set<string>();
  for (const condition of conditions) {
    const [row = []] = await session.query(condition === undefined ? select : `${select} WHERE ${condition}`);
    for (const [, code, message] of await session.ask('SHOW WARNINGS'))
      if (Number(code) === PACKET_OVERFLOWED)
        unmeasured.add(`MySQL did not compare every value: ${message}; a larger max_allowed_packet lets it`);
    parts.push(row.map(cellText));
  }
  return {
    rows: parts.reduce((sum, [rows]) => sum + Number(rows), 0),
    excluded: excluded?.count ?? 0,
    values: measures.map((measure, index) =>
      combinedValue(
        measure,
        parts.map((part) => part[index + 1] ?? null),
      ),
    ),
    unmeasured: [...unmeasured],
  };
}

/** The SQL of measures of some columns. */
export function sqlMeasures(measures: readonly Measure[], columns: readonly FittedColumn[]): SqlMeasure[] {
  return measures.map((measure) => ({
    combination: measure.combination,
    inTextOrder: measure.inTextOrder,
    sql: sqlOf(measure, columns),
  }));
}

function sqlOf(measure: Measure, columns: readonly FittedColumn[]): string {
  switch (measure.aggregate) {
    case 'nulls':
      return `COUNT(*) - COUNT(${writtenValue(measure.column)})`;
    case 'checksum':
      return `CAST(SUM(CAST(CONV(RIGHT(${rowHash(columns)}, 15), 16, 10) AS UNSIGNED)) AS CHAR)`;
    default:
      return extreme(measure);
  }
}

function extreme({ aggregate, column, comparison }: Extract<Measure, { aggregate: 'min' | 'max' }>): string {
  const value = writtenValue(column);
  const sql = aggregate === 'min' ? 'MIN' : 'MAX';
  if (comparison.byBytes) {
    // Cut first: MariaDB's CAST gives NULL for a text that is longer than max_allowed_packet.
    const bytes = `CAST(${cut(asUtf8(printedValue(value, column, comparison)))} AS BINARY)`;
    return asUtf8(`${sql}(${bytes})`);
  }
  const printed = printedValue(`${sql}(${value})`, column, comparison);
  return comparison.exact ? cut(printed) : printed;
}

const cut = (text: string): string => `LEFT(${text}, ${MEASURED_LENGTH})`;
