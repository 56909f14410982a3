import { duckText } from '../../catalog/identifier.ts';
import { unsupported } from '../error.ts';
import { wallClock } from './cast.ts';
import type { Environment } from './environment.ts';
import type { Typed } from './typed.ts';

/** One element of a date and time format, or literal text between elements. */
type Element = { readonly element: string } | { readonly literal: string };

const ELEMENTS = [
  ...['YYYY', 'YY', 'MMMM', 'MON', 'MM', 'DD', 'DY', 'HH24', 'HH12', 'HH', 'AM', 'PM', 'MI', 'SS'],
  ...['FF0', 'FF1', 'FF2', 'FF3', 'FF4', 'FF5', 'FF6', 'FF7', 'FF8', 'FF9', 'FF'],
  ...['TZH:TZM', 'TZHTZM', 'TZH', 'TZM', 'UUUU'],
];

/** Cuts a format into elements; text in double quotes is literal. */
function elementsOf(format: string): Element[] {
  const elements: Element[] = [];
  for (let at = 0; at < format.length; ) {
    const rest = format.slice(at);
    const quoted = /^"([^"]*)"/.exec(rest);
    const element = ELEMENTS.find((each) => rest.toUpperCase().startsWith(each));
    if (quoted) elements.push({ literal: quoted[1] ?? '' });
    else if (element) elements.push({ element });
    else elements.push({ literal: rest[0] ?? '' });
    at += quoted?.[0].length ?? element?.length ?? 1;
  }
  return elements;
}

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
  const pieces = elementsOf(format === 'AUTO' ? 'YYYY-MM-DD HH24:MI:SS.FF' : format).map((each) => {
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

const PATTERNS: Readonly<Record<string, readonly [field: string, pattern: string]>> = {
  YYYY: ['y', '(\\d{4})'],
  UUUU: ['y', '(\\d{4})'],
  MMMM: ['mon', '([A-Za-z]{3,9})'],
  MON: ['mon', '([A-Za-z]{3})'],
  MM: ['mo', '(\\d{1,2})'],
  DD: ['d', '(\\d{1,2})'],
  DY: ['dy', '([A-Za-z]{3})'],
  HH24: ['h', '(\\d{1,2})'],
  HH: ['h', '(\\d{1,2})'],
  HH12: ['h', '(\\d{1,2})'],
  AM: ['p', '(AM|PM|am|pm)'],
  PM: ['p', '(AM|PM|am|pm)'],
  MI: ['mi', '(\\d{1,2})'],
  SS: ['s', '(\\d{1,2})'],
  'TZH:TZM': ['z', '(Z|[+-]\\d{1,2}:?\\d{2})'],
  TZHTZM: ['z', '(Z|[+-]\\d{1,2}:?\\d{2})'],
  TZH: ['z', '(Z|[+-]\\d{1,2})'],
};

/**
 * DuckDB SQL that reads a text by a format of Snowflake's into a struct of `ns` (nanoseconds of the wall
 * clock) and `tzoff` (minutes, NULL without a zone); both NULL when the text does not match.
 */
export function parseTime(textSql: string, format: string): string {
  if (format.toUpperCase() === 'AUTO') return `sf_text_wall(${textSql})`;
  const fields: string[] = [];
  const pattern = elementsOf(format)
    .map((each) => {
      if ('literal' in each) return each.literal.replaceAll(/[\\^$.|?*+()[\]{}]/g, '\\$&');
      const [field, group] = each.element.startsWith('FF')
        ? ['f', '(\\d{0,9})']
        : (PATTERNS[each.element] ?? []);
      if (!field || !group) throw unsupported(`Format element ${each.element} for parsing`);
      fields.push(field);
      return group;
    })
    .join('');
  const names = fields.map((field) => `'${field}'`).join(', ');
  const match = `regexp_extract(${textSql}, ${duckText(`^\\s*${pattern}\\s*$`)}, [${names}])`;
  const part = (field: string, otherwise: string): string =>
    fields.includes(field) ? `(${match}).${field}` : otherwise;
  const month = fields.includes('mon') ? `sf_month((${match}).mon)` : part('mo', "'1'");
  const hour = fields.includes('p') ? `sf_hour((${match}).h, (${match}).p)` : part('h', "'0'");
  const parts = [
    part('y', "'1970'"),
    month,
    part('d', "'1'"),
    hour,
    part('mi', "'0'"),
    part('s', "'0'"),
    part('f', "''"),
  ];
  const matched = fields.length > 0 ? `(${match}).${fields[0]} <> ''` : 'false';
  return `CASE WHEN ${matched} THEN {'ns': sf_parts_ns(${parts.join(', ')}), 'tzoff': sf_offset_minutes(${part('z', "''")})} END`;
}
