// Control characters but the line feed, the separators that some terminals take for a new line, and the marks that
// turn the direction of writing.
const UNSEEN = /(?!\n)[\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/**
 * A text for a terminal, in which what stands in data and names cannot move the cursor, change colours or turn the
 * direction of writing: such a character is shown as its number. Line feeds stay.
 *
 * @example visible('key \u001b[31m'); // 'key \\u001b[31m'
 */
export function visible(text: string): string {
  return text.replace(UNSEEN, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
