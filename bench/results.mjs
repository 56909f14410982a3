// @ts-check
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../scripts/setup/places.mjs';
import { chartOf } from './chart.mjs';
import { GROWTH, SCENARIOS } from './scenarios.mjs';
import { growthTable, machineLine, scenarioTable } from './text.mjs';

const folder = join(root, 'bench', 'results');
const page = join(root, 'docs', 'performance.md');
const BEGIN = '<!-- written by npm run bench -->';
const END = '<!-- end of what npm run bench writes -->';

/**
 * The content of a file of bench/results.
 *
 * @typedef {object} Result
 * @property {string} name of the scenario, or `growth` for all of those
 * @property {ReturnType<typeof import('./machine.mjs').machine>} machine
 * @property {string[]} notes what was left out and why
 * @property {import('./summary.mjs').Summary[]} summaries
 * @property {import('./summary.mjs').Run[]} runs
 */

/**
 * Writes a file for each scenario that ran, and the tables and charts of all files into docs/performance.md.
 *
 * @param {Omit<Result, 'name'>} result
 */
export function writeResults({ machine, notes, summaries, runs }) {
  mkdirSync(folder, { recursive: true });
  const nameOf = (/** @type {string} */ scenario) =>
    GROWTH.some(({ name }) => name === scenario) ? 'growth' : scenario;
  for (const name of new Set(runs.map(({ scenario }) => nameOf(scenario)))) {
    const own = (/** @type {{ scenario: string }} */ { scenario }) => nameOf(scenario) === name;
    /** @type {Result} */
    const file = { name, machine, notes, summaries: summaries.filter(own), runs: runs.filter(own) };
    writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(file, undefined, 1)}\n`);
    if (name !== 'growth') writeFileSync(join(folder, `${name}.svg`), chartOf(file));
  }
  writePage();
}

function writePage() {
  const order = [...SCENARIOS.map(({ name }) => name), 'growth'];
  /** @type {Result[]} */
  const results = readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')));
  results.sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
  const text = readFileSync(page, 'utf8');
  const begin = text.indexOf(BEGIN);
  const end = text.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`${page} lacks "${BEGIN}" and "${END}"`);
  const body = results.map(sectionOf).join('\n\n');
  writeFileSync(page, `${text.slice(0, begin)}${BEGIN}\n\n${body}\n\n${text.slice(end)}`);
}

/** @param {Result} result */
function sectionOf(result) {
  const { name, machine, notes, summaries } = result;
  if (name === 'growth')
    return ['### How the cost grows', growthTable(result), machineLine(machine)].join('\n\n');
  const about = SCENARIOS.find((scenario) => scenario.name === name)?.about ?? '';
  const chart = `![Rows a second of each program: ${about}](../bench/results/${name}.svg)`;
  const reported = notes.length === 0 ? [] : [notes.join('\n')];
  return [
    `### ${name}: ${about}`,
    chart,
    scenarioTable(summaries, name === 'one'),
    ...reported,
    machineLine(machine),
  ].join('\n\n');
}
