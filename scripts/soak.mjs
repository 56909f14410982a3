// @ts-check
// npm run soak -- --minutes 60: mixed faults for so long, then both sides are compared row by row. Of an hour or more
// the figures become row 19 of docs/guarantees.json and of the table of the page.
import { rm } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { writePage } from './faults/page.mjs';
import { faultSeed, figuresFolder, readFigures, runTests, SOAK } from './faults/vitest.mjs';
import { setUp } from './setup.mjs';

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '60' } } });
const minutes = Number(values.minutes);
if (!(minutes > 0 && minutes <= 24 * 60)) {
  process.stderr.write('soak: --minutes takes a number above 0, up to 1440\n');
  process.exitCode = 2;
} else {
  await setUp({ demo: true });
  const env = { FAULT_SIZE: 'full', FAULT_SEED: faultSeed(), SOAK_MINUTES: String(minutes) };
  await rm(figuresFolder, { recursive: true, force: true });
  if (!(await runTests([SOAK], env))) process.exitCode = 1;
  else if (minutes >= 60) await writePage(await readFigures(), ({ row }) => row === 19);
}
