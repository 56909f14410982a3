import type { Cell, MySqlColumn } from './mysql-column.ts';
import type { Policies, PolicyName, Replacement } from './policy.ts';
import type { SnowflakeType } from './snowflake-type.ts';

/** The Java class in which a value reaches the SDK: the fastest one that is exact. */
export type JavaKind =
  | 'Long'
  | 'BigInteger'
  | 'BigDecimal'
  | 'Double'
  | 'Boolean'
  | 'String'
  /** A String, too, that the SDK parses. */
  | 'Json'
  | 'bytes'
  | 'LocalDate'
  | 'LocalTime'
  | 'LocalDateTime'
  | 'OffsetDateTime';

const CLASS_NAMES: Partial<Record<JavaKind, string>> = { bytes: 'byte[]', Json: 'String' };

/** What Java calls the class, for people. */
export const javaClassName = (kind: JavaKind): string => CLASS_NAMES[kind] ?? kind;

/** How a value travels: as a text in the form that the Java class parses, so that nothing depends on its looks. */
export interface Carriage {
  readonly java: JavaKind;
  /**
   * The text of a cell that is not null, in the form of {@link JavaKind}: ISO 8601 for times, hex for bytes,
   * `true` or `false` for booleans; or what a policy puts in its place.
   *
   * @throws RangeError with the reason, when the value cannot be carried exactly.
   */
  text(cell: Exclude<Cell, null>): string | Replacement;
  /** The expression under which MySQL hands cells over for `text`, where it is not that of the family. */
  read?(quoted: string): string;
  /** Present where Java may read cells as MySQL sends them. */
  readonly asSent?: AsSent;
}

/**
 * What Java needs to know to read the cells of a column as MySQL sends them. It gives the value that `text` leads to,
 * or leaves the cell to `text`: where it is longer than the limit, or is no plain value of its class.
 */
export interface AsSent {
  /** Bytes. */
  readonly limit: number;
  /** The expression under which MySQL sends them so, where it is not that for `text`. */
  read?(quoted: string): string;
}

/** Cells of any length are sent in a form that Java reads. */
export const AS_SENT: AsSent = { limit: 2 ** 31 - 1 };

/**
 * How a column's values become texts that are the same on both sides, so that SQL can compare them there: the
 * smallest, the largest, and a checksum of all.
 */
export interface Comparison {
  /** The text of a value on MySQL. */
  source(value: string): string;
  /** The text of a value on Snowflake. */
  target(value: string): string;
  /** Whether smallest and largest go by the bytes of the text instead of by the value. */
  readonly byBytes: boolean;
  /** Whether texts that are not compared by their bytes are in the order of the values all the same, as hex is. */
  readonly inTextOrder?: true;
  /** Whether both servers print equal values alike to the last digit; only then can texts be hashed. */
  readonly exact: boolean;
  /** Brings both texts to one spelling where the two print alike values differently. */
  normalize?(text: string): string;
}

/** A group of MySQL types that travel alike. One file each, all listed in `type-table.ts`. */
export interface TypeFamily {
  /** What `information_schema` calls the members, in lower case. */
  readonly mysql: readonly string[];
  /** The Snowflake type that holds every value of the column exactly, as far as its policies have it so. */
  snowflake(column: MySqlColumn, policies: Policies): SnowflakeType;
  /** The expression under which MySQL hands the value over exactly; the column itself when not given. */
  read?(quoted: string): string;
  /**
   * A key value as a literal that MySQL compares as it compares the column, or `undefined` for a text that is no
   * value of the type. Families without it cannot be read by: their order is not that of their comparison.
   */
  literal?(text: string): string | undefined;
  /**
   * How values travel into a column of that type.
   *
   * @returns `undefined` when that type cannot hold every value of the column and no policy refuses those.
   */
  carry(column: MySqlColumn, target: SnowflakeType, policies: Policies): Carriage | undefined;
  /**
   * What a value of the source becomes on its way, as an SQL expression of MySQL, where a policy replaces some
   * values; the value itself when not given.
   */
  carried?(value: string, column: MySqlColumn, target: SnowflakeType, policies: Policies): string;
  /** @returns `undefined` when the two sides have no text in common (JSON as a VARIANT): then only nulls are counted. */
  compare(column: MySqlColumn, target: SnowflakeType): Comparison | undefined;
}

/** The text of a cell that mysql2 already gives as text or as a number. */
export const plainText = (cell: Exclude<Cell, null>): string =>
  typeof cell === 'string' ? cell : String(cell);

/**
 * A carriage whose text is that of another, if the cell passes: for values that a target cannot hold.
 *
 * @param asSent where Java itself finds the cells that do not pass
 */
export const checked = (
  { java, text, read }: Carriage,
  check: (cell: Exclude<Cell, null>) => Replacement | undefined,
  asSent?: AsSent,
): Carriage => ({
  java,
  text: (cell) => check(cell) ?? text(cell),
  ...(read && { read }),
  ...(asSent && { asSent }),
});

/** What the policy of a value that cannot be carried makes of it: SQL NULL, or a rejected row. */
export function replaceOrReject(
  policy: PolicyName,
  choice: 'null' | 'reject',
  reason: () => string,
): Replacement {
  if (choice === 'null') return { policy, text: null };
  throw new RangeError(reason());
}

/** A number goes bare: quoted, it would be compared as a double. */
export const numberLiteral = (text: string): string | undefined =>
  /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text) ? text : undefined;

/** Values as text in a VARCHAR column, for types whose MySQL text is also their canonical text. */
export const asString: Carriage = { java: 'String', text: plainText, asSent: AS_SENT };

/** Text compared as text. Snowflake goes by its UTF-8 bytes, MySQL by the collation, so MySQL is asked for bytes too. */
export const compareText: Comparison = {
  source: (value) => value,
  target: (value) => value,
  byBytes: true,
  exact: true,
};

/** Values of another type in a VARCHAR column: there they are what MySQL prints. */
export const comparePrinted: Comparison = { ...compareText, source: (value) => `CAST(${value} AS CHAR)` };
