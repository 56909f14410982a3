import type { Cell } from './cell.ts';
import type { Policies, PolicyName, Replacement } from './policy.ts';
import type { SnowflakeType } from './snowflake-type.ts';
import type { SourceColumn } from './source-column.ts';

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
export interface Encoder {
  readonly java: JavaKind;
  /**
   * The text of a cell that is not null, in the form of {@link JavaKind}: ISO 8601 for times, hex for bytes,
   * `true` or `false` for booleans; or what a policy puts in its place.
   *
   * @throws RangeError with the reason, when the value cannot be encoded exactly.
   */
  text(cell: Exclude<Cell, null>): string | Replacement;
  /** Whether cells that are Buffers hold the UTF-8 bytes of a text. */
  readonly bytesAreText?: true;
  /**
   * Bytes of a cell up to which Java itself can read its canonical form: it gives the value that `text` leads to, or
   * leaves the cell to `text` where it is no plain value of its class. Absent where `text` has to see every cell.
   */
  readonly javaReads?: number;
}

/** Java reads cells of any length. */
export const ANY_LENGTH = 2 ** 31 - 1;

/**
 * The text by which the values of a column are compared: a source and Snowflake print it alike.
 *
 * - `text`: a text as it is; another value as MySQL prints it
 * - `number`: with so many digits behind the point, no zeros before the first digit but the one before the point
 * - `double`: the shortest text that leads back to the number
 * - `hex`: bytes, in capitals
 * - `date`: `2000-12-31`; `time`: `23:59:59.500000`; `datetime`: `2000-12-31 23:59:59.500000`, instants in UTC
 */
export type ComparedForm =
  | { readonly kind: 'text' | 'double' | 'hex' | 'date' | 'time' | 'datetime' }
  | { readonly kind: 'number'; readonly digits: number };

/**
 * How a column's values become texts that are the same on both sides, so that they can be compared there: the
 * smallest, the largest, and a checksum of all.
 */
export interface Comparison {
  /** What the source has to print. */
  readonly form: ComparedForm;
  /** The same text in SQL of Snowflake. */
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

/**
 * A group of source types that reach Snowflake alike: from the canonical form of a cell to the Java class. One file
 * each, all listed in `type-table.ts`. How a source makes that form, and compares by it, is the source's business.
 */
export interface TypeFamily {
  /** The members, by `SourceColumn.dataType`. */
  readonly names: readonly string[];
  /** The Snowflake type that holds every value of the column exactly, as far as its policies have it so. */
  snowflake(column: SourceColumn, policies: Policies): SnowflakeType;
  /**
   * How values travel into a column of that type.
   *
   * @returns `undefined` when that type cannot hold every value of the column and no policy rejects those.
   */
  encoder(column: SourceColumn, target: SnowflakeType, policies: Policies): Encoder | undefined;
  /** @returns `undefined` when the two sides have no text in common (JSON as a VARIANT): then only nulls are counted. */
  compare(column: SourceColumn, target: SnowflakeType): Comparison | undefined;
}

/** The text of a cell that is a text or a number. */
export const plainText = (cell: Exclude<Cell, null>): string =>
  typeof cell === 'string' ? cell : String(cell);

/**
 * A encoder whose text is that of another, if the cell passes: for values that a target cannot hold.
 *
 * @param javaReads where Java itself finds the cells that do not pass
 */
export const checked = (
  { java, text, bytesAreText }: Encoder,
  check: (cell: Exclude<Cell, null>) => Replacement | undefined,
  javaReads?: number,
): Encoder => ({
  java,
  text: (cell) => check(cell) ?? text(cell),
  ...(bytesAreText && { bytesAreText }),
  ...(javaReads !== undefined && { javaReads }),
});

/** What the policy of a value that cannot be encoded makes of it: SQL NULL, or a rejected row. */
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

/** Values as text in a VARCHAR column, for types whose canonical form is a text. */
export const asString: Encoder = { java: 'String', text: plainText, javaReads: ANY_LENGTH };

/** Text compared as text, by its UTF-8 bytes as Snowflake does, whatever collation the source has. */
export const compareText: Comparison = {
  form: { kind: 'text' },
  target: (value) => value,
  byBytes: true,
  exact: true,
};
