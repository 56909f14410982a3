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
 * Turns a batch of rows, whose cells {@link Cells} reads one after the other, into HashMaps and inserts them: one call
 * for each batch instead of one call from JavaScript for each cell.
 */
public final class BatchInserter {
  /** Bytes of MySQL's packet header, before each row. */
  private static final int PACKET_HEADER = 4;
  /** The reason of a row that is not rejected but has to be encoded by JavaScript; src/bridge/batch.ts has it, too. */
  private static final String NEEDS_ENCODER = "\0left";
  /** Characters of a bad value that its message shows. */
  private static final int SHOWN = 40;

  private final SnowflakeStreamingIngestChannel channel;
  private final String[] keys;
  private final CellReader[] readers;
  private final int[] limits;
  private final boolean skipsWholeBatch;
  /** The rows of the last raw batch, as long as a second call may insert some of them. */
  private List<Map<String, Object>> decoded = List.of();

  /**
   * @param keys the columns' keys in the HashMap
   * @param kinds the columns' Java classes, by the names of {@link CellReader}
   * @param limits the bytes beyond which JavaScript has to encode a raw cell
   * @param skipsWholeBatch whether one bad row rejects the whole batch
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
   * @return the rejected rows as {@link Rejects} writes them; empty when every row is inserted
   */
  String[] insert(byte[] text, String offsetToken) {
    Rejects rejects = new Rejects();
    List<Map<String, Object>> rows =
        decode(new Cells(text), (row, column, cell, error) -> rejects.add(row, keys[column], reason(column, cell, error)));
    return insertAll(rows, rejects, offsetToken);
  }

  /**
   * Inserts a raw batch: the packets that MySQL sent, with their headers.
   *
   * @param trailingCells cells of each row after those of the columns
   * @return the same; or, when cells of some rows are not plain values of their classes, those rows with the reason
   *     {@link #NEEDS_ENCODER}: then nothing is inserted before {@link #insertRest}
   */
  String[] insertSent(byte[] packets, int trailingCells, String offsetToken) {
    Rejects toEncode = new Rejects();
    decoded = decodeSent(new Cells(packets), trailingCells, toEncode);
    if (toEncode.any()) return toEncode.toArray();
    InsertValidationResponse response = channel.insertRows(decoded, offsetToken);
    // The rows that the SDK rejected may be excluded, and the others sent once more.
    if (!response.hasErrors()) decoded = List.of();
    return Rejects.of(response);
  }

  /**
   * Inserts the last batch of {@link #insertSent}.
   *
   * @param text the rows that JavaScript has encoded, in the form of {@link #insert}
   * @param rowIndexes their indexes in the batch
   * @param excludedRows the indexes of rows that are not inserted
   * @return the rejected rows as {@link Rejects} writes them
   */
  String[] insertRest(byte[] text, int[] rowIndexes, int[] excludedRows, String offsetToken) {
    Rejects rejects = new Rejects();
    List<Map<String, Object>> rest =
        decode(
            new Cells(text),
            (row, column, cell, error) -> {
              // An excluded row has been rejected before.
              if (IntStream.of(excludedRows).noneMatch(index -> index == rowIndexes[row]))
                rejects.add(rowIndexes[row], keys[column], reason(column, cell, error));
            });
    List<Map<String, Object>> rows = new ArrayList<>(decoded);
    for (int row = 0; row < rest.size(); row++) rows.set(rowIndexes[row], rest.get(row));
    for (int index : excludedRows) rows.set(index, null);
    return insertAll(rows, rejects, offsetToken);
  }

  /** @param rows those of the batch, null for each that is rejected or excluded */
  private String[] insertAll(List<Map<String, Object>> rows, Rejects rejects, String offsetToken) {
    List<Map<String, Object>> inserted = new ArrayList<>(rows.size());
    List<Integer> rowIndexes = new ArrayList<>(rows.size());
    for (int index = 0; index < rows.size(); index++) {
      if (rows.get(index) == null) continue;
      inserted.add(rows.get(index));
      rowIndexes.add(index);
    }
    if (!inserted.isEmpty() && !(skipsWholeBatch && rejects.any())) {
      InsertValidationResponse response = channel.insertRows(inserted, offsetToken);
      if (response.hasErrors()) rejects.addAll(response.getInsertErrors(), rowIndexes);
    }
    return rejects.toArray();
  }

  /** Called for the first cell of a row that is not a value of its class. */
  private interface BadCell {
    void in(int row, int column, Cells cell, RuntimeException error);
  }

  /** The HashMaps of rows that JavaScript encoded, null for each that has a bad cell. */
  private List<Map<String, Object>> decode(Cells cells, BadCell bad) {
    List<Map<String, Object>> rows = new ArrayList<>();
    while (cells.hasMore()) rows.add(decodeRow(cells, rows.size(), false, bad));
    return rows;
  }

  /** The HashMaps of raw rows, null for each that JavaScript has to encode. */
  private List<Map<String, Object>> decodeSent(Cells cells, int trailingCells, Rejects toEncode) {
    BadCell encode = (row, column, cell, error) -> toEncode.add(row, keys[column], NEEDS_ENCODER);
    List<Map<String, Object>> rows = new ArrayList<>();
    while (cells.hasMore()) {
      cells.skip(PACKET_HEADER);
      rows.add(decodeRow(cells, rows.size(), true, encode));
      for (int cell = 0; cell < trailingCells; cell++) cells.next();
    }
    return rows;
  }

  private Map<String, Object> decodeRow(Cells cells, int row, boolean isSent, BadCell bad) {
    Map<String, Object> map = new HashMap<>(keys.length * 4 / 3 + 1);
    for (int column = 0; column < keys.length; column++) {
      boolean isNull = !cells.next();
      // The other cells of a bad row are skipped.
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

  /** Throws for a value that needs the encoder of its column. */
  private static void requirePlain(Object value, int length, int limit) {
    if (length > limit) throw new IllegalArgumentException("too long");
    // Java's replacement for bytes that are not a character. JavaScript keeps it where the text itself contains it.
    if (value instanceof String && ((String) value).indexOf('\uFFFD') >= 0)
      throw new IllegalArgumentException("no text");
  }

  private String reason(int column, Cells cell, RuntimeException error) {
    String text = new String(cell.bytes, cell.from, cell.length(), UTF_8);
    String shown = text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
    return "'" + shown + "' is not a " + readers[column] + ": " + error.getMessage();
  }
}
