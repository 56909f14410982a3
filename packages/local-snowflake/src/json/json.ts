/**
 * JSON as a tree that keeps the text of numbers: `1.10` stays `1.10`, and 38 digits stay 38 digits, which
 * JSON.parse and DuckDB's own JSON both lose.
 */
export type Json =
  | { readonly kind: 'object'; readonly entries: readonly (readonly [key: string, value: Json])[] }
  | { readonly kind: 'array'; readonly items: readonly Json[] }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'number'; readonly text: string }
  /** `undefined` occurs in arrays only: an element that was left out or is an SQL NULL. */
  | { readonly kind: 'true' | 'false' | 'null' | 'undefined' };

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const STRING = /"(?:[^"\\]+|\\.)*"/y;
const KEY = /[A-Za-z_$][\w$]*/y;
const WORD = /-?[A-Za-z_$][\w$]*/y;
/** Words that are values. What JSON has no notation for is the text that a FLOAT in a VARIANT is. */
const WORDS: ReadonlyMap<string, Json> = new Map<string, Json>([
  ['true', { kind: 'true' }],
  ['false', { kind: 'false' }],
  ['null', { kind: 'null' }],
  ['undefined', { kind: 'undefined' }],
  ['infinity', { kind: 'string', value: 'inf' }],
  ['-infinity', { kind: 'string', value: '-inf' }],
]);
const BLANK = /[ \t\r\n]*/y;

/** Characters of a document. It is in JavaScript's memory as objects, which take many times as much. */
const MAX_DOCUMENT = 16_777_216;

/**
 * Reads JSON text.
 * @throws SyntaxError naming the offset; also for a key that an object has twice, as Snowflake does.
 */
export function parseJson(text: string): Json {
  if (text.length > MAX_DOCUMENT)
    throw new RangeError(`document is too large, max size ${MAX_DOCUMENT} bytes`);
  let at = 0;
  const fail = (what: string): never => {
    throw new SyntaxError(`Error parsing JSON: ${what}, pos ${at + 1}`);
  };
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) at += found.length;
    return found;
  };
  const skip = (): string => {
    match(BLANK);
    return text[at] ?? '';
  };
  const string = (): string => {
    const literal = match(STRING) ?? fail('missing string');
    try {
      return JSON.parse(literal) as string;
    } catch {
      return fail('invalid string');
    }
  };
  const list = <T>(close: string, item: () => T): T[] => {
    const items: T[] = [];
    at++;
    if (skip() === close) {
      at++;
      return items;
    }
    for (;;) {
      items.push(item());
      const next = skip();
      at++;
      if (next === close) return items;
      if (next !== ',') fail('missing comma');
      skip();
    }
  };
  const entry = (): readonly [string, Json] => {
    // Snowflake is liberal in what it accepts: {a: 1}.
    const key = match(KEY) ?? string();
    if (skip() !== ':') fail('missing colon');
    at++;
    return [key, value()];
  };
  const element = (): Json => {
    return skip() === ',' ? { kind: 'undefined' } : value();
  };
  const value = (): Json => {
    const first = skip();
    if (first === '{') {
      const entries = list('}', entry).filter(([, { kind }]) => kind !== 'undefined');
      return { kind: 'object', entries: inOrder(entries, fail) };
    }
    if (first === '[') return { kind: 'array', items: list(']', element) };
    if (first === '"') return { kind: 'string', value: string() };
    const word = match(WORD);
    if (word !== undefined) {
      return WORDS.get(word.toLowerCase()) ?? fail(`unknown keyword "${word}"`);
    }
    const number = match(NUMBER);
    return number
      ? { kind: 'number', text: number }
      : fail(first === '' ? 'incomplete JSON' : 'unknown token');
  };
  const result = value();
  if (skip() !== '') fail('more than one document in the input');
  return result;
}

type Entry = readonly [key: string, value: Json];

/** Entries by key, which is the order that Snowflake keeps them in. */
export function inOrder(
  entries: readonly Entry[],
  fail: (what: string) => never = duplicate,
): readonly Entry[] {
  const sorted = [...entries].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const twice = sorted.find(([key], index) => index > 0 && sorted[index - 1]?.[0] === key);
  return twice ? fail(`duplicate object attribute "${twice[0]}"`) : sorted;
}

function duplicate(what: string): never {
  throw new SyntaxError(`Error parsing JSON: ${what}`);
}

/** The tree as JSON text without blanks. */
export function compactJson(json: Json): string {
  switch (json.kind) {
    case 'object':
      return `{${json.entries.map(([key, value]) => `${JSON.stringify(key)}:${compactJson(value)}`).join(',')}}`;
    case 'array':
      return `[${json.items.map(compactJson).join(',')}]`;
    case 'string':
      return JSON.stringify(json.value);
    case 'number':
      return json.text;
    default:
      return json.kind;
  }
}

/** The tree as Snowflake shows a variant: two blanks of indent, `{}` and `[]` when empty. */
export function prettyJson(json: Json, indent = ''): string {
  const inner = `${indent}  `;
  switch (json.kind) {
    case 'object': {
      if (json.entries.length === 0) return '{}';
      const lines = json.entries.map(
        ([key, value]) => `${inner}${JSON.stringify(key)}: ${prettyJson(value, inner)}`,
      );
      return `{\n${lines.join(',\n')}\n${indent}}`;
    }
    case 'array': {
      if (json.items.length === 0) return '[]';
      return `[\n${json.items.map((item) => inner + prettyJson(item, inner)).join(',\n')}\n${indent}]`;
    }
    case 'number':
      return /e/i.test(json.text) ? exponential(json.text) : json.text;
    default:
      return compactJson(json);
  }
}

/** Numbers written with an exponent are doubles; Snowflake prints fifteen digits and two of exponent. */
function exponential(text: string): string {
  const number = Number(text);
  if (!Number.isFinite(number)) return text;
  return number.toExponential(15).replace(/e([+-])(\d)$/, 'e$10$2');
}

/** What TYPEOF calls it. */
export function jsonType(json: Json): string {
  switch (json.kind) {
    case 'string':
      return 'VARCHAR';
    case 'number':
      if (/e/i.test(json.text)) return 'DOUBLE';
      return json.text.includes('.') ? 'DECIMAL' : 'INTEGER';
    case 'true':
    case 'false':
      return 'BOOLEAN';
    case 'null':
    case 'undefined':
      return 'NULL_VALUE';
    default:
      return json.kind.toUpperCase();
  }
}
