import { createHash } from 'node:crypto';
import { type DuckDBConnection, DuckDBScalarFunction, VARCHAR } from '@duckdb/node-api';
import { CONTAINER_FUNCTIONS } from './containers.ts';
import { DECIMAL_FUNCTIONS } from './decimal.ts';
import { flattenEntries } from './flatten.ts';
import { compactJson, type Json, jsonType, parseJson, prettyJson } from './json.ts';
import { stepInto } from './path.ts';

type TextFunction = (...values: string[]) => string | null;

function attempt<T>(work: () => T): T | null {
  try {
    return work();
  } catch {
    return null;
  }
}

function message(work: () => unknown): string | null {
  try {
    work();
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** As in Snowflake, nothing but blanks is NULL, and so is `undefined` by itself. */
function parse(text: string): string | null {
  const json = text.trim() === '' ? undefined : parseJson(text);
  return json === undefined || json.kind === 'undefined' ? null : compactJson(json);
}

function size(json: Json): string | null {
  return json.kind === 'array' ? String(json.items.length) : null;
}

function plain(json: Json): string {
  if (json.kind === 'undefined') return '';
  return json.kind === 'string' ? json.value : compactJson(json);
}

/** JSON as SQL text: strings without their quotes, JSON null as NULL, doubles as SQL prints them. */
function sqlText(text: string): string | null {
  if (text === 'null' || text === 'undefined') return null;
  if (text.startsWith('"')) return JSON.parse(text) as string;
  if (text.startsWith('{') || text.startsWith('[')) return compactJson(parseJson(text));
  return /^-?\d.*e/i.test(text) ? realText(Number(text)) : text;
}

/** A double as DuckDB prints it, without a fraction of zero. */
function realText(number: number): string {
  const [digits = '', exponent = '0'] = number.toExponential().split('e');
  const power = Number(exponent);
  if (power >= -4 && power < 16) return String(number);
  const sign = power < 0 ? '-' : '+';
  return `${digits}e${sign}${String(Math.abs(power)).padStart(2, '0')}`;
}

function strict(json: Json): string {
  switch (json.kind) {
    case 'array':
      return `[${json.items.map(strict).join(',')}]`;
    case 'object':
      return `{${json.entries.map(([key, value]) => `${JSON.stringify(key)}:${strict(value)}`).join(',')}}`;
    case 'undefined':
      return 'null';
    default:
      return compactJson(json);
  }
}

const FUNCTIONS: Readonly<Record<string, TextFunction>> = {
  sf_json_parse: (text) => {
    try {
      return parse(text as string);
    } catch (error) {
      throw new Error(`SF|100069|22P02|${error instanceof Error ? error.message : ''}`, { cause: error });
    }
  },
  sf_json_try_parse: (text) => attempt(() => parse(text as string)),
  sf_json_check: (text) => message(() => parse(text as string)),
  sf_json_get: (text, steps) => {
    const found = stepInto(parseJson(text as string), JSON.parse(steps as string) as (string | number)[]);
    return found ? compactJson(found) : null;
  },
  sf_json_type: (text) => jsonType(parseJson(text as string)),
  sf_json_text: (text) => sqlText(text as string),
  sf_json_compact: (text) => compactJson(parseJson(text as string)),
  // JavaScript's own parser knows no undefined.
  sf_json_strict: (text) => (text?.includes('undefined') ? strict(parseJson(text)) : (text as string)),
  ...CONTAINER_FUNCTIONS,
  sf_json_pretty: (text) => prettyJson(parseJson(text as string)),
  sf_json_keys: (text) => {
    const json = parseJson(text as string);
    return json.kind === 'object' ? JSON.stringify(json.entries.map(([key]) => key)) : null;
  },
  sf_json_size: (text) => size(parseJson(text as string)),
  sf_json_contains: (needle, array) => {
    const json = parseJson(array as string);
    const wanted = compactJson(parseJson(needle as string));
    return String(json.kind === 'array' && json.items.some((item) => compactJson(item) === wanted));
  },
  sf_json_join: (array, separator) => {
    const json = parseJson(array as string);
    return json.kind === 'array' ? json.items.map(plain).join(separator) : null;
  },
  sf_json_entries: (text, path, options) => flattenEntries(text as string, path as string, options as string),
  ...DECIMAL_FUNCTIONS,
  sf_hash: (algorithm, hex) =>
    createHash(algorithm as string)
      .update(Buffer.from(hex as string, 'hex'))
      .digest('hex'),
};

/**
 * Adds the functions that DuckDB has not, or not exactly enough, to the instance of this connection. They
 * take and give texts, are NULL when an argument is NULL, and run in this process.
 */
export function registerTextFunctions(connection: DuckDBConnection): void {
  for (const [name, compute] of Object.entries(FUNCTIONS)) registerTextFunction(connection, name, compute);
}

/** Adds one such function. An error it throws fails the statement with its message. */
export function registerTextFunction(
  connection: DuckDBConnection,
  name: string,
  compute: TextFunction,
): void {
  connection.registerScalarFunction(
    DuckDBScalarFunction.create({
      name,
      returnType: VARCHAR,
      parameterTypes: Array.from({ length: compute.length }, () => VARCHAR),
      mainFunction: (info, chunk, output) => {
        const columns = Array.from({ length: chunk.columnCount }, (_, index) => chunk.getColumnVector(index));
        try {
          for (let row = 0; row < chunk.rowCount; row++) {
            const values = columns.map((column) => column.getItem(row) as string | null);
            output.setItem(row, values.includes(null) ? null : compute(...(values as string[])));
          }
          output.flush();
        } catch (error) {
          const message = error instanceof Error ? error.message : String(error);
          info.setError(
            error instanceof RangeError ? `SF|100069|22P02|Error parsing JSON: ${message}` : message,
          );
        }
      },
    }),
  );
}
