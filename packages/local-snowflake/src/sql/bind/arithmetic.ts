import {
  type DataType,
  displayType,
  fixed,
  isTimestamp,
  MAX_PRECISION,
  storageType,
} from '../../catalog/data-type.ts';
import { compilationError } from '../error.ts';
import { cast } from './cast.ts';
import type { Environment } from './environment.ts';
import { nullValue, type Typed, typed } from './typed.ts';

type Operator = '+' | '-' | '*' | '/' | '%';
type Fixed = Extract<DataType, { kind: 'FIXED' }>;

/** Arithmetic with Snowflake's result types: how many digits a sum, product or quotient keeps. */
export function arithmetic(operator: Operator, left: Typed, right: Typed, environment: Environment): Typed {
  const dated = dateArithmetic(operator, left, right);
  if (dated) return dated;
  const a = numeric(left, environment);
  const b = numeric(right, environment);
  const nullable = a.nullable || b.nullable;
  if (a.type.kind === 'FIXED' && b.type.kind === 'FIXED') {
    const type = fixedResult(operator, a.type, b.type);
    return typed(fixedSql(operator, a, b, type), type, nullable);
  }
  const x = cast(a, { kind: 'REAL' }, environment).sql;
  const y = cast(b, { kind: 'REAL' }, environment).sql;
  return typed(
    operator === '/' ? `sf_real_div(${x}, ${y})` : `(${x} ${operator} ${y})`,
    { kind: 'REAL' },
    nullable,
  );
}

/** A value as a number: texts as NUMBER(38,5) or as precise as the literal is, variants as FLOAT. */
export function numeric(value: Typed, environment: Environment): Typed {
  if (value.untyped) return nullValue(fixed(MAX_PRECISION, 0));
  switch (value.type.kind) {
    case 'FIXED':
    case 'REAL':
      return value;
    case 'BOOLEAN':
      return cast(value, fixed(1, 0), environment);
    case 'TEXT': {
      const digits = /\.(\d+)$/.exec(value.literal ?? '')?.[1]?.length;
      return cast(value, fixed(MAX_PRECISION, digits ?? (value.literal === undefined ? 5 : 0)), environment);
    }
    case 'VARIANT':
      return cast(value, { kind: 'REAL' }, environment);
    default:
      throw compilationError(
        '001044',
        '42P13',
        `Invalid argument types for arithmetic: (${displayType(value.type)})`,
      );
  }
}

function fixedResult(operator: Operator, a: Fixed, b: Fixed): Fixed {
  const whole = (type: Fixed): number => type.precision - type.scale;
  const limited = (digits: number, scale: number): Fixed =>
    fixed(Math.max(1, Math.min(digits + scale, MAX_PRECISION)), scale) as Fixed;
  const scale = Math.max(a.scale, b.scale);
  switch (operator) {
    case '+':
    case '-':
      return limited(Math.max(whole(a), whole(b)) + 1, scale);
    case '*':
      return limited(whole(a) + whole(b), Math.max(scale, Math.min(a.scale + b.scale, 12)));
    case '/':
      return limited(whole(a) + b.scale, Math.max(a.scale, Math.min(a.scale + 6, 12)));
    case '%':
      return limited(Math.max(whole(a), whole(b)), scale);
  }
}

/** What DuckDB computes without overflow of its own: it adds and multiplies decimals of 18 digits within 18 digits. */
const DUCKDB_DIGITS = 18;

function fixedSql(operator: Operator, a: Typed, b: Typed, type: Fixed): string {
  switch (operator) {
    case '/':
      return quotient(a, b, type);
    case '%':
      return remainder(a, b, type);
    case '*':
      return product(a, b, type);
    default: {
      const [x, y] = [a, b].map((each) => widened(each, type, type.scale));
      return `CAST(${x} ${operator} ${y} AS ${storageType(type)})`;
    }
  }
}

/** An operand with all digits there are, when the result may have more than DuckDB gives it. */
function widened({ sql }: Typed, result: Fixed, scale: number): string {
  return result.precision <= DUCKDB_DIGITS ? sql : `CAST(${sql} AS DECIMAL(${MAX_PRECISION},${scale}))`;
}

