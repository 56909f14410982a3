import { createHash } from 'node:crypto';
import type { Typed } from './typed.ts';

/**
 * DuckDB SQL in which each operand is computed once, however often `body` names it. Repeating the text of an
 * operand costs a computation each time, gives random values that differ, and grows exponentially when such
 * expressions are nested. What is not as cheap as a column becomes the variable of a lambda; DuckDB computes
 * lambdas by vectors, at some ten nanoseconds a row, also around aggregates and window functions.
 */
export function onceEach(operands: readonly string[], body: (...names: string[]) => string): string {
  const costly = operands.filter((operand) => !isCheap(operand));
  if (costly.length === 0) return body(...operands);
  // The same operand has the same name in every place, so that GROUP BY recognizes equal expressions.
  const variable = `v_${createHash('sha1').update(costly.join('\n')).digest('hex').slice(0, 12)}`;
  const single = costly.length === 1;
  const names = operands.map((operand) => {
    const at = costly.indexOf(operand);
    if (at < 0) return operand;
    return single ? variable : `${variable}.a${at}`;
  });
  const written = body(...names);
  const { rest, subqueries } = withoutSubqueries(written, variable);
  if (single && subqueries.length === 0) return lambda(costly[0] as string, variable, written);
  const fields = [
    ...costly.map((operand, at) => `'a${at}': ${operand}`),
    ...subqueries.map((subquery, at) => `'q${at}': ${subquery}`),
  ];
  // Inside the struct, the one operand is a field, too.
  const moved = single ? rest.replaceAll(new RegExp(`${variable}(?!\\.q\\d)`, 'g'), `${variable}.a0`) : rest;
  return lambda(`{${fields.join(', ')}}`, variable, moved);
}

/** {@link onceEach} for one operand. */
export function once(operand: string, body: (name: string) => string): string {
  return onceEach([operand], body);
}

/** {@link once} for a bound expression, and what is built of it. */
export function onceTyped(operand: Typed, build: (value: Typed) => Typed): Typed {
  let built = operand;
  const sql = once(operand.sql, (name) => {
    built = build({ ...operand, sql: name });
    return built.sql;
  });
  return { ...built, sql };
}

/** NULL where the operand is a value; DuckDB's own NULLIF names its operand twice. */
export function nullIf(operand: string, value: string): string {
  return once(operand, (name) => `nullif(${name}, ${value})`);
}

/** {@link onceEach} for two bound expressions, and what is built of them. */
export function bothOnce(a: Typed, b: Typed, build: (a: Typed, b: Typed) => Typed): Typed {
  let built = a;
  const sql = onceEach([a.sql, b.sql], (x = '', y = '') => {
    built = build({ ...a, sql: x }, { ...b, sql: y });
    return built.sql;
  });
  return { ...built, sql };
}

function lambda(operand: string, variable: string, body: string): string {
  return `list_transform([${operand}], lambda ${variable}: (${body}))[1]`;
}

const NAME = String.raw`(?:"(?:[^"]|"")*"|\w+)`;
const CHEAP = new RegExp(String.raw`^(?:${NAME}(?:\.${NAME})*|'(?:[^']|'')*')(?:::\w+)?$`);
const WRAPPED = [/^CAST\((.*) AS [A-Z]+(?:\(\d+(?:,\d+)?\))?\)$/, /^\(-?(.*)\)(?:\.\w+)?$/];

/** True for a column, a variable or a constant, also with casts between numbers around it. */
function isCheap(sql: string): boolean {
  if (sql.length > 300) return false;
  if (CHEAP.test(sql)) return true;
  const inner = WRAPPED.map((pattern) => pattern.exec(sql)?.[1]).find((each) => each !== undefined);
  return inner !== undefined && isCheap(inner);
}

const QUERY = /\((?:\s*\()*\s*(?:SELECT|WITH)\b/y;
const QUOTED = /'(?:[^']|'')*'|"(?:[^"]|"")*"/y;

/** DuckDB has no subqueries inside of lambdas: they become fields beside the operand. */
function withoutSubqueries(body: string, variable: string): { rest: string; subqueries: string[] } {
  const subqueries: string[] = [];
  if (!/\(\s*(?:SELECT|WITH)\b/.test(body)) return { rest: body, subqueries };
  let rest = '';
  let copied = 0;
  const open: number[] = [];
  for (let at = 0; at < body.length; at++) {
    QUOTED.lastIndex = at;
    const quoted = QUOTED.exec(body);
    if (quoted) {
      at = QUOTED.lastIndex - 1;
      continue;
    }
    if (body[at] === ')') open.pop();
    if (body[at] !== '(') continue;
    QUERY.lastIndex = at;
    // The parenthesis of a function or a CAST is not an expression by itself.
    const start =
      !/\w/.test(body[at - 1] ?? '') && QUERY.test(body) ? unitStart(body, at, open.at(-1) ?? 0) : -1;
    const end = start < 0 ? -1 : closing(body, body[start] === '(' ? start : at);
    const unit = body.slice(start, end + 1);
    if (start < 0 || unit.includes(variable)) {
      open.push(at);
      continue;
    }
    rest += `${body.slice(copied, start)}${variable}.q${subqueries.length}`;
    subqueries.push(unit);
    if (start < at && body[start] === '(') open.pop();
    copied = end + 1;
    at = end;
  }
  return { rest: rest + body.slice(copied), subqueries };
}

/** Where the expression begins that a query belongs to: itself, its EXISTS, or the parenthesis around `x IN (…)`. */
function unitStart(body: string, query: number, enclosing: number): number {
  const before = /(\bEXISTS |\b(?:IN|ANY|ALL) )$/.exec(body.slice(Math.max(query - 8, 0), query));
  if (!before) return query;
  return before[1] === 'EXISTS ' ? query - 'EXISTS '.length : enclosing;
}

/** The parenthesis that closes the one at a place. */
function closing(body: string, start: number): number {
  let depth = 0;
  for (let at = start; at < body.length; at++) {
    QUOTED.lastIndex = at;
    if (QUOTED.test(body)) at = QUOTED.lastIndex - 1;
    else if (body[at] === '(') depth++;
    else if (body[at] === ')' && --depth === 0) return at;
  }
  return body.length;
}
