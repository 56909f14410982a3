import type { TypeFamily } from './family.ts';
import type { Cell } from './mysql-column.ts';

const FLOAT_BYTES = 4;

/** The numbers of a vector, which MySQL and MariaDB store as floats in little-endian order. */
function numbers(cell: Exclude<Cell, null>): string {
  if (!Buffer.isBuffer(cell)) throw new RangeError('a vector column gave something that is not bytes');
  const values = Array.from({ length: cell.length / FLOAT_BYTES }, (_, index) =>
    cell.readFloatLE(index * FLOAT_BYTES),
  );
  const odd = values.find((value) => !Number.isFinite(value));
  if (odd !== undefined) throw new RangeError(`${odd} is no number that an ARRAY can hold`);
  // JSON.stringify loses the sign of zero.
  return `[${values.map((value) => (Object.is(value, -0) ? '-0.0' : String(value))).join(',')}]`;
}

/**
 * VECTOR, as an ARRAY of the numbers it stores. Its bytes are read, because VECTOR_TO_STRING prints six digits of
 * the nine that a float has.
 */
export const vector: TypeFamily = {
  mysql: ['vector'],
  snowflake: () => ({ kind: 'ARRAY' }),
  read: (quoted) => `CAST(${quoted} AS BINARY)`,
  carry: (_column, target) =>
    target.kind === 'ARRAY' || target.kind === 'VARIANT' ? { java: 'String', text: numbers } : undefined,
  compare: () => undefined,
};
