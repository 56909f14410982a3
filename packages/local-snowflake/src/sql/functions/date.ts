import { type DataType, fixed, isTimestamp, text } from '../../catalog/data-type.ts';
import { cast } from '../bind/cast.ts';
import { addParts, datePart, extractPart, partsBetween, temporal, truncateTo } from '../bind/date-part.ts';
import { once, onceEach, onceTyped } from '../bind/once.ts';
import { wallClock } from '../bind/time-conversion.ts';
import { numberLiteral, type Typed, typed } from '../bind/typed.ts';
import type { BoundCall, FunctionBuilder } from './bound-call.ts';

const add: FunctionBuilder = (call) => {
  call.arity(3);
  return addParts(datePart(call.keyword(0)), call.value(1), call.value(2), call.environment);
};

const difference: FunctionBuilder = (call) => {
  call.arity(3);
  return partsBetween(datePart(call.keyword(0)), call.value(1), call.value(2), call.environment);
};

const part: FunctionBuilder = (call) => {
  call.arity(2);
  return extractPart(datePart(call.keyword(0)), call.value(1), call.environment);
};

const extract =
  (name: string): FunctionBuilder =>
  (call) => {
    call.arity(1);
    return extractPart(name, call.value(0), call.environment);
  };

/** DATE_TRUNC(part, value); TRUNC(value, part) of a date is the same. */
const truncate: FunctionBuilder = (call) => {
  call.arity(2);
  return truncateTo(datePart(call.keyword(0)), call.value(1), call.environment);
};

const dateFromParts: FunctionBuilder = (call) => {
  call.arity(3);
  const [y, m, d] = [call.integer(0), call.integer(1), call.integer(2)];
  // Month 14 or day 0 are allowed and counted on from the first of the year.
  const first = `make_date(${y}, 1, 1) + to_months(CAST(${m} - 1 AS INTEGER))`;
  return call.result(`CAST(${first} + to_days(CAST(${d} - 1 AS INTEGER)) AS DATE)`, { kind: 'DATE' });
};

/** TIMESTAMP_FROM_PARTS(date, time) */
function dateAndTime(call: BoundCall): Typed {
  const ntz: DataType = { kind: 'TIMESTAMP_NTZ', scale: 9 };
  const day = call.as(0, { kind: 'DATE' }).sql;
  return typed(`(sf_date_ns(${day}) + ${call.as(1, { kind: 'TIME', scale: 9 }).sql})`, ntz, call.nullable());
}

const timestampFromParts =
  (type: DataType): FunctionBuilder =>
  (call) => {
    if (call.count === 2) return cast(dateAndTime(call), type, call.environment);
    call.arity(6, 7);
    const day = `make_date(${call.integer(0)}, 1, 1) + to_months(CAST(${call.integer(1)} - 1 AS INTEGER)) + to_days(CAST(${call.integer(2)} - 1 AS INTEGER))`;
    const seconds = `${call.integer(3)} * 3600 + ${call.integer(4)} * 60 + ${call.integer(5)}`;
    const ns = `sf_date_ns(CAST(${day} AS DATE)) + (${seconds})::HUGEINT * 1000000000 + ${call.count > 6 ? call.integer(6) : '0'}`;
    return cast(typed(`(${ns})`, { kind: 'TIMESTAMP_NTZ', scale: 9 }), type, call.environment);
  };

const convertTimezone: FunctionBuilder = (call) => {
  call.arity(2, 3);
  const source = temporal(call.value(call.count - 1), call.environment);
  if (call.count === 3) {
    const wall = wallClock(source.sql, source.type, call.environment);
    const sql = `sf_to_local(sf_to_utc(${wall}, ${call.text(0)}), ${call.text(1)})`;
    return typed(sql, { kind: 'TIMESTAMP_NTZ', scale: 9 }, call.nullable());
  }
  const instant = cast(source, { kind: 'TIMESTAMP_LTZ', scale: 9 }, call.environment).sql;
  const sql = once(instant, (name) => `sf_tz(${name}, sf_zone_offset(${name}, ${call.text(0)}))`);
  return typed(sql, { kind: 'TIMESTAMP_TZ', scale: 9 }, call.nullable());
};

/** LAST_DAY(date [, part]): the day before the next part begins. */
const lastDay: FunctionBuilder = (call) => {
  call.arity(1, 2);
  const part = call.count === 2 ? datePart(call.keyword(1)) : 'MONTH';
  const day = cast(temporal(call.value(0), call.environment), { kind: 'DATE' }, call.environment);
  const next = addParts(part, numberLiteral('1'), truncateTo(part, day, call.environment), call.environment);
  return call.result(`(${next.sql} - 1)`, { kind: 'DATE' }, day.nullable);
};

/** NEXT_DAY and PREVIOUS_DAY: the nearest day of that name, never the day itself. */
const nearestDay =
  (direction: 1 | -1): FunctionBuilder =>
  (call) => {
    call.arity(2);
    const day = cast(temporal(call.value(0), call.environment), { kind: 'DATE' }, call.environment).sql;
    const wanted = `list_position(['mo','tu','we','th','fr','sa','su'], lower(left(${call.text(1)}, 2)))`;
    const sql = once(day, (name) => {
      const ahead =
        direction === 1 ? `(${wanted} - isodow(${name}) + 6)` : `(isodow(${name}) - ${wanted} + 6)`;
      return `(${name} ${direction === 1 ? '+' : '-'} CAST(${ahead} % 7 + 1 AS INTEGER))`;
    });
    return call.result(sql, { kind: 'DATE' });
  };

