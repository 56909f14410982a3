import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { figuresTable } from '../../scripts/faults/table.mjs';

test('the table of docs/guarantees.md is that of the figures of the last full run', () => {
  const read = (name: string) => readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8');
  const page = /<!-- figures -->\n([\s\S]*?)\n?<!-- \/figures -->/.exec(read('guarantees.md'))?.[1];
  expect(page).toBe(figuresTable(JSON.parse(read('guarantees.json'))));
});
