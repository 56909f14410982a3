import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { OwnSdkJar } from '../config/settings.ts';
import { SnowstreamError } from '../errors.ts';

const JARS = fileURLToPath(new URL('../../jars/', import.meta.url));

/** The pinned jar that a jar of the user's replaces. */
const SDK_JAR = /(?:^|[\\/])snowflake-ingest-sdk-[^\\/]*$/u;

/**
 * The class path of the JVM: the pinned jars, verified, and the Java half of the bridge, which set-up compiles.
 *
 * @param own in place of the pinned SDK: its shaded jar, with all that it needs inside
 * @throws SnowstreamError JARS_INVALID naming what is missing, changed or not expected.
 * @example
 * const jvm = await ensureJvm({ classPath: classPath(), logFile: 'java.log' });
 */
export function classPath(own?: OwnSdkJar): string[] {
  const classes = join(JARS, 'classes');
  if (!existsSync(join(classes, 'snowstream'))) throw invalid('jars/classes is missing: run "npm run setup"');
  return [...verifiedJars(own), classes];
}

/**
 * The pinned jars of `jars/lib`, each compared with the committed `jars/SHA256SUMS` first, so that no
 * other code than the pinned one gets into the JVM with our keys. 90 MB take about 0.1 s.
 *
 * @param own in place of the pinned SDK
 * @throws SnowstreamError JARS_INVALID naming the file that is missing, changed or not expected.
 */
export function verifiedJars(own?: OwnSdkJar): string[] {
  const expected = pinnedSums();
  const lib = join(JARS, 'lib');
  const present = new Set(jarsIn(lib));
  const unexpected = [...present].find((name) => !expected.has(name));
  if (unexpected !== undefined) throw invalid(`jars/lib/${unexpected} is not in jars/SHA256SUMS: remove it`);
  return [...expected].map(([name, sum]) => {
    if (own !== undefined && SDK_JAR.test(name)) return verifiedOwn(own);
    if (!present.has(name)) throw invalid(`jars/lib/${name} is missing: run "npm run setup"`);
    const file = join(lib, name);
    if (sumOf(file) !== sum)
      throw invalid(`jars/lib/${name} is not the file that jars/SHA256SUMS names: run "npm run setup"`);
    return file;
  });
}

function verifiedOwn({ path, sha256 }: OwnSdkJar): string {
  let sum: string;
  try {
    sum = sumOf(path);
  } catch (cause) {
    throw new SnowstreamError('JARS_INVALID', `${path} cannot be read: check SNOWSTREAM_SDK_JAR`, { cause });
  }
  if (sum !== sha256)
    throw invalid(
      `${path} is not the file that SNOWSTREAM_SDK_JAR_SHA256 names: its SHA-256 is ${sum}; fetch it again, or compare that with its publisher's`,
    );
  return path;
}

function sumOf(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

/** The SHA-256 sum of each jar by its name. */
function pinnedSums(): Map<string, string> {
  try {
    const lines = readFileSync(join(JARS, 'SHA256SUMS'), 'utf8').split('\n');
    return new Map(
      lines
        .filter((line) => line !== '')
        .map((line) => {
          const [sum = '', name = ''] = line.split(/\s+\*?/);
          return [name, sum] as const;
        }),
    );
  } catch (cause) {
    throw new SnowstreamError('JARS_INVALID', 'jars/SHA256SUMS cannot be read: fetch it again', { cause });
  }
}

function jarsIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith('.jar'));
  } catch {
    return [];
  }
}

function invalid(message: string): SnowstreamError {
  return new SnowstreamError('JARS_INVALID', message);
}
