import { loadSettings } from '../config/load.ts';
import { SnowstreamError } from '../errors.ts';
import { plan } from '../plan/plan-run.ts';
import { planLines } from '../report/plan-text.ts';
import type { CommandOutput, Result } from './command-output.ts';
import { interruptible } from './interruptible.ts';

/** `snowstream plan`: what a run would do, and what keeps it from starting. It changes nothing and starts no JVM. */
export async function planCommand(
  flags: Readonly<Record<string, unknown>>,
  output: CommandOutput,
): Promise<Result> {
  const settings = loadSettings({ flags, sqlOnly: true });
  const reporting = output.open(settings);
  const tables = await interruptible(reporting, (options) => plan(settings, options));
  const unfit = tables.filter(({ problems }) => problems.length > 0);
  const names = unfit.map(({ source }) => source).join(', ');
  return {
    document: { fits: unfit.length === 0, tables },
    lines: planLines(tables),
    shortfalls:
      unfit.length === 0
        ? []
        : [
            {
              error: new SnowstreamError('CONFIG_INVALID', `no run could start: see ${names}`),
              isInLines: true,
            },
          ],
  };
}
