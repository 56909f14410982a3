import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { local } from '../../scripts/setup/places.mjs';
import type { Comparison } from './compare.ts';
import { isFull, seed } from './size.ts';

/** Where a run of these tests leaves its figures; `scripts/faults.mjs` makes the table of docs/guarantees.md of them. */
export const FIGURES = join(local, 'faults');

/** What one test measured. */
export interface Figures {
  /** The row of the list of faults, 1 to 19. */
  readonly row: number;
  /** The fault, in the words of the table. */
  readonly fault: string;
  /** Faults that struck. */
  readonly injected: number;
  /** Rows that were compared. */
  readonly rows?: number;
  readonly lost?: number;
  readonly twice?: number;
  readonly different?: number;
  /** From the end of the fault, or the start of the next run, to the next commit; the longest of all. */
  readonly secondsToRecover?: number | undefined;
  /** What else was measured, in a few words. */
  readonly note?: string;
}

/** The counts of a comparison; a row that is in the target alone counts as one that is there twice. */
export function counted({ sourceRows, lost, twice, strangers, different }: Comparison) {
  return {
    rows: sourceRows,
    lost: lost.length,
    twice: twice.length + strangers.length,
    different: different.length,
  };
}

/** Leaves a test's figures. */
export function record(figures: Figures): void {
  mkdirSync(FIGURES, { recursive: true });
  const name = `${String(figures.row).padStart(2, '0')}-${figures.fault.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}`;
  const whole = { ...figures, size: isFull ? 'full' : 'small', seed };
  writeFileSync(join(FIGURES, `${name.slice(0, 80)}.json`), `${JSON.stringify(whole, null, 2)}\n`);
}
