import { type DataType, text } from '../../catalog/data-type.ts';
import { type Typed, truth, typed, whole } from '../bind/typed.ts';
import { unsupported } from '../error.ts';
import type { BoundCall, FunctionBuilder } from './bound-call.ts';

/** The type of the first argument when it is text, else the longest text. */
function textType(call: BoundCall): DataType {
  const { type } = call.value(0);
  return type.kind === 'TEXT' ? type : text();
}

const simple =
  (write: (call: BoundCall) => string, least = 1, most = least): FunctionBuilder =>
  (call) => {
    call.arity(least, most);
    return call.result(write(call), textType(call));
  };

const grows =
  (write: (call: BoundCall) => string, least = 1, most = least): FunctionBuilder =>
  (call) => {
    call.arity(least, most);
    return call.result(write(call), text());
  };

const test =
  (write: (a: string, b: string) => string): FunctionBuilder =>
  (call) => {
    call.arity(2);
    return truth(write(call.text(0), call.text(1)), call.nullable());
  };

const trim = (name: 'trim' | 'ltrim' | 'rtrim'): FunctionBuilder =>
  simple((call) => `${name}(${call.text(0)}, ${call.count > 1 ? call.text(1) : "' '"})`, 1, 2);

/** SUBSTR: one-based, negative from the end; 0 counts as 1. */
const substring: FunctionBuilder = (call) => {
  call.arity(2, 3);
  const length = call.count > 2 ? `, greatest(${call.integer(2)}, 0)` : '';
  const value = call.value(0);
  const begin = `CASE WHEN ${call.integer(1)} = 0 THEN 1 ELSE ${call.integer(1)} END`;
  if (value.type.kind === 'BINARY') {
    const count = call.count > 2 ? `, 2 * ${call.integer(2)}` : '';
    return call.result(`unhex(substr(hex(${value.sql}), 2 * (${begin}) - 1${count}))`, value.type);
  }
  return call.result(`substr(${call.text(0)}, ${begin}${length})`, textType(call));
};

const length: FunctionBuilder = (call) => {
  call.arity(1);
  const value = call.value(0);
  return whole(
    value.type.kind === 'BINARY' ? `octet_length(${value.sql})` : `length(${call.text(0)})`,
    value.nullable,
  );
};

const concat: FunctionBuilder = (call) => {
  call.arity(1, 1000);
  const parts = call.values.map((_, index) => call.text(index));
  return call.result(`(${parts.join(' || ')})`, text());
};

const concatWith: FunctionBuilder = (call) => {
  call.arity(2, 1000);
  const parts = call.values.map((_, index) => call.text(index));
  const anyNull = parts.map((part) => `${part} IS NULL`).join(' OR ');
  return call.result(`CASE WHEN NOT (${anyNull}) THEN concat_ws(${parts.join(', ')}) END`, text());
};

/** POSITION(needle, haystack [, from]) */
const position: FunctionBuilder = (call) => {
  call.arity(2, 3);
  return find(call, call.text(0), call.text(1), call.count > 2 ? call.integer(2) : '1');
};

function find(call: BoundCall, needle: string, haystack: string, from: string): Typed {
  if (from === '1') return whole(`strpos(${haystack}, ${needle})`, call.nullable());
  const rest = `strpos(substr(${haystack}, ${from}), ${needle})`;
  return whole(`CASE WHEN ${rest} = 0 THEN 0 ELSE ${rest} + ${from} - 1 END`, call.nullable());
}

const pad =
  (name: 'lpad' | 'rpad'): FunctionBuilder =>
  (call) => {
    call.arity(2, 3);
    const filler = call.count > 2 ? call.text(2) : "' '";
    return call.result(
      `${name}(${call.text(0)}, CAST(greatest(${call.integer(1)}, 0) AS INTEGER), ${filler})`,
      text(),
    );
  };

/** Options of regular expressions: the letters that DuckDB shares. */
function regexOptions(call: BoundCall, index: number): string {
  const given = call.count > index ? call.constant(index) : '';
  return given.replaceAll(/[^cims]/g, '');
}

const regexpReplace: FunctionBuilder = (call) => {
  call.arity(2, 6);
  if (call.count > 3 && (call.constant(3) !== '1' || (call.count > 4 && call.constant(4) !== '0'))) {
    throw unsupported('REGEXP_REPLACE with a position or an occurrence');
  }
  const replacement = call.count > 2 ? call.text(2) : "''";
  return call.result(
    `regexp_replace(${call.text(0)}, ${call.text(1)}, ${replacement}, 'g${regexOptions(call, 5)}')`,
    text(),
  );
};

