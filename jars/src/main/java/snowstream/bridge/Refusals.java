package snowstream.bridge;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.snowflake.ingest.streaming.InsertValidationResponse;
import net.snowflake.ingest.streaming.InsertValidationResponse.InsertError;

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
      refusals.add((int) error.getRowIndex(), columnOf(error), error.getMessage());
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
      add(places.get((int) error.getRowIndex()), columnOf(error), error.getMessage());
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
    Matcher matcher = COLUMN.matcher(error.getMessage());
    return matcher.find() ? matcher.group(1) : "";
  }

  private static List<String> orEmpty(List<String> names) {
    return names == null ? List.of() : names;
  }
}
