import { grouped } from './thousands.ts';

/**
 * How many rows are proven; where none was loaded, why.
 *
 * @param rows in the target
 * @param rejected rows of the source that are expected to be missing there
 * @example provenText(0, 7); // 'no row was loaded: all 7 rows were rejected'
 */
export function provenText(rows: number, rejected: number): string {
  if (rows > 0) return `${count(rows)} proven`;
  if (rejected === 0) return 'no row was loaded: the source is empty, and so is the target';
  return `no row was loaded: ${rejected === 1 ? 'the only row was' : `all ${count(rejected)} were`} rejected`;
}

/** A number of rows in words. */
export const count = (rows: number): string => `${grouped(rows)} ${rows === 1 ? 'row' : 'rows'}`;
