import { type DataType, fixed, MAX_PRECISION, storageType, text } from '../../catalog/data-type.ts';
import { arithmetic, numeric } from '../bind/arithmetic.ts';
import { cast } from '../bind/cast.ts';
import { comparisonKey } from '../bind/comparison.ts';
import { nullIf } from '../bind/once.ts';
import { type Typed, truth, typed, whole } from '../bind/typed.ts';
import { unsupported } from '../error.ts';
import type { BoundCall, FunctionBuilder } from './bound-call.ts';

/** `name([DISTINCT] argument) [OVER …]` */
function aggregate(call: BoundCall, name: string, argument: string, suffix = ''): string {
  return `${name}(${call.call.distinct ? 'DISTINCT ' : ''}${argument}${suffix})${call.over}`;
}

const count: FunctionBuilder = (call) => {
  const [first] = call.call.arguments;
  if (first?.value.node === 'star') return whole(`count(*)${call.over}`, false);
  call.arity(1, 100);
  const keys = call.values.map(comparisonKey);
  if (keys.length === 1) return whole(aggregate(call, 'count', keys[0] as string), false);
  // Of several columns, only rows count in which none is NULL.
  const complete = keys.map((key) => `${key} IS NOT NULL`).join(' AND ');
  return whole(aggregate(call, 'count', `CASE WHEN ${complete} THEN (${keys.join(', ')}) END`), false);
};

const extreme =
  (name: 'min' | 'max'): FunctionBuilder =>
  (call) => {
    call.arity(1);
    const value = call.value(0);
    return typed(aggregate(call, name, value.sql), value.type);
  };

/** What is added up: texts count as FLOAT. */
function summand(call: BoundCall): Typed {
  call.arity(1);
  const value = call.value(0);
  return value.type.kind === 'TEXT' && !value.untyped
    ? cast(value, { kind: 'REAL' }, call.environment)
    : numeric(value, call.environment);
}

const sum: FunctionBuilder = (call) => {
  const value = summand(call);
  if (value.type.kind !== 'FIXED') return typed(aggregate(call, 'sum', value.sql), value.type);
  const type = fixed(MAX_PRECISION, value.type.scale);
  return typed(`CAST(${aggregate(call, 'sum', value.sql)} AS ${storageType(type)})`, type);
};

const average: FunctionBuilder = (call) => {
  const value = summand(call);
  if (value.type.kind !== 'FIXED') return typed(aggregate(call, 'avg', value.sql), value.type);
  const { scale } = value.type;
  const wide = Math.max(scale, Math.min(scale + 6, 12));
  const type = fixed(MAX_PRECISION, wide);
  const total = `CAST(replace(CAST(${aggregate(call, 'sum', value.sql)} AS VARCHAR), '.', '') AS HUGEINT)`;
  const number = aggregate(call, 'count', value.sql);
  const shift = `1${'0'.repeat(wide - scale)}::HUGEINT`;
  const unit = wide === 0 ? '' : ` * CAST('0.${'0'.repeat(wide - 1)}1' AS DECIMAL(${wide},${wide}))`;
  const mean = `sf_round_div(${total} * ${shift}, nullif(${number}, 0)::HUGEINT)`;
  return typed(`CAST(CAST(${mean} AS DECIMAL(38,0))${unit} AS ${storageType(type)})`, type);
};

const real =
  (name: string): FunctionBuilder =>
  (call) => {
    call.arity(1);
    return typed(aggregate(call, name, call.real(0)), { kind: 'REAL' });
  };

const truthful =
  (name: 'bool_and' | 'bool_or'): FunctionBuilder =>
  (call) => {
    call.arity(1);
    return typed(aggregate(call, name, call.as(0, { kind: 'BOOLEAN' }).sql), { kind: 'BOOLEAN' });
  };

/** ORDER BY inside an aggregate. With DISTINCT, it can only be by the argument itself. */
function within(call: BoundCall, argument: string): string {
  const { withinGroup, distinct } = call.call;
  if (!withinGroup) return '';
  return ` ORDER BY ${call.binder.orderBy(withinGroup, distinct ? () => argument : undefined)}`;
}

