/** A column as MySQL or MariaDB describes it in `information_schema.COLUMNS`. */
export interface MySqlColumn {
  readonly name: string;
  /** Position in the table, from 1. */
  readonly ordinal: number;
  /** `DATA_TYPE` in lower case: `bigint`, `varchar`, … MariaDB's JSON (a LONGTEXT with a check) is `json` here. */
  readonly dataType: string;
  /** `COLUMN_TYPE`: `bigint(20) unsigned`, `enum('a','b')`, `bit(1)`. */
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
  /** Left out by `SELECT *`. */
  readonly invisible: boolean;
  /** The default as text, without quotes, or the expression of it; `null` without one and for `DEFAULT NULL`. */
  readonly defaultValue: string | null;
  /** Whether `defaultValue` is an expression (`CURRENT_TIMESTAMP`, `(uuid())`) instead of a value. */
  readonly defaultIsExpression: boolean;
}

/**
 * A value as the source hands it over: mysql2's text protocol with big numbers and dates left as text.
 * Nothing else may leave `source/`.
 */
export type Cell = string | number | Buffer | null;

/** Rows as the source hands them over: an array of arrays of cells, or rows that nobody has decoded yet. */
export interface Rows {
  readonly length: number;
  /** The cells of one, from 0. */
  at(index: number): readonly Cell[] | undefined;
  /** What MySQL sent, where it is at hand. */
  readonly sent?: SentRows;
}

/** Rows in MySQL's text protocol. */
export interface SentRows {
  /**
   * The packets of the rows with their headers of four bytes, end to end. A row is its cells, each behind its length.
   * https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_query_response_text_resultset_row.html
   */
  readonly packets: readonly Buffer[];
  /** Cells a row. */
  readonly width: number;
}
