import { numeric } from '../bind/arithmetic.ts';
import { compare, comparisonKey } from '../bind/comparison.ts';
import { nullIf, once, onceEach } from '../bind/once.ts';
import { nullValue, type Typed, truth, typed } from '../bind/typed.ts';
import type { BoundCall, FunctionBuilder } from './bound-call.ts';

function condition(call: BoundCall, index: number): string {
  return call.as(index, { kind: 'BOOLEAN' }).sql;
}

const coalesce: FunctionBuilder = (call) => {
  call.arity(1, 1000);
  const values = call.binder.unify(call.values);
  const first = values[0] as Typed;
  const nullable = values.every((value) => value.nullable);
  const sql = `coalesce(${values.map((value) => value.sql).join(', ')})`;
  return { ...typed(sql, first.type, nullable), ...(first.untyped ? { untyped: true } : {}) };
};

const choose = (test: string, yes: Typed, no: Typed, call: BoundCall): Typed => {
  const [a, b] = call.binder.unify([yes, no]) as [Typed, Typed];
  return typed(`CASE WHEN ${test} THEN ${a.sql} ELSE ${b.sql} END`, a.type, a.nullable || b.nullable);
};

const decode: FunctionBuilder = (call) => {
  call.arity(3, 1000);
  const { values } = call;
  const subject = values[0] as Typed;
  const pairs = Math.floor((values.length - 1) / 2);
  const otherwise = values.length % 2 === 0 ? (values.at(-1) as Typed) : nullValue();
  const results = call.binder.unify([
    ...Array.from({ length: pairs }, (_, at) => values[2 + at * 2] as Typed),
    otherwise,
  ]);
  const last = results.at(-1) as Typed;
  const sql = once(subject.sql, (name) => {
    const branches = Array.from({ length: pairs }, (_, at) => {
      const search = values[1 + at * 2] as Typed;
      const met = compare('IS NOT DISTINCT FROM', { ...subject, sql: name }, search, call.environment);
      return `WHEN ${met.sql} THEN ${results[at]?.sql}`;
    });
    return `CASE ${branches.join(' ')} ELSE ${last.sql} END`;
  });
  return typed(sql, last.type);
};

/** The greatest or least; NULL as soon as one argument is. */
const extreme =
  (name: 'greatest' | 'least', ignoreNulls: boolean): FunctionBuilder =>
  (call) => {
    call.arity(1, 1000);
    const values = call.binder.unify(call.values);
    const { type } = values[0] as Typed;
    const sqls = values.map((value) => value.sql);
    const best = (...names: string[]): string => `${name}(${names.join(', ')})`;
    const sql = ignoreNulls
      ? best(...sqls)
      : onceEach(sqls, (...names) => {
          const anyNull = names.map((each) => `${comparisonKey(typed(each, type))} IS NULL`).join(' OR ');
          return `CASE WHEN NOT (${anyNull}) THEN ${best(...names)} END`;
        });
    return typed(sql, type, call.nullable());
  };

/** IFF, NVL, COALESCE and their like. */
export const CONDITIONAL_FUNCTIONS: Readonly<Record<string, FunctionBuilder>> = {
  COALESCE: coalesce,
  NVL: coalesce,
  IFNULL: coalesce,
  DECODE: decode,
  GREATEST: extreme('greatest', false),
  LEAST: extreme('least', false),
  GREATEST_IGNORE_NULLS: extreme('greatest', true),
  LEAST_IGNORE_NULLS: extreme('least', true),
  IFF: (call) => {
    call.arity(3);
    return choose(condition(call, 0), call.value(1), call.value(2), call);
  },
  NVL2: (call) => {
    call.arity(3);
    return choose(`${call.value(0).sql} IS NOT NULL`, call.value(1), call.value(2), call);
  },
  NULLIF: (call) => {
    call.arity(2);
    const [a, b] = [call.value(0), call.value(1)];
    const sql = once(a.sql, (name) => {
      const equal = compare('=', { ...a, sql: name }, b, call.environment).sql;
      return `CASE WHEN NOT coalesce(${equal}, false) THEN ${name} END`;
    });
    return typed(sql, a.type);
  },
  ZEROIFNULL: (call) => {
    call.arity(1);
    const value = numeric(call.value(0), call.environment);
    return typed(`coalesce(${value.sql}, 0)`, value.type, false);
  },
  NULLIFZERO: (call) => {
    call.arity(1);
    const value = numeric(call.value(0), call.environment);
    return typed(nullIf(value.sql, '0'), value.type);
  },
  EQUAL_NULL: (call) => {
    call.arity(2);
    return compare('IS NOT DISTINCT FROM', call.value(0), call.value(1), call.environment);
  },
  REGR_VALX: (call) => {
    call.arity(2);
    const x = call.value(1).untyped ? nullValue({ kind: 'REAL' }) : call.value(1);
    return typed(`CASE WHEN ${call.value(0).sql} IS NOT NULL THEN ${x.sql} END`, x.type);
  },
  BOOLAND: (call) => truth(`(${condition(call, 0)} AND ${condition(call, 1)})`),
  BOOLOR: (call) => truth(`(${condition(call, 0)} OR ${condition(call, 1)})`),
  BOOLNOT: (call) => truth(`(NOT ${condition(call, 0)})`),
  BOOLXOR: (call) => truth(`(${condition(call, 0)} <> ${condition(call, 1)})`),
};
