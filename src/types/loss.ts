import type { SnowflakeType } from './snowflake-type.ts';
import type { SourceColumn } from './source-column.ts';

/** What the types hold, in the words of a person. */
const HELD: Readonly<Record<SnowflakeType['kind'], string>> = {
  NUMBER: 'numbers',
  FLOAT: 'floating-point numbers',
  BOOLEAN: 'true and false',
  VARCHAR: 'texts',
  BINARY: 'bytes',
  DATE: 'dates',
  TIME: 'times of a day',
  TIMESTAMP_NTZ: 'dates with a time',
  TIMESTAMP_TZ: 'instants',
  TIMESTAMP_LTZ: 'instants',
  VARIANT: 'JSON documents of every shape',
  OBJECT: 'objects',
  ARRAY: 'arrays',
};

/** Types whose text, as MySQL prints it, a VARCHAR may hold. */
const TEXTUAL: ReadonlySet<SnowflakeType['kind']> = new Set([
  ...(['VARCHAR', 'VARIANT', 'NUMBER', 'BINARY', 'DATE', 'TIME'] as const),
  ...(['TIMESTAMP_NTZ', 'TIMESTAMP_TZ'] as const),
]);

const unit = (own: SnowflakeType): string => (own.kind === 'BINARY' ? 'bytes' : 'characters');

/**
 * Says what of a column's values would be lost in a type that does not hold all of them.
 *
 * @param own the type that holds all of them
 * @param target `undefined` for a type that the streaming API does not write
 * @example lossIn(column, { kind: 'NUMBER', precision: 12, scale: 4 }, { kind: 'NUMBER', precision: 12, scale: 2 });
 * // 'fractional digits beyond 2'
 */
export function lossIn(column: SourceColumn, own: SnowflakeType, target: SnowflakeType | undefined): string {
  if (target === undefined) return 'every value: the streaming API does not write this type';
  const digits = digitsOf(column, own);
  if (target.kind === 'NUMBER' && digits !== undefined) return lostDigits(digits, target);
  if (target.kind === 'FLOAT' && digits !== undefined) return 'digits beyond the 15 that a FLOAT keeps';
  if (target.kind === 'VARCHAR' && TEXTUAL.has(own.kind))
    return `values longer than ${target.length} ${unit(own)}`;
  if (target.kind === 'BINARY' && own.kind === 'BINARY') return `values longer than ${target.length} bytes`;
  if ('scale' in target && HELD[own.kind] === HELD[target.kind])
    return `digits of a second beyond ${target.scale}`;
  return lostKind(own, target);
}

interface Digits {
  readonly beforePoint: number;
  readonly behindPoint: number;
}

/** A DECIMAL has digits whichever type holds it. */
function digitsOf(column: SourceColumn, own: SnowflakeType): Digits | undefined {
  if (column.dataType === 'decimal') {
    const behindPoint = column.numericScale ?? 0;
    return { beforePoint: (column.numericPrecision ?? 10) - behindPoint, behindPoint };
  }
  return own.kind === 'NUMBER'
    ? { beforePoint: own.precision - own.scale, behindPoint: own.scale }
    : undefined;
}

function lostDigits(
  { beforePoint, behindPoint }: Digits,
  target: Extract<SnowflakeType, { kind: 'NUMBER' }>,
): string {
  const room = target.precision - target.scale;
  const lost = [
    ...(beforePoint > room
      ? [room > 9 ? `numbers of more than ${room} digits` : `values above ${nines(room)}`]
      : []),
    ...(behindPoint > target.scale ? [`fractional digits beyond ${target.scale}`] : []),
  ];
  return lost.join(', ');
}

const nines = (digits: number): string => (digits === 0 ? '0' : '9'.repeat(digits));

/** A loss by the kinds of two types alone. */
function lostKind(own: SnowflakeType, target: SnowflakeType): string {
  const both = `${own.kind} ${target.kind}`;
  if (both === 'TIMESTAMP_TZ TIMESTAMP_NTZ') return 'the time zone: which instants they are';
  if (/^TIMESTAMP_NTZ TIMESTAMP_L?TZ$/.test(both)) return 'their meaning: a DATETIME says no time zone';
  if (/^TIMESTAMP_N?TZ DATE$/.test(both)) return 'the time of the day';
  if (/^TIMESTAMP_N?TZ TIME$/.test(both)) return 'the date';
  if (both === 'NUMBER BOOLEAN') return 'values other than 0 and 1';
  if (both === 'FLOAT NUMBER') return 'digits and exponents: a FLOAT has no fixed point';
  return `every value: not a type that holds ${HELD[own.kind]}`;
}
