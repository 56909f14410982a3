import { expect, test } from 'vitest';
import { FAMILIES } from '../../src/types/type-table.ts';
import { PAGE, producedPage } from './page.ts';
import { FAMILY_PAGES } from './page-families.ts';

// `npm run docs:types` runs this file and lets it write the page.
test('docs/types.md is what src/types says', async () => {
  await expect(producedPage()).toMatchFileSnapshot(PAGE);
});

test('it leaves no family out', () => {
  const shown = new Set(FAMILY_PAGES.flatMap(({ samples }) => samples.map(({ dataType }) => dataType)));
  const families = FAMILIES.map(({ names }) => names);
  expect(families.filter((mysql) => !mysql.some((name) => shown.has(name)))).toEqual([]);
});
