import { resolve } from 'node:path';
import { missingRows } from '../check/proof.ts';
import { loadSettings } from '../config/load.ts';
import type { Settings } from '../config/settings.ts';
import { type ExitCode, exitCodeOf, SnowstreamError, worstExitCode } from '../errors.ts';
import { localSnowflake } from '../local-snowflake.ts';
import { run } from '../pipeline.ts';
import type { RunReport } from '../report/run-report.ts';
import { runText } from '../report/run-text.ts';
import { terminalProgress } from '../report/terminal-progress.ts';
import { visible } from '../report/visible.ts';
import { confirmAt } from './confirm-restart.ts';
import { interruption } from './interruption.ts';
import { refusalBeyond } from './refusal.ts';
import { told } from './told-error.ts';
import { logOf } from './told-settings.ts';

/** Flags of `run` that are no settings. */
export interface RunFlags {
  readonly local?: true;
  readonly data?: string;
  readonly restart?: true;
  readonly yes?: true;
  readonly json?: true;
}

/** `snowstream run`: the main job. */
export async function runCommand(
  flags: Readonly<Record<string, unknown>>,
  given: RunFlags,
): Promise<ExitCode> {
  const { local, data } = given;
  mustBeConfirmable(given);
  if (!local) return report(loadSettings({ flags }), given);
  const settings = loadSettings({ flags, local: true });
  await using snowflake = await localSnowflake(settings, resolve(data ?? '.snowstream/snowflake'));
  // Whoever asks for a Snowflake of their own has no tables there yet.
  const { settings: withLocal } = snowflake;
  return await report({ ...withLocal, targets: { ...withLocal.targets, create: 'on' } }, given);
}

/** @throws SnowstreamError CONFIG_INVALID before anything starts when nobody could say yes to a restart. */
function mustBeConfirmable({ restart, yes }: RunFlags): void {
  if (yes && !restart)
    throw new SnowstreamError('CONFIG_INVALID', '--yes confirms --restart, which is missing');
  if (restart && !yes && !process.stdin.isTTY)
    throw new SnowstreamError(
      'CONFIG_INVALID',
      '--restart deletes every row of the targets, and there is no terminal to ask at: add --yes to confirm it; nothing was deleted',
    );
}

async function report(settings: Settings, { restart, yes, json }: RunFlags): Promise<ExitCode> {
  const log = logOf(settings);
  using signals = interruption((line) => log.warn(line));
  const { signal } = signals;
  const asked = yes ?? confirmAt(process.stdin, process.stderr, signal);
  const progress = terminalProgress(process.stderr);
  const result = await run(settings, { progress, signal, ...(restart && { restart: asked }) });
  process.stdout.write(`${json ? JSON.stringify(result, null, 2) : visible(runText(result))}\n`);
  return exitCodeFor(result, settings);
}

/** The worst of what became of the tables: see {@link worstExitCode}. */
function exitCodeFor(result: RunReport, settings: Settings): ExitCode {
  const codes: ExitCode[] = result.outcomes.map(({ outcome, error }) =>
    outcome === 'differs' ? exitCodeOf('ROWS_DIFFER') : (error?.exitCode ?? 0),
  );
  // Those of this run end it even when they are gone from the source by now.
  const now = result.tables.reduce((rows, { refused }) => rows + refused.length, 0);
  const refusal = refusalBeyond(Math.max(now, missingRows(result.tables)), settings);
  if (refusal !== undefined) codes.push(told(refusal));
  // A channel that is lost takes its refused rows back, after which the limit has ended other tables for nothing.
  else if (result.outcomes.some(({ outcome }) => outcome === 'unfinished' || outcome === 'not started'))
    codes.push(exitCodeOf('ROWS_DIFFER'));
  return worstExitCode(codes);
}
