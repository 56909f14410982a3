import { resolve } from 'node:path';
import { isProven } from '../check/proof.ts';
import { loadSettings } from '../config/load.ts';
import { SnowstreamError } from '../errors.ts';
import { retryLines } from '../report/retry-text.ts';
import { type RetryReport, retryRejects } from '../retry-rejects.ts';
import type { CommandOutput, Result } from './command-output.ts';
import { interruption } from './interruption.ts';
import { differing } from './shortfall.ts';

/** `snowstream retry-rejects FILE`: sends rejected rows again after their cause was fixed. */
export async function retryRejectsCommand(
  file: string,
  flags: Readonly<Record<string, unknown>>,
  output: CommandOutput,
): Promise<Result> {
  const settings = loadSettings({ flags });
  const { log, onEvent } = output.open(settings);
  using signals = interruption(
    (line) => log.warn(line),
    undefined,
    () => output.endProgress(),
  );
  const report = await retryRejects(settings, resolve(file), {
    onEvent,
    signal: signals.signal,
  });
  return {
    document: report,
    lines: retryLines(report),
    shortfalls: shortfalls(report).map((error) => ({ error, isInLines: true })),
  };
}

function shortfalls(report: RetryReport): SnowstreamError[] {
  if (report.outcome === 'differs')
    return [differing(report.tables.filter(({ proof }) => !isProven(proof)).map(({ source }) => source))];
  if (report.left === 0) return [];
  const left = report.left === 1 ? '1 record is' : `${report.left} records are`;
  return [new SnowstreamError('ROWS_REFUSED', `${left} left in ${report.rejects}`)];
}
