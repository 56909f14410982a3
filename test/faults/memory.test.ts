import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Field } from './field.ts';
import { sized } from './size.ts';
import { numbered } from './workload.ts';

const ROWS = sized(100_000, 10_000_000);
const GIB = 2 ** 30;

test(`row 13: ${ROWS} rows within 1 GiB, and no slope`, { timeout: 1_500_000 }, async () => {
  await using field = await Field.open();
  const load = await numbered(field.mysql, 'people', ROWS);
  const program = field.command(
    ['run', '--table', 'people', '--create', '--json', '--jvm-memory', '512m', '--close-timeout', '600000'],
    // The JVM as it is in use.
    { JAVA_TOOL_OPTIONS: '' },
  );
  const samples: number[] = [];
  const watch = setInterval(
    () => {
      const bytes = residentBytes(program.pid);
      if (bytes !== undefined && field.commits.count > 0) samples.push(bytes);
    },
    sized(100, 500),
  );
  const ended = await program.ended;
  clearInterval(watch);
  expect(ended, ended.stderr).toMatchObject({ code: 0 });
  const { peakMemoryBytes, tables } = JSON.parse(ended.stdout);
  expect(peakMemoryBytes).toBeLessThanOrEqual(GIB);
  const slope = samples.length < 8 ? 0 : growth(samples);
  // The heap fills up to its limit first; what counts is that it does not go on so.
  if (sized(false, true)) expect(slope).toBeLessThan(0.05);
  await field.expectExactlyOnce(load, {
    row: 13,
    fault: `${ROWS.toLocaleString('en-US')} rows`,
    injected: 1,
    note: [
      `${(peakMemoryBytes / 2 ** 20).toFixed(0)} MiB at most`,
      `${(100 * slope).toFixed(1)} % more in the last quarter than in the third`,
      `${Math.round(tables[0].rowsRead / tables[0].ingestSeconds).toLocaleString('en-US')} rows/s`,
    ].join(', '),
  });
});

function residentBytes(pid: number): number | undefined {
  try {
    const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kib === undefined ? undefined : Number(kib) * 1024;
  } catch {
    return undefined; // it ended while we looked
  }
}

/** By how much the middle of the last quarter is above that of the third. */
function growth(samples: readonly number[]): number {
  const quarter = Math.floor(samples.length / 4);
  const third = median(samples.slice(2 * quarter, 3 * quarter));
  return (median(samples.slice(3 * quarter)) - third) / third;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
