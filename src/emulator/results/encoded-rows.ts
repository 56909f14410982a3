import type { DuckDBConnection } from '@duckdb/node-api';
import { type Chunk, packChunk, ROW_SEPARATOR } from './chunk.ts';
import { uniformParts, WideColumns } from './uniform-parts.ts';

/** Rows that go into the answer itself, at most; the rest is fetched in chunks. */
const INLINE_ROWS = 10_000;
const INLINE_BYTES = 5_000_000;
const CHUNK_ROWS = 50_000;
const CHUNK_BYTES = 16_000_000;

/** Encoded rows: the first ones inline, as JSON arrays joined by commas, the others in chunks. */
export interface EncodedRows {
  readonly inline: string;
  readonly total: number;
  readonly chunks: readonly Chunk[];
}

/** Rows of cells that are strings already. */
export function encodeCells(cells: readonly (readonly (string | null)[])[]): EncodedRows {
  const inline = cells.map((row) => JSON.stringify(row)).join(',');
  return { inline, total: cells.length, chunks: [] };
}

/**
 * Runs SQL that yields one JSON array of cells as text for each row, and collects what it yields. Where it yields a
 * second column, that is what {@link WideColumns} reads, and the parts become uniform.
 */
export async function encodeQuery(connection: DuckDBConnection, sql: string): Promise<EncodedRows> {
  const result = await connection.stream(sql);
  const collector = new Collector();
  for (;;) {
    const chunk = await result.fetchChunk();
    if (!chunk || chunk.rowCount === 0) return collector.finish();
    const marks = chunk.columnCount > 1 ? (chunk.getColumnValues(1) as string[]) : null;
    collector.add(chunk.getColumnValues(0) as string[], marks);
  }
}

class Collector {
  #inline: string | null = null;
  #parts: string[] = [];
  #rows = 0;
  #bytes = 0;
  #total = 0;
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
    if (this.#marks) this.#wide.push(this.#marks);
    this.#marks = null;
    this.#parts = [];
    this.#rows = 0;
    this.#bytes = 0;
  }
}
