// @ts-check
// npm run test:faults [FILTER…]: rows 1 to 18 of docs/guarantees.md at full size. FAULT_SEED repeats a run. When they
// pass, their figures become docs/guarantees.json and the table of the page; those of chosen files take the place of
// the same faults there. --keep leaves the page alone. Row 19 is `npm run soak`.
import { rm } from 'node:fs/promises';
import { writePage } from './faults/page.mjs';
import { faultSeed, figuresFolder, readFigures, runTests, SOAK } from './faults/vitest.mjs';
import { setUp } from './setup.mjs';

const RANDOM_VALUES = 100_000;

const args = process.argv.slice(2);
const filters = args.filter((arg) => arg !== '--keep');
const isWhole = filters.length === 0;
const started = performance.now();

await setUp({ demo: true });
await rm(figuresFolder, { recursive: true, force: true });
const seed = faultSeed();
const env = { FAULT_SIZE: 'full', FAULT_SEED: seed };
const faults = await runTests(isWhole ? ['test/faults', '--exclude', SOAK] : filters, env);
// Row 14 is a test of the types, at a larger size.
const random = { RANDOM_VALUES: String(RANDOM_VALUES), RANDOM_SEED: seed };
const values = !isWhole || (await runTests(['test/types/random-values.test.ts'], random));
const minutes = (performance.now() - started) / 60_000;
process.stdout.write(`\nFAULT_SEED=${seed}, ${minutes.toFixed(1)} minutes\n`);

if (!faults || !values) process.exitCode = 1;
else if (!args.includes('--keep')) {
  /** @type {import('./faults/table.mjs').Figures} */
  const fourteen = {
    row: 14,
    fault: `${RANDOM_VALUES.toLocaleString('en-US')} random values of each type`,
    injected: RANDOM_VALUES,
    note: 'equal, or among the rejected rows',
    size: 'full',
    seed: Number(seed),
  };
  const measured = [...(await readFigures()), ...(isWhole ? [fourteen] : [])];
  await writePage(measured, ({ row, fault }) =>
    isWhole ? row !== 19 : measured.some((each) => each.row === row && each.fault === fault),
  );
}
