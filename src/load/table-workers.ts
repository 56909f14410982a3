import type { TablePlan } from '../plan/table-plan.ts';
import { displayName } from '../snowflake/identifier.ts';
import type { Source } from '../source/source.ts';
import type { RejectLimit } from './reject-limit.ts';

/** What the workers of a run are opened with. */
export interface TableWorkers {
  /** How many there are at the most. */
  readonly workers: number;
  /** Sessions that are open, one for each worker; a worker beyond them opens its own by the first. */
  readonly sources: readonly [Source, ...Source[]];
  readonly limit: RejectLimit;
  /** Is given a table that failed, with its session; throws when that ends all of them. */
  readonly failed: (plan: TablePlan, error: unknown, source: Source) => Promise<void>;
  /** Ends all of them. */
  readonly signal?: AbortSignal | undefined;
}

/** What is done with tables. */
export interface TableSteps<Loaded> {
  /** Loads one table; its signal is aborted when all end. */
  readonly load: (plan: TablePlan, source: Source, signal: AbortSignal) => Promise<Loaded>;
  /**
   * Proves the tables of one target.
   *
   * @param wanted all that were to go there; of some the load may have failed
   */
  readonly prove: (
    loaded: readonly Loaded[],
    wanted: readonly TablePlan[],
    source: Source,
    signal: AbortSignal,
  ) => Promise<void>;
}

/**
 * Loads tables several at once, each worker with its own MySQL session and one table after the other. A table that
 * fails leaves the others alone, unless `failed` ends them: then no further one begins, as when too many rows were
 * rejected, and those that have begun end with what they have committed.
 *
 * Tables of one target go one after the other in one worker, and are proven together after the last of them.
 *
 * @throws the error that ended all of them.
 */
export async function loadInWorkers<Loaded>(
  plans: readonly TablePlan[],
  { workers, sources, limit, failed, signal }: TableWorkers,
  { load, prove }: TableSteps<Loaded>,
): Promise<void> {
  const waiting = byTarget(plans);
  const failing = new AbortController();
  const ending = signal === undefined ? failing.signal : AbortSignal.any([signal, failing.signal]);
  const worker = async (index: number): Promise<void> => {
    const given = sources[index];
    await using own = given === undefined ? await sources[0].another() : undefined;
    const source = given ?? (own as Source);
    for (let loads = waiting.shift(); loads !== undefined; loads = waiting.shift()) {
      const done = new Map<TablePlan, Loaded>();
      for (const plan of loads) {
        ending.throwIfAborted();
        if (limit.isExceeded) break;
        try {
          done.set(plan, await load(plan, source, ending));
        } catch (error) {
          // What fails in a run that ends may fail for that reason.
          ending.throwIfAborted();
          await failed(plan, error, source);
        }
      }
      if (done.size === 0) continue;
      try {
        await prove([...done.values()], loads, source, ending);
      } catch (error) {
        ending.throwIfAborted();
        for (const plan of done.keys()) await failed(plan, error, source);
      }
    }
  };
  const opened = Array.from({ length: Math.min(workers, waiting.length) }, (_, index) =>
    // Only the first error is kept: later ones may be no more than its consequence.
    worker(index).catch((error: unknown) => failing.abort(error)),
  );
  await Promise.all(opened);
  failing.signal.throwIfAborted();
}

/** Plans of one target together, each in its order. */
export function byTarget(plans: readonly TablePlan[]): TablePlan[][] {
  const targets = new Map<string, TablePlan[]>();
  for (const plan of plans) {
    const name = displayName(plan.target);
    targets.set(name, [...(targets.get(name) ?? []), plan]);
  }
  return [...targets.values()];
}
