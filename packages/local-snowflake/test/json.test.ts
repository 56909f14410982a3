import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compactJson, jsonType, parseJson, prettyJson } from '../src/json/json.ts';

test('any JSON is read as JSON.parse reads it', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 5 }), (text) => {
      expect(JSON.parse(compactJson(parseJson(text)))).toEqual(JSON.parse(text));
    }),
  );
});

/** For JSON.stringify: an object's entries by key, as Snowflake keeps them. */
function byKey(_key: string, value: unknown): unknown {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

test('printing is that of JSON.stringify with two blanks, keys in order, when no number has an exponent', () => {
  fc.assert(
    fc.property(fc.jsonValue({ depthSize: 'small' }), (value) => {
      const text = JSON.stringify(value);
      // JavaScript puts keys that are whole numbers first.
      fc.pre(!/\de/.test(text) && !text.includes('-0') && !/"\d+":/.test(text));
      expect(prettyJson(parseJson(text))).toBe(JSON.stringify(JSON.parse(text), byKey, 2));
    }),
  );
});

test.each([
  '',
  '{',
  '[1,]',
  '{"a"}',
  '{"a":1,}',
  "{'a':1}",
  '01',
  '1.',
  '+1',
  'tru',
  '"\u0001"',
  '"\\x"',
  '[1] 2',
  '{"a":1,"a":2}',
  'NaN',
])('%s is no JSON', (text) => {
  expect(() => parseJson(text)).toThrow(SyntaxError);
});

test.each([
  ['1.10', '1.10', 'DECIMAL'],
  ['-0', '-0', 'INTEGER'],
  ['1E5', '1.000000000000000e+05', 'DOUBLE'],
  ['1.5e-300', '1.500000000000000e-300', 'DOUBLE'],
  ['123456789012345678901234567890.123', '123456789012345678901234567890.123', 'DECIMAL'],
])('the number %s prints as %s', (text, printed, type) => {
  const json = parseJson(text);
  expect(prettyJson(json)).toBe(printed);
  expect(compactJson(json)).toBe(text);
  expect(jsonType(json)).toBe(type);
});
