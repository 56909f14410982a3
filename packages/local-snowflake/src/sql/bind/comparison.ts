import { type DataType, displayType, MAX_PRECISION } from '../../catalog/data-type.ts';
import type { BinaryOperator } from '../ast.ts';
import { compilationError } from '../error.ts';
import { cast } from './cast.ts';
import { commonType } from './common-type.ts';
import type { Environment } from './environment.ts';
import { once } from './once.ts';
import { type Typed, truth, typed } from './typed.ts';

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

/** DuckDB compares with every item of a list, and joins to a query by hash: 4,096 items take 15 times as long. */
const LONG_LIST = 64;

/** `value IN (items)`: one comparison for all items that are compared as the same type. */
export function membership(
  value: Typed,
  items: readonly Typed[],
  environment: Environment,
  hashed: boolean,
): string {
  const groups: { type: DataType; items: Typed[] }[] = [];
  for (const item of items) {
    const type = comparable(commonType(value, item));
    const group = groups.find((each) => merged(each.type, type) !== undefined);
    if (!group) groups.push({ type, items: [item] });
    else {
      group.type = merged(group.type, type) as DataType;
      group.items.push(item);
    }
  }
  const tests = (name: string): string[] =>
    groups.map((group) => {
      const left = comparisonKey(cast({ ...value, sql: name }, group.type, environment));
      const list = group.items.map((item) => comparisonKey(cast(item, group.type, environment)));
      const joins =
        hashed &&
        groups.length === 1 &&
        items.length >= LONG_LIST &&
        items.every(({ literal }) => literal !== undefined);
      return `(${left} IN (${joins ? `SELECT unnest([${list.join(', ')}])` : list.join(', ')}))`;
    });
  if (groups.length === 1) return tests(value.sql).join('');
  return once(value.sql, (name) => `(${tests(name).join(' OR ')})`);
}

/** The type in which values of both types compare as they do in their own; `undefined` when there is none. */
function merged(a: DataType, b: DataType): DataType | undefined {
  if (a.kind !== b.kind) return undefined;
  const both = commonType(typed('', a), typed('', b));
  if (both.kind !== 'FIXED' || a.kind !== 'FIXED' || b.kind !== 'FIXED') return both;
  const whole = Math.max(a.precision - a.scale, b.precision - b.scale);
  return whole + both.scale <= MAX_PRECISION ? both : undefined;
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
