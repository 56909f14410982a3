import type { FittedColumn } from '../../../types/column-mapping.ts';
import type { ComparedForm } from '../../../types/family.ts';
import type { SourceColumn } from '../../../types/source-column.ts';

/**
 * MySQL's half of a family of types: SQL that makes the canonical form of a cell, and the text by which values are
 * compared. Its other half is in `src/types/`.
 */
export interface SqlFamily {
  /** The members, by `SourceColumn.dataType`. */
  readonly names: readonly string[];
  /** The expression under which MySQL hands the value over exactly; the column itself when not given. */
  read?(quoted: string, column: SourceColumn): string;
  /** The same for rows whose packets go to Java, where it differs. */
  readRaw?(quoted: string, column: SourceColumn): string;
  /**
   * A key value as a literal that MySQL compares as it compares the column, or `undefined` for a text that is no
   * value of the type. Families without it cannot be read by: their order is not that of their comparison.
   */
  literal?(text: string): string | undefined;
  /** What a value is in the target, where a policy replaces some values; the value itself when not given. */
  written?(value: string, column: FittedColumn): string;
  /** The text of a value in a form that the family is compared by. */
  printed(value: string, column: SourceColumn, form: ComparedForm): string;
}

/** A value, or NULL where its bytes are too many. */
export const nullBeyondBytes = (value: string, bytes: string, limit: number): string =>
  `IF(OCTET_LENGTH(${bytes}) > ${limit}, NULL, ${value})`;

/** A value of a type that is no text, as MySQL prints it. */
export const asChar = (value: string): string => `CAST(${value} AS CHAR)`;

/** A text in UTF-8. Not by CAST, which MariaDB limits to max_allowed_packet. */
export const asUtf8 = (value: string): string => `CONVERT(${value} USING utf8mb4)`;