const regexpSubstring: FunctionBuilder = (call) => {
  call.arity(2, 6);
  const occurrence = call.count > 3 ? call.integer(3) : '1';
  const group =
    call.count > 5 ? call.constant(5) : call.count > 4 && call.constant(4).includes('e') ? '1' : '0';
  const source = call.count > 2 ? `substr(${call.text(0)}, ${call.integer(2)})` : call.text(0);
  const all = `regexp_extract_all(${source}, ${call.text(1)}, ${group}, '${regexOptions(call, 4)}')`;
  return typed(`${all}[${occurrence}]`, text());
};

const split: FunctionBuilder = (call) => {
  call.arity(2);
  const parts = `string_split(${call.text(0)}, ${call.text(1)})`;
  return call.result(`CAST(to_json(${parts}) AS VARCHAR)`, { kind: 'ARRAY' });
};

const splitPart: FunctionBuilder = (call) => {
  call.arity(3);
  const at = `CASE WHEN ${call.integer(2)} = 0 THEN 1 ELSE ${call.integer(2)} END`;
  return call.result(
    `coalesce(string_split(${call.text(0)}, ${call.text(1)})[${at}], CASE WHEN ${call.text(0)} IS NOT NULL AND ${call.text(1)} IS NOT NULL THEN '' END)`,
    text(),
  );
};

/** Texts. */
export const TEXT_FUNCTIONS: Readonly<Record<string, FunctionBuilder>> = {
  UPPER: simple((call) => `upper(${call.text(0)})`),
  LOWER: simple((call) => `lower(${call.text(0)})`),
  INITCAP: simple(
    (call) =>
      `list_aggregate(list_transform(regexp_extract_all(${call.text(0)}, '[\\p{L}\\p{N}]+|[^\\p{L}\\p{N}]+'), lambda w: upper(w[1]) || lower(w[2:])), 'string_agg', '')`,
  ),
  TRIM: trim('trim'),
  LTRIM: trim('ltrim'),
  RTRIM: trim('rtrim'),
  LENGTH: length,
  LEN: length,
  OCTET_LENGTH: (call) =>
    whole(
      call.value(0).type.kind === 'BINARY' ? `octet_length(${call.value(0).sql})` : `strlen(${call.text(0)})`,
      call.nullable(),
    ),
  SUBSTR: substring,
  SUBSTRING: substring,
  LEFT: simple((call) => `left(${call.text(0)}, greatest(${call.integer(1)}, 0))`, 2),
  RIGHT: simple((call) => `right(${call.text(0)}, greatest(${call.integer(1)}, 0))`, 2),
  LPAD: pad('lpad'),
  RPAD: pad('rpad'),
  REPEAT: grows((call) => `repeat(${call.text(0)}, greatest(${call.integer(1)}, 0))`, 2),
  SPACE: grows((call) => `repeat(' ', ${call.integer(0)})`),
  REVERSE: simple((call) => `reverse(${call.text(0)})`),
  REPLACE: grows(
    (call) => `replace(${call.text(0)}, ${call.text(1)}, ${call.count > 2 ? call.text(2) : "''"})`,
    2,
    3,
  ),
  TRANSLATE: simple((call) => `translate(${call.text(0)}, ${call.text(1)}, ${call.text(2)})`, 3),
  CONCAT: concat,
  CONCAT_WS: concatWith,
  POSITION: position,
  CHARINDEX: position,
  CONTAINS: test((a, b) => `contains(${a}, ${b})`),
  STARTSWITH: test((a, b) => `starts_with(${a}, ${b})`),
  ENDSWITH: test((a, b) => `ends_with(${a}, ${b})`),
  ASCII: (call) =>
    whole(`CASE WHEN ${call.text(0)} = '' THEN 0 ELSE unicode(${call.text(0)}) END`, call.nullable()),
  UNICODE: (call) =>
    whole(`CASE WHEN ${call.text(0)} = '' THEN 0 ELSE unicode(${call.text(0)}) END`, call.nullable()),
  CHR: (call) => call.result(`chr(CAST(${call.integer(0)} AS INTEGER))`, text(1)),
  CHAR: (call) => call.result(`chr(CAST(${call.integer(0)} AS INTEGER))`, text(1)),
  EDITDISTANCE: (call) => whole(`levenshtein(${call.text(0)}, ${call.text(1)})`, call.nullable()),
  REGEXP_LIKE: test((a, b) => `regexp_full_match(${a}, ${b})`),
  RLIKE: test((a, b) => `regexp_full_match(${a}, ${b})`),
  REGEXP_REPLACE: regexpReplace,
  REGEXP_SUBSTR: regexpSubstring,
  REGEXP_COUNT: (call) => whole(`len(regexp_extract_all(${call.text(0)}, ${call.text(1)}))`, call.nullable()),
  SPLIT: split,
  SPLIT_PART: splitPart,
};
