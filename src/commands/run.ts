import { resolve } from 'node:path';
import { isProven } from '../check/proof.ts';
import { loadSettings } from '../config/load.ts';
import type { Settings } from '../config/settings.ts';
import { type ExitCode, exitCodeOf, SnowstreamError } from '../errors.ts';
import { localSnowflake } from '../local-snowflake.ts';
import { run } from '../pipeline.ts';
import { type RunReport, refusedRows } from '../report/run-report.ts';
import { runText } from '../report/run-text.ts';
import { terminalProgress } from '../report/terminal-progress.ts';
import { visible } from '../report/visible.ts';
import { interruption } from './interruption.ts';
import { logOf } from './told-settings.ts';

/** Flags of `run` that are no settings. */
export interface RunFlags {
  readonly local?: true;
  readonly data?: string;
  readonly json?: true;
}

/** `snowstream run`: the main job. */
export async function runCommand(
  flags: Readonly<Record<string, unknown>>,
  { local, data, json }: RunFlags,
): Promise<ExitCode> {
  if (!local) return report(loadSettings({ flags }), json);
  const settings = loadSettings({ flags, local: true });
  await using snowflake = await localSnowflake(settings, resolve(data ?? '.snowstream/snowflake'));
  // Whoever asks for a Snowflake of their own has no tables there yet.
  const { settings: withLocal } = snowflake;
  return await report({ ...withLocal, targets: { ...withLocal.targets, create: 'on' } }, json);
}

async function report(settings: Settings, json: true | undefined): Promise<ExitCode> {
  const log = logOf(settings);
  using signals = interruption((line) => log.warn(line));
  const result = await run(settings, { progress: terminalProgress(process.stderr), signal: signals.signal });
  process.stdout.write(`${json ? JSON.stringify(result, null, 2) : visible(runText(result))}\n`);
  return exitCodeFor(result, settings);
}

/**
 * Rows that differ weigh more than rows that were refused: those are accounted for. A table that was not read to its
 * end differs for that reason alone.
 */
function exitCodeFor(result: RunReport, settings: Settings): ExitCode {
  if (!result.tables.every(({ complete, proof }) => !complete || isProven(proof)))
    return exitCodeOf('ROWS_DIFFER');
  const refused = refusedRows(result);
  if (refused <= settings.maxRejects) return 0;
  const { code, exitCode, message } = refusalError(refused, settings);
  process.stderr.write(`snowstream: ${message} [${code}]\n`);
  return exitCode;
}

function refusalError(refused: number, { maxRejects, rejects }: Settings): SnowstreamError {
  const were = refused === 1 ? '1 row was' : `${refused} rows were`;
  const where =
    rejects === undefined
      ? 'their keys are in the report above (all of them with --json), and --rejects FILE would keep them'
      : `they are in ${rejects}, and snowstream retry-rejects sends them again once the cause is mended`;
  return new SnowstreamError(
    'ROWS_REFUSED',
    `${were} refused and --max-rejects allows ${maxRejects}: ${where}; a further run with a larger --max-rejects goes on behind them`,
  );
}
