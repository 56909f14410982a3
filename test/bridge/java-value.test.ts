import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { javaValue, javaValueOf, type RowValue } from '../../src/bridge/java-value.ts';
import { stopJvm } from '../../src/bridge/jvm.ts';
import { toHashMap } from '../../src/bridge/row-map.ts';
import type { JavaKind } from '../../src/types/family.ts';
import { type RecordingJvm, startRecordingJvm } from './recorder.ts';

let java: RecordingJvm;

beforeAll(async () => {
  java = await startRecordingJvm();
});

afterAll(() => stopJvm());

const seen = (kind: JavaKind, text: string) => java.inspect(javaValue(java.jvm, kind, text));
const seenOf = (value: RowValue) => java.inspect(javaValueOf(java.jvm, value));

/** What Java prints of a Double: its bits. */
function doubleBits(value: number): string {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return `Double ${view.getBigInt64(0)}`;
}

const NINES = '9'.repeat(65);

describe('a value of a known kind', () => {
  test.each<[JavaKind, string, string]>([
    ['Long', '0', 'java.lang.Long 0'],
    ['Long', '-1', 'java.lang.Long -1'],
    ['Long', '2147483647', 'java.lang.Long 2147483647'],
    ['Long', '2147483648', 'java.lang.Long 2147483648'],
    ['Long', '4294967295', 'java.lang.Long 4294967295'],
    ['Long', '4294967296', 'java.lang.Long 4294967296'],
    ['Long', '9007199254740993', 'java.lang.Long 9007199254740993'],
    ['Long', '9223372036854775807', 'java.lang.Long 9223372036854775807'],
    ['Long', '-9223372036854775808', 'java.lang.Long -9223372036854775808'],
    ['BigInteger', '9223372036854775808', 'java.math.BigInteger 9223372036854775808'],
    ['BigInteger', '18446744073709551615', 'java.math.BigInteger 18446744073709551615'],
    ['BigInteger', '-9223372036854775809', 'java.math.BigInteger -9223372036854775809'],
    ['BigDecimal', NINES, `java.math.BigDecimal ${NINES}`],
    ['BigDecimal', `-0.${'0'.repeat(29)}1`, 'java.math.BigDecimal -1E-30'],
    ['BigDecimal', '1.50', 'java.math.BigDecimal 1.50'],
    ['Boolean', 'true', 'java.lang.Boolean true'],
    ['Boolean', 'false', 'java.lang.Boolean false'],
    ['String', '', 'java.lang.String '],
    ['String', '42', 'java.lang.String 42'],
    ['String', 'null', 'java.lang.String null'],
    ['String', 'a\0b', 'java.lang.String a\0b'],
    ['String', '🙂𝒳\u{10ffff}', 'java.lang.String 🙂𝒳\u{10ffff}'],
    ['String', '\ufeff\uffff\u202e', 'java.lang.String \ufeff\uffff\u202e'],
    ['bytes', '', 'byte[][]'],
    ['bytes', '00017f80ff', 'byte[][0, 1, 127, -128, -1]'],
    ['LocalDate', '0001-01-01', 'java.time.LocalDate 0001-01-01'],
    ['LocalDate', '9999-12-31', 'java.time.LocalDate 9999-12-31'],
    ['LocalTime', '23:59:59.999999', 'java.time.LocalTime 23:59:59.999999'],
    ['LocalDateTime', '2024-02-29T00:00:00.000001', 'java.time.LocalDateTime 2024-02-29T00:00:00.000001'],
    ['OffsetDateTime', '2024-02-29T23:59:59.999999Z', 'java.time.OffsetDateTime 2024-02-29T23:59:59.999999Z'],
  ])('%s %s', async (kind, text, expected) => {
    expect(await seen(kind, text)).toBe(expected);
  });

  test('every double that is no whole number crosses with all its bits', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.double({ noInteger: true, noNaN: true, noDefaultInfinity: true }),
        async (value) => {
          expect(await seen('Double', String(value))).toBe(doubleBits(value));
        },
      ),
    );
  });

  test.each([0, 1, -1, 2 ** 31, 2 ** 32 - 1, -(2 ** 31), 2 ** 53, 2 ** 63, 1e22, 1.7976931348623157e308])(
    'a double that is the whole number %s keeps its value, which node-java would make an int',
    async (value) => {
      const [type, text] = (await seen('Double', String(value))).split(' ');
      expect(type).toBe('java.math.BigDecimal');
      expect(Number(text)).toBe(value);
    },
  );

  test('zero below zero, and what Snowflake has beside numbers', async () => {
    expect(await seen('Double', '-0')).toBe(doubleBits(-0));
    expect(await seen('Double', '-0.0')).toBe(doubleBits(-0));
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])
      expect(await seen('Double', String(value))).toBe(doubleBits(value));
  });

  test.each(['', ' ', 'x', '1,5', '0x10', '1e400', '-1e400'])('no double: %o', (text) => {
    expect(() => javaValue(java.jvm, 'Double', text)).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/VALUE_NOT_CARRIED|JAVA_EXCEPTION/) }),
    );
  });

  test.each<[JavaKind, string]>([
    ['Long', '9223372036854775808'],
    ['Long', '1.0'],
    ['Long', ''],
    ['BigInteger', '1.5'],
    ['BigDecimal', 'abc'],
    ['LocalDate', '0000-00-00'],
    ['LocalDate', '2020-02-30'],
    ['LocalDate', '10000-01-01'],
    ['LocalTime', '-01:00:00'],
    ['LocalTime', '24:00:00'],
    ['LocalTime', '838:59:59'],
    ['LocalDateTime', '0000-00-00T00:00:00'],
    ['LocalDateTime', '2024-01-01 00:00:00'],
    ['OffsetDateTime', '2024-01-01T00:00:00'],
  ])('no %s: %o', (kind, text) => {
    expect(() => javaValue(java.jvm, kind, text)).toThrow(
      expect.objectContaining({ code: 'JAVA_EXCEPTION', message: expect.stringMatching(/^[^\n]+$/) }),
    );
  });

  test.each(['\ud800', 'a\udc00', '\udc00\ud800'])('half a character is refused: %j', (text) => {
    expect(() => javaValue(java.jvm, 'String', text)).toThrow(
      expect.objectContaining({ code: 'VALUE_NOT_CARRIED', message: expect.stringMatching(/surrogate/) }),
    );
  });

  test('any text crosses as it is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 50 }), async (text) => {
        fc.pre(text.isWellFormed());
        expect(await seen('String', text)).toBe(`java.lang.String ${text}`);
      }),
    );
  });
});

