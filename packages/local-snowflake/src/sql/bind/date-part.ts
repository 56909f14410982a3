import { type DataType, fixed, isTimestamp } from '../../catalog/data-type.ts';
import { compilationError } from '../error.ts';
import { cast } from './cast.ts';
import type { Environment } from './environment.ts';
import { bothOnce, once, onceTyped } from './once.ts';
import { wallClock } from './time-conversion.ts';
import { type Typed, typed, whole } from './typed.ts';

const SYNONYMS: Readonly<Record<string, string>> = {
  YEAR: 'Y YY YYY YYYY YR YEARS YRS',
  QUARTER: 'Q QTR QTRS QUARTERS',
  MONTH: 'MM MON MONS MONTHS',
  WEEK: 'W WK WEEKOFYEAR WOY WY WEEKS',
  DAY: 'D DD DAYS DAYOFMONTH',
  DAYOFWEEK: 'WEEKDAY DOW DW',
  DAYOFWEEKISO: 'WEEKDAY_ISO DOW_ISO DW_ISO DAYOFWEEK_ISO',
  DAYOFYEAR: 'YEARDAY DOY DY',
  WEEKISO: 'WEEK_ISO WEEKOFYEARISO WEEKOFYEAR_ISO',
  YEAROFWEEK: '',
  YEAROFWEEKISO: '',
  HOUR: 'H HH HR HOURS HRS',
  MINUTE: 'M MI MIN MINUTES MINS',
  SECOND: 'S SEC SECONDS SECS',
  MILLISECOND: 'MS MSEC MILLISECONDS',
  MICROSECOND: 'US USEC MICROSECONDS',
  NANOSECOND: 'NS NSEC NANOSEC NSECOND NANOSECONDS NANOSECS NSECONDS',
  EPOCH_SECOND: 'EPOCH EPOCH_SECONDS',
  EPOCH_MILLISECOND: 'EPOCH_MILLISECONDS',
  EPOCH_MICROSECOND: 'EPOCH_MICROSECONDS',
  EPOCH_NANOSECOND: 'EPOCH_NANOSECONDS',
  TIMEZONE_HOUR: 'TZH',
  TIMEZONE_MINUTE: 'TZM',
};

const PARTS: ReadonlyMap<string, string> = new Map(
  Object.entries(SYNONYMS).flatMap(([part, others]) =>
    [part, ...others.split(' ')].map((name) => [name, part]),
  ),
);

/** Length in nanoseconds of the parts that always have the same. */
const NANOSECONDS: Readonly<Record<string, string>> = {
  WEEK: '604800000000000',
  DAY: '86400000000000',
  HOUR: '3600000000000',
  MINUTE: '60000000000',
  SECOND: '1000000000',
  MILLISECOND: '1000000',
  MICROSECOND: '1000',
  NANOSECOND: '1',
};

const MONTHS: Readonly<Record<string, number>> = { YEAR: 12, QUARTER: 3, MONTH: 1 };

/** The part that a name or its abbreviation means. */
export function datePart(name: string): string {
  const part = PARTS.get(name.toUpperCase());
  if (!part) throw compilationError('001003', '42000', `'${name}' is not a valid date/time component.`);
  return part;
}

/** Texts as timestamps, everything else as it is. */
export function temporal(value: Typed, environment: Environment): Typed {
  const { kind } = value.type;
  if (kind === 'DATE' || kind === 'TIME' || isTimestamp(value.type)) return value;
  return cast(value, { kind: 'TIMESTAMP_NTZ', scale: 9 }, environment);
}

/** DATEADD: `amount` parts later. A date stays a date unless a part of a day is added. */
export function addParts(part: string, amount: Typed, to: Typed, environment: Environment): Typed {
  return bothOnce(amount, to, (count, value) => added(part, count, value, environment));
}

function added(part: string, amount: Typed, to: Typed, environment: Environment): Typed {
  const value = temporal(to, environment);
  const nullable = amount.nullable || value.nullable;
  const count = `CAST(${cast(amount, fixed(38, 0), environment).sql} AS BIGINT)`;
  const months = MONTHS[part];
  const unit = NANOSECONDS[part];
  const keepsDate = value.type.kind === 'DATE' && (months !== undefined || part === 'DAY' || part === 'WEEK');
  const type: DataType =
    value.type.kind === 'DATE' && !keepsDate ? { kind: 'TIMESTAMP_NTZ', scale: 9 } : value.type;
  const shift = (ns: string): string => {
    if (unit) return `(${ns} + ${count}::HUGEINT * ${unit}::HUGEINT)`;
    if (months === undefined) throw compilationError('001003', '42000', `'${part}' cannot be added.`);
    const day = `sf_ns_date(${ns}) + to_months(CAST(${count} * ${months} AS INTEGER))`;
    return `(sf_date_ns(CAST(${day} AS DATE)) + sf_floor_mod(${ns}, 86400000000000::HUGEINT))`;
  };
  const widened: DataType = 'scale' in type && type.kind !== 'FIXED' ? { ...type, scale: 9 } : type;
  if (value.type.kind === 'TIMESTAMP_TZ') {
    const zoned = `sf_tz(${shift(`sf_tz_wall(${value.sql})`)} - (${value.sql}).tzoff::HUGEINT * 60000000000::HUGEINT, (${value.sql}).tzoff)`;
    return typed(zoned, widened, nullable);
  }
  if (value.type.kind === 'TIME')
    return typed(`sf_ns_time(${shift(`CAST(${value.sql} AS HUGEINT)`)})`, widened, nullable);
  if (value.type.kind === 'TIMESTAMP_LTZ' && (months !== undefined || part === 'DAY' || part === 'WEEK')) {
    const wall = cast(value, { kind: 'TIMESTAMP_NTZ', scale: 9 }, environment);
    return cast(addParts(part, amount, wall, environment), widened, environment);
  }
  const ns = value.type.kind === 'DATE' ? `sf_date_ns(${value.sql})` : value.sql;
  return typed(keepsDate ? `sf_ns_date(${shift(ns)})` : shift(ns), widened, nullable);
}

