import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fingerprintOf, formatOffsetToken, parseOffsetToken } from '../../src/ingest/offset-token.ts';

const expected = { shard: '0', fingerprint: '9f1c2ab04d77' };
const token = fc.record({
  shard: fc.string(),
  fingerprint: fc.stringMatching(/^[\da-f]{12}$/),
  key: fc.array(fc.string({ unit: 'binary' }), { minLength: 1, maxLength: 4 }),
});
const INVALID = expect.objectContaining({ code: 'OFFSET_TOKEN_INVALID', exitCode: 2 });

describe('an offset token', () => {
  test('is read as it was written', () => {
    fc.assert(
      fc.property(token, (written) => {
        expect(parseOffsetToken(formatOffsetToken(written), written)).toEqual(written);
      }),
    );
  });

  test('has one form, so that tokens can be compared as texts', () => {
    expect(formatOffsetToken({ ...expected, key: ['500000'] })).toBe('[1,"0","9f1c2ab04d77",["500000"]]');
    fc.assert(
      fc.property(token, token, (one, other) => {
        const same =
          JSON.stringify([one.shard, one.fingerprint, one.key]) ===
          JSON.stringify([other.shard, other.fingerprint, other.key]);
        expect(formatOffsetToken(one) === formatOffsetToken(other)).toBe(same);
      }),
    );
  });

  test('of another shard or fingerprint is refused', () => {
    fc.assert(
      fc.property(token, token, (one, other) => {
        fc.pre(one.shard !== other.shard || one.fingerprint !== other.fingerprint);
        expect(() => parseOffsetToken(formatOffsetToken(one), other)).toThrow(INVALID);
      }),
    );
    expect(() => parseOffsetToken('[1,"0","000000000000",["1"]]', expected)).toThrow(
      /belongs to another table, key or column mapping/,
    );
  });

  test.each([
    '',
    '0',
    '42',
    'null',
    '"x"',
    '{}',
    '[]',
    '[1]',
    '[1,"0","9f1c2ab04d77"]',
    '[1,"0","9f1c2ab04d77","7"]',
    '[1,"0","9f1c2ab04d77",[7]]',
    '[1,"0","9f1c2ab04d77",[null]]',
    '[1,"0","9f1c2ab04d77",[]]',
    '[1,"0","9f1c2ab04d77",["7"],"more"]',
    '[2,"0","9f1c2ab04d77",["7"]]',
    '["1","0","9f1c2ab04d77",["7"]]',
    '[1,0,"9f1c2ab04d77",["7"]]',
    '[1,"0","9f1c2ab04d77",["7"]',
    'x'.repeat(10_000),
  ])('of another shape is refused in one line: %s', (text) => {
    expect(() => parseOffsetToken(text, expected)).toThrow(INVALID);
    try {
      parseOffsetToken(text, expected);
    } catch (error) {
      expect((error as Error).message).toMatch(/^[^\n]{1,300}$/);
    }
  });

  test('any other text is refused', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (text) => {
        expect(() => parseOffsetToken(text, expected)).toThrow(INVALID);
      }),
    );
  });
});

describe('a fingerprint', () => {
  const parts = fc.array(fc.jsonValue(), { maxLength: 5 });

  test('is twelve hex digits, the same for the same parts', () => {
    fc.assert(
      fc.property(parts, (some) => {
        expect(fingerprintOf(...some)).toMatch(/^[\da-f]{12}$/);
        expect(fingerprintOf(...structuredClone(some))).toBe(fingerprintOf(...some));
      }),
    );
  });

  test('changes with its parts and where they end', () => {
    const prints = [
      fingerprintOf('a', 'b'),
      fingerprintOf('ab'),
      fingerprintOf(['a', 'b']),
      fingerprintOf(['a'], ['b']),
      fingerprintOf('b', 'a'),
      fingerprintOf(),
    ];
    expect(new Set(prints).size).toBe(prints.length);
  });
});
