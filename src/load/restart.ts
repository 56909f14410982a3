import { AbortGate } from '../abort-gate.ts';
import { factsOfError, SnowstreamError } from '../errors.ts';
import { outlineTables } from '../plan/table-outline.ts';
import { renderError } from '../rendered-error.ts';
import { SnowflakeError } from '../snowflake/snowflake-error.ts';
import { incompatibilityError } from '../types/incompatibility.ts';
import type { EmptiedTarget } from './load-report.ts';
import { TableRestart } from './table-restart.ts';
import type { RunParts } from './table-run.ts';

/** Is asked before anything is deleted, and throws when nothing is to be. */
export type ConfirmRestart = (targets: readonly EmptiedTarget[]) => Promise<void>;

/**
 * Empties the targets of a run and has its loads begin at the first row. A target that does not exist yet is passed
 * over.
 *
 * A kill in between must leave nothing that a later run takes for a load's own state. So the channels come first:
 * each is opened with a mark in the place of its token, which fences any writer, and which no run resumes
 * from. When the targets are empty, tokens without a key take the place of the marks, that of the load's first
 * channel last, and channels that the new load does not have are dropped. Those that it has are not: Snowflake may
 * count their openings from 0 again, and then a fenced program would be their owner.
 *
 * A failure leaves every load as it was whose target was not emptied: its tokens are given back.
 *
 * @param confirm asked when every table was found to fit
 * @param gates their signal ends the restart at once before the first channel is opened, and between two tables and in
 * whatever it asks by SQL before the first target is emptied: the tokens are given back. A TRUNCATE that waits is
 * cancelled. Once every target is empty the restart is completed.
 * @throws SnowstreamError what keeps a run of any table from starting, before anything is deleted; CHANNEL_INVALID
 * when Snowflake does not keep the mark; whatever `confirm` throws.
 */
export async function restartLoads(
  run: RunParts,
  confirm?: ConfirmRestart,
  gates: RestartGates = { ends: new AbortGate(undefined), channels: new AbortGate(undefined) },
): Promise<readonly EmptiedTarget[]> {
  const { source, snowflake, settings } = run;
  const options = {
    ...settings.targets,
    resume: settings.resume,
    sharedTargets: settings.sharedTargets,
    gold: settings.gold,
    restart: true,
  };
  const outlines = await outlineTables(source, snowflake, settings.tables, options);
  for (const { target, incompatibilities, problems } of outlines) {
    if (incompatibilities.length > 0) throw incompatibilityError(target, incompatibilities);
    for (const { code, message } of problems) throw new SnowstreamError(code, message);
  }
  const restarts: TableRestart[] = [];
  for (const [index, table] of settings.tables.entries())
    if (outlines[index]?.state === 'exists')
      restarts.push(await TableRestart.of({ ...run, table }, restarts));
  const targets = new Map<string, EmptiedTarget>();
  for (const restart of restarts) targets.set(restart.target, await restart.describe());
  if (targets.size > 0) await confirm?.([...targets.values()]);
  const { requested } = gates.ends;
  requested?.throwIfAborted();
  // A channel that is opened later than its token is given back would have the mark again.
  using _channels = gates.channels.hold();
  /** Targets that are empty, or may be. Two loads may share one. */
  const emptied = new Set<string>();
  await orGiveBack(restarts, emptied, async () => {
    for (const restart of restarts) {
      requested?.throwIfAborted();
      await restart.mark();
    }
  });
  using _ends = gates.ends.hold();
  await orGiveBack(restarts, emptied, async () => {
    for (const restart of restarts) {
      requested?.throwIfAborted();
      await emptyTarget(restart, emptied, requested);
    }
  });
  for (const restart of restarts) await restart.begin();
  return [...targets.values()];
}

/** What keeps the signal back while a restart must not be left half done. */
export interface RestartGates {
  /** For what is asked of MySQL and by SQL of Snowflake. */
  readonly ends: AbortGate;
  /** For the opening of channels. */
  readonly channels: AbortGate;
}

/**
 * Does a step of the restart. Whatever fails, every target of which no row can have been deleted gets its tokens back:
 * all of them before the first TRUNCATE, later those that were not reached.
 */
async function orGiveBack(
  restarts: readonly TableRestart[],
  emptied: ReadonlySet<string>,
  step: () => Promise<void>,
): Promise<void> {
  try {
    await step();
  } catch (error) {
    const blocked = await restoreTokens(restarts.filter(({ target }) => !emptied.has(target)));
    throw withState(error, emptied, blocked);
  }
}

/** @param emptied gets the target's name, unless it is certain that none of its rows was deleted */
async function emptyTarget(
  restart: TableRestart,
  emptied: Set<string>,
  signal: AbortSignal | undefined,
): Promise<void> {
  try {
    await restart.truncate(signal);
  } catch (error) {
    if (!isAnswered(error)) emptied.add(restart.target);
    throw emptied.has(restart.target) ? error : notEmptied(restart.target, error);
  }
  emptied.add(restart.target);
  while (await restart.markOthers()) await restart.truncate();
}

/**
 * @returns the targets whose tokens could not be given back. Once the JVM is at fault no further one is tried: each
 * would wait for its time-out.
 */
async function restoreTokens(restarts: readonly TableRestart[]): Promise<ReadonlySet<string>> {
  const blocked = new Set<string>();
  let isJvmLost = false;
  for (const restart of restarts.filter(({ isMarked }) => isMarked)) {
    try {
      if (isJvmLost) blocked.add(restart.target);
      else await restart.restore();
    } catch (error) {
      isJvmLost = factsOfError(error)?.fault === 'jvm';
      blocked.add(restart.target);
    }
  }
  return blocked;
}

/** Snowflake's code for a role that may not do what a statement asks. */
const INSUFFICIENT_PRIVILEGES = '003001';

/** Snowflake's own error codes: a statement that has one was taken back. From 300000 on nobody knows. */
const OWN_CODES = 300_000;

/** Whether Snowflake has answered that a statement failed, so that it has changed nothing. */
function isAnswered(error: unknown): boolean {
  return error instanceof SnowflakeError && Number(error.sqlCode) < OWN_CODES;
}

/** The likeliest reason is named: the role has no privilege. */
function notEmptied(target: string, error: unknown): unknown {
  if (!(error instanceof SnowflakeError && error.sqlCode === INSUFFICIENT_PRIVILEGES)) return error;
  return new SnowstreamError(
    'SNOWFLAKE_DENIED',
    `${target} cannot be emptied, and nothing of it was deleted: the role needs the privilege TRUNCATE on it`,
    { cause: error },
  );
}

/** The error of a restart, with what it leaves behind that a plain run will not accept. */
function withState(error: unknown, emptied: ReadonlySet<string>, blocked: ReadonlySet<string>): unknown {
  const left = [
    ...(emptied.size === 0 ? [] : [`rows of ${[...emptied].join(', ')} were deleted`]),
    ...(blocked.size === 0
      ? []
      : [`nothing of ${[...blocked].join(', ')} was deleted, but the offset tokens could not be given back`]),
  ];
  if (left.length === 0) return error;
  const { code, message } = renderError(error);
  return new SnowstreamError(
    code,
    `${message}; before that the restart had begun: ${left.join('; ')}: snowstream run --restart begins it again`,
    { cause: error },
  );
}
