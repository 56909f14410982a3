package snowstream.bridge;

import java.lang.ref.ReferenceQueue;
import java.lang.ref.SoftReference;

/**
 * Whether Java's heap has room for one more call. node-java aborts the process where the JVM has no memory for what it
 * hands over, and the SDK swallows an OutOfMemoryError in its own threads, so both have to be seen from outside.
 */
public final class Heap {
  /** Bytes: enough for the calls by which a run ends, and for the texts of most batches. */
  private static final int RESERVE = 4 << 20;

  /** Characters that fit into half of the reserve, whatever they are. */
  private static final int SMALL = RESERVE / 4;

  private static final ReferenceQueue<byte[]> cleared = new ReferenceQueue<>();

  /**
   * The JVM clears every soft reference before it throws an OutOfMemoryError, in whichever thread. So the reserve is
   * there as long as memory never ran out, and is free when it has.
   */
  private static final SoftReference<byte[]> reserve = new SoftReference<>(new byte[RESERVE], cleared);

  /** Where the compiler cannot find it unused and leave it out. */
  private static volatile byte[] trial;

  private Heap() {}

  static {
    Daemon.start("heap", new HeapWatch());
  }

  /** Comes back once memory has run out, which one caller is told, or when so many milliseconds are over. */
  static boolean isFullWithin(int milliseconds) {
    try {
      return cleared.remove(milliseconds) != null;
    } catch (InterruptedException never) {
      throw new IllegalStateException(never);
    }
  }

  /** How many hundredths of the largest heap could still be taken without a collection. */
  static long freePercent() {
    return free() * 100 / Runtime.getRuntime().maxMemory();
  }

  private static long free() {
    Runtime runtime = Runtime.getRuntime();
    return runtime.maxMemory() - runtime.totalMemory() + runtime.freeMemory();
  }

  /** Whether memory has never run out and a text of so many characters fits in. */
  public static boolean hasRoomFor(int chars) {
    if (reserve.get() == null) return false;
    // Two bytes a char, and as much again because a text needs its room in one piece.
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
