import { javaLogFile } from '../bridge/jvm.ts';
import { redact } from '../config/secrets.ts';
import { type ExitCode, renderError, SnowstreamError } from '../errors.ts';
import { visible } from '../report/visible.ts';

/** Errors for which the log of the Java SDK may have more. */
const OF_JAVA = /^(?:JVM_|JAVA_|CHANNEL_|SNOWFLAKE_UNREACHABLE$|UNEXPECTED$)/u;

/**
 * Says on stderr what a command ends for: one line, and below it what a person needs to act.
 *
 * @returns what the process ends with
 */
export function told(error: unknown): ExitCode {
  const { code, message, detail, exitCode } = renderError(error);
  const javaLog = javaLogFile();
  if (javaLog !== undefined && OF_JAVA.test(code))
    process.stderr.write(visible(`snowstream: the log of the Java SDK is ${javaLog}\n`));
  process.stderr.write(visible(`snowstream: ${message} [${code}]\n`));
  if (code === 'UNEXPECTED' && detail !== undefined) process.stderr.write(visible(`${detail}\n`));
  // Which columns do not fit, or every wrong setting; causes and their stacks are no part of it.
  if (code === 'CONFIG_INVALID' && error instanceof SnowstreamError && error.detail?.includes('\n'))
    process.stderr.write(visible(`${redact(error.detail)}\n`));
  return exitCode;
}
