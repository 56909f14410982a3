import { resolve } from 'node:path';
import { loadSettings } from '../config/load.ts';
import type { Settings } from '../config/settings.ts';
import { SnowstreamError } from '../errors.ts';
import { type RunReport, rejectedRows } from '../load/run-report.ts';
import { localSnowflake } from '../local-snowflake.ts';
import { run } from '../pipeline.ts';
import type { Outcome } from '../progress.ts';
import { runLines } from '../report/run-text.ts';
import type { CommandOutput, Result, Shortfall } from './command-output.ts';
import { confirmAt } from './confirm-restart.ts';
import { interruption } from './interruption.ts';
import { beyondMaxRejects, differing } from './shortfall.ts';

/** Flags of `run` that are no settings. */
export interface RunFlags {
  readonly local?: true;
  readonly data?: string;
  readonly restart?: true;
  readonly yes?: true;
}

/** `snowstream run`: the main job. */
export async function runCommand(
  flags: Readonly<Record<string, unknown>>,
  given: RunFlags,
  output: CommandOutput,
): Promise<Result> {
  const { local, data } = given;
  mustBeConfirmable(given);
  if (!local) return report(loadSettings({ flags }), given, output);
  const settings = loadSettings({ flags, local: true });
  await using snowflake = await localSnowflake(settings, resolve(data || '.snowstream/snowflake'));
  // A new local Snowflake has no tables yet.
  const { settings: withLocal } = snowflake;
  return await report({ ...withLocal, targets: { ...withLocal.targets, create: 'on' } }, given, output);
}

/** @throws SnowstreamError CONFIG_INVALID before anything starts when nobody could say yes to a restart. */
function mustBeConfirmable({ restart, yes }: RunFlags): void {
  if (yes && !restart)
    throw new SnowstreamError('CONFIG_INVALID', '--yes confirms --restart, which is missing');
  if (restart && !yes && !process.stdin.isTTY)
    throw new SnowstreamError(
      'CONFIG_INVALID',
      '--restart deletes every row of the targets, and there is no terminal for confirmation: add --yes to confirm; nothing was deleted',
    );
}

async function report(
  settings: Settings,
  { restart, yes }: RunFlags,
  output: CommandOutput,
): Promise<Result> {
  const { log, onEvent } = output.open(settings);
  using signals = interruption(
    (line) => log.warn(line),
    undefined,
    () => output.endProgress(),
  );
  const { signal } = signals;
  const asked = yes ?? confirmAt(process.stdin, process.stderr, signal);
  const result = await run(settings, { onEvent, signal, ...(restart && { restart: asked }) });
  // What ended the run is all that there is to say on a terminal.
  if (result.error !== undefined)
    return { document: result, lines: [], shortfalls: [{ error: result.error.cause }] };
  return { document: result, lines: runLines(result), shortfalls: shortfalls(result, settings) };
}

/** What became of the tables, where it is not as it should be. */
function shortfalls(result: RunReport, settings: Settings): Shortfall[] {
  const { outcomes, goldFailure } = result;
  const found: Shortfall[] = outcomes.flatMap(({ error }) =>
    error === undefined ? [] : [{ error: new SnowstreamError(error.code, error.message), isInLines: true }],
  );
  if (goldFailure !== undefined)
    found.push({ error: new SnowstreamError(goldFailure.code, goldFailure.message), isInLines: true });
  const sourcesOf = (...wanted: readonly Outcome[]) =>
    outcomes.filter(({ outcome }) => wanted.includes(outcome)).map(({ source }) => source);
  const differ = sourcesOf('differs');
  if (differ.length > 0) found.push({ error: differing(differ), isInLines: true });
  const shortfall = beyondMaxRejects(rejectedRows(result), settings);
  const open = sourcesOf('rejected', 'stopped');
  if (shortfall !== undefined) found.push({ error: shortfall });
  // A channel that is lost takes its rejected rows back, after which the limit has ended other tables for nothing.
  else if (open.length > 0) found.push({ error: differing(open), isInLines: true });
  return found;
}
