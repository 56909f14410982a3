import {
  binary,
  type DataType,
  displayType,
  fixed,
  isTimestamp,
  MAX_PRECISION,
  text,
} from '../../catalog/data-type.ts';
import { compilationError } from '../error.ts';
import type { Typed } from './typed.ts';

/** The type two NUMBERs share without loss, as far as 38 digits go. */
export function commonFixed(
  a: { precision: number; scale: number },
  b: { precision: number; scale: number },
): DataType {
  const scale = Math.max(a.scale, b.scale);
  const whole = Math.max(a.precision - a.scale, b.precision - b.scale);
  return fixed(Math.min(whole + scale, MAX_PRECISION), scale);
}

/** The NUMBER a text is taken for beside another NUMBER: as many digits as a literal has, or five. */
function fixedOfText(value: Typed): DataType {
  const fraction = value.literal === undefined ? 5 : (/\.(\d+)/.exec(value.literal)?.[1]?.length ?? 0);
  return fixed(MAX_PRECISION, Math.min(fraction, 37));
}

/**
 * The type both values are converted to when they meet: in a comparison, in CASE, in UNION, in COALESCE.
 * @throws SqlError when they have none.
 */
export function commonType(a: Typed, b: Typed): DataType {
  if (a.untyped) return b.type;
  if (b.untyped) return a.type;
  const { type: x } = a;
  const { type: y } = b;
  if (x.kind === y.kind) return sameKind(x, y);
  if (x.kind === 'VARIANT' || y.kind === 'VARIANT') return x.kind === 'VARIANT' ? y : x;
  const mixed = mix(a, b) ?? mix(b, a);
  if (mixed) return mixed;
  const types = `(${displayType(x)}, ${displayType(y)})`;
  throw compilationError('001044', '42P13', `Incompatible types: ${types}`);
}

function sameKind(x: DataType, y: DataType): DataType {
  if (x.kind === 'FIXED' && y.kind === 'FIXED') return commonFixed(x, y);
  if (x.kind === 'TEXT' && y.kind === 'TEXT') return text(Math.max(x.length, y.length));
  if (x.kind === 'BINARY' && y.kind === 'BINARY') return binary(Math.max(x.length, y.length));
  if ('scale' in x && 'scale' in y) return { ...x, scale: Math.max(x.scale, y.scale) } as DataType;
  return x;
}

function mix(a: Typed, b: Typed): DataType | undefined {
  const { type: x } = a;
  const { type: y } = b;
  if (x.kind === 'REAL' && (y.kind === 'FIXED' || y.kind === 'TEXT')) return x;
  if (x.kind === 'FIXED' && y.kind === 'TEXT') {
    return commonFixed(x, fixedOfText(b) as { kind: 'FIXED'; precision: number; scale: number });
  }
  if (x.kind === 'BOOLEAN' && (y.kind === 'FIXED' || y.kind === 'REAL' || y.kind === 'TEXT')) return x;
  if (x.kind === 'DATE' && isTimestamp(y)) return y;
  if (x.kind === 'TIMESTAMP_NTZ' && (y.kind === 'TIMESTAMP_LTZ' || y.kind === 'TIMESTAMP_TZ'))
    return scaled(y, x);
  if (x.kind === 'TIMESTAMP_LTZ' && y.kind === 'TIMESTAMP_TZ') return scaled(y, x);
  if (
    y.kind === 'TEXT' &&
    (x.kind === 'DATE' || x.kind === 'TIME' || x.kind === 'BINARY' || isTimestamp(x))
  ) {
    return isTimestamp(x) ? { ...x, scale: 9 } : x;
  }
  return undefined;
}

function scaled(to: DataType, other: DataType): DataType {
  const scale = Math.max('scale' in to ? to.scale : 0, 'scale' in other ? other.scale : 0);
  return { ...to, scale } as DataType;
}
