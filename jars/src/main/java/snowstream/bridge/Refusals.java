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
 * The refused rows of one batch as flat texts, three for each: index, column or "", reason. node-java hands an
 * array of texts over in one piece.
 */
public final class Refusals {
  /**
   * Bad values name their column in the sentence alone: "… Snowflake column C1 of type DATE, rowIndex:0", or, for
   * numbers out of range, "… rowIndex:0, column:C1, value:100".
   */
  private static final Pattern COLUMN =
      Pattern.compile("column[ :](\"(?:[^\"]|\"\")*\"|[^\\s,]+)(?: of type|, value:)");

  private final List<String> texts = new ArrayList<>();

  /** What the SDK refused of the rows that it was given. */
  public static String[] of(InsertValidationResponse response) {
    Refusals refusals = new Refusals();
    for (InsertError error : response.getInsertErrors()) {
      refusals.add((int) error.getRowIndex(), columnOf(error), reasonOf(error));
    }
    return refusals.toArray();
  }

  boolean any() {
    return !texts.isEmpty();
  }

  void add(int index, String column, String message) {
    texts.add(Integer.toString(index));
    texts.add(column);
    texts.add(message == null ? "no reason given" : message);
  }

  /** Adds what the SDK refused; {@code places} tells the index in the batch of each row that it was given. */
  void addAll(List<InsertError> errors, List<Integer> places) {
    for (InsertError error : errors) {
      add(places.get((int) error.getRowIndex()), columnOf(error), reasonOf(error));
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

  /** What the SDK does not say in the sentence of an IO error. */
  private static String detailOf(InsertError error) {
    SFException exception = error.getException();
    return exception == null || exception.getParams() == null ? "" : Arrays.toString(exception.getParams());
  }

  /**
   * What is wrong with the row. Of a JSON that is beyond a limit of its parser the SDK says that it met an IO error, and
   * keeps what the parser said as the cause.
   */
  private static String reasonOf(InsertError error) {
    Throwable cause = error.getException() == null ? null : error.getException().getCause();
    if (!(cause instanceof IOException)) return error.getMessage();
    String limit = String.valueOf(cause.getMessage()).replaceFirst("(?s) ?\\R? ?at \\[Source:.*", "");
    return "the JSON parser of the SDK does not take the value: " + limit;
  }

  private static List<String> orEmpty(List<String> names) {
    return names == null ? List.of() : names;
  }
}
