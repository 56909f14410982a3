package snowstream.bridge;

import java.util.Map;

/** Puts a Double where node-java cannot: it hands a whole one over as an Integer. */
public final class Doubles {
  private Doubles() {}

  /** Puts the Double that {@code text} spells. */
  public static void put(Map<String, Object> row, String key, String text) {
    row.put(key, Double.valueOf(text));
  }
}
