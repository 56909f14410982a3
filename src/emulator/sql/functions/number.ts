import { type DataType, fixed, MAX_PRECISION, storageType } from '../../catalog/data-type.ts';
import { arithmetic, numeric } from '../bind/arithmetic.ts';
import { cast } from '../bind/cast.ts';
import { nullValue, typed, whole } from '../bind/typed.ts';
import type { FunctionBuilder } from './bound-call.ts';
import { datePart, truncateTo } from './date-part.ts';

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
      const factor = `(10 ** ${call.integer(1)})`;
      return call.result(`(${name}(${value.sql} * ${factor}) / ${factor})`, value.type);
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
    const by = numeric(call.value(1).untyped ? nullValue(fixed(1, 0)) : call.value(1), call.environment);
    const quotient = arithmetic('/', call.value(0), typed(`nullif(${by.sql}, 0)`, by.type), call.environment);
    const nothing = typed("CAST('0' AS DECIMAL(1,0))", fixed(1, 0), false);
    const zero = cast(nothing, quotient.type, call.environment).sql;
    const dividend = `${call.value(0).sql} IS NULL`;
    const isZero = forNull ? `coalesce(${by.sql} = 0, true)` : `${by.sql} = 0`;
    return typed(
      `CASE WHEN ${dividend} THEN NULL WHEN ${isZero} THEN ${zero} ELSE ${quotient.sql} END`,
      quotient.type,
    );
  };

/** WIDTH_BUCKET(value, low, high, buckets) */
const bucket: FunctionBuilder = (call) => {
  call.arity(4);
  const [value, low, high] = [call.real(0), call.real(1), call.real(2)];
  const inside = `floor((${value} - ${low}) * ${call.integer(3)} / (${high} - ${low})) + 1`;
  const sql = `CASE WHEN ${value} < ${low} THEN 0 WHEN ${value} >= ${high} THEN ${call.integer(3)} + 1 ELSE ${inside} END`;
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
    const root = `cbrt(${call.real(0)})`;
    return call.result(
      `CASE WHEN round(${root}) ** 3 = ${call.real(0)} THEN round(${root}) ELSE ${root} END`,
      { kind: 'REAL' },
    );
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
