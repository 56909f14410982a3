import type { FittedColumn } from '../../../types/column-mapping.ts';
import type { Comparison } from '../../../types/family.ts';
import type { SourceColumn } from '../../../types/source-column.ts';
import { mysqlIdentifier } from '../identifier.ts';
import { binary, vector } from './bytes.ts';
import { bit, decimal, float, integer } from './numbers.ts';
import type { SqlFamily } from './sql-family.ts';
import { date, datetime, time, timestamp } from './temporal.ts';
import { json, labels, spatial, text } from './texts.ts';

const FAMILIES: readonly SqlFamily[] = [
  ...[integer, bit, decimal, float, text, labels, json, spatial, binary, vector],
  ...[date, time, datetime, timestamp],
];

const byName = new Map(FAMILIES.flatMap((family) => family.names.map((name) => [name, family] as const)));

/** MySQL's half of the family of a type; `undefined` for a type that this program does not know. */
export function sqlFamilyOf(dataType: string): SqlFamily | undefined {
  return byName.get(dataType);
}

/**
 * The SELECT list that reads columns exactly.
 *
 * @param how `raw` for rows whose packets go to Java
 * @example readingExpressions([column]); // ['`id`']
 */
export function readingExpressions(
  columns: readonly { readonly source: SourceColumn }[],
  how = { raw: false },
): string[] {
  return columns.map(({ source }) => {
    const quoted = mysqlIdentifier(source.name);
    const family = sqlFamilyOf(source.dataType);
    const read = (how.raw ? family?.readRaw : undefined) ?? family?.read;
    return read?.(quoted, source) ?? quoted;
  });
}

/** A column's value as it is in the target, by its policies. */
export function writtenValue(column: FittedColumn): string {
  const value = mysqlIdentifier(column.source.name);
  return sqlFamilyOf(column.source.dataType)?.written?.(value, column) ?? value;
}

/** The text by which a value of a column is compared. */
export function printedValue(value: string, { source }: FittedColumn, { form }: Comparison): string {
  return sqlFamilyOf(source.dataType)?.printed(value, source, form) ?? value;
}
