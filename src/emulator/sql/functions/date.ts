import { type DataType, isTimestamp, text } from '../../catalog/data-type.ts';
import { cast, wallClock } from '../bind/cast.ts';
import { type Typed, typed } from '../bind/typed.ts';
import { unsupported } from '../error.ts';
import type { FunctionBuilder } from './bound-call.ts';
import { addParts, datePart, extractPart, partsBetween, temporal, truncateTo } from './date-part.ts';

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

const timestampFromParts =
  (type: DataType): FunctionBuilder =>
  (call) => {
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
  const sql = `sf_tz(${instant}, sf_zone_offset(${instant}, ${call.text(0)}))`;
  return typed(sql, { kind: 'TIMESTAMP_TZ', scale: 9 }, call.nullable());
};

const lastDay: FunctionBuilder = (call) => {
  call.arity(1, 2);
  if (call.count === 2 && datePart(call.keyword(1)) !== 'MONTH')
    throw unsupported('LAST_DAY of another part than month');
  const day = cast(temporal(call.value(0), call.environment), { kind: 'DATE' }, call.environment);
  return call.result(`last_day(${day.sql})`, { kind: 'DATE' }, day.nullable);
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
  const [a, b] = [date(0).sql, date(1).sql];
  const months = `((year(${a}) - year(${b})) * 12 + month(${a}) - month(${b}))`;
  const ends = `(day(${a}) = day(${b}) OR (${a} = last_day(${a}) AND ${b} = last_day(${b})))`;
  return call.result(
    `(${months} + CASE WHEN ${ends} THEN 0 ELSE (day(${a}) - day(${b})) / 31.0 END)::DOUBLE`,
    { kind: 'REAL' },
  );
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
  ADD_MONTHS: (call) => {
    call.arity(2);
    return addParts('MONTH', call.value(1), call.value(0), call.environment);
  },
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
  NEXT_DAY: (call) => {
    call.arity(2);
    const day = cast(temporal(call.value(0), call.environment), { kind: 'DATE' }, call.environment).sql;
    const wanted = `list_position(['mo','tu','we','th','fr','sa','su'], lower(left(${call.text(1)}, 2)))`;
    return call.result(`(${day} + CAST((${wanted} - isodow(${day}) + 6) % 7 + 1 AS INTEGER))`, {
      kind: 'DATE',
    });
  },
  TIME_SLICE: (call) => {
    call.arity(3, 4);
    const value = temporal(call.value(0), call.environment);
    if (!isTimestamp(value.type) && value.type.kind !== 'DATE') throw call.mismatch;
    const unit: Readonly<Record<string, string>> = { DAY: '86400', HOUR: '3600', MINUTE: '60', SECOND: '1' };
    const seconds = unit[datePart(call.constant(2))];
    if (!seconds || call.count > 3) throw unsupported('TIME_SLICE of this part');
    const ns = cast(value, { kind: 'TIMESTAMP_NTZ', scale: 9 }, call.environment).sql;
    const cut = `sf_cut(${ns}, ${call.integer(1)}::HUGEINT * ${seconds}000000000::HUGEINT)`;
    return cast(
      typed(cut, { kind: 'TIMESTAMP_NTZ', scale: 9 }, value.nullable),
      value.type,
      call.environment,
    );
  },
};
