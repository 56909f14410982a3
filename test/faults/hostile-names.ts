import { chance } from './size.ts';

/** What breaks out of where it stands, if it is not quoted or encoded there. */
const FRAGMENTS = [
  "'; DROP TABLE sentinel; --",
  '"; DROP TABLE "SENTINEL"; --',
  '`; DROP TABLE `sentinel`; -- ',
  "' OR '1'='1",
  '" OR ""="',
  '\\',
  "\\'",
  '``',
  '""',
  "''",
  '$$',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is one for others
  '${jndi:ldap://127.0.0.1/x}',
  '<script>alert(1)</script>',
  '&lt;img src=x onerror=alert(1)&gt;',
  '{{7*7}}',
  '%s%n%x',
  '?',
  ':1',
  '@x:=1',
  '/* */',
  '#',
  '--',
  '../../etc/passwd',
  'a.b.c',
  ' leading',
  'two  spaces',
  'naïve',
  'Ⅷ',
  'ſ',
  'İ',
  'ﬃ',
  'ß',
  '\u202Eright to left',
  '\u200Fmark',
  '\u200B',
  '\uFEFF',
  'e\u0301',
  'שלום',
  'مرحبا',
  '名前',
  'SELECT',
  'NULL',
  'TRUE',
  'constructor',
  'toString',
  'hasOwnProperty',
  'ID',
  '0',
  '-1',
];

/** What a value may be and a name may not; mysql2 rejects to read a column of the last name. */
const VALUES_ONLY = [
  '\0',
  'a\0b',
  '\x1b[31m',
  '\r\n',
  '\t',
  '🦉',
  '\u{10FFFF}',
  '\x7f',
  '\u2028',
  '\u0085',
  '__proto__',
];

/** So many different hostile names that MySQL takes as identifiers: at most 64 characters of the BMP, no end space. */
export function hostileNames(count: number): string[] {
  return distinct(count, 64, FRAGMENTS, 'names').map((name) => name.trimEnd());
}

/** So many different hostile values of up to 255 characters. */
export function hostileValues(count: number): string[] {
  return distinct(count, 255, [...FRAGMENTS, ...VALUES_ONLY], 'values');
}

function distinct(count: number, longest: number, fragments: readonly string[], what: string): string[] {
  const random = chance(what);
  const found = new Map<string, string>();
  const add = (text: string) => {
    const cut = [...text].slice(0, longest).join('').trimEnd();
    // Names that differ in case, accents or width alone are the same to MySQL.
    const same = cut
      .normalize('NFKD')
      .replaceAll(/\p{M}|\p{Cf}/gu, '')
      .toLowerCase();
    if (cut !== '' && !found.has(same) && found.size < count) found.set(same, cut);
  };
  for (const fragment of fragments) add(fragment);
  add('x'.repeat(longest));
  while (found.size < count) {
    const pick = () => fragments[Math.floor(random() * fragments.length)] ?? '';
    add(`${pick()}${pick()}${Math.floor(random() * 1000)}${random() < 0.2 ? pick().repeat(40) : ''}`);
  }
  return [...found.values()];
}