/** In DuckDB when 38 digits hold the product before it is rounded, in JavaScript otherwise. */
function product(a: Typed, b: Typed, type: Fixed): string {
  const [x, y] = [a.type as Fixed, b.type as Fixed];
  const digits = x.scale + y.scale;
  const rounded = digits > type.scale;
  if (digits > MAX_PRECISION || (rounded && x.precision + y.precision > MAX_PRECISION)) {
    return inJavaScript('sf_multiply', a, b, type);
  }
  const wide: Fixed = { ...type, precision: x.precision + y.precision };
  return `CAST(${widened(a, wide, x.scale)} * ${widened(b, wide, y.scale)} AS ${storageType(type)})`;
}

/** Of whole numbers, after both sides have the same number of digits behind the point. */
function remainder(a: Typed, b: Typed, type: Fixed): string {
  const aligned = [a, b].map((each) => {
    const { precision, scale } = each.type as Fixed;
    return { digits: precision + type.scale - scale, shift: type.scale - scale, each };
  });
  if (aligned.some(({ digits }) => digits > MAX_PRECISION)) return inJavaScript('sf_modulo', a, b, type);
  const [x, y] = aligned.map(
    ({ each, shift }) => `${unscaled(each.sql, each.type as Fixed)} * 1${'0'.repeat(shift)}::HUGEINT`,
  );
  return scaled(`(${x}) % sf_divisor(${y})`, type);
}

function inJavaScript(name: string, a: Typed, b: Typed, type: Fixed): string {
  const texts = `CAST(${a.sql} AS VARCHAR), CAST(${b.sql} AS VARCHAR)`;
  return `CAST(${name}(${texts}, '${type.scale}') AS ${storageType(type)})`;
}

/** A whole number as a NUMBER of as many digits behind the point as the type has. */
function scaled(whole: string, type: Fixed): string {
  const unit =
    type.scale === 0
      ? ''
      : ` * CAST('0.${'0'.repeat(type.scale - 1)}1' AS DECIMAL(${type.scale},${type.scale}))`;
  return `CAST(CAST(${whole} AS DECIMAL(38,0))${unit} AS ${storageType(type)})`;
}

/** In DuckDB where 128-bit integers hold the shifted numerator, in JavaScript beyond. */
function quotient(a: Typed, b: Typed, type: Fixed): string {
  const x = a.type as Fixed;
  const y = b.type as Fixed;
  const shift = type.scale + y.scale - x.scale;
  if (x.precision + shift > MAX_PRECISION) return inJavaScript('sf_divide', a, b, type);
  const numerator = `${unscaled(a.sql, x)} * 1${'0'.repeat(shift)}::HUGEINT`;
  return scaled(`sf_round_div(${numerator}, ${unscaled(b.sql, y)})`, type);
}

function unscaled(sql: string, type: Fixed): string {
  return type.scale === 0
    ? `CAST(${sql} AS HUGEINT)`
    : `CAST(replace(CAST(${sql} AS VARCHAR), '.', '') AS HUGEINT)`;
}

/** DATE ± days and DATE − DATE. */
function dateArithmetic(operator: Operator, left: Typed, right: Typed): Typed | undefined {
  const nullable = left.nullable || right.nullable;
  const date: DataType = { kind: 'DATE' };
  if (left.type.kind === 'DATE' && right.type.kind === 'DATE' && operator === '-') {
    return typed(`CAST(${left.sql} - ${right.sql} AS DECIMAL(9,0))`, fixed(9, 0), nullable);
  }
  if (left.type.kind === 'DATE' && right.type.kind === 'FIXED' && (operator === '+' || operator === '-')) {
    return typed(`(${left.sql} ${operator} CAST(${right.sql} AS INTEGER))`, date, nullable);
  }
  if (left.type.kind === 'FIXED' && right.type.kind === 'DATE' && operator === '+') {
    return typed(`(${right.sql} + CAST(${left.sql} AS INTEGER))`, date, nullable);
  }
  if (isTimestamp(left.type) || isTimestamp(right.type)) {
    const types = `(${displayType(left.type)}, ${displayType(right.type)})`;
    throw compilationError('001044', '42P13', `Invalid argument types for function '${operator}': ${types}`);
  }
  return undefined;
}
