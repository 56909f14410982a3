import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { filesUnder, pages, ROOT } from './markdown.ts';

// Words that were used for something that has a usual word in this field. Searching the documentation or the code for
// the usual word has to find it, so the others must not come back.

/** The word to avoid, and what to write. Each is a whole word, or a part of an identifier in camel case. */
const WORDS: readonly (readonly [avoid: string, write: string])[] = [
  ['anew', 'again, restart, new'],
  ['carriage', 'encoding'],
  ['carried', 'loaded, sent, encoded'],
  ['carries', 'loads, sends, contains'],
  ['lane', 'worker'],
  ['lanes', 'workers'],
  ['mend', 'fix'],
  ['mended', 'fixed'],
  ['mends', 'fixes'],
  ['misfit', 'incompatibility'],
  ['misfits', 'incompatibilities'],
  ['patience', 'retry policy, timeout'],
  ['refusal', 'reject, rejection'],
  ['refusals', 'rejects, rejections'],
  ['told', 'report, log, pass, by default'],
  ['whoever', 'anyone who, the owner'],
];

/** Phrases that are avoided as a whole. */
const PHRASES: readonly (readonly [avoid: string, write: string])[] = [
  ['on its way', 'being sent'],
  ['on the way', 'while it is sent'],
  ['unless told otherwise', 'by default'],
  ['without a word', 'silently'],
  ['of their making', 'their own'],
  ['refused row', 'rejected row'],
  ['rows were refused', 'rows were rejected'],
  ['stands in', 'is in'],
  ['stand in', 'are in'],
  ['shut out', 'fence'],
  ['shuts out', 'fences'],
  ['written down', 'recorded, written to'],
  ['reason to exist', 'responsibility'],
];

/** The folders of code that are held; tests and the package's tests are not yet. */
const FOLDERS = ['src', 'packages/local-snowflake/src', 'bench', 'scripts', 'examples'];

/** Pages whose words are those of their day: figures that were measured are quoted as they were printed. */
const QUOTED = /<!-- figures -->[\s\S]*?<!-- \/figures -->/g;

/** Words that are not ours to choose: a code of an error, the text of another program. */
const NAMES = /\b(?:ROWS_REFUSED|VALUE_NOT_CARRIED)\b/g;

const wordPattern = new RegExp(
  `(?<![A-Za-z])(${WORDS.map(([word]) => word).join('|')})(?![a-z])|(?<=[a-z])(${WORDS.map(([word]) => capital(word)).join('|')})(?![a-z])`,
  'g',
);
const phrasePattern = new RegExp(
  `\\b(${PHRASES.map(([phrase]) => phrase.replaceAll(' ', '\\s+(?:\\*\\s+|//\\s+)?')).join('|')})`,
  'gi',
);

function capital(word: string): string {
  return `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`;
}

/** `path:line: word`, for each word to avoid. */
function found(path: string, text: string): string[] {
  const read = text.replaceAll(QUOTED, (part) => part.replaceAll(/[^\n]/g, '')).replaceAll(NAMES, '');
  return [wordPattern, phrasePattern, sentencePattern].flatMap((pattern) =>
    [...read.matchAll(pattern)].map((match) => {
      const line = read.slice(0, match.index).split('\n').length;
      return `${path}:${line}: ${match[0].replaceAll(/\s+/g, ' ')}`;
    }),
  );
}

/** Words at the beginning of a sentence. */
const sentencePattern = new RegExp(`\\b(${WORDS.map(([word]) => capital(word)).join('|')})(?![a-zA-Z])`, 'g');

test('the words are found in prose and in names', () => {
  const lines = [
    'It was told.',
    'const toldSettings = 1;',
    'const oldMisfit = 2;',
    'Lanes are',
    'a text on',
    ' * its way',
  ];
  expect(found('file', lines.join('\n'))).toEqual([
    'file:1: told',
    'file:2: told',
    'file:3: Misfit',
    'file:5: on * its way',
    'file:4: Lanes',
  ]);
  expect(found('file', 'mending lanesmanship untold planes ROWS_REFUSED')).toEqual([]);
});

describe('no word to avoid is', () => {
  test.each(pages().map(({ path, text }) => [path, text] as const))('in %s', (path, text) => {
    expect(found(path, text)).toEqual([]);
  });

  test.each(FOLDERS)('in %s', (folder) => {
    const files = ['.ts', '.mjs', '.mts', '.cts'].flatMap((ending) => filesUnder(folder, ending));
    expect(files.length).toBeGreaterThan(0);
    expect(files.flatMap((path) => found(path, readFileSync(`${ROOT}${path}`, 'utf8')))).toEqual([]);
  });

  test('in the Java sources', () => {
    const files = filesUnder('jars/src', '.java');
    expect(files.flatMap((path) => found(path, readFileSync(`${ROOT}${path}`, 'utf8')))).toEqual([]);
  });
});
