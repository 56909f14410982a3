import type { Settings } from '../../src/config/settings.ts';
import type { RunOptions } from '../../src/load/run-options.ts';
import type { RunReport } from '../../src/load/run-report.ts';
import { run } from '../../src/pipeline.ts';
import { eventsTo, type ProgressView } from '../../src/report/progress-view.ts';

const NOTHING: ProgressView = { begin() {}, advance() {}, finish() {}, stop() {}, step() {} };

/** Options of a run, with some functions that are called with its events. */
export interface FollowedOptions extends RunOptions {
  readonly progress?: Partial<ProgressView>;
}

/** Runs, and throws what ended the run before its end, where something did. */
export async function completedRun(
  settings: Settings,
  { progress, ...options }: FollowedOptions = {},
): Promise<RunReport> {
  const view =
    progress &&
    new Proxy(NOTHING, {
      get: (nothing, name: keyof ProgressView) => progress[name]?.bind(progress) ?? nothing[name],
    });
  const report = await run(settings, { ...options, ...(view && { onEvent: eventsTo(view) }) });
  if (report.error !== undefined) throw report.error.cause;
  return report;
}
