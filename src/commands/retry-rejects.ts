import { resolve } from 'node:path';
import { type ExitCode, exitCodeOf } from '../errors.ts';
import { retryText } from '../report/retry-text.ts';
import { terminalProgress } from '../report/terminal-progress.ts';
import { visible } from '../report/visible.ts';
import { isRetryProven, retryRejects } from '../retry.ts';
import { interruption } from './interruption.ts';
import { toldSettings } from './told-settings.ts';

/** `snowstream retry-rejects FILE`: refused rows once more, now that the cause is mended. */
export async function retryRejectsCommand(
  file: string,
  flags: Readonly<Record<string, unknown>>,
  { json }: { readonly json?: true },
): Promise<ExitCode> {
  const { settings, log } = toldSettings(flags);
  using signals = interruption((line) => log.warn(line));
  const report = await retryRejects(settings, resolve(file), {
    progress: terminalProgress(process.stderr),
    signal: signals.signal,
  });
  process.stdout.write(`${json ? JSON.stringify(report, null, 2) : visible(retryText(report))}\n`);
  if (!isRetryProven(report)) return exitCodeOf('ROWS_DIFFER');
  return report.left === 0 ? 0 : exitCodeOf('ROWS_REFUSED');
}
