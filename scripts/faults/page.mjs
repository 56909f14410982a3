// @ts-check
// The figures of the last full runs: docs/guarantees.json, and the table of docs/guarantees.md.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../setup/places.mjs';
import { figuresTable, withTable } from './table.mjs';

const json = join(root, 'docs/guarantees.json');
const page = join(root, 'docs/guarantees.md');

/**
 * @param {readonly import('./table.mjs').Figures[]} measured
 * @param {(before: import('./table.mjs').Figures) => boolean} isReplaced which of the figures that are there they replace
 */
export async function writePage(measured, isReplaced) {
  /** @type {import('./table.mjs').Figures[]} */
  const before = JSON.parse(await readFile(json, 'utf8'));
  const figures = [...before.filter((each) => !isReplaced(each)), ...measured];
  figures.sort((a, b) => a.row - b.row || (a.fault < b.fault ? -1 : 1));
  await writeFile(json, `${JSON.stringify(figures, null, 2)}\n`);
  await writeFile(page, withTable(await readFile(page, 'utf8'), figuresTable(figures)));
}
