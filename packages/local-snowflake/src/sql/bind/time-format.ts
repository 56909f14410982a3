import { duckText } from '../../store/duck-text.ts';
import { formatElements } from '../../time/format-elements.ts';
import type { Environment } from './environment.ts';
import { once } from './once.ts';
import { wallClock } from './time-conversion.ts';
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
  return once(value.sql, (sql) => formatted({ ...value, sql }, format, environment));
}

function formatted(value: Typed, format: string, environment: Environment): string {
  const { sql, type } = value;
  if (type.kind === 'DATE' && format === 'YYYY-MM-DD') return `strftime(${sql}, '%Y-%m-%d')`;
  const wall = wallClock(sql, type, environment);
  const offset = offsetSql(value, wall);
  const stamp = `sf_ns_stamp(${wall})`;
  const scale = 'scale' in type ? type.scale : 0;
  const pieces: string[] = [];
  // Neighbours are printed by one call: with a call for each a timestamp to the microsecond takes twice as long.
  let printed = '';
  const print = () => {
    if (printed !== '') pieces.push(`strftime(${stamp}, ${duckText(printed)})`);
    printed = '';
  };
  for (const each of formatElements(format === 'AUTO' ? 'YYYY-MM-DD HH24:MI:SS.FF' : format)) {
    const known = 'literal' in each ? each.literal.replaceAll('%', '%%') : strftime(each.element, scale);
    if (known !== undefined) {
      printed += known;
      continue;
    }
    print();
    if ('element' in each) pieces.push(ownSql(each.element, scale, wall, offset));
  }
  print();
  return pieces.length === 0 ? "''" : `(${pieces.join(' || ')})`;
}

const digitsOf = (element: string, scale: number): number =>
  element === 'FF' ? scale : Number(element.slice(2));

function strftime(element: string, scale: number): string | undefined {
  if (!element.startsWith('FF')) return STRFTIME[element];
  return { 0: '', 3: '%g', 6: '%f' }[digitsOf(element, scale)];
}

/** What strftime does not know. */
function ownSql(element: string, scale: number, wall: string, offset: string): string {
  if (element.startsWith('FF')) return `left(sf_fraction(${wall}), ${digitsOf(element, scale)})`;
  if (element === 'TZH:TZM') return `sf_zone_hours(${offset}) || ':' || sf_zone_minutes(${offset})`;
  if (element === 'TZHTZM')
    return `CASE WHEN ${offset} = 0 THEN 'Z' ELSE sf_zone_hours(${offset}) || sf_zone_minutes(${offset}) END`;
  if (element === 'TZH') return `sf_zone_hours(${offset})`;
  return `sf_zone_minutes(${offset})`;
}

/** Minutes east of UTC; a value without a zone has none, whatever the session's is. */
function offsetSql({ sql, type }: Typed, wall: string): string {
  if (type.kind === 'TIMESTAMP_TZ') return `(${sql}).tzoff`;
  return type.kind === 'TIMESTAMP_LTZ' ? `(((${wall}) - (${sql})) // 60000000000)` : '0';
}
