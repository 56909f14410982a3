import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { filesUnder, ROOT } from './markdown.ts';

/** Links of a page to other pages of the documentation, without what is on the network. */
const linksOf = (html: string): string[] =>
  [...html.matchAll(/href="([^"]+)"/g)]
    .map(([, link = '']) => link)
    .filter((link) => !/^(?:[a-z]+:|#)/i.test(link));

test('the API documentation is made without a warning, and none of its links is dead', {
  timeout: 280_000,
}, () => {
  execFileSync(process.execPath, ['scripts/api-docs.mjs'], { cwd: ROOT, encoding: 'utf8', stdio: 'pipe' });
  const made = filesUnder('.local/api', '.html');
  const dead = made.flatMap((page) =>
    linksOf(readFileSync(`${ROOT}${page}`, 'utf8'))
      .map((link) => new URL(link, `file:///${page}`))
      .filter(({ pathname }) => !existsSync(`${ROOT}${decodeURIComponent(pathname.slice(1))}`))
      .map(({ pathname }) => `${page}: ${pathname}`),
  );
  expect(dead).toEqual([]);
  expect(made).toEqual(expect.arrayContaining(['.local/api/functions/index.run.html']));
});
