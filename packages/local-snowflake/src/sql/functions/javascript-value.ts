import { type DataType, isTimestamp, text } from '../../catalog/data-type.ts';
import { cast, fixedText } from '../bind/cast.ts';
import type { Environment } from '../bind/environment.ts';
import { once } from '../bind/once.ts';
import { type Typed, typed } from '../bind/typed.ts';

/**
 * An argument of a JavaScript function as a piece of JSON: numbers as numbers, variants as what they hold;
 * dates, timestamps and binaries as an array `["date", ms]` or `["bytes", hex]`, and what JSON has no
 * notation for as `["number", text]`. An array that is data is wrapped as `["json", data]`.
 */
export function toJavaScript(value: Typed, environment: Environment): string {
  return `coalesce(${encoded(value, environment)}, 'null')`;
}

function encoded(value: Typed, environment: Environment): string {
  const { sql, type } = value;
  switch (type.kind) {
    case 'FIXED':
      return fixedText(sql, type);
    case 'BOOLEAN':
      return `CAST(${sql} AS VARCHAR)`;
    case 'REAL':
      return once(
        sql,
        (name) =>
          `CASE WHEN isfinite(${name}) THEN sf_real_text(${name}) ELSE '["number","' || sf_real_text(${name}) || '"]' END`,
      );
    case 'VARIANT':
    case 'OBJECT':
    case 'ARRAY':
      return `'["json",' || sf_json_strict(${sql}) || ']'`;
    case 'BINARY':
      return `'["bytes","' || hex(${sql}) || '"]'`;
    case 'TEXT':
    case 'TIME':
      return `CAST(to_json(${cast(value, text(), environment).sql}) AS VARCHAR)`;
    default: {
      const instant = cast(value, { kind: 'TIMESTAMP_LTZ', scale: 9 }, environment).sql;
      return `'["date",' || CAST(sf_floor_div(${instant}, 1000000::HUGEINT) AS VARCHAR) || ']'`;
    }
  }
}

/**
 * The result of a JavaScript function in its declared type. `sql` yields text: of a variant JSON, of a date
 * or timestamp milliseconds or what the function returned as text, of a binary hex.
 */
export function fromJavaScript(sql: string, type: DataType, environment: Environment): Typed {
  if (type.kind === 'VARIANT' || type.kind === 'OBJECT' || type.kind === 'ARRAY') {
    return cast(typed(sql, { kind: 'VARIANT' }), type, environment);
  }
  if (type.kind === 'DATE' || isTimestamp(type)) {
    const instant = cast(typed(sql, text()), { kind: 'TIMESTAMP_TZ', scale: 9 }, environment);
    return cast(instant, type, environment);
  }
  return cast(typed(sql, text()), type, environment);
}
