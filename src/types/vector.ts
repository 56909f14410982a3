import type { Cell } from './cell.ts';
import type { TypeFamily } from './family.ts';

const FLOAT_BYTES = 4;

/** The numbers of a vector, floats in little-endian order. */
function numbers(cell: Exclude<Cell, null>): string {
  if (!Buffer.isBuffer(cell)) throw new RangeError('a vector column returned a value that is not bytes');
  const values = Array.from({ length: cell.length / FLOAT_BYTES }, (_, index) =>
    cell.readFloatLE(index * FLOAT_BYTES),
  );
  const odd = values.find((value) => !Number.isFinite(value));
  if (odd !== undefined) throw new RangeError(`${odd} is no number that an ARRAY can hold`);
  // JSON.stringify loses the sign of zero.
  return `[${values.map((value) => (Object.is(value, -0) ? '-0.0' : String(value))).join(',')}]`;
}

/** VECTOR, as an ARRAY of the numbers it stores. */
export const vector: TypeFamily = {
  names: ['vector'],
  snowflake: () => ({ kind: 'ARRAY' }),
  encoder: (_column, target) =>
    target.kind === 'ARRAY' || target.kind === 'VARIANT' ? { java: 'String', text: numbers } : undefined,
  compare: () => undefined,
};
