import type { TableEntry } from './table-list.ts';

/** What a table may be written as on one line. */
export const TABLE_WORD =
  'must be TABLE or DATABASE.TABLE, and may end in :TARGET (quote names that contain a dot, colon or comma: with `backticks` for MySQL, with "quotes" for Snowflake)';

/**
 * Splits a text at a separator, except inside of backticks and double quotes, in which names may hold anything.
 *
 * @example splitOutsideQuotes('a,`b,c`', ','); // ['a', '`b,c`']
 */
export function splitOutsideQuotes(text: string, separator: string): string[] {
  const parts = [''];
  let quote: string | undefined;
  for (const character of text) {
    if (character === quote) quote = undefined;
    else if (quote === undefined && (character === '`' || character === '"')) quote = character;
    if (character === separator && quote === undefined) parts.push('');
    else parts[parts.length - 1] += character;
  }
  return parts;
}

/**
 * Reads a table on one line: `people`, `shop.people`, `people:SF_RAW`, or `shop.people:DB.SCHEMA.SF_RAW`. A dot divides
 * names unless it is quoted, as in MySQL in the source and as in Snowflake in the target.
 *
 * @returns undefined when it is none
 * @example tableOfWord('shop.`odd.name`'); // { source: 'odd.name', database: 'shop' }
 */
export function tableOfWord(text: string): TableEntry | undefined {
  const [sourceText = '', targetText, ...rest] = splitOutsideQuotes(text, ':');
  const source = splitOutsideQuotes(sourceText, '.').map((part) => withoutBackticks(part.trim()));
  const target =
    targetText === undefined ? [] : splitOutsideQuotes(targetText, '.').map((part) => part.trim());
  const [table = '', database] = source.toReversed();
  const [targetTable, schema, targetDatabase] = target.toReversed();
  if (rest.length > 0 || source.length > 2 || target.length > 3) return undefined;
  if ([...source, ...target].some((name) => name === '' || name === undefined)) return undefined;
  return {
    source: table,
    ...(database !== undefined && { database }),
    ...(targetTable !== undefined && {
      target: {
        table: targetTable,
        ...(schema !== undefined && { schema }),
        ...(targetDatabase !== undefined && { database: targetDatabase }),
      },
    }),
  };
}

/** A name as MySQL stores it; undefined when its backticks are not closed. */
function withoutBackticks(name: string): string | undefined {
  if (!name.includes('`')) return name;
  return /^`(?:[^`]|``)+`$/u.test(name) ? name.slice(1, -1).replaceAll('``', '`') : undefined;
}
