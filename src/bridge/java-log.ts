import { closeSync, fchmodSync, fstatSync, mkdirSync, openSync, readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { javaLogPid } from '../config/java-log-name.ts';

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
    if (javaLogPid(basename(logFile)) !== undefined) removeOldLogs(dirname(logFile));
  } catch {
    // Java says so itself, and logs to stderr.
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function removeOldLogs(folder: string): void {
  // Their names begin with the time.
  const logs = readdirSync(folder)
    .filter((name) => javaLogPid(name) !== undefined)
    .sort()
    .reverse();
  for (const name of logs.slice(KEPT)) {
    if (!isRunning(javaLogPid(name) ?? 0)) rmSync(join(folder, name), { force: true });
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