describe('a value that a developer gives', () => {
  test.each<[RowValue, string]>([
    [null, 'null'],
    [true, 'java.lang.Boolean true'],
    [false, 'java.lang.Boolean false'],
    ['ü', 'java.lang.String ü'],
    [0, 'java.lang.Long 0'],
    [1.0, 'java.lang.Long 1'],
    [2 ** 31, 'java.lang.Long 2147483648'],
    [2 ** 32 - 1, 'java.lang.Long 4294967295'],
    [-(2 ** 31) - 1, 'java.lang.Long -2147483649'],
    [Number.MAX_SAFE_INTEGER, 'java.lang.Long 9007199254740991'],
    [0.1, doubleBits(0.1)],
    [5e-324, doubleBits(5e-324)],
    [-0, doubleBits(-0)],
    [Number.NaN, doubleBits(Number.NaN)],
    [Number.POSITIVE_INFINITY, doubleBits(Number.POSITIVE_INFINITY)],
    [Number.NEGATIVE_INFINITY, doubleBits(Number.NEGATIVE_INFINITY)],
    [2n ** 63n - 1n, 'java.lang.Long 9223372036854775807'],
    [-(2n ** 63n), 'java.lang.Long -9223372036854775808'],
    [2n ** 63n, 'java.math.BigInteger 9223372036854775808'],
    [-(2n ** 200n), `java.math.BigInteger ${-(2n ** 200n)}`],
    [Buffer.from([0, 128, 255]), 'byte[][0, -128, -1]'],
    [new Uint8Array(), 'byte[][]'],
  ])('%o', async (value, expected) => {
    expect(await seenOf(value)).toBe(expected);
  });

  test.each<[string, unknown]>([
    ['a Date', new Date()],
    ['undefined', undefined],
    ['an object', { a: 1 }],
    ['an array', ['a']],
    ['a Map', new Map()],
    ['a symbol', Symbol('s')],
    ['a function', () => 1],
    ['a Number object', Object(5)],
    ['a whole number beyond 2^53', 2 ** 53],
    ['a whole number far beyond', 1e300],
    ['half a character', '\ud800'],
    ['an ArrayBuffer', new ArrayBuffer(2)],
  ])('%s is refused, never turned into null', (_what, value) => {
    expect(() => toHashMap(java.jvm, { C: value as RowValue })).toThrow(
      expect.objectContaining({ code: 'VALUE_NOT_CARRIED', message: expect.stringMatching(/exact/) }),
    );
  });

  test('a row is a HashMap of its entries', async () => {
    const map = toHashMap(java.jvm, { ID: 1, '"mixed Case"': 'x', NOTHING: null, BIG: 10n });
    expect(await java.inspectMap(map)).toBe(
      '{"mixed Case"=java.lang.String x, BIG=java.lang.Long 10, ID=java.lang.Long 1, NOTHING=null}',
    );
    expect(await java.inspectMap(toHashMap(java.jvm, {}))).toBe('{}');
  });
});
