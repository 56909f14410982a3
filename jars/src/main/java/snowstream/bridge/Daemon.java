package snowstream.bridge;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Our own daemon threads, which do not keep the process alive. */
final class Daemon {
  private static final Set<Thread> running = ConcurrentHashMap.newKeySet();

  private Daemon() {}

  static Thread start(String name, Runnable work) {
    Thread thread =
        new Thread(
            () -> {
              Thread self = Thread.currentThread();
              running.add(self);
              try {
                work.run();
              } finally {
                running.remove(self);
              }
            },
            "snowstream-" + name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  /** Whether one of them is sleeping. */
  static boolean isAnyAsleep() {
    for (Thread thread : running) {
      if (thread.getState() == Thread.State.TIMED_WAITING) return true;
    }
    return false;
  }
}
