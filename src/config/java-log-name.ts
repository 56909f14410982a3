const STARTED = new Date().toISOString().replaceAll(':', '').replace(/\..*/u, 'Z');

/** What this process calls its log by itself: one name, however often it is asked for, as a JVM takes no second log. */
export const JAVA_LOG_NAME = `java-${STARTED}-${process.pid}.log`;

const OWN_NAME = /^java-\d{4}-\d{2}-\d{2}T\d{6}Z-(\d+)\.log$/u;

/** The process that has made a log under a name of our own; `undefined` for other names. */
export function javaLogPid(name: string): number | undefined {
  const pid = OWN_NAME.exec(name)?.[1];
  return pid === undefined ? undefined : Number(pid);
}
