import { fingerprintOf } from '../checkpoint/fingerprint.ts';
import { orderOf } from '../source/key.ts';
import type { SourceTable } from '../source/table.ts';
import type { SourceColumn } from '../types/source-column.ts';

/** What offset tokens say of the table that they belong to, and of the key that it is read by. */
export function tableFingerprint({ database, name }: SourceTable, key: readonly SourceColumn[]): string {
  return fingerprintOf(
    [database, name],
    key.map((column) => [column.name, ...orderOf(column)]),
  );
}

/**
 * The fingerprints of all loads of a table that can be recognized: by the key that is named, by the table's own, and
 * by none.
 *
 * @param named the columns of a key, by their names
 */
export function tableFingerprints(table: SourceTable, named: readonly string[] = []): ReadonlySet<string> {
  const key = named.flatMap(
    (name) => table.columns.find((column) => column.name.toLowerCase() === name.toLowerCase()) ?? [],
  );
  return new Set([key, table.key, []].map((columns) => tableFingerprint(table, columns)));
}
