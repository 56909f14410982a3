/**
 * A column as its source describes it. The types have the names that MySQL gives to them, and mean what they mean there;
 * a source of another kind describes its columns by those that hold the same values.
 */
export interface SourceColumn {
  readonly name: string;
  /** Position in the table, from 1. */
  readonly ordinal: number;
  /** In lower case: `bigint`, `varchar`, … MariaDB's JSON (a LONGTEXT with a check) is `json` here. */
  readonly dataType: string;
  /** With its parameters: `bigint(20) unsigned`, `enum('a','b')`, `bit(1)`. */
  readonly columnType: string;
  readonly nullable: boolean;
  readonly unsigned: boolean;
  /** Characters, for the character types. */
  readonly characterLength: number | null;
  /** Bytes, for the character and binary types. */
  readonly octetLength: number | null;
  readonly numericPrecision: number | null;
  readonly numericScale: number | null;
  /** Digits behind the second, for TIME, DATETIME and TIMESTAMP. */
  readonly datetimePrecision: number;
  readonly characterSet: string | null;
  readonly collation: string | null;
  /** A text in a collation of MariaDB by which trailing spaces count; MySQL's that do so sort as they compare. */
  readonly mariaDbNoPad?: true;
  readonly comment: string;
  /** Computed from other columns, `VIRTUAL` or `STORED`. */
  readonly generated: boolean;
  /** Not among the columns that the source gives when none is named. */
  readonly invisible: boolean;
  /** The default as text, without quotes, or the expression of it; `null` without one and for `DEFAULT NULL`. */
  readonly defaultValue: string | null;
  /** Whether `defaultValue` is an expression (`CURRENT_TIMESTAMP`, `(uuid())`) instead of a value. */
  readonly defaultIsExpression: boolean;
}
