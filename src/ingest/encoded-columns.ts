import type { EncodedColumn } from '../bridge/row-bridge.ts';
import { displayIdentifier } from '../snowflake/identifier.ts';
import type { FittedColumn } from '../types/column-mapping.ts';

/** Columns as they go into HashMaps. */
export function encodedColumns(columns: readonly FittedColumn[]): EncodedColumn[] {
  return columns.map(({ target, encoder }) => ({ key: displayIdentifier(target), encoder }));
}
