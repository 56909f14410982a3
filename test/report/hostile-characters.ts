/** Format characters that are seen: signs of Arabic, Syriac and Kaithi below or around the digits behind them. */
const SEEN = /[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u{110bd}\u{110cd}]/u;

const UNSEEN =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Variation_Selector}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}]/u;

/**
 * Each character that a terminal obeys or does not show: controls, line ends, what turns the direction of writing, tags,
 * variation selectors, joiners, fillers, halves of surrogate pairs. Between two Latin letters none of them has a use.
 */
export const HOSTILE: readonly string[] = Array.from({ length: 0x110000 }, (_, code) =>
  String.fromCodePoint(code),
).filter((character) => UNSEEN.test(character) && !SEEN.test(character));

/** Those that a database can hold: no half of a surrogate pair is UTF-8. */
export const STORABLE: readonly string[] = HOSTILE.filter((character) => character.isWellFormed());

/** What stands behind each hostile character of a name or value: a line that begins so is forged. */
export const FORGED = 'FORGED';

const HOSTILE_IN_TEXT = new RegExp(`${UNSEEN.source.replace('[', '(?!\\n)[')}`, 'gu');

/** The hostile characters in what a program printed, as numbers; line feeds are its own. */
export function hostileIn(printed: string): string[] {
  const found = printed.match(HOSTILE_IN_TEXT) ?? [];
  return [...new Set(found.filter((character) => !SEEN.test(character)))].map(
    (character) => `U+${character.codePointAt(0)?.toString(16).padStart(4, '0')}`,
  );
}

/** The lines of what a program printed that a name or a value has begun. */
export function forgedLines(printed: string): string[] {
  return printed.split('\n').filter((line) => line.trimStart().startsWith(FORGED));
}
