import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { filesUnder, ROOT } from './markdown.ts';

// What docs/architecture.md and docs/modules/ say of the modules, compared with the modules.

const PAGE = readFileSync(`${ROOT}docs/architecture.md`, 'utf8');
const LOCAL_SNOWFLAKE = readFileSync(`${ROOT}packages/local-snowflake/docs/modules.md`, 'utf8');
const PACKAGE = 'packages/local-snowflake/src';
const SOURCES = filesUnder('src', '.ts');

/** The folders and files of `src/`, folders with a slash at the end. */
function modules(): string[] {
  const first = SOURCES.map((path) => path.split('/')).map(([, module = '', below]) =>
    below === undefined ? module : `${module}/`,
  );
  return [...new Set(first)];
}

test('the page names every module of src/', () => {
  expect(modules().filter((module) => !PAGE.includes(`\`${module}\``))).toEqual([]);
});

test('the picture names every folder of src/, and no other', () => {
  const picture = readFileSync(`${ROOT}docs/pictures/path.svg`, 'utf8');
  const shown = new Set(picture.replaceAll(/<[^>]+>/g, ' ').match(/\b[a-z]+\//g));
  expect([...shown].sort()).toEqual(
    modules()
      .filter((module) => module.endsWith('/'))
      .sort(),
  );
});

test('the page of the local Snowflake names every folder of it, and no other', () => {
  const folders = readdirSync(`${ROOT}${PACKAGE}`, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    // git keeps no empty folder.
    .filter((name) => filesUnder(`${PACKAGE}/${name}`, '.ts').length > 0);
  const named = [...LOCAL_SNOWFLAKE.matchAll(/^\| `([a-z]+)\/` \|/gm)].map(([, name]) => name);
  expect(named.sort()).toEqual(folders.sort());
});
