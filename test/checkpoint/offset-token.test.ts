import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeToken, encodeToken, type LoadToken, RESTARTING } from '../../src/checkpoint/offset-token.ts';
import { arbitraryLoadToken, arbitraryToken, earlierText } from './arbitrary-token.ts';

const token: LoadToken = {
  kind: 'load',
  table: '9f1c2ab04d77',
  columns: { count: 1, fingerprint: '5ad70c3e9f10' },
  shard: { kind: 'whole' },
  key: ['500000'],
};

describe('an offset token', () => {
  test('is read as it was written', () => {
    fc.assert(
      fc.property(arbitraryToken, (each) => {
        expect(decodeToken(encodeToken(each))).toEqual(each);
      }),
    );
  });

  test('has characters only that a URL takes unescaped', () => {
    fc.assert(
      fc.property(arbitraryToken, (each) => {
        const text = encodeToken(each);
        expect(text).toMatch(/^[\w.~-]+$/);
        expect(encodeURIComponent(text)).toBe(text);
      }),
    );
  });

  test('has one form, so that tokens can be compared as texts', () => {
    fc.assert(
      fc.property(arbitraryToken, arbitraryToken, (one, other) => {
        expect(encodeToken(one) === encodeToken(other)).toBe(JSON.stringify(one) === JSON.stringify(other));
      }),
    );
  });

  test('is nothing but what is written: no other text is read as one', () => {
    const mutation = fc.record({
      at: fc.nat(),
      with: fc.constantFrom('', '~', '.', '_', '0', 'A', 'é', '__'),
    });
    fc.assert(
      fc.property(arbitraryToken, mutation, (each, { at, with: insert }) => {
        const text = encodeToken(each);
        const place = at % text.length;
        const changed = text.slice(0, place) + insert + text.slice(place + 1);
        const read = decodeToken(changed);
        if (read !== undefined) expect(encodeToken(read)).toBe(changed);
      }),
    );
  });

  test.each([
    [token, '3.load.9f1c2ab04d77.1.5ad70c3e9f10.whole.~500000'],
    [{ ...token, key: [] }, '3.load.9f1c2ab04d77.1.5ad70c3e9f10.whole.'],
    [{ ...token, key: [''] }, '3.load.9f1c2ab04d77.1.5ad70c3e9f10.whole.~'],
    [{ ...token, shard: { kind: 'unordered' } }, '3.load.9f1c2ab04d77.1.5ad70c3e9f10.unordered.~500000'],
    [
      {
        ...token,
        shard: {
          kind: 'range',
          index: 2,
          bounds: [
            ['a', '1'],
            ['b c', '2'],
          ],
        },
      },
      '3.load.9f1c2ab04d77.1.5ad70c3e9f10.shard-2.~500000.~a~1.~b_20c~2',
    ],
    [
      { ...token, key: ['2026-01-31 09:00:00'] },
      '3.load.9f1c2ab04d77.1.5ad70c3e9f10.whole.~2026-01-31_2009_3a00_3a00',
    ],
    [{ ...token, key: ['Сидоров'] }, '3.load.9f1c2ab04d77.1.5ad70c3e9f10.whole.~__IQQ4BDQEPgRABD4EMgQ'],
    [{ kind: 'rejects', file: '5f0e-1', record: 12 }, '3.rejects.5f0e-1.12'],
    [{ kind: 'restart' }, '3.restart'],
  ] as const)('is readable: %j', (each, text) => {
    expect(encodeToken(each)).toBe(text);
    expect(decodeToken(text)).toEqual(each);
  });

  test('is short: it is sent with every batch', () => {
    expect(encodeToken({ ...token, key: ['18446744073709551615'] }).length).toBeLessThan(80);
  });

  test('of version 2 is read as what it said', () => {
    fc.assert(
      fc.property(arbitraryToken, (each) => {
        expect(decodeToken(earlierText(each))).toEqual(each);
      }),
    );
    expect(decodeToken('[2,"0","9f1c2ab04d77",1,"5ad70c3e9f10",["500000"]]')).toEqual(token);
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
    '[1,"0","9f1c2ab04d77",["1"]]',
    '["2","0","9f1c2ab04d77",1,"5ad70c3e9f10",["7"]]',
    '[2,0,"9f1c2ab04d77",1,"5ad70c3e9f10",["7"]]',
    '[2,"5","9f1c2ab04d77",1,"5ad70c3e9f10",["7"]]',
    '[2,"[0,[\\"1\\"]]","9f1c2ab04d77",1,"5ad70c3e9f10",["7"]]',
    '[2,"0","9f1c2ab04d77",0,null,["7"]]',
    '[2,"0","9f1c2ab04d77",0.5,"5ad70c3e9f10",["7"]]',
    '[2,"0","9f1c2ab04d77","1","5ad70c3e9f10",["7"]]',
    '[2,"0","9f1c2ab04d77",1,["5ad70c3e9f10"],["7"]]',
    '[2,"0","9f1c2ab04d77",1,"5ad70c3e9f10",["7"]',
    '{"rejects":"a"}',
    '{"rejects":"a","record":1.5}',
    '{"restart":"ended"}',
    '3',
    '3.restart.1',
    '3.rejects.a',
    '3.rejects.a.01',
    '3.rejects.a.1.2',
    '3.load.9f1c2ab04d77.1.5ad70c3e9f10.whole',
    '3.load.9f1c2ab04d77.0.5ad70c3e9f10.whole.~1',
    '3.load.9f1c2ab04d77.1.5ad70c3e9f10.whole.~1.~2',
    '3.load.9f1c2ab04d77.1.5ad70c3e9f10.shard-0.~1.~2',
    '3.load.9f1c2ab04d77.1.5ad70c3e9f10.shard-1.~1',
    '3.load.9f1c2ab04d77.1.5ad70c3e9f10.shard-1.~1.',
    '3.load.9f1c2ab04d77.1.5ad70c3e9f10.whole.1',
    '3.load.9f1c2ab04d7.1.5ad70c3e9f10.whole.~1',
    '4.restart',
    'x'.repeat(10_000),
  ])('is not any other text: %s', (text) => {
    expect(decodeToken(text)).toBeUndefined();
  });

  test('any other text is none', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (text) => {
        expect(decodeToken(text)).toBeUndefined();
      }),
    );
  });

  test('of a restart is the one mark', () => {
    expect(encodeToken({ kind: 'restart' })).toBe(RESTARTING);
    fc.assert(
      fc.property(arbitraryLoadToken, (each) => {
        expect(encodeToken(each)).not.toBe(RESTARTING);
      }),
    );
  });
});
