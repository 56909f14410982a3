import { quoteIdentifier } from '../snowflake/identifier.ts';
import type { HashedColumn } from '../source/measures.ts';

/**
 * The hash of a row in SQL of Snowflake, as `RowHashes` of the source defines it: 64 hex digits. Of them the last 15
 * are summed up, which fit a signed 64-bit number on both sides.
 *
 * @param columns at least one
 */
export function targetHash(columns: readonly HashedColumn[]): string {
  return sha(concatenated(columns.map((column) => `COALESCE(${sha(targetText(column))}, '-')`)));
}

/** A column's value as the text that both sides print alike. */
export function targetText({ column, comparison }: HashedColumn): string {
  return comparison.target(quoteIdentifier(column.target));
}

const sha = (text: string): string => `SHA2(${text}, 256)`;

/** A function takes a few hundred arguments at the most, so many texts are put together in groups. */
function concatenated(texts: readonly string[]): string {
  const groups: string[] = [];
  for (let at = 0; at < texts.length; at += CONCAT_ARGUMENTS)
    groups.push(`CONCAT(${texts.slice(at, at + CONCAT_ARGUMENTS).join(', ')}, '')`);
  return groups.length === 1 ? (groups[0] as string) : concatenated(groups);
}

const CONCAT_ARGUMENTS = 200;
