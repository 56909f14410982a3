import { text } from '../catalog/data-type.ts';
import { nullValue, numberLiteral, type Typed, textLiteral, truth, typed } from '../sql/bind/typed.ts';
import { bindNotSet, compilationError, unsupported } from '../sql/error.ts';
import { tokenize } from '../sql/token.ts';
import { duckText } from '../store/duck-text.ts';

/** A bound value as clients send it; an array has one value for each row. */
export interface Binding {
  readonly type: string;
  readonly value: string | null | readonly (string | null)[];
}

/** Bindings by number, `"1"` first. */
export type Bindings = Readonly<Record<string, Binding>>;

/** How many rows the bindings make: one, or the length of the arrays. */
export function bindRowCount(bindings: Bindings): number {
  const lengths = Object.values(bindings).flatMap(({ value }) =>
    Array.isArray(value) ? [value.length] : [],
  );
  return lengths.length === 0 ? 1 : Math.max(...lengths);
}

/** How many values a statement waits for: `?` each for itself, `:2` the second. */
export function placeHolders(sql: string): number {
  const numbers = tokenize(sql).flatMap(({ kind, value }) => (kind === 'bind' ? [value] : []));
  return Math.max(numbers.filter((value) => value === '').length, ...numbers.map(Number));
}

/**
 * The bindings of each of several statements in one request. Every `?` takes the next value of the request, over
 * all statements, as Snowflake counts them. Snowflake takes a NULL there as not bound, and knows no `:1`
 * (https://github.com/snowflakedb/drivers/pull/1235, https://github.com/snowflakedb/snowflake-connector-nodejs/issues/704).
 */
export function consecutiveBindings(statements: readonly string[], bindings: Bindings): Bindings[] {
  if (statements.length === 1) return [bindings];
  if (Object.values(bindings).some(({ value }) => Array.isArray(value))) {
    throw unsupported('Array bind with several statements');
  }
  let taken = 0;
  return statements.map((sql) => {
    const holders = tokenize(sql).filter(({ kind }) => kind === 'bind');
    const numbered = holders.find(({ value }) => value !== '');
    if (numbered) throw bindNotSet(numbered.text);
    const values = holders.map((_, index) => bindings[String(taken + index + 1)]);
    taken += holders.length;
    return Object.fromEntries(
      values.flatMap((value, index) =>
        value === undefined || value.value === null ? [] : [[String(index + 1), value] as const],
      ),
    );
  });
}

/** The value of a place holder in one row. */
export function bindValue(bindings: Bindings, index: number, row: number): Typed | undefined {
  const binding = bindings[String(index)];
  if (!binding) return undefined;
  const value = Array.isArray(binding.value) ? binding.value[row] : binding.value;
  return boundValue(binding.type.toUpperCase(), (value ?? null) as string | null);
}

function boundValue(type: string, value: string | null): Typed {
  if (value === null) return nullValue();
  switch (type) {
    case 'FIXED':
      return number(value);
    case 'REAL':
      return typed(`CAST(${duckText(value)} AS DOUBLE)`, { kind: 'REAL' }, false);
    case 'BOOLEAN':
      return truth(/^(true|1)$/i.test(value) ? 'true' : 'false', false);
    case 'BINARY':
      return typed(
        `unhex(${duckText(value)})`,
        { kind: 'BINARY', length: Math.max(value.length / 2, 1) },
        false,
      );
    case 'DATE':
      return typed(
        `(DATE '1970-01-01' + ${Math.floor(Number(value) / 86_400_000)})`,
        { kind: 'DATE' },
        false,
      );
    case 'TIME':
      return typed(`${integer(value)}::BIGINT`, { kind: 'TIME', scale: 9 }, false);
    case 'TIMESTAMP_NTZ':
    case 'TIMESTAMP_LTZ':
      return typed(`${integer(value)}::HUGEINT`, { kind: type, scale: 9 }, false);
    case 'TIMESTAMP_TZ': {
      const [ns = '', offset = '1440'] = value.split(' ');
      const sql = `sf_tz(${integer(ns)}::HUGEINT, ${Number(integer(offset)) - 1440})`;
      return typed(sql, { kind: 'TIMESTAMP_TZ', scale: 9 }, false);
    }
    case 'VARIANT':
    case 'OBJECT':
    case 'ARRAY':
      return typed(`sf_json_parse(${duckText(value)})`, { kind: 'VARIANT' }, false);
    default:
      return textLiteral(value);
  }
}

function number(value: string): Typed {
  if (/^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(value)) {
    const negative = value.startsWith('-');
    // A client that binds 1.50 gets 1.5: zeros at the end do not count.
    const magnitude = numberLiteral(
      value
        .replace(/^[+-]/, '')
        .replace(/(\.\d*?)0+$/, '$1')
        .replace(/\.$/, ''),
    );
    return negative ? { ...magnitude, sql: `(-${magnitude.sql})`, literal: value } : magnitude;
  }
  return { ...textLiteral(value), type: text(), nullable: false };
}

function integer(value: string): string {
  if (/^-?\d+$/.test(value)) return value;
  throw compilationError('100038', '22018', `Numeric value '${value}' is not recognized`);
}
