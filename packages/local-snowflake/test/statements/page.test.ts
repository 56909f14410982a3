import { expect, test } from 'vitest';
import { PAGE, producedPage } from './page.ts';

// `npm run docs:emulator` runs this file and lets it write the page.
test('docs/emulator.md is what the cases produce', async () => {
  await expect(producedPage()).toMatchFileSnapshot(PAGE);
});
