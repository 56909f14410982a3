import { fixed, MAX_PRECISION, text } from '../../catalog/data-type.ts';
import { duckText } from '../../store/duck-text.ts';
import { cast } from '../bind/cast.ts';
import type { Environment } from '../bind/environment.ts';
import { once } from '../bind/once.ts';
import { type Typed, typed } from '../bind/typed.ts';
import { unsupported } from '../error.ts';

/** The digits a number format has before and after its point; signs, `$` and commas aside. */
function digitsOf(format: string): { whole: string; fraction: number; fill: boolean } {
  const fill = !/^FM/i.test(format);
  const body = format.replace(/^FM/i, '');
  if (!/^[S$]?[09,]*(?:[.D][09]*)?$/i.test(body)) throw unsupported(`Number format '${format}'`);
  const [whole = '', fraction = ''] = body.split(/[.D]/i);
  return { whole, fraction: fraction.length, fill };
}

/** TO_VARCHAR(number, format): digits, grouping and fill; the sign takes one place. Text in quotes stays. */
export function formatNumber(value: Typed, format: string, environment: Environment): Typed {
  const quoted = /^("[^"]*")?(.*?)("[^"]*")?$/.exec(format);
  if (quoted?.[1] || quoted?.[3]) {
    const inner = formatNumber(value, quoted[2] ?? '', environment).sql;
    const [before, after] = [quoted[1], quoted[3]].map((each) => duckText(each?.slice(1, -1) ?? ''));
    return typed(`(${before} || ${inner} || ${after})`, text(), value.nullable);
  }
  const { whole, fraction, fill } = digitsOf(format);
  const places = whole.replaceAll(/[^09]/g, '').length;
  const converted = cast(value, fixed(MAX_PRECISION, fraction), environment).sql;
  const zeros = /^[S$]?9*0/i.test(whole) ? places - whole.replaceAll(/[^09]/g, '').indexOf('0') : 1;
  const width = zeros + (fraction > 0 ? fraction + 1 : 0);
  const signed = /^S/i.test(whole);
  const dollar = whole.includes('$') ? "'$' || " : '';
  const length = format.length + (signed ? 0 : 1);
  const pad = (shown: string, least: number, filler: string): string =>
    once(shown, (name) => `lpad(${name}, greatest(length(${name}), ${least})::INTEGER, '${filler}')`);
  const sql = once(converted, (number) => {
    const padded = pad(`CAST(abs(${number}) AS VARCHAR)`, width, '0');
    const grouped = whole.includes(',') ? once(padded, (digits) => group(digits, fraction)) : padded;
    const shown = `(CASE WHEN ${number} < 0 THEN '-' ELSE '${signed ? '+' : ''}' END || ${dollar}${grouped})`;
    return fill ? pad(shown, length, ' ') : shown;
  });
  return typed(sql, text(), value.nullable);
}

function group(digits: string, fraction: number): string {
  const whole = fraction > 0 ? `left(${digits}, length(${digits}) - ${fraction + 1})` : digits;
  const rest = fraction > 0 ? ` || right(${digits}, ${fraction + 1})` : '';
  const turned = `regexp_replace(reverse(${whole}), '(\\d{3})(\\d)', '\\1,\\2', 'g')`;
  return `reverse(regexp_replace(${turned}, '(\\d{3})(\\d)', '\\1,\\2', 'g'))${rest}`;
}

/** TO_NUMBER(text, format): the text without the signs the format allows. */
export function parseNumber(value: Typed, format: string): Typed {
  const trimmed = `trim(${value.sql})`;
  if (/^X+$/i.test(format)) {
    // A number and not its digits: to turn those into one names them a dozen times, and what they come of with them.
    return typed(`CAST(TRY_CAST('0x' || ${trimmed} AS UBIGINT) AS DECIMAL(38,0))`, fixed(MAX_PRECISION, 0));
  }
  digitsOf(format);
  // Signs that the format does not have stay, and make the text no number.
  const signs = [',', '$'].filter((sign) => format.includes(sign)).join('');
  return typed(`translate(${trimmed}, ${duckText(`${signs} `)}, '')`, text(), value.nullable);
}
