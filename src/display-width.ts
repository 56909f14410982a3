/** Marks above, below and around the character before them, joiners, and the vowels and finals of Hangul syllables. */
const NO_COLUMN = /[\p{Mn}\p{Me}\p{Default_Ignorable_Code_Point}\u1160-\u11ff\ud7b0-\ud7fb]/u;

/** Halves of a flag: both together are as wide as a picture. */
const REGIONAL = '[\\u{1f1e6}-\\u{1f1ff}]';

/**
 * What Unicode calls wide or fullwidth (https://www.unicode.org/reports/tr11/): Han, Hangul, kana and the other scripts
 * beside them, fullwidth forms, and emoji that are pictures without a variation selector.
 */
const TWO_COLUMNS = new RegExp(
  `(?!${REGIONAL})[\\p{Emoji_Presentation}${[
    '\\u1100-\\u115f\\u231a\\u231b\\u2329\\u232a\\u2630-\\u2637\\u268a-\\u268f\\u2e80-\\u2fff\\u3000-\\u303e',
    '\\u3041-\\u3247\\u3250-\\ua4c6\\ua960-\\ua97c\\uac00-\\ud7a3\\uf900-\\ufaff\\ufe10-\\ufe19\\ufe30-\\ufe6b\\uff01-\\uff60',
    '\\uffe0-\\uffe6\\u{16fe0}-\\u{18dff}\\u{1aff0}-\\u{1b2fb}\\u{1d300}-\\u{1d376}\\u{1f200}-\\u{1f265}',
    '\\u{20000}-\\u{3fffd}',
  ].join('')}]`,
  'u',
);

/**
 * The columns that a text takes in a terminal, as far as Unicode says it.
 *
 * @example displayWidth('名前 é'); // 6
 */
export function displayWidth(text: string): number {
  let columns = 0;
  for (const character of text)
    if (!NO_COLUMN.test(character)) columns += TWO_COLUMNS.test(character) ? 2 : 1;
  return columns;
}

/** A text with spaces behind it until it takes so many columns. */
export function padded(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - displayWidth(text)));
}