/** ADD_MONTHS: as DATEADD, but the last day of a month leads to the last day of another. */
const addMonths: FunctionBuilder = (call) => {
  call.arity(2);
  const date = (value: Typed): string => cast(value, { kind: 'DATE' }, call.environment).sql;
  return onceTyped(temporal(call.value(0), call.environment), (value) =>
    onceTyped(addParts('MONTH', call.value(1), value, call.environment), (later) => {
      const rest = typed(`CAST(last_day(${date(later)}) - ${date(later)} AS DECIMAL(9,0))`, fixed(9, 0));
      const last = addParts('DAY', rest, later, call.environment);
      const from = date(value);
      return typed(`CASE WHEN ${from} = last_day(${from}) THEN ${last.sql} ELSE ${later.sql} END`, last.type);
    }),
  );
};

/** TIME_SLICE(value, length, part [, 'START' or 'END']): slices are counted from 1970-01-01. */
const timeSlice: FunctionBuilder = (call) => {
  call.arity(3, 4);
  const { environment } = call;
  const value = temporal(call.value(0), environment);
  if (!isTimestamp(value.type) && value.type.kind !== 'DATE') throw call.mismatch;
  const part = datePart(call.constant(2));
  const length = call.integer(1);
  const first = truncateTo(
    part,
    cast(typed("DATE '1970-01-01'", { kind: 'DATE' }, false), value.type, environment),
    environment,
  );
  const gone = partsBetween(part, first, value, environment).sql;
  const ends = call.count > 3 && call.constant(3).toUpperCase() === 'END';
  const rounded = once(length, (step) => {
    const place = `CAST(sf_floor_div(CAST(${gone} AS HUGEINT), ${step}::HUGEINT) AS DECIMAL(38,0))`;
    return `CAST((${place}${ends ? ' + 1' : ''}) * ${step} AS DECIMAL(38,0))`;
  });
  const steps = typed(rounded, fixed(38, 0), value.nullable);
  return cast(addParts(part, steps, first, environment), value.type, environment);
};

const name =
  (format: string): FunctionBuilder =>
  (call) => {
    call.arity(1);
    const value = temporal(call.value(0), call.environment);
    const stamp = `sf_ns_stamp(${wallClock(value.sql, value.type, call.environment)})`;
    return call.result(`strftime(${stamp}, '${format}')`, text());
  };

const monthsBetween: FunctionBuilder = (call) => {
  call.arity(2);
  const date = (index: number): Typed =>
    cast(temporal(call.value(index), call.environment), { kind: 'DATE' }, call.environment);
  const sql = onceEach([date(0).sql, date(1).sql], (a, b) => {
    const months = `((year(${a}) - year(${b})) * 12 + month(${a}) - month(${b}))`;
    const ends = `(day(${a}) = day(${b}) OR (${a} = last_day(${a}) AND ${b} = last_day(${b})))`;
    return `CAST(${months} + CASE WHEN ${ends} THEN 0 ELSE (day(${a}) - day(${b})) / 31.0 END AS DOUBLE)`;
  });
  return call.result(sql, { kind: 'REAL' });
};

/** Dates and times. */
export const DATE_FUNCTIONS: Readonly<Record<string, FunctionBuilder>> = {
  DATEADD: add,
  TIMEADD: add,
  TIMESTAMPADD: add,
  DATEDIFF: difference,
  TIMEDIFF: difference,
  TIMESTAMPDIFF: difference,
  DATE_PART: part,
  EXTRACT: part,
  DATE_TRUNC: truncate,
  ...Object.fromEntries(
    [
      ...['YEAR', 'QUARTER', 'MONTH', 'WEEK', 'DAY', 'HOUR', 'MINUTE', 'SECOND', 'DAYOFWEEK', 'DAYOFYEAR'],
      ...['DAYOFMONTH', 'WEEKOFYEAR', 'WEEKISO', 'DAYOFWEEKISO', 'YEAROFWEEK', 'YEAROFWEEKISO'],
    ].map((each) => [each, extract(datePart(each))]),
  ),
  ADD_MONTHS: addMonths,
  DATE_FROM_PARTS: dateFromParts,
  DATEFROMPARTS: dateFromParts,
  TIME_FROM_PARTS: (call) => {
    call.arity(3, 4);
    const seconds = `(${call.integer(0)} * 3600 + ${call.integer(1)} * 60 + ${call.integer(2)})::HUGEINT`;
    return call.result(`sf_ns_time(${seconds} * 1000000000 + ${call.count > 3 ? call.integer(3) : '0'})`, {
      kind: 'TIME',
      scale: 9,
    });
  },
  TIMESTAMP_FROM_PARTS: timestampFromParts({ kind: 'TIMESTAMP_NTZ', scale: 9 }),
  TIMESTAMP_NTZ_FROM_PARTS: timestampFromParts({ kind: 'TIMESTAMP_NTZ', scale: 9 }),
  TIMESTAMP_LTZ_FROM_PARTS: timestampFromParts({ kind: 'TIMESTAMP_LTZ', scale: 9 }),
  CONVERT_TIMEZONE: convertTimezone,
  LAST_DAY: lastDay,
  DAYNAME: name('%a'),
  MONTHNAME: name('%b'),
  MONTHS_BETWEEN: monthsBetween,
  NEXT_DAY: nearestDay(1),
  PREVIOUS_DAY: nearestDay(-1),
  TIME_SLICE: timeSlice,
};
