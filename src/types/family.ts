import type { Cell, MySqlColumn } from './mysql-column.ts';
import type { SnowflakeType } from './snowflake-type.ts';

/** The Java class in which a value reaches the SDK: the fastest one that is exact. */
export type JavaKind =
  | 'Long'
  | 'BigInteger'
  | 'BigDecimal'
  | 'Double'
  | 'Boolean'
  | 'String'
  | 'bytes'
  | 'LocalDate'
  | 'LocalTime'
  | 'LocalDateTime'
  | 'OffsetDateTime';

/** How a value travels: as a text in the form that the Java class parses, so that nothing depends on its looks. */
export interface Carriage {
  readonly java: JavaKind;
  /**
   * The text of a cell that is not null, in the form of {@link JavaKind}: ISO 8601 for times, hex for bytes,
   * `true` or `false` for booleans.
   *
   * @throws RangeError with the reason, when the value cannot be carried exactly.
   */
  text(cell: Exclude<Cell, null>): string;
}

/** The two SQL expressions whose results must be the same text on both sides for a column to be proven. */
export interface Comparison {
  /** Smallest and largest value as text, on MySQL; `aggregate` is MIN or MAX. */
  source(aggregate: 'MIN' | 'MAX', column: string): string;
  /** The same on Snowflake. */
  target(aggregate: 'MIN' | 'MAX', column: string): string;
  /** Brings both texts to one spelling where the two print alike values differently. */
  normalize?(text: string): string;
}

/** A group of MySQL types that travel alike. One file each, all listed in `type-table.ts`. */
export interface TypeFamily {
  /** What `information_schema` calls the members, in lower case. */
  readonly mysql: readonly string[];
  /** The Snowflake type that holds every value of the column exactly. */
  snowflake(column: MySqlColumn): SnowflakeType;
  /** The expression in the SELECT list under which MySQL hands the value over exactly. */
  read?(quoted: string): string;
  /**
   * How values travel into a column of that type.
   *
   * @returns `undefined` when that type cannot hold every value of the column.
   */
  carry(column: MySqlColumn, target: SnowflakeType): Carriage | undefined;
  /** @returns `undefined` when smallest and largest mean nothing for the type (JSON, geometry). */
  compare(column: MySqlColumn, target: SnowflakeType): Comparison | undefined;
}

/** The text of a cell that mysql2 already gives as text or as a number. */
export const plainText = (cell: Exclude<Cell, null>): string =>
  typeof cell === 'string' ? cell : String(cell);

/** Values as text in a VARCHAR column, for types whose MySQL text is also their canonical text. */
export const asString: Carriage = { java: 'String', text: plainText };

/**
 * MIN and MAX by bytes: Snowflake compares text by its UTF-8 bytes, MySQL by the collation of the column,
 * so the source side is asked for the order of bytes too. Long values are cut alike on both sides.
 */
export const compareBytes = (toText: (quoted: string) => string): Comparison => ({
  source: (aggregate, column) =>
    `LEFT(CONVERT(${aggregate}(CAST(CONVERT(${toText(column)} USING utf8mb4) AS BINARY)) USING utf8mb4), 256)`,
  target: (aggregate, column) => `LEFT(${aggregate}(${column}), 256)`,
});

/** Decimal texts without the zeros that only tell the scale: `1.500` and `1.5` are one number. */
export function normalizeDecimal(text: string): string {
  const trimmed = text.includes('.') ? text.replace(/0+$/, '').replace(/\.$/, '') : text;
  return trimmed === '-0' || trimmed === '' ? '0' : trimmed;
}
