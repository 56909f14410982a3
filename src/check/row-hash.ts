import { quoteIdentifier } from '../snowflake/identifier.ts';
import { mysqlIdentifier } from '../source/mysql/identifier.ts';
import type { FittedColumn } from '../types/column-mapping.ts';

/** The hash of a row in the SQL of both sides: 64 hex digits. */
export interface RowHash {
  readonly source: string;
  readonly target: string;
  /** How many columns are in it. */
  readonly columns: number;
}

/**
 * Hashes the texts of all columns that both sides print alike. Each text is hashed by itself first, so that no value
 * can run into its neighbour.
 *
 * @returns `undefined` when no column can be hashed
 */
export function rowHash(columns: readonly FittedColumn[]): RowHash | undefined {
  const hashes = columns.flatMap((column) => {
    const text = exactText(column);
    if (text === undefined) return [];
    return [
      {
        source: `COALESCE(${sha(`CONVERT(${text.source} USING utf8mb4)`)}, '-')`,
        target: `COALESCE(${sha(text.target)}, '-')`,
      },
    ];
  });
  if (hashes.length === 0) return undefined;
  return {
    source: sha(concatenated(hashes.map(({ source }) => source))),
    target: sha(concatenated(hashes.map(({ target }) => target))),
    columns: hashes.length,
  };
}

/** A column's value as the text that both sides print alike; `undefined` where there is none. */
export function exactText(
  column: FittedColumn,
): { readonly source: string; readonly target: string } | undefined {
  const { family, source, target, type } = column;
  const comparison = family.compare(source, type);
  if (!comparison?.exact) return undefined;
  return {
    source: comparison.source(carriedValue(column)),
    target: comparison.target(quoteIdentifier(target)),
  };
}

/** A source column as its policies have it arrive. */
export function carriedValue({ source, family, type, policies }: FittedColumn): string {
  const value = mysqlIdentifier(source.name);
  return family.carried?.(value, source, type, policies) ?? value;
}

/**
 * Of its 64 hex digits the last 15 are summed up, which fit a signed 64-bit number on both sides. MySQL 9.6 has no MD5
 * and no SHA1 any more: https://dev.mysql.com/doc/refman/9.6/en/encryption-functions.html
 */
const sha = (text: string): string => `SHA2(${text}, 256)`;

/** A function takes a few hundred arguments at the most, so many texts are put together in groups. */
function concatenated(texts: readonly string[]): string {
  const groups: string[] = [];
  for (let at = 0; at < texts.length; at += CONCAT_ARGUMENTS)
    groups.push(`CONCAT(${texts.slice(at, at + CONCAT_ARGUMENTS).join(', ')}, '')`);
  return groups.length === 1 ? (groups[0] as string) : concatenated(groups);
}

const CONCAT_ARGUMENTS = 200;
