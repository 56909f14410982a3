import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.snowflake.ingest.streaming.InsertValidationResponse;
import net.snowflake.ingest.streaming.SnowflakeStreamingIngestChannel;

/** A channel that writes down what it is given: each row's map class, keys, value classes and exact values. */
public final class RowRecorder {
  private final List<String> rows = new ArrayList<>();

  public SnowflakeStreamingIngestChannel channel() {
    return (SnowflakeStreamingIngestChannel)
        Proxy.newProxyInstance(
            RowRecorder.class.getClassLoader(),
            new Class<?>[] {SnowflakeStreamingIngestChannel.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("toString")) return "recorder";
              if (!method.getName().equals("insertRows")) throw new UnsupportedOperationException(method.getName());
              for (Object row : (Iterable<?>) arguments[0]) rows.add(describe((Map<?, ?>) row));
              return new InsertValidationResponse();
            });
  }

  /** The rows since the last call, a text each. */
  public String[] take() {
    String[] taken = rows.toArray(new String[0]);
    rows.clear();
    return taken;
  }

  private static String describe(Map<?, ?> row) {
    Map<String, String> described = new TreeMap<>();
    row.forEach((key, value) -> described.put((String) key, describe(value)));
    return row.getClass().getName() + described;
  }

  private static String describe(Object value) {
    if (value == null) return "null";
    if (value instanceof byte[]) return "byte[]" + Arrays.toString((byte[]) value);
    if (value instanceof Double) return "Double " + Double.doubleToLongBits((Double) value);
    return value.getClass().getName() + " " + value;
  }
}
