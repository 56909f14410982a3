import { duckText } from '../../catalog/identifier.ts';
import { formatElements } from '../../time/format-elements.ts';
import { wallClock } from './cast.ts';
import type { Environment } from './environment.ts';
import type { Typed } from './typed.ts';

const STRFTIME: Readonly<Record<string, string>> = {
  YYYY: '%Y',
  UUUU: '%Y',
  YY: '%y',
  MMMM: '%B',
  MON: '%b',
  MM: '%m',
  DD: '%d',
  DY: '%a',
  HH24: '%H',
  HH: '%H',
  HH12: '%I',
  AM: '%p',
  PM: '%p',
  MI: '%M',
  SS: '%S',
};

/** DuckDB SQL for a date, time or timestamp printed in a format of Snowflake's. */
export function formatTime(value: Typed, format: string, environment: Environment): string {
  const { sql, type } = value;
  if (type.kind === 'DATE' && format === 'YYYY-MM-DD') return `strftime(${sql}, '%Y-%m-%d')`;
  const wall = wallClock(sql, type, environment);
  const offset = offsetSql(value, wall, environment);
  const stamp = `sf_ns_stamp(${wall})`;
  const scale = 'scale' in type ? type.scale : 0;
  const pieces = formatElements(format === 'AUTO' ? 'YYYY-MM-DD HH24:MI:SS.FF' : format).map((each) => {
    if ('literal' in each) return duckText(each.literal);
    const { element } = each;
    if (element.startsWith('FF')) {
      const digits = element === 'FF' ? scale : Number(element.slice(2));
      return `left(sf_fraction(${wall}), ${digits})`;
    }
    if (element === 'TZH:TZM') return `sf_zone_hours(${offset}) || ':' || sf_zone_minutes(${offset})`;
    if (element === 'TZHTZM') return `sf_zone_hours(${offset}) || sf_zone_minutes(${offset})`;
    if (element === 'TZH') return `sf_zone_hours(${offset})`;
    if (element === 'TZM') return `sf_zone_minutes(${offset})`;
    return `strftime(${stamp}, '${STRFTIME[element]}')`;
  });
  return pieces.length === 0 ? "''" : `(${pieces.join(' || ')})`;
}

function offsetSql({ sql, type }: Typed, wall: string, { timezone }: Environment): string {
  if (type.kind === 'TIMESTAMP_TZ') return `(${sql}).tzoff`;
  if (type.kind === 'TIMESTAMP_LTZ') return `((${wall}) - (${sql})) // 60000000000`;
  return timezone === 'UTC'
    ? '0'
    : `sf_zone_offset(sf_to_utc(${wall}, ${duckText(timezone)}), ${duckText(timezone)})`;
}
