import { SnowstreamError } from '../errors.ts';
import type { Cell, MySqlColumn } from '../types/mysql-column.ts';
import { familyOf } from '../types/type-table.ts';
import { mysqlIdentifier } from './mysql-identifier.ts';

/** One row's key: a text for each key column; bytes as hex. */
export type KeyValue = readonly string[];

/**
 * Pages through a table in the order of a unique key: each page starts after the last key of the one before,
 * so that its cost does not grow with its distance from the start, as OFFSET's does.
 * https://use-the-index-luke.com/no-offset
 */
export class Keyset {
  readonly columns: readonly MySqlColumn[];

  /** @throws SnowstreamError SOURCE_NO_KEY when a column's order differs between ORDER BY and comparison. */
  constructor(columns: readonly MySqlColumn[]) {
    for (const column of columns) {
      if (familyOf(column.dataType)?.literal === undefined) {
        throw new SnowstreamError(
          'SOURCE_NO_KEY',
          `column ${column.name} is ${column.dataType} and cannot be a key to read by: name another unique key in the table's "key" in the config file`,
        );
      }
    }
    this.columns = columns;
  }

  /** The SELECT list that reads the key exactly. */
  get expressions(): readonly string[] {
    return this.columns.map(({ name, dataType }) => {
      const quoted = mysqlIdentifier(name);
      return familyOf(dataType)?.read?.(quoted) ?? quoted;
    });
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
    return this.columns.reduceRight((inner, column, index) => {
      const name = mysqlIdentifier(column.name);
      const literal = keyLiteral(column, key[index] ?? '');
      return inner === ''
        ? `${name} > ${literal}`
        : `(${name} > ${literal} OR (${name} = ${literal} AND ${inner}))`;
    }, '');
  }

  /** The condition for the one row of a key. */
  is(key: KeyValue): string {
    const equal = this.columns.map(
      (column, index) => `${mysqlIdentifier(column.name)} = ${keyLiteral(column, key[index] ?? '')}`,
    );
    return `(${equal.join(' AND ')})`;
  }

  /** The key of a row whose key cells stand in `cells`. */
  valueOf(cells: readonly (Cell | undefined)[]): KeyValue {
    return cells.map((cell) => (Buffer.isBuffer(cell) ? cell.toString('hex') : String(cell)));
  }
}

function keyLiteral(column: MySqlColumn, value: string): string {
  const literal = familyOf(column.dataType)?.literal?.(value);
  if (literal !== undefined) return literal;
  throw new SnowstreamError(
    'OFFSET_TOKEN_INVALID',
    `the committed offset token holds a key that column ${column.name} (${column.columnType}) cannot have`,
  );
}
