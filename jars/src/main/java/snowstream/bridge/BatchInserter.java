package snowstream.bridge;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.snowflake.ingest.streaming.InsertValidationResponse;
import net.snowflake.ingest.streaming.SnowflakeStreamingIngestChannel;

/**
 * Turns a batch of rows, whose cells stand one after the other as {@link Cells} reads them, into HashMaps and inserts
 * them: a batch at a time instead of a call from JavaScript for each cell.
 */
public final class BatchInserter {
  /** Bytes that MySQL has before each row. */
  private static final int PACKET_HEADER = 4;
  /** The reason for which a row is not refused, but left to JavaScript; src/bridge/batch.ts knows it, too. */
  private static final String LEFT = "\0left";
  /** Characters of a bad value that its message shows. */
  private static final int SHOWN = 40;

  private final SnowflakeStreamingIngestChannel channel;
  private final String[] keys;
  private final CellReader[] readers;
  private final int[] limits;
  private final boolean skipsWholeBatch;
  /** The rows of the batch that MySQL sent last, for as long as some of them may be inserted by a second call. */
  private List<Map<String, Object>> taken = List.of();

  /**
   * @param keys the columns' keys in the HashMap
   * @param kinds the columns' Java classes, by the names of {@link CellReader}
   * @param limits the bytes beyond which a cell that MySQL sent is left to JavaScript
   * @param skipsWholeBatch whether one bad row keeps the whole batch out
   */
  public BatchInserter(
      SnowflakeStreamingIngestChannel channel,
      String[] keys,
      String[] kinds,
      String[] limits,
      boolean skipsWholeBatch) {
    this.channel = channel;
    this.keys = keys;
    this.readers = Stream.of(kinds).map(CellReader::valueOf).toArray(CellReader[]::new);
    this.limits = Stream.of(limits).mapToInt(Integer::parseInt).toArray();
    this.skipsWholeBatch = skipsWholeBatch;
  }

  /**
   * Inserts a batch that src/bridge/row-writer.ts wrote.
   *
   * @return what {@link Refusals} says of the refused rows; empty when every row is in
   */
  String[] insert(byte[] text, String offsetToken) {
    Refusals refusals = new Refusals();
    List<Map<String, Object>> rows =
        decode(new Cells(text), (row, column, cell, error) -> refusals.add(row, keys[column], reason(column, cell, error)));
    return insertAll(rows, refusals, offsetToken);
  }

  /**
   * Inserts a batch as MySQL sent it: packets with their headers.
   *
   * @param further cells that each row has behind those of the columns
   * @return the same; or, when cells of some rows are no plain values of their classes, those rows with the reason
   *     {@link #LEFT}: then nothing is inserted before {@link #insertRest}
   */
  String[] insertSent(byte[] packets, int further, String offsetToken) {
    Refusals left = new Refusals();
    taken = decodeSent(new Cells(packets), further, left);
    if (left.any()) return left.toArray();
    InsertValidationResponse response = channel.insertRows(taken, offsetToken);
    // What the SDK refused may be left out, and the others sent once more.
    if (!response.hasErrors()) taken = List.of();
    return Refusals.of(response);
  }

  /**
   * Inserts the batch that {@link #insertSent} was given last.
   *
   * @param text the rows that were left, in the form of {@link #insert}
   * @param places their indexes in the batch
   * @param out the indexes of rows that stay out
   * @return what {@link Refusals} says of the refused rows
   */
  String[] insertRest(byte[] text, int[] places, int[] out, String offsetToken) {
    Refusals refusals = new Refusals();
    List<Map<String, Object>> rest =
        decode(
            new Cells(text),
            (row, column, cell, error) -> {
              // A row that stays out was refused before.
              if (IntStream.of(out).noneMatch(place -> place == places[row]))
                refusals.add(places[row], keys[column], reason(column, cell, error));
            });
    List<Map<String, Object>> rows = new ArrayList<>(taken);
    for (int row = 0; row < rest.size(); row++) rows.set(places[row], rest.get(row));
    for (int place : out) rows.set(place, null);
    return insertAll(rows, refusals, offsetToken);
  }

  /** @param rows those of the batch, null for each that is not inserted, because it is among the refusals or stays out */
  private String[] insertAll(List<Map<String, Object>> rows, Refusals refusals, String offsetToken) {
    List<Map<String, Object>> inserted = new ArrayList<>(rows.size());
    List<Integer> places = new ArrayList<>(rows.size());
    for (int place = 0; place < rows.size(); place++) {
      if (rows.get(place) == null) continue;
      inserted.add(rows.get(place));
      places.add(place);
    }
    if (!inserted.isEmpty() && !(skipsWholeBatch && refusals.any())) {
      InsertValidationResponse response = channel.insertRows(inserted, offsetToken);
      if (response.hasErrors()) refusals.addAll(response.getInsertErrors(), places);
    }
    return refusals.toArray();
  }

  /** Told of the first cell of a row that is no value of its class. */
  private interface BadCell {
    void in(int row, int column, Cells cell, RuntimeException error);
  }

  /** The HashMaps of rows that JavaScript wrote, null for each that has a bad cell. */
  private List<Map<String, Object>> decode(Cells cells, BadCell bad) {
    List<Map<String, Object>> rows = new ArrayList<>();
    while (cells.hasMore()) rows.add(decodeRow(cells, rows.size(), false, bad));
    return rows;
  }

  /** The HashMaps of rows that MySQL sent, null for each that is left. */
  private List<Map<String, Object>> decodeSent(Cells cells, int further, Refusals left) {
    BadCell leave = (row, column, cell, error) -> left.add(row, keys[column], LEFT);
    List<Map<String, Object>> rows = new ArrayList<>();
    while (cells.hasMore()) {
      cells.skip(PACKET_HEADER);
      rows.add(decodeRow(cells, rows.size(), true, leave));
      for (int cell = 0; cell < further; cell++) cells.next();
    }
    return rows;
  }

  private Map<String, Object> decodeRow(Cells cells, int row, boolean isSent, BadCell bad) {
    Map<String, Object> map = new HashMap<>(keys.length * 4 / 3 + 1);
    for (int column = 0; column < keys.length; column++) {
      boolean isNull = !cells.next();
      // The other cells of a bad row are passed over.
      if (map == null) continue;
      try {
        Object value = isNull ? null : readers[column].read(cells.bytes, cells.from, cells.to);
        if (isSent && !isNull) requirePlain(value, cells.length(), limits[column]);
        map.put(keys[column], value);
      } catch (RuntimeException error) {
        bad.in(row, column, cells, error);
        map = null;
      }
    }
    return map;
  }

  /** Throws for a value that the carriage of its column has to look at. */
  private static void requirePlain(Object value, int length, int limit) {
    if (length > limit) throw new IllegalArgumentException("too long");
    // What Java puts for bytes that are no character. Where the text itself has it, JavaScript sees that it stays.
    if (value instanceof String && ((String) value).indexOf('\uFFFD') >= 0)
      throw new IllegalArgumentException("no text");
  }

  private String reason(int column, Cells cell, RuntimeException error) {
    String text = new String(cell.bytes, cell.from, cell.length(), UTF_8);
    String shown = text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
    return "'" + shown + "' is no " + readers[column] + ": " + error.getMessage();
  }
}
