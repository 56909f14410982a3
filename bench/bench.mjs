// @ts-check
// npm run bench -- [--scenario people,typed,wide,one,growth] [--rounds 5] [--rows N] [--only a,d] [--trial]
// Loads the same rows into the same local Snowflake with a plain Java program, the notebook's cells and this project,
// each in a fresh process, one after the other, several times; counts the rows of every load. Writes bench/results and
// docs/performance.md, but not for a trial: fewer rows, fewer contenders, or --trial.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startMySql } from '../scripts/mysql-server.mjs';
import { local } from '../scripts/setup/places.mjs';
import { setUp } from '../scripts/setup.mjs';

const { values } = parseArgs({
  options: {
    scenario: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    rows: { type: 'string' },
    only: { type: 'string' },
    trial: { type: 'boolean' },
  },
});
const started = performance.now();
await setUp({ demo: true });

// Only now: these need node_modules and dist.
const { GROWTH, SCENARIOS } = await import('./scenarios.mjs');
const { fillTable } = await import('./source.mjs');
const { prepareJava, preparePython, home } = await import('./prepare.mjs');
const { runOnce } = await import('./run.mjs');
const { summarize } = await import('./summary.mjs');
const { machine } = await import('./machine.mjs');
const { writeResults } = await import('./results.mjs');
const { lineOf } = await import('./text.mjs');

const rounds = positive('rounds', values.rounds);
const only = values.only?.split(',');
const wanted = values.scenario?.split(',') ?? SCENARIOS.map(({ name }) => name);
const chosen = [...SCENARIOS, ...GROWTH].filter(
  (scenario) => wanted.includes(scenario.name) || (GROWTH.includes(scenario) && wanted.includes('growth')),
);
if (chosen.length === 0) throw new Error(`no scenario of ${wanted.join()}: people, typed, wide, one, growth`);

mkdirSync(home, { recursive: true });
await prepareJava();
const noPython = await preparePython();
if (noPython !== undefined) say(`the notebook is left out: ${noPython}`);

const mysql = await startMySql({ dataDir: join(home, 'mysql') });
const folder = mkdtempSync(join(local, 'bench-run-'));
/** @type {import('./summary.mjs').Run[]} */
const runs = [];
try {
  for (const scenario of chosen) {
    say(`${scenario.name}: ${scenario.about}`);
    const contenders = scenario.contenders.filter(
      (key) => (only?.includes(key) ?? true) && !(key === 'b' && noPython !== undefined),
    );
    const times = Math.min(rounds, scenario.rounds ?? rounds);
    for (let round = 1; round <= times; round++) {
      for (const contender of contenders) {
        const all =
          values.rows === undefined || scenario.startOnly ? scenario.rows : positive('rows', values.rows);
        const rows = Math.min(all, scenario.fewer[contender] ?? all);
        const source = await fillTable(mysql.url, scenario, rows);
        const run = await runOnce({ contender, scenario, source, rows, round, mysql, folder });
        runs.push(run);
        say(`  ${lineOf(run)}`);
      }
    }
  }
} finally {
  await mysql.stop();
  rmSync(folder, { recursive: true, force: true });
}
const minutes = (performance.now() - started) / 60_000;
const notes = noPython === undefined ? [] : [`(b) is left out: ${noPython}.`];
const trial = values.rows !== undefined || values.only !== undefined || values.trial === true;
if (!trial) writeResults({ machine: machine(), notes, summaries: summarize(runs), runs });
say(`${minutes.toFixed(1)} minutes in all${trial ? '; a trial, nothing written' : ''}`);

/**
 * @param {string} name
 * @param {string} text
 */
function positive(name, text) {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new Error(`--${name} ${text} is not a whole number above 0`);
}

/** @param {string} line */
function say(line) {
  process.stderr.write(`bench       ${line}\n`);
}
