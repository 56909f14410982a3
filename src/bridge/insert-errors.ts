import type { JavaInsertValidationResponse } from './java-classes.ts';
import type { Jvm } from './jvm.ts';
import type { RefusedRow } from './row-bridge.ts';

/** What the SDK refused, by the index in the list that it was given. */
export function refusedRows(jvm: Jvm, response: JavaInsertValidationResponse): RefusedRow[] {
  if (!response.hasErrorsSync()) return [];
  return refusedRowsOf(jvm.callStatic<readonly string[]>('snowstream.bridge.Refusals', 'of', response));
}

/** Reads the flat texts of `snowstream.bridge.Refusals`: index, column or '', reason. */
export function refusedRowsOf(texts: readonly string[]): RefusedRow[] {
  return Array.from({ length: texts.length / 3 }, (_, row) => {
    const [index = '', column = '', message = ''] = texts.slice(row * 3, row * 3 + 3);
    return { index: Number(index), message, ...(column !== '' && { column }) };
  });
}
