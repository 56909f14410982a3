import { gzipSync } from 'node:zlib';
import type { DuckDBConnection } from '@duckdb/node-api';

/** Rows that go into the answer itself, at most; the rest is fetched in chunks. */
const INLINE_ROWS = 10_000;
const INLINE_BYTES = 5_000_000;
const CHUNK_ROWS = 50_000;
const CHUNK_BYTES = 16_000_000;

/** A part of a result that the client fetches by itself: rows as JSON arrays joined by commas, gzip. */
export interface Chunk {
  readonly rowCount: number;
  readonly uncompressedSize: number;
  readonly body: Buffer;
}

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

/** Runs SQL that yields one JSON array of cells as text for each row, and collects what it yields. */
export async function encodeQuery(connection: DuckDBConnection, sql: string): Promise<EncodedRows> {
  const result = await connection.stream(sql);
  const collector = new Collector();
  for (;;) {
    const chunk = await result.fetchChunk();
    if (!chunk || chunk.rowCount === 0) return collector.finish();
    collector.add(chunk.getColumnValues(0) as string[]);
  }
}

class Collector {
  #inline: string | null = null;
  #parts: string[] = [];
  #rows = 0;
  #bytes = 0;
  #total = 0;
  readonly #chunks: Chunk[] = [];

  add(rows: readonly string[]): void {
    const part = rows.join(',');
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
    return {
      inline: this.#inline ?? '',
      total: this.#total,
      chunks: this.#chunks,
    };
  }

  #close(): void {
    const text = this.#parts.join(',');
    if (this.#inline === null) {
      this.#inline = text;
    } else {
      const spelled = spellBackspaces(text);
      const body = gzipSync(spelled, { level: 1 });
      this.#chunks.push({ rowCount: this.#rows, uncompressedSize: Buffer.byteLength(spelled), body });
    }
    this.#parts = [];
    this.#rows = 0;
    this.#bytes = 0;
  }
}

/** JDBC 4.4.1 reads the escape `\b` in a chunk as U+000B, and the same character by number as it is. */
function spellBackspaces(json: string): string {
  if (!json.includes('\\b')) return json;
  return json.replace(/\\[\\b]/g, (pair) => (pair === '\\b' ? '\\u0008' : pair));
}
