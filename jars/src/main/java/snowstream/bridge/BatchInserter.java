package snowstream.bridge;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.snowflake.ingest.streaming.InsertValidationResponse;
import net.snowflake.ingest.streaming.SnowflakeStreamingIngestChannel;

/**
 * Turns a batch of rows, written as one text by src/bridge/batch.ts, into HashMaps and inserts them: one call
 * from JavaScript for a batch instead of one for each cell.
 *
 * <p>The text is all cells end to end, row after row. A second text holds a char for each cell: its length, NULL
 * for null, or LONG, after which two more chars hold a length of 32 bits.
 */
public final class BatchInserter {
  private static final char NULL = 0xFFFF;
  private static final char LONG = 0xFFFE;
  /** Characters of a bad value that its message shows. */
  private static final int SHOWN = 40;

  private final SnowflakeStreamingIngestChannel channel;
  private final String[] keys;
  private final CellReader[] readers;
  private final boolean skipsWholeBatch;

  /**
   * @param keys the columns' keys in the HashMap
   * @param kinds the columns' Java classes, by the names of {@link CellReader}
   * @param skipsWholeBatch whether one bad row keeps the whole batch out
   */
  public BatchInserter(
      SnowflakeStreamingIngestChannel channel, List<String> keys, List<String> kinds, boolean skipsWholeBatch) {
    this.channel = channel;
    this.keys = keys.toArray(new String[0]);
    this.readers = kinds.stream().map(CellReader::valueOf).toArray(CellReader[]::new);
    this.skipsWholeBatch = skipsWholeBatch;
  }

  /**
   * Inserts a batch.
   *
   * @return what {@link Refusals} says of the refused rows; empty when every row is in
   */
  public String[] insert(String cells, String lengths, String offsetToken) {
    Refusals refusals = new Refusals();
    List<Integer> places = new ArrayList<>();
    List<Map<String, Object>> rows = decode(cells, lengths, places, refusals);
    if (!rows.isEmpty() && !(skipsWholeBatch && refusals.any())) {
      InsertValidationResponse response = channel.insertRows(rows, offsetToken);
      if (response.hasErrors()) refusals.addAll(response.getInsertErrors(), places);
    }
    return refusals.toArray();
  }

  /** The HashMaps of a batch; {@code places} gets the index in the batch of each. */
  List<Map<String, Object>> decode(String cells, String lengths, List<Integer> places, Refusals refusals) {
    List<Map<String, Object>> rows = new ArrayList<>();
    int capacity = keys.length * 4 / 3 + 1;
    int at = 0;
    int row = 0;
    for (int next = 0; next < lengths.length(); row++) {
      Map<String, Object> map = new HashMap<>(capacity);
      boolean refused = false;
      for (int column = 0; column < keys.length; column++) {
        int length = lengths.charAt(next++);
        if (length == NULL) {
          map.put(keys[column], null);
          continue;
        }
        if (length == LONG) length = lengths.charAt(next++) << 16 | lengths.charAt(next++);
        int end = at + length;
        if (!refused) {
          try {
            map.put(keys[column], readers[column].read(cells, at, end));
          } catch (RuntimeException error) {
            refusals.add(row, keys[column], reason(cells.substring(at, end), readers[column], error));
            refused = true;
          }
        }
        at = end;
      }
      if (refused) continue;
      rows.add(map);
      places.add(row);
    }
    return rows;
  }

  private static String reason(String text, CellReader reader, RuntimeException error) {
    String shown = text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
    return "'" + shown + "' is no " + reader + ": " + error.getMessage();
  }
}
