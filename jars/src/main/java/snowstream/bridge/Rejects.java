package snowstream.bridge;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.snowflake.ingest.streaming.InsertValidationResponse;
import net.snowflake.ingest.streaming.InsertValidationResponse.InsertError;
import net.snowflake.ingest.utils.SFException;

/**
 * The rejected rows of one batch as flat texts, three for each: index, column or "", reason. node-java passes an
 * array of texts in one call.
 */
public final class Rejects {
  /**
   * For bad values only the message names the column: "… Snowflake column C1 of type DATE, rowIndex:0", or, for
   * numbers out of range, "… rowIndex:0, column:C1, value:100".
   */
  private static final Pattern COLUMN =
      Pattern.compile("column[ :](\"(?:[^\"]|\"\")*\"|[^\\s,]+)(?: of type|, value:)");

  private final List<String> texts = new ArrayList<>();

  /** The rows of an insert that the SDK rejected. */
  public static String[] of(InsertValidationResponse response) {
    Rejects rejects = new Rejects();
    for (InsertError error : response.getInsertErrors()) {
      rejects.add((int) error.getRowIndex(), columnOf(error), reasonOf(error));
    }
    return rejects.toArray();
  }

  boolean any() {
    return !texts.isEmpty();
  }

  void add(int index, String column, String message) {
    texts.add(Integer.toString(index));
    texts.add(column);
    texts.add(message == null ? "no reason given" : message);
  }

  /** Adds rows that the SDK rejected; {@code rowIndexes} has the index in the batch of each row that was inserted. */
  void addAll(List<InsertError> errors, List<Integer> rowIndexes) {
    for (InsertError error : errors) {
      add(rowIndexes.get((int) error.getRowIndex()), columnOf(error), reasonOf(error));
    }
  }

  String[] toArray() {
    return texts.toArray(new String[0]);
  }

  private static String columnOf(InsertError error) {
    for (List<String> names :
        List.of(
            orEmpty(error.getNullValueForNotNullColNames()),
            orEmpty(error.getMissingNotNullColNames()),
            orEmpty(error.getExtraColNames()))) {
      if (!names.isEmpty()) return names.get(0);
    }
    Matcher matcher = COLUMN.matcher(error.getMessage() + " " + detailOf(error));
    return matcher.find() ? matcher.group(1) : "";
  }

  /** The details that the SDK does not put into the message of an IO error. */
  private static String detailOf(InsertError error) {
    SFException exception = error.getException();
    return exception == null || exception.getParams() == null ? "" : Arrays.toString(exception.getParams());
  }

  /**
   * The reason of a rejected row. For JSON beyond a limit of its parser the SDK reports an IO error, with the parser's
   * own message as the cause.
   */
  private static String reasonOf(InsertError error) {
    Throwable cause = error.getException() == null ? null : error.getException().getCause();
    if (!(cause instanceof IOException)) return error.getMessage();
    String limit = String.valueOf(cause.getMessage()).replaceFirst("(?s) ?\\R? ?at \\[Source:.*", "");
    return "the JSON parser of the SDK rejects the value: " + limit;
  }

  private static List<String> orEmpty(List<String> names) {
    return names == null ? List.of() : names;
  }
}
