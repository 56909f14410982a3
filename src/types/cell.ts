/**
 * A value as a source hands it over; nothing else may leave `source/`. It is the canonical form of its type:
 *
 * - numbers: their digits, as a text, or as a number where that is exact; a BIT is its number
 * - dates and times: `2000-12-31`, `23:59:59.5`, `2000-12-31 23:59:59.5`, an instant in UTC
 * - texts, JSON and the label of an ENUM: the text, or its UTF-8 bytes; bytes that are not UTF-8 for a text that holds a
 *   code without a character of Unicode
 * - a SET: its labels with commas; a geometry: its well-known text
 * - bytes: a Buffer; a VECTOR: its floats in little-endian order
 */
export type Cell = string | number | Buffer | null;

/** Rows as the source hands them over: an array of arrays of cells, or rows that nobody has decoded yet. */
export interface Rows {
  readonly length: number;
  /** The cells of one, from 0. */
  at(index: number): readonly Cell[] | undefined;
  /** The same as packets, where a source has them: see `Source.rawRows`. */
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
