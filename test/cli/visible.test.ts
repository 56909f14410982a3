import { expect, test } from 'vitest';
import { visible } from '../../src/report/visible.ts';

test.each([
  ['\u001b[31mred', '\\u001b[31mred'],
  ['a\0b\rc\td', 'a\\u0000b\\u000dc\\u0009d'],
  ['\u009b1m\u2028\u202e', '\\u009b1m\\u2028\\u202e'],
  ['two\nlines, naïve 🦉 名前 שלום', 'two\nlines, naïve 🦉 名前 שלום'],
])('%j is shown as %s', (text, shown) => expect(visible(text)).toBe(shown));
