import { fixed, MAX_PRECISION, text } from '../../catalog/data-type.ts';
import { duckText } from '../../catalog/identifier.ts';
import { cast } from '../bind/cast.ts';
import type { Environment } from '../bind/environment.ts';
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

/** TO_VARCHAR(number, format): digits, grouping and fill; the sign takes one place. */
export function formatNumber(value: Typed, format: string, environment: Environment): Typed {
  const { whole, fraction, fill } = digitsOf(format);
  const places = whole.replaceAll(/[^09]/g, '').length;
  const number = cast(value, fixed(MAX_PRECISION, fraction), environment).sql;
  const plain = `CAST(abs(${number}) AS VARCHAR)`;
  const zeros = /^[S$]?9*0/i.test(whole) ? places - whole.replaceAll(/[^09]/g, '').indexOf('0') : 1;
  const width = zeros + (fraction > 0 ? fraction + 1 : 0);
  const padded = `lpad(${plain}, greatest(length(${plain}), ${width})::INTEGER, '0')`;
  const grouped = whole.includes(',') ? group(padded, fraction) : padded;
  const sign = /^S/i.test(whole)
    ? `CASE WHEN ${number} < 0 THEN '-' ELSE '+' END`
    : `CASE WHEN ${number} < 0 THEN '-' ELSE '' END`;
  const dollar = whole.includes('$') ? "'$' || " : '';
  const shown = `${sign} || ${dollar}${grouped}`;
  const length = format.length + (/^S/i.test(whole) ? 0 : 1);
  return typed(
    fill ? `lpad(${shown}, greatest(${length}, length(${shown}))::INTEGER, ' ')` : `(${shown})`,
    text(),
    value.nullable,
  );
}

function group(digits: string, fraction: number): string {
  const whole = fraction > 0 ? `left(${digits}, length(${digits}) - ${fraction + 1})` : digits;
  const rest = fraction > 0 ? ` || right(${digits}, ${fraction + 1})` : '';
  const turned = `regexp_replace(reverse(${whole}), '(\\d{3})(\\d)', '\\1,\\2', 'g')`;
  return `reverse(regexp_replace(${turned}, '(\\d{3})(\\d)', '\\1,\\2', 'g'))${rest}`;
}

/** TO_NUMBER(text, format): the text without the signs the format allows. */
export function parseNumber(value: Typed, format: string): Typed {
  digitsOf(format);
  return typed(`translate(trim(${value.sql}), ${duckText(',$ ')}, '')`, text(), value.nullable);
}
