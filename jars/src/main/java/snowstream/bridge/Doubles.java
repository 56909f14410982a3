package snowstream.bridge;

import java.util.Map;

/** Puts a Double, which node-java cannot: it passes a whole number as an Integer. */
public final class Doubles {
  private Doubles() {}

  /** Puts the Double with this text. */
  public static void put(Map<String, Object> row, String key, String text) {
    row.put(key, Double.valueOf(text));
  }
}
