import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { SETTINGS } from '../../src/config/schema.ts';
import { compile } from './compile.ts';
import { anchorsOf, blocksOf, linksOf, type Page, pages } from './markdown.ts';

const PAGES = pages();
const pageAt = (path: string): Page => {
  const page = PAGES.find((other) => other.path === path);
  if (page === undefined) throw new Error(`no page ${path}`);
  return page;
};
const codeOf = (page: Page, language: string): string[] =>
  blocksOf(page)
    .filter((block) => block.language === language)
    .map(({ code }) => code);

describe('TypeScript in the documentation', () => {
  // The blocks of a page are one program, so that a later block may use what an earlier one declares.
  const programs = new Map(
    PAGES.filter((page) => codeOf(page, 'ts').length > 0).map((page) => [
      page.path.replaceAll(/\W/g, '_'),
      codeOf(page, 'ts').join('\n'),
    ]),
  );

  test('is there in the pages that show code', () => {
    expect([...programs.keys()]).toEqual(
      expect.arrayContaining(['README_md', 'docs_porting_the_notebook_md']),
    );
  });

  test('compiles against the package', () => {
    expect(compile(programs)).toEqual([]);
  });

  test('would not compile with a call that the package does not have', () => {
    const wrong = "import { runs } from 'snowflake-streaming-api-node';\nawait runs();";
    expect(compile(new Map([['wrong', wrong]])).join('\n')).toMatch(/wrong\.ts.*TS\d+.*runs/);
  });
});

test('the page on porting shows the example whole and in its order', () => {
  const example = readFileSync(new URL('../../examples/notebook-port.ts', import.meta.url), 'utf8');
  const linesOf = (code: string) => code.split('\n').filter((line) => line !== '' && !/^\/\/ /.test(line));
  expect(linesOf(codeOf(pageAt('docs/porting-the-notebook.md'), 'ts').join('\n'))).toEqual(linesOf(example));
});

describe.each(PAGES.map((page) => [page.path, page] as const))('%s', (path, page) => {
  test('has no link that leads nowhere', () => {
    const dead = linksOf(page).filter((target) => {
      if (/^[a-z]+:/i.test(target)) return false;
      const [file = '', anchor] = target.split('#');
      const to = file === '' ? path : join(dirname(path), decodeURIComponent(file));
      if (!existsSync(new URL(`../../${to}`, import.meta.url))) return true;
      return anchor !== undefined && !anchorsOf(pageAt(to)).includes(anchor);
    });
    expect(dead).toEqual([]);
  });

  test('names settings that exist', () => {
    const known = new Set([
      ...SETTINGS.map(({ env }) => env),
      // A value of SNOWFLAKE_AUTHENTICATOR, variables of Snowflake's CLI, codes of errors.
      ...[
        'SNOWFLAKE_JWT',
        'SNOWFLAKE_HOME',
        'SNOWFLAKE_CONNECTIONS',
        'SNOWFLAKE_CONNECTIONS_NAME_PASSWORD',
        'SNOWFLAKE_UNREACHABLE',
        'SNOWFLAKE_DENIED',
        'SNOWFLAKE_SQL',
      ],
      ...['MYSQL_UNREACHABLE', 'MYSQL_DENIED', 'MYSQL_QUERY'],
    ]);
    const named = page.text.match(/(?<![\w$])(?:MYSQL|SNOWFLAKE|SNOWSTREAM)_[A-Z_]*[A-Z](?![\w*])/g) ?? [];
    // Roles, users and channels of examples bear the program's name.
    const unknown = named.filter((name) => !known.has(name) && !['SNOWSTREAM_LOADER'].includes(name));
    expect(unknown).toEqual([]);
  });
});
