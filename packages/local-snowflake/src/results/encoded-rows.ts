import type { DuckDBConnection, DuckDBDataChunk } from '@duckdb/node-api';
import { SqlError } from '../sql/error.ts';
import { type Chunk, type EncodedRows, packChunk, ROW_SEPARATOR } from './chunk.ts';
import { uniformParts, WideColumns } from './uniform-parts.ts';

/** Rows that go into the answer itself, at most; the rest is fetched in chunks. */
const INLINE_ROWS = 10_000;
const INLINE_BYTES = 5_000_000;
const CHUNK_ROWS = 50_000;
const CHUNK_BYTES = 16_000_000;
/** Packed bytes of one result. It is in memory until nobody can ask for it any more. */
const RESULT_BYTES = 256 * 1024 * 1024;

/** Rows of cells that are strings already. */
export function encodeCells(cells: readonly (readonly (string | null)[])[]): EncodedRows {
  const inline = cells.map((row) => JSON.stringify(row)).join(',');
  return { inline, total: cells.length, chunks: [] };
}

/**
 * Runs SQL that yields one JSON array of cells as text for each row, and collects what it yields. Where it yields a
 * second column, that is what {@link WideColumns} reads, and the parts become uniform.
 * @throws SqlError 000603 when there is more of it than is kept.
 */
export async function encodeQuery(connection: DuckDBConnection, sql: string): Promise<EncodedRows> {
  const result = await connection.stream(sql);
  const collector = new Collector();
  for (;;) {
    const chunk = await result.fetchChunk();
    if (!chunk || chunk.rowCount === 0) return collector.finish();
    for (const [rows, marks] of piecesOf(chunk)) collector.add(rows, marks);
  }
}

/** The rows and marks of what DuckDB hands out, in pieces: 2,048 rows of 16 MB would be more than JavaScript's heap. */
function* piecesOf(chunk: DuckDBDataChunk): Generator<[rows: string[], marks: string[] | null]> {
  const cells = chunk.getColumnVector(0);
  const wide = chunk.columnCount > 1 ? chunk.getColumnVector(1) : null;
  let rows: string[] = [];
  let marks: string[] | null = wide && [];
  let bytes = 0;
  for (let at = 0; at < chunk.rowCount; at++) {
    const row = cells.getItem(at) as string;
    rows.push(row);
    marks?.push(wide?.getItem(at) as string);
    bytes += row.length;
    if (bytes <= CHUNK_BYTES) continue;
    yield [rows, marks];
    rows = [];
    marks = wide && [];
    bytes = 0;
  }
  if (rows.length > 0) yield [rows, marks];
}

class Collector {
  #inline: string | null = null;
  #parts: string[] = [];
  #rows = 0;
  #bytes = 0;
  #total = 0;
  #packed = 0;
  readonly #chunks: Chunk[] = [];
  /** Of the part that is being filled, and of those before it: the inline one first. */
  #marks: WideColumns | null = null;
  readonly #wide: WideColumns[] = [];

  /** @param marks of each row, what {@link WideColumns} reads */
  add(rows: readonly string[], marks: readonly string[] | null): void {
    const part = rows.join(ROW_SEPARATOR);
    if (marks) {
      this.#marks ??= new WideColumns();
      this.#marks.add(marks);
    }
    this.#parts.push(part);
    this.#rows += rows.length;
    this.#bytes += part.length;
    this.#total += rows.length;
    const [mostRows, mostBytes] =
      this.#inline === null ? [INLINE_ROWS, INLINE_BYTES] : [CHUNK_ROWS, CHUNK_BYTES];
    // DuckDB hands out 2,048 rows at a time, so a part is closed before the next could overfill it.
    if (this.#rows + 2048 > mostRows || this.#bytes > mostBytes) this.#close();
  }

  finish(): EncodedRows {
    if (this.#inline === null || this.#rows > 0) this.#close();
    const rows = { inline: this.#inline ?? '', total: this.#total, chunks: this.#chunks };
    return this.#wide.length > 1 ? uniformParts(rows, this.#wide) : rows;
  }

  #close(): void {
    const text = this.#parts.join(ROW_SEPARATOR);
    if (this.#inline === null) this.#inline = text;
    else this.#chunks.push(packChunk(text, this.#rows));
    this.#packed += this.#chunks.at(-1)?.body.length ?? text.length;
    if (this.#packed > RESULT_BYTES) {
      const message = `The result has more than ${RESULT_BYTES / 1024 / 1024} MiB, packed, which is more than this local Snowflake keeps.`;
      throw new SqlError('000603', 'XX000', message);
    }
    if (this.#marks) this.#wide.push(this.#marks);
    this.#marks = null;
    this.#parts = [];
    this.#rows = 0;
    this.#bytes = 0;
  }
}
