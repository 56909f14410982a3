// @ts-check
// npm run soak -- --minutes 60: mixed faults for so long, then both sides are compared row by row.
import { parseArgs } from 'node:util';
import { faultSeed, runTests } from './faults/vitest.mjs';
import { setUp } from './setup.mjs';

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '60' } } });
const minutes = Number(values.minutes);
if (!(minutes > 0 && minutes <= 24 * 60)) {
  process.stderr.write('soak: --minutes takes a number above 0, up to 1440\n');
  process.exitCode = 2;
} else {
  await setUp({ demo: true });
  const env = { FAULT_SIZE: 'full', FAULT_SEED: faultSeed(), SOAK_MINUTES: String(minutes) };
  process.exitCode = (await runTests(['test/faults/soak.test.ts'], env)) ? 0 : 1;
}
