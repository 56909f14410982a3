package snowstream.bridge;

import java.lang.ref.ReferenceQueue;
import java.lang.ref.SoftReference;

/**
 * Whether Java's heap has room for one more call. node-java aborts the process when the JVM has no memory for an
 * argument, and the SDK swallows an OutOfMemoryError in its own threads, so both have to be detected from outside.
 */
public final class Heap {
  /** Bytes: enough for the calls by which a run ends, and for the texts of most batches. */
  private static final int RESERVE = 4 << 20;

  /** Characters that fit into half of the reserve, whatever they are. */
  private static final int SMALL = RESERVE / 4;

  private static final ReferenceQueue<byte[]> cleared = new ReferenceQueue<>();

  /**
   * The JVM clears every soft reference before it throws an OutOfMemoryError in any thread. So the reserve exists as
   * long as memory has never run out, and is free memory afterwards.
   */
  private static final SoftReference<byte[]> reserve = new SoftReference<>(new byte[RESERVE], cleared);

  /** A field, so that the compiler cannot remove the allocation as unused. */
  private static volatile byte[] trial;

  private Heap() {}

  static {
    Daemon.start("heap", new HeapWatch());
  }

  /** Returns true to one caller once memory has run out, or false after this many milliseconds. */
  static boolean isFullWithin(int milliseconds) {
    try {
      return cleared.remove(milliseconds) != null;
    } catch (InterruptedException never) {
      throw new IllegalStateException(never);
    }
  }

  /** The percentage of the maximum heap that could be allocated without a collection. */
  static long freePercent() {
    return free() * 100 / Runtime.getRuntime().maxMemory();
  }

  private static long free() {
    Runtime runtime = Runtime.getRuntime();
    return runtime.maxMemory() - runtime.totalMemory() + runtime.freeMemory();
  }

  /** Whether memory has never run out and a text of this many characters fits. */
  public static boolean hasRoomFor(int chars) {
    if (reserve.get() == null) return false;
    // Two bytes a char, and as much again because a text needs contiguous memory.
    if (chars <= SMALL || free() > 4L * chars) return true;
    try {
      trial = new byte[2 * chars];
      return true;
    } catch (OutOfMemoryError full) {
      return false;
    } finally {
      trial = null;
    }
  }
}
