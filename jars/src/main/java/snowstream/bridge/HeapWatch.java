package snowstream.bridge;

/**
 * Looks after the heap for threads that wait, and cannot do so themselves.
 *
 * <p>It calls the garbage collector where garbage holds the SDK up: an insert sleeps as long as less than a tenth of the
 * heap is free, garbage counted as taken, and after a minute of that its channel is given up
 * (throttleInsertIfNeeded of SnowflakeStreamingIngestChannelInternal). Where all inserts sleep nobody asks for memory,
 * and so nothing else calls the collector.
 *
 * <p>And once memory has run out, it ends the sockets by which batches come.
 */
final class HeapWatch implements Runnable {
  /** Hundredths of the heap: a little more than the SDK wants, which may look while there is a little more or less. */
  private static final int LOW = 12;

  /** Milliseconds between two looks. */
  private static final int LOOK = 100;

  /** Milliseconds that follow a collection: by then inserts that sleep have looked again. */
  private static final int AFTER = 1_000;

  @Override
  public void run() {
    int pause = LOOK;
    while (!Heap.isFullWithin(pause)) {
      boolean isHeldUp = Heap.freePercent() < LOW && Daemon.isAnyAsleep();
      if (isHeldUp) System.gc();
      pause = isHeldUp ? AFTER : LOOK;
    }
    BatchStream.closeAll();
  }
}
