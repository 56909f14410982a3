import { type DataType, text } from '../../catalog/data-type.ts';
import { type Typed, truth, typed, whole } from '../bind/typed.ts';
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

/** How many bytes a text or binary has. */
function bytesOf(call: BoundCall): string {
  call.arity(1);
  const value = call.value(0);
  return value.type.kind === 'BINARY' ? `octet_length(${value.sql})` : `strlen(${call.text(0)})`;
}

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

/** INITCAP(text [, delimiters]): words are what stands between delimiters; with none, the whole text is one. */
const initcap: FunctionBuilder = (call) => {
  call.arity(1, 2);
  const blanks = String.raw`'!?@"^#$&~_,.:;+-*%/|\[](){}<>' || chr(9) || chr(10) || chr(13) || ' '`;
  const delimiters = call.count > 1 ? call.text(1) : `(${blanks})`;
  const letters = `string_split(lower(${call.text(0)}), '')`;
  const begins = `i = 1 OR contains(${delimiters}, ${letters}[i - 1])`;
  const turned = `list_transform(range(1, len(${letters}) + 1), lambda i: CASE WHEN ${begins} THEN upper(${letters}[i]) ELSE ${letters}[i] END)`;
  const sql = `CASE WHEN ${call.text(0)} = '' THEN '' ELSE list_aggregate(${turned}, 'string_agg', '') END`;
  return call.result(sql, textType(call));
};

/** INSERT(text, position, length, other): a part of the text replaced. */
const insert: FunctionBuilder = (call) => {
  call.arity(4);
  const [value, at, length, other] = [call.text(0), call.integer(1), call.integer(2), call.text(3)];
  return call.result(`left(${value}, ${at} - 1) || ${other} || substr(${value}, ${at} + ${length})`, text());
};

/** STRTOK(text [, delimiters [, number]]): every character of the delimiters parts tokens, empty ones do not count. */
const token: FunctionBuilder = (call) => {
  call.arity(1, 3);
  const number = call.count > 2 ? call.integer(2) : '1';
  return typed(`${tokensOf(call.text(0), call.count > 1 ? call.text(1) : "' '")}[${number}]`, text());
};

/** DuckDB SQL for the list of a text's tokens. */
export function tokensOf(value: string, delimiters: string): string {
  const one = `translate(${value}, ${delimiters}, repeat(left(${delimiters}, 1), length(${delimiters})))`;
  return `list_filter(string_split(${one}, left(${delimiters}, 1)), lambda t: t <> '')`;
}

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
  INITCAP: initcap,
  TRIM: trim('trim'),
  LTRIM: trim('ltrim'),
  RTRIM: trim('rtrim'),
  LENGTH: length,
  LEN: length,
  OCTET_LENGTH: (call) => whole(bytesOf(call), call.nullable()),
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
  BIT_LENGTH: (call) => whole(`8 * ${bytesOf(call)}`, call.nullable()),
  INSERT: insert,
  LIKE: test((a, b) => `(${a} LIKE ${b})`),
  ILIKE: test((a, b) => `(${a} ILIKE ${b})`),
  STRTOK: token,
  STRTOK_TO_ARRAY: (call) => {
    call.arity(1, 2);
    const tokens = tokensOf(call.text(0), call.count > 1 ? call.text(1) : "' '");
    return call.result(`CAST(to_json(${tokens}) AS VARCHAR)`, { kind: 'ARRAY' });
  },
  JAROWINKLER_SIMILARITY: (call) => {
    call.arity(2);
    return whole(
      `floor(100 * jaro_winkler_similarity(upper(${call.text(0)}), upper(${call.text(1)})))`,
      call.nullable(),
    );
  },
  SPLIT: split,
  SPLIT_PART: splitPart,
};