const listAgg: FunctionBuilder = (call) => {
  call.arity(1, 2);
  const separator = call.count > 1 ? call.text(1) : "''";
  const list = aggregate(call, 'string_agg', `${call.text(0)}, ${separator}`, within(call, call.text(0)));
  return typed(`coalesce(${list}, '')`, text(), false);
};

const arrayAgg: FunctionBuilder = (call) => {
  call.arity(1);
  const value = cast(call.value(0), { kind: 'VARIANT' }, call.environment);
  const list = aggregate(call, 'string_agg', `${value.sql}, ','`, within(call, value.sql));
  return typed(`('[' || coalesce(${list}, '') || ']')`, { kind: 'ARRAY' }, false);
};

const objectAgg: FunctionBuilder = (call) => {
  call.arity(2);
  const value = cast(call.value(1), { kind: 'VARIANT' }, call.environment);
  const pair = `CAST(to_json(${call.text(0)}) AS VARCHAR) || ':' || ${value.sql}`;
  const pairs = aggregate(call, 'string_agg', `${pair}, ','`);
  return typed(`sf_json_compact('{' || coalesce(${pairs}, '') || '}')`, { kind: 'OBJECT' }, false);
};

/** Without a frame, FIRST_VALUE, LAST_VALUE and NTH_VALUE see the whole partition. */
function overAll(call: BoundCall): string {
  const { over } = call.call;
  if (!over || over.frame !== null || !call.name.endsWith('_VALUE')) return call.over;
  return call.binder.window({ ...over, frame: 'ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING' });
}

const valueAt =
  (name: string): FunctionBuilder =>
  (call) => {
    call.arity(1, 3);
    const value = call.value(0);
    const offset = call.count > 1 ? `, ${call.integer(1)}` : '';
    const otherwise = call.count > 2 ? `, ${call.as(2, value.type).sql}` : '';
    const nulls = call.call.ignoreNulls ? ' IGNORE NULLS' : '';
    return typed(`${name}(${value.sql}${offset}${otherwise}${nulls})${overAll(call)}`, value.type);
  };

const ranking =
  (name: string): FunctionBuilder =>
  (call) =>
    whole(`${name}(${call.count > 0 ? call.integer(0) : ''})${call.over}`, false);

const share =
  (name: string): FunctionBuilder =>
  (call) =>
    typed(`${name}()${call.over}`, { kind: 'REAL' }, false);

const percentile =
  (name: string): FunctionBuilder =>
  (call) => {
    call.arity(1);
    const [item] = call.call.withinGroup ?? [];
    if (!item) throw unsupported(`${call.name} without WITHIN GROUP`);
    const value = numeric(call.binder.bind(item.value), call.environment);
    const type: DataType = name === 'quantile_disc' ? value.type : { kind: 'REAL' };
    const order = item.descending ? `1 - ${call.real(0)}` : call.real(0);
    return typed(`${name}(${cast(value, type, call.environment).sql}, ${order})${call.over}`, type);
  };

const realOfTwo =
  (name: string): FunctionBuilder =>
  (call) => {
    call.arity(2);
    return typed(`${name}(${call.real(0)}, ${call.real(1)})${call.over}`, { kind: 'REAL' });
  };

const bits =
  (name: string): FunctionBuilder =>
  (call) => {
    call.arity(1);
    return whole(aggregate(call, name, call.integer(0)), true, 38);
  };

/** RATIO_TO_REPORT: the share of a value in the sum of its window. */
const ratio: FunctionBuilder = (call) => {
  const value = summand(call);
  const total = typed(`sum(${value.sql})${call.over}`, value.type);
  const whole = cast(total, value.type, call.environment);
  return arithmetic('/', value, { ...whole, sql: nullIf(whole.sql, '0') }, call.environment);
};

