import { describe, expect, test } from 'vitest';
import { oneLine, visible, visibleJson, visibleLines } from '../../src/terminal-text.ts';
import { FORGED, forgedLines, HOSTILE, hostileIn } from './hostile-characters.ts';

/** Texts in scripts and signs that people write, with characters that are not seen themselves and yet needed. */
const WRITTEN = [
  'naïve, Ελλάδα, Привет, שָׁלוֹם, مَرْحَبًا, 名前, 한국어, ไทย, ខ្មែរ',
  // Persian for "I want", with a non-joiner; the year sign below its digits.
  'می\u200cخواهم \u0601۱۴۰۳',
  // Marathi with a half letter, Bengali khanda ta at the end of a word, Malayalam chillu, Sinhala "Sri".
  'र्\u200dया त्\u200c त্\u200d ന്\u200d ශ්\u200dරී',
  '👨‍👩‍👧‍👦 🏳️‍🌈 ❤️‍🔥 🧑🏽‍🤝‍🧑🏻 ☎︎ 1️⃣ 🇨🇭 👍🏽',
  // A form of a Han character that is in Japanese names, and a Mongolian vowel in its second form.
  '葛\u{e0100}城 ᠠ\u180b ᠬᠠ\u180eᠠ',
];

test.each(WRITTEN)('%s stays as it is written', (text) => {
  expect(visible(text)).toBe(text);
  expect(visibleJson(text)).toBe(JSON.stringify(text));
});

describe(`${HOSTILE.length} characters that a terminal obeys or does not show`, () => {
  test('are the known ones and others of their kind', () => {
    const known = ['\0', '\n', '\r', '\u001b', '\u007f', '\u0085', '\u009b', '\u00ad', '\u061c', '\u200b'];
    const further = [
      '\u200d',
      '\u200e',
      '\u202e',
      '\u2028',
      '\u2029',
      '\u2060',
      '\u2066',
      '\u3164',
      '\ufe0f',
    ];
    const wide = ['\ufeff', '\ufff9', '\ud800', '\udfff', '\ufffe', '\u{e0001}', '\u{e0041}', '\u{e0100}'];
    expect(HOSTILE).toEqual(expect.arrayContaining([...known, ...further, ...wide]));
  });

  test.each([
    ['between letters', (character: string) => `a${character}b`],
    ['alone', (character: string) => character],
    ['twice', (character: string) => `a${character}${character}b`],
    ['behind a letter that some of them belong to', (character: string) => `م${character}b`],
  ])('are shown by their number %s', (_, text) => {
    for (const character of HOSTILE) {
      const shown = visible(text(character));
      expect([hostileIn(shown), shown.includes('\n')]).toEqual([[], false]);
      expect(shown).toContain(character.codePointAt(0)?.toString(16));
      expect(visible(shown)).toBe(shown);
    }
  });

  test('begin no line', () => {
    const text = visibleLines(HOSTILE.map((character) => `name${character}${FORGED}`));
    expect(text.split('\n')).toHaveLength(HOSTILE.length + 1);
    expect(forgedLines(text)).toEqual([]);
  });

  test.each([undefined, 2])('are escaped in JSON, which says the same, indented by %s', (space) => {
    const value = { [`a${HOSTILE[5]}`]: HOSTILE.map((character) => `name${character}${FORGED}`) };
    const text = visibleJson(value, space);
    expect(hostileIn(text)).toEqual([]);
    expect(JSON.parse(text)).toEqual(value);
  });

  test('cannot be hidden behind one that is needed', () => {
    for (const base of ['❤\ufe0f', '葛\u{e0100}', 'ᠠ\u180b', 'م\u200c', 'ന്\u200d', '1\ufe0f\u20e3'])
      for (const character of HOSTILE) {
        const shown = visible(`${base}${character}`);
        expect([base, shown.includes('\\u')]).toEqual([base, true]);
      }
  });
});

test.each([
  ['\u001b[31mred', '\\u001b[31mred'],
  ['a\0b\rc\td\ne', 'a\\u0000b\\u000dc\\u0009d\\u000ae'],
  ['\u009b1m\u2028\u202e', '\\u009b1m\\u2028\\u202e'],
  ['a\u{e0041}b', 'a\\u{e0041}b'],
  ['\ud83d alone', '\\ud83d alone'],
])('%j is shown as %s', (text, shown) => expect(visible(text)).toBe(shown));

test('a text of another program becomes one line', () => {
  expect(oneLine('SQL compilation error:\n  syntax error\r\n')).toBe('SQL compilation error: syntax error');
});
