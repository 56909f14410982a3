import type { Cell } from '../types/cell.ts';
import type { SourceColumn } from '../types/source-column.ts';

/**
 * One row's key: a text for each key column. Bytes are hex; a text that does not come back from UTF-8 as it
 * went is `0x` and hex; ENUM and SET are their numbers.
 */
export type KeyValue = readonly string[];

/** Keys after one and up to another; without them, from the start and to the end. */
export interface KeyRange {
  readonly after?: KeyValue | undefined;
  readonly upTo?: KeyValue | undefined;
}

/** Columns that no two rows have alike, and in whose order a table is read. */
export interface TableKey {
  readonly columns: readonly SourceColumn[];
}

/** The key of a row, of its cells in the columns of the key. */
export function keyValueOf(cells: readonly (Cell | undefined)[]): KeyValue {
  return cells.map((cell) => (Buffer.isBuffer(cell) ? cell.toString('hex') : String(cell)));
}

/**
 * What the order of a key column's values depends on: its type, and the collation of a text. MySQL 8.0.29 has put
 * "mb3" into the names of collations that are the same as before.
 *
 * @example orderOf(column); // ['varchar(9)', 'utf8mb4_bin']
 */
export function orderOf({ columnType, collation }: SourceColumn): string[] {
  return collation === null ? [columnType] : [columnType, collation.replace(/^utf8_/, 'utf8mb3_')];
}