const median: FunctionBuilder = (call) => {
  call.arity(1);
  return typed(`median(${call.real(0)})${call.over}`, { kind: 'REAL' });
};

const distinctCount: FunctionBuilder = (call) =>
  whole(`count(DISTINCT ${comparisonKey(call.value(0))})${call.over}`, false);

/** Aggregates and window functions. */
export const AGGREGATE_FUNCTIONS: Readonly<Record<string, FunctionBuilder>> = {
  COUNT: count,
  COUNT_IF: (call) => {
    call.arity(1);
    return whole(`count(CASE WHEN ${call.as(0, { kind: 'BOOLEAN' }).sql} THEN 1 END)${call.over}`, false);
  },
  APPROX_COUNT_DISTINCT: distinctCount,
  HLL: distinctCount,
  // Deterministic as Snowflake's is, but not the same numbers.
  HASH_AGG: (call) => {
    const rows = `hash(${call.expanded.map(comparisonKey).join(', ')})::HUGEINT`;
    return whole(`(coalesce(sum(${rows})${call.over}, 0) % 9223372036854775807)`, false, 19);
  },
  GROUPING: (call) =>
    whole(`grouping(${call.values.map((value) => `(${value.sql})`).join(', ')})`, false, 38),
  MODE: (call) => {
    call.arity(1);
    return typed(`mode(${call.value(0).sql})${call.over}`, call.value(0).type);
  },
  CORR: realOfTwo('corr'),
  COVAR_POP: realOfTwo('covar_pop'),
  COVAR_SAMP: realOfTwo('covar_samp'),
  BITAND_AGG: bits('bit_and'),
  BITOR_AGG: bits('bit_or'),
  BITXOR_AGG: bits('bit_xor'),
  BOOLXOR_AGG: (call) => {
    call.arity(1);
    const condition = call.as(0, { kind: 'BOOLEAN' }).sql;
    return truth(`(count(CASE WHEN ${condition} THEN 1 END)${call.over} = 1)`);
  },
  RATIO_TO_REPORT: ratio,
  CONDITIONAL_TRUE_EVENT: (call) => {
    call.arity(1);
    return whole(`count(CASE WHEN ${call.as(0, { kind: 'BOOLEAN' }).sql} THEN 1 END)${call.over}`, false);
  },
  MIN: extreme('min'),
  MAX: extreme('max'),
  ANY_VALUE: (call) => typed(`any_value(${call.value(0).sql})${call.over}`, call.value(0).type),
  SUM: sum,
  AVG: average,
  STDDEV: real('stddev_samp'),
  STDDEV_SAMP: real('stddev_samp'),
  STDDEV_POP: real('stddev_pop'),
  VARIANCE: real('var_samp'),
  VAR_SAMP: real('var_samp'),
  VAR_POP: real('var_pop'),
  MEDIAN: median,
  PERCENTILE_CONT: percentile('quantile_cont'),
  PERCENTILE_DISC: percentile('quantile_disc'),
  BOOLAND_AGG: truthful('bool_and'),
  BOOLOR_AGG: truthful('bool_or'),
  LISTAGG: listAgg,
  ARRAY_AGG: arrayAgg,
  OBJECT_AGG: objectAgg,
  MAX_BY: (call) =>
    typed(`max_by(${call.value(0).sql}, ${comparisonKey(call.value(1))})`, call.value(0).type),
  MIN_BY: (call) =>
    typed(`min_by(${call.value(0).sql}, ${comparisonKey(call.value(1))})`, call.value(0).type),
  LAG: valueAt('lag'),
  LEAD: valueAt('lead'),
  FIRST_VALUE: valueAt('first_value'),
  LAST_VALUE: valueAt('last_value'),
  NTH_VALUE: valueAt('nth_value'),
  ROW_NUMBER: ranking('row_number'),
  RANK: ranking('rank'),
  DENSE_RANK: ranking('dense_rank'),
  NTILE: ranking('ntile'),
  PERCENT_RANK: share('percent_rank'),
  CUME_DIST: share('cume_dist'),
};
