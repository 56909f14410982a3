import { type DataType, text } from '../../catalog/data-type.ts';
import { once, onceEach } from '../bind/once.ts';
import { boundedBy } from '../bind/size-limit.ts';
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
  const begin = once(call.integer(1), (at) => `CASE WHEN ${at} = 0 THEN 1 ELSE ${at} END`);
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
  const joined = onceEach(
    call.values.map((_, index) => call.text(index)),
    (...parts) => {
      const anyNull = parts.map((part) => `${part} IS NULL`).join(' OR ');
      return `CASE WHEN NOT (${anyNull}) THEN concat_ws(${parts.join(', ')}) END`;
    },
  );
  return call.result(joined, text());
};

/** POSITION(needle, haystack [, from]) */
const position: FunctionBuilder = (call) => {
  call.arity(2, 3);
  return find(call, call.text(0), call.text(1), call.count > 2 ? call.integer(2) : '1');
};

function find(call: BoundCall, needle: string, haystack: string, from: string): Typed {
  if (from === '1') return whole(`strpos(${haystack}, ${needle})`, call.nullable());
  const place = once(from, (start) =>
    once(
      `strpos(substr(${haystack}, ${start}), ${needle})`,
      (found) => `CASE WHEN ${found} = 0 THEN 0 ELSE ${found} + ${start} - 1 END`,
    ),
  );
  return whole(place, call.nullable());
}

const pad =
  (name: 'lpad' | 'rpad'): FunctionBuilder =>
  (call) => {
    call.arity(2, 3);
    const filler = call.count > 2 ? call.text(2) : "' '";
    const sql = onceEach([call.text(0), call.integer(1)], (value = '', length = '') => {
      // So many characters; the bytes are four times as many at most.
      const count = boundedBy(length, value, `greatest(${length}, 0)`);
      return `${name}(${value}, CAST(${count} AS INTEGER), ${filler})`;
    });
    return call.result(sql, text());
  };

/** REPEAT and SPACE. As a double, the product of two sizes does not overflow. */
function repeated(value: string, times: string): string {
  return onceEach([value, times], (part = '', count = '') => {
    const size = `strlen(${part})::DOUBLE * ${count}`;
    return `repeat(${part}, ${boundedBy(size, part, `greatest(${count}, 0)`)})`;
  });
}

/** REPLACE(text, part [, other]) */
const replace: FunctionBuilder = (call) => {
  call.arity(2, 3);
  const other = call.count > 2 ? call.text(2) : "''";
  const sql = onceEach([call.text(0), call.text(1), other], (value = '', part = '', by = '') => {
    const found = `(strlen(${value}) - strlen(replace(${value}, ${part}, ''))) // greatest(strlen(${part}), 1)`;
    const size = `strlen(${value}) + (${found})::DOUBLE * (strlen(${by}) - strlen(${part}))`;
    const grown = `CASE WHEN strlen(${by}) > strlen(${part}) THEN ${size} ELSE 0 END`;
    return `replace(${value}, ${part}, ${boundedBy(grown, value, by)})`;
  });
  return call.result(sql, text());
};

/** INITCAP(text [, delimiters]): words are the parts between delimiters; with none, the whole text is one. */
const initcap: FunctionBuilder = (call) => {
  call.arity(1, 2);
  const blanks = String.raw`'!?@"^#$&~_,.:;+-*%/|\[](){}<>' || chr(9) || chr(10) || chr(13) || ' '`;
  const delimiters = call.count > 1 ? call.text(1) : `(${blanks})`;
  const split = `string_split(lower(${call.text(0)}), '')`;
  const sql = onceEach([split, delimiters], (letters, between) => {
    const begins = `i = 1 OR contains(${between}, ${letters}[i - 1])`;
    const turned = `list_transform(range(1, len(${letters}) + 1), lambda i: CASE WHEN ${begins} THEN upper(${letters}[i]) ELSE ${letters}[i] END)`;
    return `CASE WHEN ${letters} IS NOT NULL THEN coalesce(list_aggregate(${turned}, 'string_agg', ''), '') END`;
  });
  return call.result(sql, textType(call));
};

/** INSERT(text, position, length, other): a part of the text replaced. */
const insert: FunctionBuilder = (call) => {
  call.arity(4);
  const [length, other] = [call.integer(2), call.text(3)];
  const sql = onceEach(
    [call.text(0), call.integer(1)],
    (value, at) => `(left(${value}, ${at} - 1) || ${other} || substr(${value}, ${at} + ${length}))`,
  );
  return call.result(sql, text());
};

/** STRTOK(text [, delimiters [, number]]): every character of the delimiters parts tokens, empty ones do not count. */
const token: FunctionBuilder = (call) => {
  call.arity(1, 3);
  const number = call.count > 2 ? call.integer(2) : '1';
  return typed(`${tokensOf(call.text(0), call.count > 1 ? call.text(1) : "' '")}[${number}]`, text());
};

/** DuckDB SQL for the list of a text's tokens. */
export function tokensOf(value: string, delimiters: string): string {
  return once(delimiters, (signs) => {
    const one = `translate(${value}, ${signs}, repeat(left(${signs}, 1), length(${signs})))`;
    return `list_filter(string_split(${one}, left(${signs}, 1)), lambda t: t <> '')`;
  });
}

/** DuckDB SQL for the list of a text's parts; an empty separator leaves the text whole, NULL gives NULL. */
export function partsOf(value: string, separator: string): string {
  return onceEach(
    [value, separator],
    (of, by) =>
      `CASE WHEN ${of} IS NULL OR ${by} IS NULL THEN NULL WHEN ${by} = '' THEN [${of}] ELSE string_split(${of}, ${by}) END`,
  );
}

const split: FunctionBuilder = (call) => {
  call.arity(2);
  const json = once(
    partsOf(call.text(0), call.text(1)),
    (parts) => `CASE WHEN ${parts} IS NOT NULL THEN CAST(to_json(${parts}) AS VARCHAR) END`,
  );
  return call.result(json, { kind: 'ARRAY' });
};

/** The code point that a text begins with; 0 for an empty one. */
const firstCode: FunctionBuilder = (call) =>
  whole(
    once(call.text(0), (value) => `CASE WHEN ${value} = '' THEN 0 ELSE unicode(${value}) END`),
    call.nullable(),
  );

const splitPart: FunctionBuilder = (call) => {
  call.arity(3);
  const part = onceEach(
    [partsOf(call.text(0), call.text(1)), call.integer(2)],
    (parts, at) =>
      `CASE WHEN ${parts} IS NOT NULL AND ${at} IS NOT NULL THEN coalesce(${parts}[CASE WHEN ${at} = 0 THEN 1 ELSE ${at} END], '') END`,
  );
  return call.result(part, text());
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
  REPEAT: grows((call) => repeated(call.text(0), call.integer(1)), 2),
  SPACE: grows((call) => repeated("' '", call.integer(0))),
  REVERSE: simple((call) => `reverse(${call.text(0)})`),
  REPLACE: replace,
  TRANSLATE: simple((call) => `translate(${call.text(0)}, ${call.text(1)}, ${call.text(2)})`, 3),
  CONCAT: concat,
  CONCAT_WS: concatWith,
  POSITION: position,
  CHARINDEX: position,
  CONTAINS: test((a, b) => `contains(${a}, ${b})`),
  STARTSWITH: test((a, b) => `starts_with(${a}, ${b})`),
  ENDSWITH: test((a, b) => `ends_with(${a}, ${b})`),
  ASCII: firstCode,
  UNICODE: firstCode,
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
