import fc from 'fast-check';
import type { LoadToken, OffsetToken } from '../../src/checkpoint/offset-token.ts';
import type { Shard } from '../../src/checkpoint/shard.ts';

const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), fc.constant(''));
export const arbitraryKey = fc.array(text, { minLength: 1, maxLength: 4 });
export const arbitraryFingerprint = fc.stringMatching(/^[\da-f]{12}$/);
export const arbitraryShard: fc.Arbitrary<Shard> = fc.oneof(
  fc.constantFrom<Shard>({ kind: 'whole' }, { kind: 'unordered' }),
  fc.record(
    {
      kind: fc.constant('range' as const),
      index: fc.integer({ min: 1, max: 64 }),
      bounds: fc.array(arbitraryKey, { minLength: 1, maxLength: 5 }),
    },
    // Shards are compared with their prototypes.
    { noNullPrototype: true },
  ),
);
export const arbitraryLoadToken: fc.Arbitrary<LoadToken> = fc.record({
  kind: fc.constant('load' as const),
  table: arbitraryFingerprint,
  columns: fc.record({ count: fc.integer({ min: 1, max: 2000 }), fingerprint: arbitraryFingerprint }),
  shard: arbitraryShard,
  key: fc.oneof(arbitraryKey, fc.constant([])),
});
export const arbitraryToken: fc.Arbitrary<OffsetToken> = fc.oneof(
  arbitraryLoadToken,
  fc.record({ kind: fc.constant('rejects' as const), file: text, record: fc.nat() }),
  fc.constant({ kind: 'restart' as const }),
);

/** What version 2 of this program wrote for a token. */
export function earlierText(token: OffsetToken): string {
  if (token.kind === 'restart') return '{"restart":"begun"}';
  if (token.kind === 'rejects') return JSON.stringify({ rejects: token.file, record: token.record });
  const { shard, table, columns, key } = token;
  const range = () => shard.kind === 'range' && JSON.stringify([shard.index, ...shard.bounds]);
  const name = { whole: '0', unordered: 'unordered', range: range() }[shard.kind];
  return JSON.stringify([2, name, table, columns.count, columns.fingerprint, key]);
}
