import { text } from '../../catalog/data-type.ts';
import { duckText } from '../../store/duck-text.ts';
import { once, onceEach } from '../bind/once.ts';
import { boundedBy } from '../bind/size-limit.ts';
import { truth, typed, whole } from '../bind/typed.ts';

import type { BoundCall, FunctionBuilder } from './bound-call.ts';

/** A pattern with the options of Snowflake's, which RE2 takes inside of it: c, i, m, s; e is about the result. */
function pattern(call: BoundCall, optionsAt: number): string {
  const options = call.count > optionsAt ? call.constant(optionsAt) : '';
  const last = [...options].filter((option) => option === 'i' || option === 'c').at(-1);
  const flags = `${last === 'i' ? 'i' : ''}${[...'ms'].filter((option) => options.includes(option)).join('')}`;
  return flags ? `(${duckText(`(?${flags})`)} || ${call.text(1)})` : call.text(1);
}

/** The argument as a whole number that is at least 1; 1 when it was not given. */
function count(call: BoundCall, index: number): string {
  return call.count > index ? call.integer(index) : '1';
}

/** What is searched: the text from a position on. */
function searched(call: BoundCall, positionAt: number): string {
  return call.count > positionAt ? `substr(${call.text(0)}, ${call.integer(positionAt)})` : call.text(0);
}

const matches: FunctionBuilder = (call) => {
  call.arity(2, 3);
  return truth(`regexp_full_match(${call.text(0)}, ${pattern(call, 2)})`, call.nullable(0, 1));
};

/**
 * DuckDB SQL that replaces all matches. How many there are is counted only where the result could be too large: each
 * gets the replacement, and each group that the replacement names is a part of the text.
 */
function replaceAll(value: string, regex: string, by: string): string {
  return onceEach([value, regex, by], (of = '', pattern = '', other = '') => {
    const named = `(strlen(${other}) - strlen(replace(${other}, '\\', '')))`;
    const groups = `strlen(${of})::DOUBLE * (1 + ${named})`;
    const most = `${groups} + (strlen(${of}) + 1)::DOUBLE * strlen(${other})`;
    const [marked, without] = ["'.'", "''"].map(
      (by) => `strlen(regexp_replace(${of}, ${pattern}, ${by}, 'g'))`,
    );
    const counted = `${groups} + (${marked} - ${without})::DOUBLE * strlen(${other})`;
    const size = `CASE WHEN ${most} > 16777216 THEN ${counted} ELSE 0 END`;
    return `regexp_replace(${of}, ${pattern}, ${boundedBy(size, of, other)}, 'g')`;
  });
}

/** REGEXP_REPLACE(text, pattern [, replacement, position, occurrence, options]); occurrence 0 is all of them. */
const replace: FunctionBuilder = (call) => {
  call.arity(2, 6);
  const by = call.count > 2 ? call.text(2) : "''";
  const regex = pattern(call, 5);
  if (call.count < 4) {
    return typed(replaceAll(call.text(0), regex, by), text(), call.nullable(0, 1));
  }
  const sql = onceEach([call.text(0), call.integer(3)], (value, position) => {
    const source = `substr(${value}, ${position})`;
    const replaced =
      call.count > 4
        ? `sf_regexp_replace(${source}, ${regex}, ${by}, ${call.integer(4)})`
        : replaceAll(source, regex, by);
    return `(left(${value}, ${position} - 1) || ${replaced})`;
  });
  return typed(sql, text(), call.nullable(0, 1));
};

/** REGEXP_SUBSTR(text, pattern [, position, occurrence, options, group]) */
const substring: FunctionBuilder = (call) => {
  call.arity(2, 6);
  const extracts = call.count > 4 && call.constant(4).includes('e');
  const group = call.count > 5 ? call.constant(5) : extracts ? '1' : '0';
  const found = `regexp_extract_all(${searched(call, 2)}, ${pattern(call, 4)}, ${group})`;
  return typed(`${found}[${count(call, 3)}]`, text());
};

/** REGEXP_INSTR(text, pattern [, position, occurrence, option]); with option 1 the place after the match. */
const position: FunctionBuilder = (call) => {
  call.arity(2, 5);
  const option = call.count > 4 ? call.integer(4) : '0';
  const shift = call.count > 2 ? `${call.integer(2)} - 1` : '0';
  const sql = once(
    `sf_regexp_position(${searched(call, 2)}, ${call.text(1)}, ${count(call, 3)}, ${option})`,
    (found) => `CASE WHEN ${found} = 0 THEN 0 ELSE ${found} + ${shift} END`,
  );
  return whole(sql, call.nullable());
};

const occurrences: FunctionBuilder = (call) => {
  call.arity(2, 4);
  return whole(`len(regexp_extract_all(${searched(call, 2)}, ${pattern(call, 3)}))`, call.nullable(0, 1));
};

/** Regular expressions; DuckDB's RE2 and Snowflake's dialect agree in what they have in common. */
export const REGULAR_EXPRESSION_FUNCTIONS: Readonly<Record<string, FunctionBuilder>> = {
  REGEXP_LIKE: matches,
  RLIKE: matches,
  REGEXP_REPLACE: replace,
  REGEXP_SUBSTR: substring,
  REGEXP_INSTR: position,
  REGEXP_COUNT: occurrences,
};

/** The macros behind them: matches and the texts between them, by turns, are the whole text. */
export const REGULAR_EXPRESSION_MACROS: readonly string[] = [
  `sf_regexp_before(parts, found, n) AS coalesce(list_aggregate(list_transform(range(1, n), lambda i: parts[i] || found[i]), 'string_agg', ''), '') || parts[n]`,
  `sf_regexp_position(x, pattern, n, after) AS list_transform([{'x': x, 'p': pattern, 'n': n, 'a': after}], lambda m_position: CASE WHEN len(regexp_extract_all(m_position.x, m_position.p)) < m_position.n THEN 0
     ELSE length(sf_regexp_before(string_split_regex(m_position.x, m_position.p), regexp_extract_all(m_position.x, m_position.p), m_position.n)) + 1 + CASE WHEN m_position.a = 1 THEN length(regexp_extract_all(m_position.x, m_position.p)[m_position.n]) ELSE 0 END END)[1]`,
  `sf_regexp_replace(x, pattern, other, n) AS list_transform([{'x': x, 'p': pattern, 'o': other, 'n': n}], lambda m_replace: CASE WHEN m_replace.n = 0 THEN regexp_replace(m_replace.x, m_replace.p, m_replace.o, 'g') WHEN len(regexp_extract_all(m_replace.x, m_replace.p)) < m_replace.n THEN m_replace.x
     ELSE sf_regexp_before(string_split_regex(m_replace.x, m_replace.p), regexp_extract_all(m_replace.x, m_replace.p), m_replace.n) || regexp_replace(regexp_extract_all(m_replace.x, m_replace.p)[m_replace.n], m_replace.p, m_replace.o)
       || substr(m_replace.x, length(sf_regexp_before(string_split_regex(m_replace.x, m_replace.p), regexp_extract_all(m_replace.x, m_replace.p), m_replace.n)) + length(regexp_extract_all(m_replace.x, m_replace.p)[m_replace.n]) + 1) END)[1]`,
];
