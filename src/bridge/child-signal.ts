import type { JavaObject } from './java-classes.ts';
import type { Jvm } from './jvm.ts';

/**
 * Keeps SIGCHLD with Node. The first time that Java code starts a process, the JDK sets the signal back to its
 * default, and Node waits for ever for the end of its own children; the SDK's Hadoop classes start one at the first
 * flush. The JDK does that once in a process, so we have it done now and put Node's handler back.
 * https://github.com/openjdk/jdk/blob/jdk-17-ga/src/java.base/unix/native/libjava/ProcessImpl_md.c
 */
export function keepChildSignal(jvm: Jvm): void {
  if (process.platform === 'win32') return;
  const signal = jvm.create('sun.misc.Signal', 'CHLD');
  const handle = (handler: JavaObject) =>
    jvm.callStatic<JavaObject>('sun.misc.Signal', 'handle', signal, handler);
  const ofNode = handle(jvm.constant('sun.misc.SignalHandler', 'SIG_DFL'));
  jvm.callStatic('java.lang.Class', 'forName', 'java.lang.ProcessImpl');
  handle(ofNode);
  // A child may have ended in between; without children nobody listens and the signal does nothing.
  process.kill(process.pid, 'SIGCHLD');
}
