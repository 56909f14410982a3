import { SnowstreamError } from '../errors.ts';
import type { JavaKind } from '../types/family.ts';
import type { JavaValue } from './java-classes.ts';
import type { Jvm } from './jvm.ts';

/**
 * Makes the Java object for a value from its kind and text. Texts only, because node-java turns a JavaScript
 * number from 2^31 to 2^32-1 into a negative int, and a BigInt, Date or Buffer silently into null.
 *
 * @throws SnowstreamError JAVA_EXCEPTION when Java cannot read the text, VALUE_NOT_CARRIED for malformed Unicode.
 * @example javaValue(jvm, 'BigDecimal', '1.50');
 */
export function javaValue(jvm: Jvm, kind: JavaKind, text: string): JavaValue {
  switch (kind) {
    case 'String':
    case 'Json':
      if (!text.isWellFormed()) throw inexact('it has half a surrogate pair, which is not a character');
      return text;
    case 'Boolean':
      return text === 'true';
    case 'Double':
      return javaDouble(jvm, text);
    case 'Long':
      return jvm.create('java.lang.Long', text);
    case 'BigInteger':
    case 'BigDecimal':
      return jvm.create(`java.math.${kind}`, text);
    case 'bytes':
      return jvm.bytes(Buffer.from(text, 'hex'));
    default:
      return jvm.callStatic(`java.time.${kind}`, 'parse', text);
  }
}

/** A whole number would cross as an int, and from 2^31 on with the wrong sign: so it becomes a BigDecimal. */
function javaDouble(jvm: Jvm, text: string): JavaValue {
  const value = Number(text);
  // Text that is not a number becomes NaN, and digits beyond the largest double become infinity: accept only their names.
  if (text.trim() === '' || (!Number.isFinite(value) && text !== String(value)))
    throw inexact(`'${text}' is not a double`);
  return Number.isInteger(value) && !Object.is(value, -0) ? jvm.create('java.math.BigDecimal', text) : value;
}

/** What a developer may put into a row; anything else is an error, never turned into null. */
export type RowValue = string | boolean | number | bigint | Uint8Array | null;

/**
 * Makes the Java object for a value that comes without a column type: text, boolean, bytes; whole numbers and
 * bigints as Long or BigInteger, other numbers as Double.
 *
 * @throws SnowstreamError VALUE_NOT_CARRIED for Dates, undefined, objects and whole numbers beyond ±2^53.
 */
export function javaValueOf(jvm: Jvm, value: RowValue): JavaValue {
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'string') return javaValue(jvm, 'String', value);
  if (typeof value === 'bigint') {
    return javaValue(jvm, BigInt.asIntN(64, value) === value ? 'Long' : 'BigInteger', String(value));
  }
  if (typeof value === 'number') {
    if (!Number.isInteger(value) || Object.is(value, -0)) return value;
    if (!Number.isSafeInteger(value)) throw inexact(`${value} is beyond ±2^53: pass a bigint or a text`);
    return javaValue(jvm, 'Long', String(value));
  }
  if (value instanceof Uint8Array) return jvm.bytes(value);
  const type = Object.prototype.toString.call(value).slice(8, -1);
  throw inexact(`a ${type} has no single exact form: pass it as text (ISO 8601 for dates, JSON for objects)`);
}

function inexact(reason: string): SnowstreamError {
  return new SnowstreamError('VALUE_NOT_CARRIED', `a value cannot be converted exactly: ${reason}`);
}
