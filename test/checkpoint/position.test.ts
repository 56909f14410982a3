import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { columnFingerprints, fingerprintOf } from '../../src/checkpoint/fingerprint.ts';
import { decodeToken, RESTARTING } from '../../src/checkpoint/offset-token.ts';
import { keyAt, type LoadIdentity, ownPosition, positionAt, tokenAt } from '../../src/checkpoint/position.ts';
import { isSameShard, WHOLE } from '../../src/checkpoint/shard.ts';
import { arbitraryFingerprint, arbitraryKey, arbitraryShard, earlierText } from './arbitrary-token.ts';

const expected: LoadIdentity = { shard: WHOLE, table: '9f1c2ab04d77', columns: ['5ad70c3e9f10'] };
const identity: fc.Arbitrary<LoadIdentity> = fc.record({
  shard: arbitraryShard,
  table: arbitraryFingerprint,
  columns: fc.array(arbitraryFingerprint, { minLength: 1, maxLength: 5 }),
});
const INVALID = expect.objectContaining({ code: 'OFFSET_TOKEN_INVALID', exitCode: 2 });

describe('a position', () => {
  test('is read as it was written, in the form of version 2 too', () => {
    fc.assert(
      fc.property(identity, arbitraryKey, (load, key) => {
        const position = { kind: 'after', key, columns: load.columns.length };
        const token = tokenAt(load, key);
        expect(positionAt(token, load)).toEqual(position);
        const decoded = decodeToken(token);
        expect(positionAt((decoded && earlierText(decoded)) || null, load)).toEqual(position);
      }),
    );
  });

  test('of another shard, table or columns is refused', () => {
    fc.assert(
      fc.property(identity, identity, arbitraryKey, (one, other, key) => {
        fc.pre(
          !isSameShard(one.shard, other.shard) ||
            one.table !== other.table ||
            one.columns.at(-1) !== other.columns[one.columns.length - 1],
        );
        expect(() => positionAt(tokenAt(one, key), other)).toThrow(INVALID);
        expect(ownPosition(tokenAt(one, key), other)).toBeUndefined();
      }),
    );
  });

  test.each([
    ['3.load.000000000000.1.5ad70c3e9f10.whole.~1', /belongs to another table or key: /],
    ['[2,"0","000000000000",1,"5ad70c3e9f10",["1"]]', /belongs to another table or key: /],
    [
      '3.load.9f1c2ab04d77.1.5ad70c3e9f10.shard-1.~1.~2',
      /belongs to a load of the table with other key ranges: run again if .*; else snowstream run --restart empties/,
    ],
    [
      '3.load.9f1c2ab04d77.1.000000000000.whole.~1',
      /belongs to 1 column that are not the first of the 1 column loaded now: /,
    ],
    [
      '3.load.9f1c2ab04d77.2.5ad70c3e9f10.whole.~1',
      /belongs to 2 columns that are not the first of the 1 column loaded now: /,
    ],
    ['4.load', /was not written by this version of this program: /],
    ['[1,"0","9f1c2ab04d77",["1"]]', /was not written by this version of this program: /],
    ['x'.repeat(10_000), /was not written by this version of this program: /],
    [RESTARTING, /a restart of the table was begun .*: snowstream run --restart begins it again$/],
    ['{"restart":"begun"}', /a restart of the table was begun .*: snowstream run --restart begins it again$/],
  ])('that is refused says why, and names the way out, in one line: %s', (text, message) => {
    expect(() => positionAt(text, expected)).toThrow(INVALID);
    expect(() => positionAt(text, expected)).toThrow(message);
    expect(() => positionAt(text, expected)).toThrow(/^[^\n]{1,300}$/);
    expect(() => positionAt(text, expected)).toThrow(/snowstream run --restart/);
  });

  test('without a key is the start of a load that was begun', () => {
    const start = tokenAt(expected, []);
    expect(positionAt(start, expected)).toEqual({ kind: 'start', begun: true });
    expect(positionAt(null, expected)).toEqual({ kind: 'start', begun: false });
    expect(keyAt(positionAt(start, expected))).toBeUndefined();
    expect(keyAt(positionAt(tokenAt(expected, ['7']), expected))).toEqual(['7']);
    expect(keyAt(undefined)).toBeUndefined();
    expect(() => positionAt(start, { ...expected, table: '000000000000' })).toThrow(INVALID);
  });

  test('stays valid when columns have come since, and not when they have gone', () => {
    const more = fc.array(arbitraryFingerprint, { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(identity, arbitraryKey, more, (load, key, added) => {
        const today = { ...load, columns: [...load.columns, ...added] };
        expect(positionAt(tokenAt(load, key), today)).toEqual({
          kind: 'after',
          key,
          columns: load.columns.length,
        });
        // Values of columns that have gone would be lost from here on.
        expect(() => positionAt(tokenAt(today, key), load)).toThrow(INVALID);
      }),
    );
  });

  test('can be written with fewer columns, as a load did that ended before the newest came', () => {
    const today = { ...expected, columns: [...expected.columns, 'c0ffee000000'] };
    expect(tokenAt(today, ['7'], 1)).toBe(tokenAt(expected, ['7']));
    expect(tokenAt(today, ['7'])).not.toBe(tokenAt(expected, ['7']));
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

  test('of columns goes from the first to all', () => {
    const columns = [
      ['id', 'ID'],
      ['name', 'NAME'],
    ];
    const prints = columnFingerprints(columns);
    expect(prints).toHaveLength(2);
    expect(columnFingerprints(columns.slice(0, 1))).toEqual(prints.slice(0, 1));
    expect(columnFingerprints([...columns].reverse())).not.toContain(prints[1]);
  });
});
