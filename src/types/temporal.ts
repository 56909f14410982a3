import {
  asString,
  type Carriage,
  type Comparison,
  comparePrinted,
  plainText,
  type TypeFamily,
} from './family.ts';
import type { MySqlColumn } from './mysql-column.ts';

/** MySQL prints a space where ISO 8601, and so java.time, has a T. */
const isoDateTime = (suffix: string) => (cell: string | number | Buffer) => {
  const value = plainText(cell);
  return `${value.slice(0, 10)}T${value.slice(11)}${suffix}`;
};

const carries: Readonly<Record<string, Carriage>> = {
  date: { java: 'LocalDate', text: plainText },
  time: { java: 'LocalTime', text: plainText },
  datetime: { java: 'LocalDateTime', text: isoDateTime('') },
  timestamp: { java: 'OffsetDateTime', text: isoDateTime('Z') },
};

/** Six digits on both sides, whatever the columns' own precision. */
const printed = (source: Comparison['source'], target: Comparison['target']): Comparison => ({
  source,
  target,
  byBytes: false,
  exact: true,
});

const DATE_TIME = 'YYYY-MM-DD HH24:MI:SS.FF6';
const mysqlDateTime = (value: string): string => `DATE_FORMAT(${value}, '%Y-%m-%d %H:%i:%s.%f')`;

const comparisons: Readonly<Record<string, Comparison>> = {
  date: printed(
    (value) => `DATE_FORMAT(${value}, '%Y-%m-%d')`,
    (value) => `TO_VARCHAR(${value}, 'YYYY-MM-DD')`,
  ),
  time: printed(
    (value) => `TIME_FORMAT(${value}, '%H:%i:%s.%f')`,
    (value) => `TO_VARCHAR(${value}, 'HH24:MI:SS.FF6')`,
  ),
  datetime: printed(mysqlDateTime, (value) => `TO_VARCHAR(${value}, '${DATE_TIME}')`),
  // The offset that a value was written with does not count: both sides print UTC.
  timestamp: printed(
    mysqlDateTime,
    (value) => `TO_VARCHAR(CONVERT_TIMEZONE('UTC', ${value}), '${DATE_TIME}')`,
  ),
};

function temporal(
  dataType: 'date' | 'time' | 'datetime' | 'timestamp',
  kinds: readonly string[],
  own: 'DATE' | 'TIME' | 'TIMESTAMP_NTZ' | 'TIMESTAMP_TZ',
): TypeFamily {
  const scale = (column: MySqlColumn): number => column.datetimePrecision;
  return {
    mysql: [dataType],
    snowflake: (column) => (own === 'DATE' ? { kind: own } : { kind: own, scale: scale(column) }),
    literal: (text) => (/^-?[\d:. -]+$/.test(text) ? `'${text}'` : undefined),
    carry: (column, target) => {
      // Digits beyond the column's scale are cut by the SDK, so such a column is no target.
      if (kinds.includes(target.kind) && (!('scale' in target) || target.scale >= scale(column)))
        return carries[dataType];
      return target.kind === 'VARCHAR' && target.length >= 26 ? asString : undefined;
    },
    compare: (_column, target) => (target.kind === 'VARCHAR' ? comparePrinted : comparisons[dataType]),
  };
}

/** DATE. */
export const date = temporal('date', ['DATE'], 'DATE');
/** TIME within one day. */
export const time = temporal('time', ['TIME'], 'TIME');
/** DATETIME: a wall clock without a zone. */
export const datetime = temporal('datetime', ['TIMESTAMP_NTZ'], 'TIMESTAMP_NTZ');
/** TIMESTAMP: an instant, read in a session whose time zone is UTC. */
export const timestamp = temporal('timestamp', ['TIMESTAMP_TZ', 'TIMESTAMP_LTZ'], 'TIMESTAMP_TZ');
