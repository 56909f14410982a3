import type { RefusedRow } from './row-bridge.ts';

/** Reads the flat texts of `snowstream.bridge.Refusals`: index, column or '', reason. */
export function refusedRowsOf(texts: readonly string[]): RefusedRow[] {
  return Array.from({ length: texts.length / 3 }, (_, row) => {
    const [index = '', column = '', message = ''] = texts.slice(row * 3, row * 3 + 3);
    return { index: Number(index), message, ...(column !== '' && { column }) };
  });
}
