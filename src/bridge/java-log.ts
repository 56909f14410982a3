import { accessSync, constants, existsSync, lstatSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { javaLogPid } from '../config/java-log-name.ts';
import { SnowstreamError } from '../errors.ts';
import { isThere } from '../file/lock-holder.ts';
import { OwnFile } from '../file/own-file.ts';
import { isOwnFolder } from '../file/own-folder.ts';
import { UnsafeFile } from '../file/unsafe-file.ts';

/** Logs that are kept, the one of now included. */
const KEPT = 10;

/** The names of the standard streams for Java's logger. https://www.slf4j.org/api/org/slf4j/simple/SimpleLogger.html */
const STDERR = 'System.err';
const STREAMS = new Map([
  ['/dev/stderr', STDERR],
  ['/dev/stdout', 'System.out'],
]);

/**
 * Creates the file that Java will log to, with its folder. Java would make it readable for everybody, although
 * Snowflake's message about a rejected row may quote a value; it would also follow a link, and truncate its target.
 * Removes the oldest logs of earlier runs beside it that have generated names; those of running programs stay.
 *
 * @returns what Java is to open: the file itself where the system has a name for an open one, its path elsewhere, and
 * stderr where it cannot be made
 * @throws SnowstreamError CONFIG_INVALID when it is a link, another user's, has a second name or is no file or device.
 */
export function prepareJavaLog(logFile: string): string {
  const stream = STREAMS.get(logFile);
  if (stream !== undefined) return stream;
  try {
    mkdirSync(dirname(logFile), { recursive: true, mode: 0o700 });
    // It stays open as long as the process, since Java opens it when it has its first line.
    const file = OwnFile.open(logFile, { device: true });
    file.makePrivate();
    if (javaLogPid(basename(logFile)) !== undefined && isOwnFolder(dirname(logFile)))
      removeOldLogs(dirname(logFile));
    return openName(file) ?? logFile;
  } catch (cause) {
    if (cause instanceof UnsafeFile) throw unsafe(cause);
    const reason = cause instanceof Error ? cause.message : String(cause);
    process.emitWarning(`Java's log ${logFile} cannot be written: ${reason}; it goes to stderr`);
    return STDERR;
  }
}

/**
 * Says whether Java could log to a file, without making it.
 *
 * @throws SnowstreamError CONFIG_INVALID as {@link prepareJavaLog}; and what the system says of a file that cannot be
 * written.
 */
export function checkJavaLog(logFile: string): void {
  if (STREAMS.has(logFile)) return;
  try {
    if (lstatSync(logFile, { throwIfNoEntry: false })) OwnFile.open(logFile, { device: true }).close();
    // With "/." at the end, a file is not taken for a folder.
    else accessSync(`${nearestFolder(dirname(logFile))}/.`, constants.W_OK);
  } catch (cause) {
    throw cause instanceof UnsafeFile ? unsafe(cause) : cause;
  }
}

/** The folder, or the one that it would be made in. */
function nearestFolder(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : nearestFolder(dirname(folder));
}

function unsafe(cause: UnsafeFile): SnowstreamError {
  return new SnowstreamError('CONFIG_INVALID', `Java's log ${cause.message}`, { cause });
}

/** A name by which the JVM of this process opens the same file, whatever has its path by then. Only Linux has such names. */
function openName({ descriptor }: OwnFile): string | undefined {
  const name = `/proc/self/fd/${descriptor}`;
  return existsSync(name) ? name : undefined;
}

function removeOldLogs(folder: string): void {
  // Their names begin with the time.
  const logs = readdirSync(folder)
    .filter((name) => javaLogPid(name) !== undefined)
    .sort()
    .reverse();
  for (const name of logs.slice(KEPT)) {
    if (!isThere(javaLogPid(name) ?? 0)) rmSync(join(folder, name), { force: true });
  }
}
