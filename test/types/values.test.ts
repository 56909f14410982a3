import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ownTypes } from '../../src/types/column-mapping.ts';
import { parseSnowflakeType, type SnowflakeType, snowflakeTypeSql } from '../../src/types/snowflake-type.ts';
import { column, mapped } from './columns.ts';

const textOf = (dataType: string, cell: string | number | Buffer, more = {}) =>
  ownTypes([mapped(column('c', dataType, more))])[0]?.encoder.text(cell);

describe('the text of a cell', () => {
  test.each<[string, string | number | Buffer, string, object?]>([
    ['int', 42, '42'],
    ['bigint', '-9223372036854775808', '-9223372036854775808'],
    ['decimal', '-0.10', '-0.10', { numericPrecision: 10, numericScale: 2 }],
    ['bit', 1, 'true', { numericPrecision: 1 }],
    ['bit', '0', 'false', { numericPrecision: 1 }],
    ['bit', '18446744073709551615', '18446744073709551615', { numericPrecision: 64 }],
    ['binary', Buffer.from([0, 255]), '00ff'],
    ['date', '0001-01-01', '0001-01-01'],
    ['datetime', '2024-01-02 03:04:05.678', '2024-01-02T03:04:05.678'],
    ['timestamp', '2024-01-02 03:04:05', '2024-01-02T03:04:05Z'],
    ['json', '{"a": 1.0}', '{"a": 1.0}'],
  ])('%s %o → %s', (dataType, cell, text, more) => {
    expect(textOf(dataType, cell, more)).toBe(text);
  });

  test('bytes that came as text are rejected, as their bytes are lost', () => {
    expect(() => textOf('blob', 'abc')).toThrow(RangeError);
  });
});

describe('Snowflake types', () => {
  const small = fc.integer({ min: 0, max: 9 });
  const type: fc.Arbitrary<SnowflakeType> = fc.oneof(
    fc
      .integer({ min: 1, max: 38 })
      .chain((precision) =>
        fc
          .integer({ min: 0, max: Math.min(precision, 37) })
          .map((scale) => ({ kind: 'NUMBER' as const, precision, scale })),
      ),
    fc.record({
      kind: fc.constantFrom('VARCHAR', 'BINARY'),
      length: fc.integer({ min: 1, max: 134_217_728 }),
    }),
    fc.record({
      kind: fc.constantFrom('TIME', 'TIMESTAMP_NTZ', 'TIMESTAMP_LTZ', 'TIMESTAMP_TZ'),
      scale: small,
    }),
    fc.record({ kind: fc.constantFrom('FLOAT', 'BOOLEAN', 'DATE', 'VARIANT', 'OBJECT', 'ARRAY') }),
  );

  test('what is printed is read back', () => {
    fc.assert(
      fc.property(type, (each) => {
        expect(parseSnowflakeType(snowflakeTypeSql(each))).toEqual(each);
        expect(parseSnowflakeType(` ${snowflakeTypeSql(each).toLowerCase().replace(',', ', ')} `)).toEqual(
          each,
        );
      }),
    );
  });

  test.each<[string, SnowflakeType | undefined]>([
    ['NUMBER', { kind: 'NUMBER', precision: 38, scale: 0 }],
    ['VARCHAR', { kind: 'VARCHAR', length: 16_777_216 }],
    ['BINARY', { kind: 'BINARY', length: 8_388_608 }],
    ['TIMESTAMP_NTZ', { kind: 'TIMESTAMP_NTZ', scale: 9 }],
    ['GEOGRAPHY', undefined],
    ['VECTOR(FLOAT, 256)', undefined],
    ['', undefined],
  ])('%s', (text, parsed) => {
    expect(parseSnowflakeType(text)).toEqual(parsed);
  });
});
