import { type DataType, isTimestamp } from '../../catalog/data-type.ts';
import { duckText } from '../../store/duck-text.ts';
import { asText, type CastMode, checked, type Failure } from './checked-conversion.ts';
import type { Environment } from './environment.ts';
import { once, onceEach } from './once.ts';

const DATE: Failure = { code: '100040|22007', before: "Date '", after: "' is not recognized" };
const TIME: Failure = { code: '100108|22007', before: "Time '", after: "' is not recognized" };
const TIMESTAMP: Failure = { code: '100035|22007', before: "Timestamp '", after: "' is not recognized" };

/** A wall clock (nanoseconds) for types that have one. */
export function wallClock(sql: string, from: DataType, environment: Environment): string {
  switch (from.kind) {
    case 'DATE':
      return `sf_date_ns(${sql})`;
    case 'TIMESTAMP_NTZ':
      return sql;
    case 'TIMESTAMP_LTZ':
      return toLocal(sql, environment);
    case 'TIMESTAMP_TZ':
      return `sf_tz_wall(${sql})`;
    default:
      return `CAST(${sql} AS HUGEINT)`;
  }
}

function toLocal(sql: string, { timezone }: Environment): string {
  return isUtc(timezone) ? sql : `sf_to_local(${sql}, ${duckText(timezone)})`;
}

function toUtc(sql: string, { timezone }: Environment): string {
  return isUtc(timezone) ? sql : `sf_to_utc(${sql}, ${duckText(timezone)})`;
}

function offsetAt(sql: string, { timezone }: Environment): string {
  return isUtc(timezone) ? `CAST(0 AS SMALLINT)` : `sf_zone_offset(${sql}, ${duckText(timezone)})`;
}

function isUtc(timezone: string): boolean {
  return timezone === 'UTC' || timezone === 'Etc/UTC';
}

/** A date as DuckDB SQL. */
export function toDate(sql: string, from: DataType, environment: Environment, mode: CastMode): string {
  if (from.kind === 'DATE') return sql;
  if (isTimestamp(from)) return `sf_ns_date(${wallClock(sql, from, environment)})`;
  const source = asText(sql, from, { kind: 'DATE' });
  return checked(source, (name) => `sf_ns_date(sf_wall_ns(${name}, 'AUTO'))`, mode, DATE);
}

/** A time of day as DuckDB SQL, in nanoseconds of the scale. */
export function toTime(
  sql: string,
  from: DataType,
  scale: number,
  environment: Environment,
  mode: CastMode,
): string {
  return cut(timeOf(sql, from, environment, mode), from, scale, 'BIGINT');
}

function timeOf(sql: string, from: DataType, environment: Environment, mode: CastMode): string {
  if (from.kind === 'TIME') return sql;
  if (isTimestamp(from)) return `sf_ns_time(${wallClock(sql, from, environment)})`;
  const source = asText(sql, from, { kind: 'TIME', scale: 9 });
  return checked(source, (name) => `sf_time_ns(${name})`, mode, TIME);
}

/** Cuts nanoseconds to a scale, when the value may have more digits than that. */
function cut(sql: string, from: DataType, scale: number, storage: 'BIGINT' | 'HUGEINT'): string {
  const digits = from.kind === 'DATE' ? 0 : 'scale' in from && from.kind !== 'FIXED' ? from.scale : 9;
  return digits <= scale ? sql : `sf_cut(${sql}, ${10 ** (9 - scale)}::${storage})`;
}

/** A timestamp as DuckDB SQL. */
export function toTimestamp(
  sql: string,
  from: DataType,
  to: Extract<DataType, { scale: number; kind: `TIMESTAMP_${string}` }>,
  environment: Environment,
  mode: CastMode,
): string {
  if (from.kind === to.kind) {
    if (from.scale <= to.scale) return sql;
    if (to.kind === 'TIMESTAMP_TZ')
      return once(sql, (name) => `sf_tz(${cut(`(${name}).ns`, from, to.scale, 'HUGEINT')}, (${name}).tzoff)`);
    return cut(sql, from, to.scale, 'HUGEINT');
  }
  if (isTimestamp(from) || from.kind === 'DATE' || from.kind === 'TIME') {
    const wall = cut(wallClock(sql, from, environment), from, to.scale, 'HUGEINT');
    if (to.kind === 'TIMESTAMP_NTZ') return wall;
    if (to.kind === 'TIMESTAMP_LTZ') {
      return from.kind === 'TIMESTAMP_TZ'
        ? cut(`(${sql}).ns`, from, to.scale, 'HUGEINT')
        : toUtc(wall, environment);
    }
    const instant =
      from.kind === 'TIMESTAMP_LTZ' ? cut(sql, from, to.scale, 'HUGEINT') : toUtc(wall, environment);
    return once(instant, (name) => `sf_tz(${name}, ${offsetAt(name, environment)})`);
  }
  const source = from.kind === 'FIXED' ? `CAST(${sql} AS VARCHAR)` : asText(sql, from, to);
  return fromText(source, "'AUTO'", to, environment, mode);
}

/** What Snowflake says of a text that does not fit the format it is read by. */
function unfitFor(format: string, kind: string): Failure {
  const constant = /^'((?:[^']|'')*)'$/.exec(format)?.[1]?.replaceAll("''", "'") ?? '';
  return { code: '100096|22007', before: "Can't parse '", after: `' as ${kind} with format '${constant}'` };
}

/** A timestamp that is read from a text by a format; both are DuckDB SQL. */
export function fromText(
  source: string,
  format: string,
  to: Extract<DataType, { scale: number; kind: `TIMESTAMP_${string}` }>,
  environment: Environment,
  mode: CastMode,
  failure = 'timestamp',
): string {
  const unfit = format === "'AUTO'" ? TIMESTAMP : unfitFor(format, failure);
  const read = (name: string): string => {
    const ns = cut(`sf_wall_ns(${name}, ${format})`, { kind: 'TIME', scale: 9 }, to.scale, 'HUGEINT');
    if (to.kind === 'TIMESTAMP_NTZ') return ns;
    return onceEach([ns, `sf_wall_offset(${name}, ${format})`], (wall = '', minutes = '') => {
      const local = toUtc(wall, environment);
      const instant = `coalesce(${wall} - ${minutes}::HUGEINT * 60000000000::HUGEINT, ${local})`;
      if (to.kind === 'TIMESTAMP_LTZ') return instant;
      return `sf_tz(${instant}, coalesce(${minutes}, ${offsetAt(local, environment)}))`;
    });
  };
  return checked(source, read, mode, unfit);
}
