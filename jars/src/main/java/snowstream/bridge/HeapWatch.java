package snowstream.bridge;

/**
 * Watches the heap for threads that are blocked and cannot do so themselves.
 *
 * <p>It calls the garbage collector where garbage delays the SDK: an insert sleeps while less than a tenth of the heap
 * is free, with garbage counted as used, and after a minute the SDK gives up its channel (throttleInsertIfNeeded of
 * SnowflakeStreamingIngestChannelInternal). When all inserts sleep, nobody allocates, so nothing else triggers a
 * collection.
 *
 * <p>After memory has run out, it closes the sockets of the batches.
 */
final class HeapWatch implements Runnable {
  /** Percent of the heap: a little more than the SDK requires, which checks at other moments. */
  private static final int LOW = 12;

  /** Milliseconds between two checks. */
  private static final int INTERVAL = 100;

  /** Milliseconds after a collection: by then sleeping inserts have checked again. */
  private static final int AFTER = 1_000;

  @Override
  public void run() {
    int pause = INTERVAL;
    while (!Heap.isFullWithin(pause)) {
      boolean isDelayed = Heap.freePercent() < LOW && Daemon.isAnyAsleep();
      if (isDelayed) System.gc();
      pause = isDelayed ? AFTER : INTERVAL;
    }
    BatchStream.closeAll();
  }
}
