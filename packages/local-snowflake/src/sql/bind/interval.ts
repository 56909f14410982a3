import { type DataType, isTimestamp } from '../../catalog/data-type.ts';
import { compilationError } from '../error.ts';
import { addParts, datePart } from './date-part.ts';
import type { Environment } from './environment.ts';
import { numberLiteral, type Typed } from './typed.ts';

/** `value + INTERVAL '1 day, 2 hours'`. */
export function addInterval(value: Typed, interval: string, sign: 1 | -1, environment: Environment): Typed {
  const ntz: DataType = { kind: 'TIMESTAMP_NTZ', scale: 9 };
  if (value.type.kind !== 'DATE' && value.type.kind !== 'TIME' && !isTimestamp(value.type)) {
    throw compilationError('001044', '42P13', `Invalid argument types for an interval: needs ${ntz.kind}`);
  }
  let result = value;
  for (const piece of interval.split(',')) {
    const match = /^\s*([+-]?\d+)\s*([A-Za-z]*)\s*$/.exec(piece);
    if (!match) throw compilationError('001003', '42000', `invalid interval '${interval}'`);
    const part = datePart((match[2] || 'SECOND').toUpperCase());
    result = addParts(part, numberLiteral(String(sign * Number(match[1]))), result, environment);
  }
  return result;
}