/** DATEDIFF: how many borders of the part lie between two values. */
export function partsBetween(part: string, from: Typed, to: Typed, environment: Environment): Typed {
  const [a, b] = [temporal(from, environment), temporal(to, environment)];
  const nullable = a.nullable || b.nullable;
  const count = (value: Typed): string => {
    const wall = wallClock(value.sql, value.type, environment);
    const day = `sf_ns_date(${wall})`;
    const months = MONTHS[part];
    if (months) return once(day, (name) => `((year(${name}) * 12 + month(${name}) - 1) // ${months})`);
    if (part === 'WEEK' || part === 'WEEKISO') {
      // Weeks begin on Monday; 1970-01-01 was a Thursday.
      return `sf_floor_div((${day} - DATE '1970-01-01') + 3, 7)`;
    }
    const unit = NANOSECONDS[part];
    if (!unit) throw compilationError('001003', '42000', `'${part}' has no difference.`);
    return `sf_floor_div(${wall}, ${unit}::HUGEINT)`;
  };
  return whole(`(${count(b)} - ${count(a)})`, nullable, 38);
}

const STAMP_PARTS: Readonly<Record<string, string>> = {
  YEAR: 'year',
  QUARTER: 'quarter',
  MONTH: 'month',
  DAY: 'day',
  DAYOFWEEK: 'dayofweek',
  DAYOFWEEKISO: 'isodow',
  DAYOFYEAR: 'dayofyear',
  WEEK: 'week',
  WEEKISO: 'week',
  YEAROFWEEK: 'isoyear',
  YEAROFWEEKISO: 'isoyear',
  HOUR: 'hour',
  MINUTE: 'minute',
};

/** DATE_PART and YEAR(), MONTH() … */
export function extractPart(part: string, from: Typed, environment: Environment): Typed {
  const value = temporal(from, environment);
  const wall = wallClock(value.sql, value.type, environment);
  const field = STAMP_PARTS[part];
  const number = (sql: string): Typed => whole(sql, value.nullable, 38);
  if (field) return number(`${field}(sf_ns_stamp(${wall}))`);
  const tzoff = value.type.kind === 'TIMESTAMP_TZ' ? `(${value.sql}).tzoff` : '0';
  switch (part) {
    case 'SECOND':
      return number(`sf_floor_mod(sf_floor_div(${wall}, 1000000000::HUGEINT), 60)`);
    case 'NANOSECOND':
      return number(`sf_floor_mod(${wall}, 1000000000::HUGEINT)`);
    case 'TIMEZONE_HOUR':
      return number(`(${tzoff} // 60)`);
    case 'TIMEZONE_MINUTE':
      return number(`(${tzoff} % 60)`);
    default: {
      const unit = NANOSECONDS[part.replace('EPOCH_', '')];
      if (!unit || !part.startsWith('EPOCH_'))
        throw compilationError('001003', '42000', `'${part}' is not a part.`);
      const instant = isTimestamp(value.type) && value.type.kind !== 'TIMESTAMP_NTZ';
      const ns = instant ? cast(value, { kind: 'TIMESTAMP_LTZ', scale: 9 }, environment).sql : wall;
      return number(`sf_floor_div(${ns}, ${unit}::HUGEINT)`);
    }
  }
}

/** DATE_TRUNC: the begin of the part the value lies in. */
export function truncateTo(part: string, of: Typed, environment: Environment): Typed {
  return onceTyped(of, (value) => truncated(part, value, environment));
}

function truncated(part: string, of: Typed, environment: Environment): Typed {
  const value = temporal(of, environment);
  const wall = wallClock(value.sql, value.type, environment);
  const unit = NANOSECONDS[part];
  const day = `sf_ns_date(${wall})`;
  const byDay = part === 'WEEKISO' ? 'week' : part.toLowerCase();
  const begin =
    unit && part !== 'WEEK'
      ? `sf_cut(${wall}, ${unit}::HUGEINT)`
      : `sf_date_ns(CAST(date_trunc('${byDay}', ${day}) AS DATE))`;
  if (!unit && MONTHS[part] === undefined && part !== 'WEEKISO') {
    throw compilationError('001003', '42000', `'${part}' cannot be truncated to.`);
  }
  const ntz = typed(begin, { kind: 'TIMESTAMP_NTZ', scale: 9 }, value.nullable);
  if (value.type.kind === 'TIME') return typed(`CAST(${begin} AS BIGINT)`, value.type, value.nullable);
  if (value.type.kind === 'TIMESTAMP_TZ') {
    const instant = `${begin} - (${value.sql}).tzoff::HUGEINT * 60000000000::HUGEINT`;
    return typed(`sf_tz(${instant}, (${value.sql}).tzoff)`, value.type, value.nullable);
  }
  return cast(ntz, value.type, environment);
}
