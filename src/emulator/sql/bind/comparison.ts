import { type DataType, displayType } from '../../catalog/data-type.ts';
import type { BinaryOperator } from '../ast.ts';
import { compilationError } from '../error.ts';
import { cast } from './cast.ts';
import { commonType } from './common-type.ts';
import type { Environment } from './environment.ts';
import { type Typed, truth } from './typed.ts';

/** A comparison of two values after both were brought to one type. */
export function compare(
  operator: BinaryOperator,
  left: Typed,
  right: Typed,
  environment: Environment,
): Typed {
  const type = comparable(commonType(left, right));
  const a = comparisonKey(cast(left, type, environment));
  const b = comparisonKey(cast(right, type, environment));
  const nullable = !operator.endsWith('DISTINCT FROM') && (left.nullable || right.nullable);
  return truth(`(${a} ${operator} ${b})`, nullable);
}

/** What DuckDB compares, sorts and groups by: of a TIMESTAMP_TZ the instant only. */
export function comparisonKey(value: Typed): string {
  return value.type.kind === 'TIMESTAMP_TZ' ? `(${value.sql}).ns` : value.sql;
}

function comparable(type: DataType): DataType {
  if (type.kind !== 'OBJECT') return type;
  throw compilationError(
    '001044',
    '42P13',
    `Invalid argument types for a comparison: (${displayType(type)})`,
  );
}
