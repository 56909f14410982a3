import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { isHeapSize } from '../config/heap-size.ts';
import { SnowstreamError } from '../errors.ts';

const HEAP = /^-Xmx(\d+[kmg])$/i;
const COLLECTOR = /^-XX:\+Use(?:Serial|Parallel|G1)GC$/;

/**
 * The options that a caller may add. An option that the JVM does not know, or a size that it cannot work with, ends the
 * process inside node-java, some with a segmentation fault, so no others are allowed.
 */
const ALLOWED: readonly RegExp[] = [
  HEAP,
  COLLECTOR,
  /^-XX:(?:SharedArchiveFile|DumpLoadedClassList)=.+$/,
  /^-D[\w.]+=.*$/,
];

/**
 * @throws SnowstreamError CONFIG_INVALID naming an option that is not on the list or would not let the JVM start.
 * @example checkJvmOptions(['-Xmx512m']);
 */
export function checkJvmOptions(options: readonly string[]): void {
  const rejected = options.find((option) => !ALLOWED.some((allowed) => allowed.test(option)));
  if (rejected !== undefined)
    throw invalid(
      rejected,
      'can be set: -Xmx, -XX:+Use(Serial|Parallel|G1)GC, -XX:SharedArchiveFile, -XX:DumpLoadedClassList, -D',
    );
  for (const option of options) {
    const size = HEAP.exec(option)?.[1];
    if (size !== undefined && !isHeapSize(size))
      throw invalid(option, 'works here: 32m at least, and no more than the memory of this machine');
  }
  const [, second] = options.filter((option) => COLLECTOR.test(option));
  if (second !== undefined) throw invalid(second, 'works beside another garbage collector');
}

function invalid(option: string, rule: string): SnowstreamError {
  return new SnowstreamError('CONFIG_INVALID', `JVM option ${option} is not one that ${rule}`);
}

/** The folder of the libjvm that the addon was built with, or `undefined` when the addon is not built. */
export function libJvmFolder(): string | undefined {
  try {
    const require = createRequire(import.meta.url);
    const built = require.resolve('java/build/jvm_dll_path.json');
    return String(JSON.parse(readFileSync(built, 'utf8'))).replace(delimiter, '') || undefined;
  } catch {
    return undefined;
  }
}

/** The major version of the JDK that the addon was built with, from the JDK's `release` file. */
export function jvmMajorVersion(): number | undefined {
  const folder = libJvmFolder();
  if (folder === undefined) return undefined;
  for (const up of ['../..', '../../..']) {
    try {
      const release = readFileSync(join(folder, up, 'release'), 'utf8');
      const version = /^JAVA_VERSION="(?:1\.)?(\d+)/m.exec(release)?.[1];
      if (version !== undefined) return Number(version);
    } catch {
      // The file is beside lib/ or beside jre/lib/, depending on the vendor.
    }
  }
  return undefined;
}

/**
 * The options of every start.
 *
 * @param logFile what Java's logger is to open
 */
export function standardOptions(logFile: string): string[] {
  const version = jvmMajorVersion() ?? 0;
  return [
    // The JVM's own warnings would go to stdout, into what --json prints. Java 25
    // warns in five lines at each start that a class archive matches only in part, which needs no action. Log files of
    // JAVA_TOOL_OPTIONS are not affected.
    // https://docs.oracle.com/en/java/javase/17/docs/specs/man/java.html#enable-logging-with-the-jvm-unified-logging-framework
    '-Xlog:all=off:stdout',
    '-Xlog:all=warning,cds=off:stderr',
    // Signals stay with Node: without it the JVM takes SIGINT and SIGTERM away from the handlers set before.
    '-Xrs',
    // Soft references are cleared only when memory runs out: snowstream.bridge.Heap relies on that.
    '-XX:SoftRefLRUPolicyMSPerMB=1000000000',
    '-Djava.awt.headless=true',
    '-Duser.timezone=UTC',
    // Up to Java 17 the default character set depends on the locale.
    '-Dfile.encoding=UTF-8',
    `-Dorg.slf4j.simpleLogger.logFile=${logFile}`,
    // Below info the SDK writes its tokens and the keys of stage and channel into the log. These options
    // override JAVA_TOOL_OPTIONS.
    '-Dorg.slf4j.simpleLogger.defaultLogLevel=info',
    '-Dorg.slf4j.simpleLogger.showDateTime=true',
    '-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd HH:mm:ss.SSS',
    // Part of the SDK logs through java.util.logging to stderr by default, not to SLF4J.
    '-Dnet.snowflake.jdbc.loggerImpl=net.snowflake.ingest.internal.net.snowflake.client.log.SLF4JLogger',
    // node-java looks methods up by reflection; on a JDK-internal class that would abort the process.
    '--add-opens=java.base/java.lang=ALL-UNNAMED',
    '--add-opens=java.base/java.util=ALL-UNNAMED',
    '--add-opens=java.base/java.util.concurrent=ALL-UNNAMED',
    ...(version >= 22 ? ['--enable-native-access=ALL-UNNAMED'] : []),
    // The SDK's cache uses sun.misc.Unsafe, of which Java 24 and newer warn: https://openjdk.org/jeps/498
    ...(version >= 23 ? ['--sun-misc-unsafe-memory-access=allow'] : []),
  ];
}
