import { formatElements } from './format-elements.ts';

/** What a text says about time: a wall clock in nanoseconds since 1970, and the zone if it names one. */
export interface WallClock {
  readonly ns: bigint;
  /** Minutes east of UTC. */
  readonly offset: number | null;
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const CLOCK = String.raw`(?<h>\d{1,2}):(?<mi>\d{2})(?::(?<s>\d{2})(?:[.](?<f>\d{0,9})\d*)?)?`;
const ZONE = String.raw`(?<z>Z|[+-]\d{1,2}(?::?\d{2})?)`;
const REST = String.raw`(?:[T ]+${CLOCK})?\s*${ZONE}?\s*$`;

/** What AUTO detects besides numbers: 2020-01-31, 01/31/2020, 31-Jan-2020, Thu, 21 Dec 2000 16:01:07 +0200. */
const AUTO = [
  String.raw`^\s*(?<y>\d{1,4})-(?<mo>\d{1,2})-(?<d>\d{1,2})${REST}`,
  String.raw`^\s*(?<mo>\d{1,2})/(?<d>\d{1,2})/(?<y>\d{4})${REST}`,
  String.raw`^\s*(?:[A-Z]{3},?\s+)?(?<d>\d{1,2})[- ](?<mon>[A-Z]{3})[- ](?<y>\d{4})${REST}`,
  String.raw`^\s*(?<mon>[A-Z]{3})\s+(?<d>\d{1,2}),?\s+(?<y>\d{4})${REST}`,
].map((source) => new RegExp(source, 'i'));

/** A zone behind a time of day says nothing about it. */
const TIME = new RegExp(String.raw`^\s*${CLOCK}\s*(?<p>AM|PM)?\s*${ZONE}?\s*$`, 'i');

type Groups = Readonly<Record<string, string | undefined>>;

/** Reads a date, with a time perhaps, in any form that AUTO detects; `null` when it is none. */
export function detectWallClock(text: string): WallClock | null {
  for (const pattern of AUTO) {
    const groups = pattern.exec(text)?.groups;
    if (groups) return wallClock(groups);
  }
  return epoch(text);
}

/** A number of seconds, milliseconds, microseconds or nanoseconds, distinguished by its size. */
function epoch(text: string): WallClock | null {
  const trimmed = text.trim();
  if (!/^-?\d{1,30}$/.test(trimmed)) return null;
  const number = BigInt(trimmed);
  const size = number < 0n ? -number : number;
  const unit =
    size < 31_536_000_000n
      ? 1_000_000_000n
      : size < 31_536_000_000_000n
        ? 1_000_000n
        : size < 31_536_000_000_000_000n
          ? 1000n
          : 1n;
  return { ns: number * unit, offset: 0 };
}

/** Reads a time of day; `null` when it is none. */
export function detectTime(text: string): bigint | null {
  const groups = TIME.exec(text)?.groups;
  if (groups) return wallClock({ y: '1970', mo: '1', d: '1', ...groups })?.ns ?? null;
  const wall = detectWallClock(text);
  return wall && ((wall.ns % DAY_NS) + DAY_NS) % DAY_NS;
}

const PATTERNS: Readonly<Record<string, string>> = {
  YYYY: String.raw`(?<y>\d{4})`,
  UUUU: String.raw`(?<y>\d{4})`,
  YY: String.raw`(?<yy>\d{2})`,
  MMMM: '(?<mon>[A-Z]{3,9})',
  MON: '(?<mon>[A-Z]{3})',
  MM: String.raw`(?<mo>\d{1,2})`,
  DD: String.raw`(?<d>\d{1,2})`,
  DY: '[A-Z]{3}',
  HH24: String.raw`(?<h>\d{1,2})`,
  HH: String.raw`(?<h>\d{1,2})`,
  HH12: String.raw`(?<h>\d{1,2})`,
  AM: '(?<p>AM|PM)',
  PM: '(?<p>AM|PM)',
  MI: String.raw`(?<mi>\d{1,2})`,
  SS: String.raw`(?<s>\d{1,2})`,
  'TZH:TZM': String.raw`(?<z>Z|[+-]\d{1,2}:?\d{2})`,
  TZHTZM: String.raw`(?<z>Z|[+-]\d{1,2}:?\d{2})`,
  TZH: String.raw`(?<z>Z|[+-]\d{1,2})`,
};

const compiled = new Map<string, RegExp>();

function patternOf(format: string): RegExp {
  const known = compiled.get(format);
  if (known) return known;
  const source = formatElements(format)
    .map((each) => {
      if ('literal' in each) return each.literal.replaceAll(/[\\^$.|?*+()[\]{}/]/g, '\\$&');
      return each.element.startsWith('FF') ? String.raw`(?<f>\d{0,9})` : (PATTERNS[each.element] ?? '');
    })
    .join('');
  const pattern = new RegExp(`^\\s*${source}\\s*$`, 'i');
  if (compiled.size > 1000) compiled.clear();
  compiled.set(format, pattern);
  return pattern;
}

/** Reads a text by a format; `null` when it does not fit. @throws Error for a format that names a part twice. */
export function parseWallClock(text: string, format: string): WallClock | null {
  if (format.toUpperCase() === 'AUTO') return detectWallClock(text);
  const match = patternOf(format).exec(text);
  return match ? wallClock({ y: '1970', mo: '1', d: '1', ...match.groups }) : null;
}

const DAY_NS = 86_400_000_000_000n;

function wallClock(groups: Groups): WallClock | null {
  const { y, yy, mo, mon, d, h = '0', mi = '0', s = '0', f = '', z, p } = groups;
  const year = yy === undefined ? Number(y) : Number(yy) + (Number(yy) < 70 ? 2000 : 1900);
  const month = mon === undefined ? Number(mo) : MONTHS.indexOf(mon.slice(0, 3).toLowerCase()) + 1;
  const day = daysSince1970(year, month, Number(d));
  const hour = p === undefined ? Number(h) : (Number(h) % 12) + (p.toUpperCase() === 'PM' ? 12 : 0);
  if (day === null || hour > 23 || Number(mi) > 59 || Number(s) > 59) return null;
  const seconds = day * 86_400 + hour * 3600 + Number(mi) * 60 + Number(s);
  return { ns: BigInt(seconds) * 1_000_000_000n + BigInt(f.padEnd(9, '0')), offset: offsetOf(z) };
}

function daysSince1970(year: number, month: number, day: number): number | null {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCFullYear() !== year || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day)
    return null;
  return date.getTime() / 86_400_000;
}

function offsetOf(zone: string | undefined): number | null {
  if (zone === undefined) return null;
  if (/^z$/i.test(zone)) return 0;
  const sign = zone.startsWith('-') ? -1 : 1;
  const digits = zone.slice(1).replace(':', '');
  const hours = digits.length > 2 ? digits.slice(0, -2) : digits;
  const minutes = digits.length > 2 ? digits.slice(-2) : '0';
  return sign * (Number(hours) * 60 + Number(minutes));
}
