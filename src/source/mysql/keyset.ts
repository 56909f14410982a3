import type { Cell } from '../../types/cell.ts';
import type { SourceColumn } from '../../types/source-column.ts';
import { type KeyRange, type KeyValue, keyValueOf, type TableKey } from '../key.ts';
import { mysqlIdentifier } from './identifier.ts';
import { type KeyPart, keyPart } from './key-part.ts';

/**
 * Pages through a table in the order of a unique key: each page starts after the last key of the one before,
 * so that its cost does not grow with its distance from the start, as OFFSET's does.
 * https://use-the-index-luke.com/no-offset
 * @example
 * const table = await describeTable(source, 'shop', 'people');
 * const keyset = new Keyset(table.key);
 */
export class Keyset implements TableKey {
  readonly columns: readonly SourceColumn[];
  readonly #parts: readonly KeyPart[];

  /** @throws SnowstreamError SOURCE_NO_KEY when a column's order differs between ORDER BY and comparison. */
  constructor(columns: readonly SourceColumn[]) {
    this.#parts = columns.map(keyPart);
    this.columns = columns;
  }

  /** The SELECT list that reads the key exactly. */
  get expressions(): readonly string[] {
    return this.#parts.map(({ read }) => read);
  }

  /**
   * A text by which rows are compared when their keys cannot be: 32 hex digits of a hash over the bytes of all parts,
   * each hashed by itself first, so that no part can run into its neighbour. Rows of one table only.
   */
  get identity(): string {
    const hashes = this.#parts.map(({ read }) => `SHA2(CAST(${read} AS BINARY), 256)`);
    const [only = ''] = hashes;
    return `LEFT(${hashes.length === 1 ? only : `SHA2(CONCAT(${hashes.join(', ')}), 256)`}, 32)`;
  }

  /** `ORDER BY` list. */
  get order(): string {
    return this.columns.map(({ name }) => mysqlIdentifier(name)).join(', ');
  }

  /** `ORDER BY` list of the way back. */
  get descending(): string {
    return this.columns.map(({ name }) => `${mysqlIdentifier(name)} DESC`).join(', ');
  }

  /**
   * The condition for rows after a key: `(a > 1 OR (a = 1 AND (b > 2)))`, a form that MySQL answers from the
   * index, as it does not for a row comparison of several columns.
   */
  after(key: KeyValue): string {
    return this.#parts.reduceRight((inner, part, index) => {
      const value = key[index] ?? '';
      return inner === '' ? part.after(value) : `(${part.after(value)} OR (${part.is(value)} AND ${inner}))`;
    }, '');
  }

  /** The conditions of a range of keys, `AND` between them; undefined for all rows. */
  within({ after, upTo }: KeyRange): string | undefined {
    const conditions = [
      ...(after === undefined ? [] : [this.after(after)]),
      // Key columns are never NULL, so what is not after a key is up to it.
      ...(upTo === undefined ? [] : [`NOT (${this.after(upTo)})`]),
    ];
    return conditions.length === 0 ? undefined : conditions.join(' AND ');
  }

  /** The condition for the one row of a key. */
  is(key: KeyValue): string {
    return `(${this.#parts.map((part, index) => part.is(key[index] ?? '')).join(' AND ')})`;
  }

  /** The condition for the rows of some keys, a form that MySQL answers from the index. */
  anyOf(keys: readonly KeyValue[]): string {
    const [part, ...more] = this.#parts;
    if (part === undefined || more.length > 0) return `(${keys.map((key) => this.is(key)).join(' OR ')})`;
    return `${part.operand} IN (${keys.map(([value = '']) => part.literal(value)).join()})`;
  }

  /** The key of a row, of its cells in the key's columns. */
  valueOf(cells: readonly (Cell | undefined)[]): KeyValue {
    return keyValueOf(cells);
  }
}

/** The SQL of a key. */
export function keysetOf(key: TableKey): Keyset {
  return key instanceof Keyset ? key : new Keyset(key.columns);
}
