import { redact } from '../config/secrets.ts';
import { type ExitCode, renderError, SnowstreamError } from '../errors.ts';
import { visible } from '../report/visible.ts';

/**
 * Says on stderr what a command ends for: one line, and below it what a person needs to act.
 *
 * @returns what the process ends with
 */
export function told(error: unknown): ExitCode {
  const { code, message, detail, exitCode } = renderError(error);
  process.stderr.write(visible(`snowstream: ${message} [${code}]\n`));
  if (code === 'UNEXPECTED' && detail !== undefined) process.stderr.write(visible(`${detail}\n`));
  // Which columns do not fit, or every wrong setting; causes and their stacks are no part of it.
  if (code === 'CONFIG_INVALID' && error instanceof SnowstreamError && error.detail?.includes('\n'))
    process.stderr.write(visible(`${redact(error.detail)}\n`));
  return exitCode;
}
