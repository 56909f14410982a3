import type { Cell } from './cell.ts';
import {
  ANY_LENGTH,
  asString,
  type Comparison,
  checked,
  compareText,
  type Encoder,
  plainText,
  type TypeFamily,
} from './family.ts';
import type { Policies, Replacement } from './policy.ts';
import { rejectBeyondScale } from './scale.ts';
import type { SnowflakeType } from './snowflake-type.ts';
import type { SourceColumn } from './source-column.ts';

/** A source has a space where ISO 8601, and so java.time, has a T. */
const isoDateTime = (suffix: string) => (cell: Exclude<Cell, null>) => {
  const value = plainText(cell);
  return `${value.slice(0, 10)}T${value.slice(11)}${suffix}`;
};

/** MySQL has dates without a year, month or day: https://dev.mysql.com/doc/refman/8.4/en/datetime.html */
const hasZeroPart = (value: string): boolean =>
  value.startsWith('0000') || value.startsWith('-00', 4) || value.startsWith('-00', 7);

const OUT_OF_DAY = /^(?:-|2[4-9]|[3-9]\d|\d{3})/;

function rejectOutOfDay(cell: Exclude<Cell, null>): undefined {
  const value = plainText(cell);
  if (OUT_OF_DAY.test(value))
    throw new RangeError(`${value} is not a time of day: the policy outOfDayTimes can make the column text`);
}

/** Six digits on both sides, whatever the columns' own precision. */
const printed = (kind: 'date' | 'time' | 'datetime', target: Comparison['target']): Comparison => ({
  form: { kind },
  target,
  byBytes: false,
  exact: true,
});

const DATE_TIME = 'YYYY-MM-DD HH24:MI:SS.FF6';

interface Temporal {
  readonly dataType: 'date' | 'time' | 'datetime' | 'timestamp';
  readonly encoder: Encoder;
  /** Characters of a value without digits behind the second. */
  readonly textLength: number;
  /** What a date with a zero in it is under the policy `epoch`, in Java's form; times have none. */
  readonly epoch?: string;
  readonly targets: readonly [SnowflakeType['kind'], ...SnowflakeType['kind'][]];
  readonly comparison: Comparison;
}

function temporal(kind: Temporal): TypeFamily {
  const { encoder, epoch, targets, comparison } = kind;
  const digits = (column: SourceColumn): number => column.datetimePrecision;
  const textLength = (column: SourceColumn): number =>
    kind.textLength + (digits(column) === 0 ? 0 : digits(column) + 1);

  const zeroDate = (value: string, { zeroDates }: Policies): Replacement => {
    if (zeroDates === 'reject')
      throw new RangeError(`${value} is not a date: its year, month or day is zero`);
    return { policy: 'zeroDates', text: zeroDates === 'epoch' ? (epoch ?? null) : null };
  };
  const verified = (policies: Policies): Encoder => {
    const check = (cell: Exclude<Cell, null>): Replacement | undefined => {
      if (epoch === undefined) return rejectOutOfDay(cell);
      const value = plainText(cell);
      return hasZeroPart(value) ? zeroDate(value, policies) : undefined;
    };
    // No Java class has a zero for a month or a day, or an hour beyond 23; a year of zero Java looks for.
    return checked(encoder, check, ANY_LENGTH);
  };

  return {
    names: [kind.dataType],
    snowflake: (column, { outOfDayTimes }) => {
      const [own] = targets;
      if (own === 'TIME' && outOfDayTimes === 'text') return { kind: 'VARCHAR', length: textLength(column) };
      return own === 'DATE' ? { kind: own } : ({ kind: own, scale: digits(column) } as SnowflakeType);
    },
    encoder: (column, target, policies) => {
      const byValue = policies.narrowColumns === 'reject';
      if (target.kind === 'VARCHAR')
        return byValue || target.length >= textLength(column) ? asString : undefined;
      if (!targets.includes(target.kind)) return undefined;
      if (!('scale' in target) || target.scale >= digits(column)) return verified(policies);
      // The SDK silently truncates digits beyond the column's scale.
      return byValue
        ? checked(verified(policies), (cell) => rejectBeyondScale(cell, target.scale))
        : undefined;
    },
    compare: (_column, target) => (target.kind === 'VARCHAR' ? compareText : comparison),
  };
}

/** DATE. */
export const date = temporal({
  dataType: 'date',
  encoder: { java: 'LocalDate', text: plainText },
  textLength: 10,
  epoch: '1970-01-01',
  targets: ['DATE'],
  comparison: printed('date', (value) => `TO_VARCHAR(${value}, 'YYYY-MM-DD')`),
});

/** TIME within one day; or of any length, as text. */
export const time = temporal({
  dataType: 'time',
  encoder: { java: 'LocalTime', text: plainText },
  textLength: '-838:59:59'.length,
  targets: ['TIME'],
  comparison: printed('time', (value) => `TO_VARCHAR(${value}, 'HH24:MI:SS.FF6')`),
});

/** DATETIME: a wall clock without a zone. */
export const datetime = temporal({
  dataType: 'datetime',
  encoder: { java: 'LocalDateTime', text: isoDateTime('') },
  textLength: '2000-01-01 00:00:00'.length,
  epoch: '1970-01-01T00:00:00',
  targets: ['TIMESTAMP_NTZ'],
  comparison: printed('datetime', (value) => `TO_VARCHAR(${value}, '${DATE_TIME}')`),
});

/** TIMESTAMP: an instant, read in a session whose time zone is UTC. */
export const timestamp = temporal({
  dataType: 'timestamp',
  encoder: { java: 'OffsetDateTime', text: isoDateTime('Z') },
  textLength: '2000-01-01 00:00:00'.length,
  epoch: '1970-01-01T00:00:00Z',
  targets: ['TIMESTAMP_TZ', 'TIMESTAMP_LTZ'],
  // The offset that a value was written with does not count: both sides print UTC.
  comparison: printed('datetime', (value) => `TO_VARCHAR(CONVERT_TIMEZONE('UTC', ${value}), '${DATE_TIME}')`),
});
