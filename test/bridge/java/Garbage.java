import java.util.ArrayList;
import java.util.List;

/** Fills the heap with what nobody uses, as the SDK's buffers are once they have been sent. */
public final class Garbage {
  private static final int PIECE = 1 << 18;

  private Garbage() {}

  /** Leaves less than so many hundredths of the heap free, though a collection would free most of it. */
  public static void leave(int percent) {
    Runtime runtime = Runtime.getRuntime();
    List<byte[]> pieces = new ArrayList<>();
    while (free(runtime) * 100 / runtime.maxMemory() >= percent) pieces.add(new byte[PIECE]);
  }

  private static long free(Runtime runtime) {
    return runtime.maxMemory() - runtime.totalMemory() + runtime.freeMemory();
  }
}
