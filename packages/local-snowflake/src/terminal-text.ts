/** Signs of Arabic, Syriac and Kaithi that are format characters by their category, and yet are seen. */
const SEEN = '\\u0600-\\u0605\\u06dd\\u070f\\u0890\\u0891\\u08e2\\u{110bd}\\u{110cd}';

const scripts = (...names: readonly string[]): string => names.map((name) => `\\p{scx=${name}}`).join('');

/** Scripts whose letters look otherwise where a joiner (U+200D) or non-joiner (U+200C) is between them. */
const JOINED = `[${scripts(
  ...['Arabic', 'Syriac', 'Mandaic', 'Manichaean', 'Mongolian', 'Nko', 'Phags_Pa', 'Adlam'],
  ...['Devanagari', 'Bengali', 'Gurmukhi', 'Gujarati', 'Oriya', 'Tamil', 'Telugu', 'Kannada', 'Malayalam'],
  ...['Sinhala', 'Myanmar', 'Khmer', 'Tibetan', 'Balinese', 'Javanese', 'Sundanese', 'Tai_Tham', 'Newa'],
)}]`;

/** Signs that take the vowel from a letter. Bengali, Malayalam and Sinhala end words with one and a joiner. */
const VIRAMA = '[\\u094d\\u09cd\\u0a4d\\u0acd\\u0b4d\\u0bcd\\u0c4d\\u0ccd\\u0d4d\\u0dca]';

const PICTURE = '\\p{Extended_Pictographic}';

/**
 * Where a character that is not seen itself changes what is seen, so that the text needs it: joiners inside of words
 * (https://www.rfc-editor.org/rfc/rfc5892#appendix-A.1) and of emoji, and the variation selector of an emoji, of a
 * Han character or of a Mongolian letter. A second one behind it changes nothing, and could hide something.
 */
const NEEDED = [
  `[${SEEN}]`,
  `(?<=${JOINED})[\\u200c\\u200d](?=${JOINED})`,
  `(?<=${VIRAMA})[\\u200c\\u200d]`,
  `(?<=${PICTURE}[\\ufe0f\\p{Emoji_Modifier}]?)\\u200d(?=${PICTURE})`,
  `(?<=${PICTURE})[\\ufe0e\\ufe0f]`,
  '(?<=[0-9#*])\\ufe0f(?=\\u20e3)',
  '(?<=\\p{Script=Han})[\\ufe00-\\ufe02\\u{e0100}-\\u{e01ef}]',
  '(?<=(?![\\u180b-\\u180f])\\p{Script=Mongolian})[\\u180b-\\u180f]',
];

/**
 * Controls, line ends, marks that turn the direction of writing, tags, halves of surrogate pairs, and whatever else
 * Unicode says is not shown (https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point).
 */
const OBEYED_OR_HIDDEN =
  '[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}\\p{Default_Ignorable_Code_Point}\\p{Noncharacter_Code_Point}]';

// The look-ahead first: it fails at nearly every character, and is the cheapest part.
const UNSEEN = new RegExp(`(?=${OBEYED_OR_HIDDEN})(?!${NEEDED.join('|')}).`, 'gsu');

/**
 * One line for a terminal, in which what a name or a value holds cannot move the cursor, change colours, begin another
 * line, turn the direction of writing or hide: such a character is shown by its number. A text stays what it is when
 * this is done again.
 *
 * @example visible('key \u001b[31m'); // 'key \\u001b[31m'
 */
export function visible(line: string): string {
  return line.replace(UNSEEN, (character) =>
    character.length === 1 ? escaped(character) : `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
}

/**
 * Lines for a terminal, a line end behind each. Line ends of ours are between the elements; one inside of an element
 * came with a name or a value, and is shown by its number as in {@link visible}.
 *
 * @example visibleLines(['a\nb', 'c']); // 'a\\u000ab\nc\n'
 */
export function visibleLines(lines: readonly string[]): string {
  return lines.map((line) => `${visible(line)}\n`).join('');
}

/**
 * A value as JSON of the same meaning, in which characters that a terminal obeys or does not show are escaped.
 *
 * @param space as for `JSON.stringify`
 * @example visibleJson({ name: '\u202e' }); // '{"name":"\\u202e"}'
 */
export function visibleJson(value: unknown, space?: number): string {
  // A line feed inside of a string is escaped by now, so that those that are left are between the values.
  return JSON.stringify(value, null, space).replace(UNSEEN, (character) =>
    character === '\n' ? character : escaped(character),
  );
}

/**
 * A text of another program in one line: with a space for each end of a line.
 *
 * @example oneLine('SQL compilation error:\ninvalid identifier'); // 'SQL compilation error: invalid identifier'
 */
export function oneLine(text: string): string {
  return text.replace(/\s*[\r\n\u0085\u2028\u2029]+\s*/gu, ' ').trim();
}

/**
 * The stack of an error as lines: first its message, in one line whatever it holds, then a line for each call.
 */
export function stackLines(error: Error): string[] {
  const stack = error.stack ?? String(error);
  const calls = stack.search(/\n {4}at /u);
  if (calls < 0) return [oneLine(stack)];
  return [oneLine(stack.slice(0, calls)), ...stack.slice(calls + 1).split('\n')];
}

/** Each unit of UTF-16 by its number, in the form of JSON. */
function escaped(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}
