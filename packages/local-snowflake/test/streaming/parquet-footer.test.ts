import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { readFooter } from '../../src/streaming/parquet-footer.ts';
import { makeParquet } from './parquet.ts';

let footer: Buffer;

beforeAll(async () => {
  const columns = Array.from({ length: 20 }, (_, index) => `'${index}' AS "c${index} ü"`);
  const { bytes } = await makeParquet(`SELECT 1 AS "a b", 2.5::DECIMAL(38,3) AS d, ${columns.join(', ')}`);
  footer = bytes.subarray(bytes.length - 8 - bytes.readUInt32LE(bytes.length - 8), bytes.length - 8);
});

describe('the footer of a Parquet file', () => {
  test('names the columns in their order', () => {
    const names = Array.from({ length: 20 }, (_, index) => `c${index} ü`);
    expect(readFooter(footer).columns.map((column) => column.name)).toEqual(['a b', 'd', ...names]);
  });

  test('stays as it is when nothing is stripped, and shrinks only by the annotations that are', () => {
    const read = readFooter(footer);
    expect(read.withoutAnnotations(new Set()).equals(footer)).toBe(true);
    const stripped = read.withoutAnnotations(new Set([5]));
    expect(stripped.length).toBeLessThan(footer.length);
    expect(readFooter(stripped).columns).toEqual(read.columns);
    expect(
      readFooter(stripped)
        .withoutAnnotations(new Set([5]))
        .equals(stripped),
    ).toBe(true);
  });

  test('cut off or changed anywhere is read or rejected, and never ends in another error', () => {
    const attempt = (bytes: Buffer) => {
      try {
        const read = readFooter(bytes);
        read.withoutAnnotations(new Set(read.columns.keys()));
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
      }
    };
    for (let length = 0; length < footer.length; length++) attempt(footer.subarray(0, length));
    fc.assert(
      fc.property(fc.nat(footer.length - 1), fc.nat(255), (at, value) => {
        const changed = Buffer.from(footer);
        changed[at] = value;
        attempt(changed);
      }),
      { numRuns: 3000 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => attempt(Buffer.from(bytes))),
      { numRuns: 3000 },
    );
  });
});
