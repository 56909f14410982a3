import { gunzipSync, gzipSync } from 'node:zlib';

/** What Snowflake puts between two rows; some clients read a chunk line by line. */
export const ROW_SEPARATOR = ',\n';

/** A part of a result that the client fetches by itself: rows as JSON arrays with separators between them, gzip. */
export interface Chunk {
  readonly rowCount: number;
  readonly uncompressedSize: number;
  readonly body: Buffer;
}

/** Makes a chunk of rows that are JSON arrays with separators between them. */
export function packChunk(rows: string, rowCount: number): Chunk {
  const spelled = spellBackspaces(rows);
  return {
    rowCount,
    uncompressedSize: Buffer.byteLength(spelled),
    body: gzipSync(spelled, { level: 1 }),
  };
}

/** The rows of a chunk as they were packed. */
export function unpackChunk({ body }: Chunk): string {
  return gunzipSync(body).toString('utf8');
}

/** JDBC 4.4.1 reads the escape `\b` in a chunk as U+000B, and the same character by number as it is. */
function spellBackspaces(json: string): string {
  if (!json.includes('\\b')) return json;
  return json.replace(/\\[\\b]/g, (pair) => (pair === '\\b' ? '\\u0008' : pair));
}

/** Encoded rows: the first ones inline, as JSON arrays joined by commas, the others in chunks. */
export interface EncodedRows {
  readonly inline: string;
  readonly total: number;
  readonly chunks: readonly Chunk[];
}
