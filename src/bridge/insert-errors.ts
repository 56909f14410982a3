import type { RejectedRow } from './row-bridge.ts';

/** Reads the rejected rows of `snowstream.bridge.Rejects`: index, column or '', reason. */
export function rejectedRowsOf(texts: readonly string[]): RejectedRow[] {
  return Array.from({ length: texts.length / 3 }, (_, row) => {
    const [index = '', column = '', message = ''] = texts.slice(row * 3, row * 3 + 3);
    return { index: Number(index), message, ...(column !== '' && { column }) };
  });
}
