import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { SnowstreamError } from '../errors.ts';

/**
 * What a caller may add to the JVM's options. An option that the JVM does not know ends the process with a
 * segmentation fault inside node-java, so nothing else gets through.
 */
const ALLOWED: readonly RegExp[] = [
  /^-Xm[sx]\d+[kmg]$/i,
  /^-Xss\d+[kmg]$/i,
  /^-XX:\+Use(?:Serial|Parallel|G1)GC$/,
  /^-XX:SharedArchiveFile=[^\s]+$/,
  /^-D[\w.]+=.*$/,
];

/**
 * @throws SnowstreamError CONFIG_INVALID naming an option that is not on the list.
 * @example checkJvmOptions(['-Xmx512m']);
 */
export function checkJvmOptions(options: readonly string[]): void {
  const refused = options.find((option) => !ALLOWED.some((allowed) => allowed.test(option)));
  if (refused !== undefined) {
    throw new SnowstreamError(
      'CONFIG_INVALID',
      `JVM option ${refused} is not one that can be set: -Xms, -Xmx, -Xss, -XX:+Use(Serial|Parallel|G1)GC, -XX:SharedArchiveFile, -D`,
    );
  }
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
      // The file stands beside lib/ or beside jre/lib/, as the vendor likes it.
    }
  }
  return undefined;
}

/** The options that every start has. */
export function standardOptions(logFile: string): string[] {
  return [
    // Signals stay with Node: without it the JVM takes SIGINT and SIGTERM away from the handlers set before.
    '-Xrs',
    '-Djava.awt.headless=true',
    '-Duser.timezone=UTC',
    `-Dorg.slf4j.simpleLogger.logFile=${logFile}`,
    '-Dorg.slf4j.simpleLogger.showDateTime=true',
    '-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd HH:mm:ss.SSS',
    // Part of the SDK logs through java.util.logging to stderr unless told to use SLF4J.
    '-Dnet.snowflake.jdbc.loggerImpl=net.snowflake.ingest.internal.net.snowflake.client.log.SLF4JLogger',
    // node-java looks methods up by reflection; on a JDK-internal class that would abort the process.
    '--add-opens=java.base/java.lang=ALL-UNNAMED',
    '--add-opens=java.base/java.util=ALL-UNNAMED',
    '--add-opens=java.base/java.util.concurrent=ALL-UNNAMED',
    ...((jvmMajorVersion() ?? 0) >= 22 ? ['--enable-native-access=ALL-UNNAMED'] : []),
  ];
}
