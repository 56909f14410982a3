import type { Jvm } from './jvm.ts';

/**
 * A locale that the JVM starts under: its character set, by which Java reads and writes file names, is UTF-8, and it
 * has no language. glibc has it from 2.35 on, the distributions that Node runs on have it before that as well.
 * https://sourceware.org/glibc/wiki/Proposals/C.UTF-8
 */
const UTF8_LOCALE = 'C.UTF-8';

/**
 * Starts the JVM under {@link UTF8_LOCALE}, whatever the environment says: without a UTF-8 locale (cron, systemd,
 * containers) Java finds no file whose path has a letter beyond ASCII, its own class path included. The JVM reads the
 * variables of the process by setlocale(3) once, while it starts. On other systems than Linux it does not go by them.
 */
export async function withUtf8FileNames<T>(start: () => Promise<T>): Promise<T> {
  if (process.platform !== 'linux') return start();
  const { LC_ALL: before } = process.env;
  process.env.LC_ALL = UTF8_LOCALE;
  try {
    return await start();
  } finally {
    if (before === undefined) delete process.env.LC_ALL;
    else process.env.LC_ALL = before;
  }
}

/**
 * Makes the root locale the one of all Java code: in a Turkish, Azeri or Lithuanian one `i` has another capital
 * letter, and the SDK's login by key pair, which capitalises the user's name, fails. Done by a call, since options
 * of the JVM's command line lose against those in `_JAVA_OPTIONS`.
 */
export function useRootLocale(jvm: Jvm): void {
  jvm.callStatic('java.util.Locale', 'setDefault', jvm.constant('java.util.Locale', 'ROOT'));
}
