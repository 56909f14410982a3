import { type DataType, fixed, MAX_PRECISION, storageType } from '../../catalog/data-type.ts';
import { arithmetic, numeric } from '../bind/arithmetic.ts';
import { cast } from '../bind/cast.ts';
import { datePart, truncateTo } from '../bind/date-part.ts';
import { once, onceEach } from '../bind/once.ts';
import { nullValue, typed, whole } from '../bind/typed.ts';
import type { FunctionBuilder } from './bound-call.ts';

const real =
  (name: string, count = 1): FunctionBuilder =>
  (call) => {
    call.arity(count);
    const values = Array.from({ length: count }, (_, index) => call.real(index));
    return call.result(`${name}(${values.join(', ')})`, { kind: 'REAL' });
  };

/** ROUND, TRUNC, CEIL and FLOOR with an optional number of digits, which must be a constant for NUMBER. */
const rounding =
  (name: 'round' | 'trunc' | 'ceil' | 'floor'): FunctionBuilder =>
  (call) => {
    call.arity(1, 3);
    if (
      name === 'trunc' &&
      call.count > 1 &&
      call.value(0).type.kind !== 'FIXED' &&
      call.value(0).type.kind !== 'REAL'
    ) {
      return truncateTo(datePart(call.keyword(1)), call.value(0), call.environment);
    }
    const value = numeric(call.value(0), call.environment);
    if (value.type.kind === 'REAL') {
      if (call.count === 1) return call.result(`${name}(${value.sql})`, value.type);
      const scaled = onceEach(
        [value.sql, `(10 ** ${call.integer(1)})`],
        (number, factor) => `(${name}(${number} * ${factor}) / ${factor})`,
      );
      return call.result(scaled, value.type);
    }
    const digits = call.count > 1 ? Number(call.constant(1)) : 0;
    const { precision, scale } = value.type as Extract<DataType, { kind: 'FIXED' }>;
    if (digits >= scale) return value;
    const type = fixed(Math.min(precision + 1, MAX_PRECISION), Math.max(digits, 0));
    const unit = digits < 0 ? `1${'0'.repeat(-digits)}` : '1';
    const shift = digits > 0 ? `1${'0'.repeat(digits)}` : '1';
    const moved = digits > 0 ? `${value.sql} * ${shift}` : digits < 0 ? `${value.sql} / ${unit}` : value.sql;
    const cut = name === 'round' ? `round(${value.sql}, ${digits})` : `${name}(${moved})`;
    const back =
      name === 'round' ? cut : digits > 0 ? `${cut} / ${shift}` : digits < 0 ? `${cut} * ${unit}` : cut;
    return call.result(`CAST(${back} AS ${storageType(type)})`, type);
  };

const sign: FunctionBuilder = (call) => {
  call.arity(1);
  return whole(`sign(${numeric(call.value(0), call.environment).sql})`, call.nullable(), 1);
};

const bits =
  (write: (a: string, b: string) => string): FunctionBuilder =>
  (call) => {
    call.arity(2);
    return whole(write(`${call.integer(0)}`, `${call.integer(1)}`), call.nullable(), 38);
  };

/** DIV0: a quotient that is 0 where the divisor is; of DIV0NULL also where the divisor is NULL. */
const orZero =
  (forNull: boolean): FunctionBuilder =>
  (call) => {
    call.arity(2);
    const { environment } = call;
    const by = numeric(call.value(1).untyped ? nullValue(fixed(1, 0)) : call.value(1), environment);
    const of = call.value(0);
    let type = by.type;
    const sql = onceEach([of.sql, by.sql], (dividend = '', divisor = '') => {
      const safe = typed(`nullif(${divisor}, 0)`, by.type);
      const quotient = arithmetic('/', { ...of, sql: dividend }, safe, environment);
      type = quotient.type;
      const nothing = typed("CAST('0' AS DECIMAL(1,0))", fixed(1, 0), false);
      const zero = cast(nothing, type, environment).sql;
      const isZero = forNull ? `coalesce(${divisor} = 0, true)` : `${divisor} = 0`;
      return `CASE WHEN ${dividend} IS NULL THEN NULL WHEN ${isZero} THEN ${zero} ELSE ${quotient.sql} END`;
    });
    return typed(sql, type);
  };

/** WIDTH_BUCKET(value, low, high, buckets) */
const bucket: FunctionBuilder = (call) => {
  call.arity(4);
  const operands = [call.real(0), call.real(1), call.real(2), call.integer(3)];
  const sql = onceEach(operands, (value, low, high, buckets) => {
    const inside = `floor((${value} - ${low}) * ${buckets} / (${high} - ${low})) + 1`;
    return `CASE WHEN ${value} < ${low} THEN 0 WHEN ${value} >= ${high} THEN ${buckets} + 1 ELSE ${inside} END`;
  });
  return whole(sql, call.nullable());
};

/** Numbers. */
export const NUMBER_FUNCTIONS: Readonly<Record<string, FunctionBuilder>> = {
  ABS: (call) => {
    call.arity(1);
    const value = numeric(call.value(0), call.environment);
    return call.result(
      value.type.kind === 'FIXED'
        ? `CAST(abs(${value.sql}) AS ${storageType(value.type)})`
        : `abs(${value.sql})`,
      value.type,
    );
  },
  ROUND: rounding('round'),
  TRUNC: rounding('trunc'),
  TRUNCATE: rounding('trunc'),
  CEIL: rounding('ceil'),
  FLOOR: rounding('floor'),
  SIGN: sign,
  MOD: (call) => {
    call.arity(2);
    return arithmetic('%', call.value(0), call.value(1), call.environment);
  },
  DIV0: orZero(false),
  DIV0NULL: orZero(true),
  SQRT: real('sqrt'),
  // DuckDB's misses 3 by one digit for 27.
  CBRT: (call) => {
    call.arity(1);
    const root = once(
      call.real(0),
      (value) =>
        `CASE WHEN round(cbrt(${value})) ** 3 = ${value} THEN round(cbrt(${value})) ELSE cbrt(${value}) END`,
    );
    return call.result(root, { kind: 'REAL' });
  },
  EXP: real('exp'),
  LN: real('ln'),
  LOG: (call) => {
    call.arity(2);
    return call.result(`(ln(${call.real(1)}) / ln(${call.real(0)}))`, { kind: 'REAL' });
  },
  POWER: real('pow', 2),
  POW: real('pow', 2),
  SQUARE: (call) => call.result(`pow(${call.real(0)}, 2)`, { kind: 'REAL' }),
  PI: () => typed('pi()', { kind: 'REAL' }, false),
  SIN: real('sin'),
  COS: real('cos'),
  TAN: real('tan'),
  ASIN: real('asin'),
  ACOS: real('acos'),
  ATAN: real('atan'),
  ATAN2: real('atan2', 2),
  DEGREES: real('degrees'),
  RADIANS: real('radians'),
  FACTORIAL: (call) => whole(`factorial(CAST(${call.integer(0)} AS INTEGER))`, call.nullable(), 38),
  WIDTH_BUCKET: bucket,
  BITNOT: (call) => {
    call.arity(1);
    return whole(`(~${call.integer(0)})`, call.nullable(), 38);
  },
  BITAND: bits((a, b) => `(${a} & ${b})`),
  BITOR: bits((a, b) => `(${a} | ${b})`),
  BITXOR: bits((a, b) => `xor(${a}, ${b})`),
  BITSHIFTLEFT: bits((a, b) => `(${a} << ${b})`),
  BITSHIFTRIGHT: bits((a, b) => `(${a} >> ${b})`),
};
