import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Made by set-up from the pinned jars; git-ignored, and in no package. */
const ARCHIVE = fileURLToPath(new URL('../../.local/jvm-cache/classes.jsa', import.meta.url));

/**
 * The option that has the JVM take its classes ready parsed from the archive that set-up makes, which halves what the
 * client's start costs; none where there is no archive. The JVM compares the archive with itself and with the class
 * path, and goes on without it when they do not fit (`-Xshare:auto`, its default).
 * https://docs.oracle.com/en/java/javase/17/vm/class-data-sharing.html
 */
export function jvmCacheOptions(): string[] {
  return existsSync(ARCHIVE) ? [`-XX:SharedArchiveFile=${ARCHIVE}`] : [];
}
