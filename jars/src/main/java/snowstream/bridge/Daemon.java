package snowstream.bridge;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Our own threads, which do not keep the process from its end. */
final class Daemon {
  private static final Set<Thread> atWork = ConcurrentHashMap.newKeySet();

  private Daemon() {}

  static Thread start(String name, Runnable work) {
    Thread thread =
        new Thread(
            () -> {
              Thread self = Thread.currentThread();
              atWork.add(self);
              try {
                work.run();
              } finally {
                atWork.remove(self);
              }
            },
            "snowstream-" + name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  /** Whether one of them has been put to sleep for a time. */
  static boolean isAnyAsleep() {
    for (Thread thread : atWork) {
      if (thread.getState() == Thread.State.TIMED_WAITING) return true;
    }
    return false;
  }
}
