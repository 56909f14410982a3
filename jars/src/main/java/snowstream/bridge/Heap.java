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

  /** Comes back when memory has run out, to one caller. */
  static void awaitFull() {
    try {
      cleared.remove();
    } catch (InterruptedException never) {
      throw new IllegalStateException(never);
    }
  }

  /** Whether memory has never run out and a text of so many characters fits in. */
  public static boolean hasRoomFor(int chars) {
    if (reserve.get() == null) return false;
    Runtime runtime = Runtime.getRuntime();
    long free = runtime.maxMemory() - runtime.totalMemory() + runtime.freeMemory();
    // Two bytes a char, and as much again because a text needs its room in one piece.
    if (chars <= SMALL || free > 4L * chars) return true;
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
