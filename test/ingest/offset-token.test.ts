import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  columnFingerprints,
  committedKey,
  fingerprintOf,
  formatOffsetToken,
  isStartToken,
  lastOffsetToken,
  type OffsetToken,
  parseOffsetToken,
  RESTARTING,
  shardOf,
} from '../../src/ingest/offset-token.ts';

const expected = { shard: '0', table: '9f1c2ab04d77', columns: ['5ad70c3e9f10'] };
const hex = fc.stringMatching(/^[\da-f]{12}$/);
const token: fc.Arbitrary<OffsetToken> = fc.record({
  shard: fc.string(),
  table: hex,
  columns: fc.array(hex, { minLength: 1, maxLength: 5 }),
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
    expect(formatOffsetToken({ ...expected, key: ['500000'] })).toBe(
      '[2,"0","9f1c2ab04d77",1,"5ad70c3e9f10",["500000"]]',
    );
    fc.assert(
      fc.property(token, token, (one, other) => {
        const said = ({ shard, table, columns, key }: OffsetToken) =>
          JSON.stringify([shard, table, columns.length, columns.at(-1), key]);
        expect(formatOffsetToken(one) === formatOffsetToken(other)).toBe(said(one) === said(other));
      }),
    );
  });

  test('of another shard, table or columns is refused', () => {
    fc.assert(
      fc.property(token, token, (one, other) => {
        fc.pre(
          one.shard !== other.shard ||
            one.table !== other.table ||
            one.columns.at(-1) !== other.columns[one.columns.length - 1],
        );
        expect(() => parseOffsetToken(formatOffsetToken(one), other)).toThrow(INVALID);
      }),
    );
  });

  test.each([
    ['[2,"0","000000000000",1,"5ad70c3e9f10",["1"]]', /belongs to another table or key: /],
    [
      '[2,"1","9f1c2ab04d77",1,"5ad70c3e9f10",["1"]]',
      /belongs to another division of the table: run again if .*; else snowstream run --restart empties/,
    ],
    [
      '[2,"0","9f1c2ab04d77",1,"000000000000",["1"]]',
      /belongs to 1 column that are not the first of the 1 column carried now: /,
    ],
    [
      '[2,"0","9f1c2ab04d77",2,"5ad70c3e9f10",["1"]]',
      /belongs to 2 columns that are not the first of the 1 column carried now: /,
    ],
    ['[1,"0","9f1c2ab04d77",["1"]]', /was not written by this version of this program: /],
  ])('says which part is another: %s', (text, message) => {
    expect(() => parseOffsetToken(text, expected)).toThrow(message);
  });

  test('tells its shard to the load of its table alone, whatever its columns and version are', () => {
    fc.assert(
      fc.property(token, hex, (written, other) => {
        fc.pre(other !== written.table);
        const text = formatOffsetToken(written);
        expect(shardOf(text, written.table)).toBe(written.shard);
        expect(shardOf(text.replace('[2', '[3'), written.table)).toBe(written.shard);
        expect(shardOf(text, other)).toBeUndefined();
      }),
    );
    for (const text of ['', 'later', '{}', '7', '[2,0,"9f1c2ab04d77"]', RESTARTING])
      expect(shardOf(text, expected.table), text).toBeUndefined();
  });

  test('without a key says that its load was begun and has read no row', () => {
    const start = formatOffsetToken({ ...expected, key: [] });
    expect(committedKey(start, expected)).toBeUndefined();
    expect(isStartToken(start, expected)).toBe(true);
    expect(() => committedKey(start, { ...expected, table: '000000000000' })).toThrow(INVALID);
    expect(isStartToken(start, { ...expected, table: '000000000000' })).toBe(false);

    const later = formatOffsetToken({ ...expected, key: ['7'] });
    expect(committedKey(later, expected)).toEqual(['7']);
    expect(isStartToken(later, expected)).toBe(false);
    expect(committedKey(null, expected)).toBeUndefined();
    expect(isStartToken(null, expected)).toBe(false);
  });

  test.each([
    ['[2,"0","000000000000",1,"5ad70c3e9f10",["1"]]', /: snowstream run --restart empties the target/],
    [RESTARTING, /a restart of the table was begun .*: snowstream run --restart begins it again$/],
  ])('that is refused names the way out: %s', (text, message) => {
    expect(() => committedKey(text, expected)).toThrow(message);
  });

  test('goes on when columns have come since', () => {
    fc.assert(
      fc.property(token, fc.array(hex, { minLength: 1, maxLength: 3 }), (written, more) => {
        const today = { ...written, columns: [...written.columns, ...more] };
        expect(parseOffsetToken(formatOffsetToken(written), today)).toEqual(written);
        // But not when they have gone: their values would be lost from here on.
        expect(() => parseOffsetToken(formatOffsetToken(today), written)).toThrow(INVALID);
      }),
    );
  });

  test('of the last row is told as it was committed, before columns came or after', () => {
    const before = { ...expected, key: ['7'] };
    const today = { ...expected, columns: [...expected.columns, 'c0ffee000000'] };
    expect(lastOffsetToken(today, ['7'], formatOffsetToken(before))).toBe(formatOffsetToken(before));
    const after = formatOffsetToken({ ...today, key: ['7'] });
    expect(lastOffsetToken(today, ['7'], after)).toBe(after);
    expect(lastOffsetToken(today, ['7'], null)).toBe(after);
    expect(lastOffsetToken(today, ['7'], 'of somebody else')).toBe(after);
    expect(lastOffsetToken(today, ['8'], formatOffsetToken(before))).toBe(
      formatOffsetToken({ ...before, key: ['8'] }),
    );
  });

  test('is short: it travels with every batch', () => {
    const columns = columnFingerprints(
      Array.from({ length: 1000 }, (_, index) => [`c${index}`, `C${index}`]),
    );
    expect(formatOffsetToken({ ...expected, columns, key: ['18446744073709551615'] }).length).toBeLessThan(
      80,
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
    '[2]',
    '[2,"0","9f1c2ab04d77",1,"5ad70c3e9f10"]',
    '[2,"0","9f1c2ab04d77",1,"5ad70c3e9f10","7"]',
    '[2,"0","9f1c2ab04d77",1,"5ad70c3e9f10",[7]]',
    '[2,"0","9f1c2ab04d77",1,"5ad70c3e9f10",[null]]',
    '[2,"0","9f1c2ab04d77",1,"5ad70c3e9f10",["7"],"more"]',
    '[3,"0","9f1c2ab04d77",1,"5ad70c3e9f10",["7"]]',
    '["2","0","9f1c2ab04d77",1,"5ad70c3e9f10",["7"]]',
    '[2,0,"9f1c2ab04d77",1,"5ad70c3e9f10",["7"]]',
    '[2,"0","9f1c2ab04d77",0,null,["7"]]',
    '[2,"0","9f1c2ab04d77",0.5,"5ad70c3e9f10",["7"]]',
    '[2,"0","9f1c2ab04d77","1","5ad70c3e9f10",["7"]]',
    '[2,"0","9f1c2ab04d77",1,["5ad70c3e9f10"],["7"]]',
    '[2,"0","9f1c2ab04d77",1,"5ad70c3e9f10",["7"]',
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
