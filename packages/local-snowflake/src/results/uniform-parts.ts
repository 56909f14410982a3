import type { Session } from '../session/session.ts';
import type { OutputColumn } from '../sql/bind/bound-query.ts';
import { type Chunk, type EncodedRows, packChunk, ROW_SEPARATOR, unpackChunk } from './chunk.ts';

/**
 * The Python connector from 5 on makes an Arrow column of each part of a JSON result: of 64 bits, or of 128 when a
 * value of that part needs them. It reads every part by the type of the first, so that a column whose parts differ
 * comes out wrong. For such a client the parts are cut so that a column needs 128 bits in all of them or in none.
 */
export function needsUniformParts({ client }: Session): boolean {
  return client.id === 'PythonConnector' && Number.parseInt(client.version, 10) >= 5;
}

const LARGEST = String(2n ** 63n - 1n);
const SMALLEST = String(2n ** 63n);
/** The digits that 64 bits always hold. */
const SAFE_PRECISION = 18;

/** DuckDB SQL over `c1`, `c2`, …: for each number column that may need 128 bits, `1` when this row's value does. */
export function wideMarksSql(columns: readonly OutputColumn[]): string | null {
  const marks = columns.flatMap(({ type }, index) => {
    if (type.kind !== 'FIXED' || type.precision <= SAFE_PRECISION) return [];
    const value = `c${index + 1}`;
    const [low, high] = [SMALLEST, LARGEST].map((digits) => scaled(digits, type.scale));
    return [`CASE WHEN ${value} NOT BETWEEN -${low} AND ${high} THEN '1' ELSE '0' END`];
  });
  return marks.length === 0 ? null : marks.join(' || ');
}

/** What is compared is the number without its point. */
function scaled(digits: string, scale: number): string {
  if (scale === 0) return digits;
  const padded = digits.padStart(scale + 1, '0');
  return `${padded.slice(0, -scale)}.${padded.slice(-scale)}`;
}

/** Which columns of a part have a value that needs 128 bits. */
export class WideColumns {
  readonly #seen = new Set<string>();

  /** @param marks what {@link wideMarksSql} gives for each row */
  add(marks: readonly string[]): void {
    for (const mark of marks) this.#seen.add(mark);
  }

  /** The numbers of those columns. */
  get columns(): ReadonlySet<number> {
    const columns = new Set<number>();
    for (const mark of this.#seen) {
      for (let at = mark.indexOf('1'); at >= 0; at = mark.indexOf('1', at + 1)) columns.add(at);
    }
    return columns;
  }
}

/**
 * Joins neighbouring parts until each has a wide value in every column that has one anywhere.
 * @param wide of each part, the inline one first
 */
export function uniformParts(rows: EncodedRows, wide: readonly WideColumns[]): EncodedRows {
  const columns = wide.map((part) => part.columns);
  const wanted = new Set(columns.flatMap((each) => [...each]));
  if (columns.every(({ size }) => size === wanted.size)) return rows;
  const groups: { text: string; rowCount: number }[] = [];
  let texts: string[] = [];
  let rowCount = 0;
  let missing = new Set(wanted);
  const flush = (): void => {
    groups.push({ text: texts.join(ROW_SEPARATOR), rowCount });
    texts = [];
    rowCount = 0;
    missing = new Set(wanted);
  };
  const inlineRows = rows.total - rows.chunks.reduce((sum, chunk) => sum + chunk.rowCount, 0);
  for (const [index, found] of columns.entries()) {
    const chunk: Chunk | undefined = rows.chunks[index - 1];
    texts.push(chunk ? unpackChunk(chunk) : rows.inline);
    rowCount += chunk ? chunk.rowCount : inlineRows;
    for (const column of found) missing.delete(column);
    if (missing.size === 0) flush();
  }
  if (texts.length > 0) {
    const last = groups.pop();
    if (last) {
      texts.unshift(last.text);
      rowCount += last.rowCount;
    }
    flush();
  }
  const [inline, ...others] = groups;
  return {
    inline: inline?.text ?? '',
    total: rows.total,
    chunks: others.map(({ text, rowCount }) => packChunk(text, rowCount)),
  };
}
