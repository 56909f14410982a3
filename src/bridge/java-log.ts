import { closeSync, fchmodSync, fstatSync, mkdirSync, openSync, readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

const STARTED = new Date().toISOString().replaceAll(':', '').replace(/\..*/u, 'Z');

/** What this process calls its log by itself: one name, however often it is asked for, as a JVM takes no second log. */
export const JAVA_LOG_NAME = `java-${STARTED}-${process.pid}.log`;

const OWN_NAME = /^java-\d{4}-\d{2}-\d{2}T\d{6}Z-(\d+)\.log$/u;

/** Logs that are kept, the one of now included. */
const KEPT = 10;

/**
 * Makes the file that Java will log to, with its folder. Java would make it for everybody to read, and Snowflake's
 * message about a rejected row may quote a value. Of the logs that earlier runs have left beside it under names of our
 * own, the oldest go; those of programs that still run stay.
 */
export function prepareJavaLog(logFile: string): void {
  let file: number | undefined;
  try {
    mkdirSync(dirname(logFile), { recursive: true, mode: 0o700 });
    file = openSync(logFile, 'a', 0o600);
    // It may be there since it was not made so, or be /dev/null.
    if (fstatSync(file).isFile()) fchmodSync(file, 0o600);
    if (OWN_NAME.test(basename(logFile))) removeOldLogs(dirname(logFile));
  } catch {
    // Java says so itself, and logs to stderr.
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function removeOldLogs(folder: string): void {
  // Their names begin with the time.
  const logs = readdirSync(folder)
    .filter((name) => OWN_NAME.test(name))
    .sort()
    .reverse();
  for (const name of logs.slice(KEPT)) {
    if (!isRunning(Number(OWN_NAME.exec(name)?.[1]))) rmSync(join(folder, name), { force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there, and somebody else's.
    return error instanceof Error && 'code' in error && error.code !== 'ESRCH';
  }
}
