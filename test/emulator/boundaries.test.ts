import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';

const SOURCE = resolve('src');
const EMULATOR = join(SOURCE, 'emulator');

/** Each relative import of each source file: the file, and the file it imports. */
function imports(): [from: string, to: string][] {
  const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  return files.flatMap((name) => {
    const file = join(SOURCE, name);
    const found = readFileSync(file, 'utf8').matchAll(/(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+)'/g);
    return [...found].map(([, target = '']): [string, string] => [file, resolve(dirname(file), target)]);
  });
}

const inside = (file: string): boolean => file.startsWith(`${EMULATOR}/`);
const shown = ([from, to]: [string, string]): string => `${relative('.', from)} → ${relative('.', to)}`;

test('the local Snowflake shares no code with the pipeline, so that neither hides the other’s mistake', () => {
  const all = imports();
  expect(all.filter(([from]) => inside(from)).length).toBeGreaterThan(100);
  expect(all.filter(([from, to]) => inside(from) && !inside(to)).map(shown)).toEqual([]);
});

test('the pipeline knows the local Snowflake by its index only', () => {
  const crossing = imports().filter(([from, to]) => !inside(from) && inside(to));
  expect(crossing.filter(([, to]) => to !== join(EMULATOR, 'index.ts')).map(shown)).toEqual([]);
});

test('no file of the local Snowflake is larger than people read', () => {
  const files = readdirSync(EMULATOR, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  const long = files.filter((name) => readFileSync(join(EMULATOR, name), 'utf8').split('\n').length > 400);
  expect(long).toEqual([]);
});
