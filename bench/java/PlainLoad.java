import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import net.snowflake.ingest.streaming.InsertValidationResponse;
import net.snowflake.ingest.streaming.OpenChannelRequest;
import net.snowflake.ingest.streaming.SnowflakeStreamingIngestChannel;
import net.snowflake.ingest.streaming.SnowflakeStreamingIngestClient;
import net.snowflake.ingest.streaming.SnowflakeStreamingIngestClientFactory;

/**
 * The program that one would write in Java instead: a streaming JDBC result set, a HashMap for each row with each value
 * in the class that JDBC has for it, {@code insertRows} for every batch with the last key as its offset token.
 *
 * <p>It is told what to do by the variables of bench/programs.mjs, and prints a line with the time when the channel is
 * open and when it is closed.
 */
public final class PlainLoad {
  /** Reads one column of the current row. */
  private interface Getter {
    Object get(ResultSet rows, int column) throws SQLException;
  }

  public static void main(String[] arguments) throws Exception {
    Properties properties = new Properties();
    properties.setProperty("url", variable("URL"));
    properties.setProperty("user", variable("USER"));
    properties.setProperty("role", variable("ROLE"));
    properties.setProperty("authorization_type", "JWT");
    properties.setProperty("private_key", variable("PRIVATE_KEY"));
    // The SDK's own default unless the tuned program is asked for.
    String compression = System.getenv("BENCH_COMPRESSION");
    if (compression != null) properties.setProperty("bdec_parquet_compression_algorithm", compression);

    try (SnowflakeStreamingIngestClient client =
        SnowflakeStreamingIngestClientFactory.builder("PLAIN_JAVA").setProperties(properties).build()) {
      SnowflakeStreamingIngestChannel channel =
          client.openChannel(
              OpenChannelRequest.builder("PLAIN_JAVA_CHANNEL")
                  .setDBName(variable("DATABASE"))
                  .setSchemaName(variable("SCHEMA"))
                  .setTableName(variable("TARGET"))
                  .setOnErrorOption(OpenChannelRequest.OnErrorOption.CONTINUE)
                  .setDefaultTimezone(ZoneId.of("UTC"))
                  .build());
      try (Connection mysql =
          DriverManager.getConnection(
              variable("JDBC_URL"), variable("MYSQL_USER"), variable("MYSQL_PASSWORD"))) {
        say("open");
        load(mysql, channel);
      }
      channel.close().get();
      say("closed");
    }
    // The SDK leaves a thread behind that would keep the JVM alive for half a minute.
    System.exit(0);
  }

  private static void load(Connection mysql, SnowflakeStreamingIngestChannel channel) throws SQLException {
    String key = variable("KEY");
    String[] names = variable("COLUMNS").split(",");
    String[] keys = variable("NAMES").split(",");
    int batchRows = Integer.parseInt(variable("BATCH_ROWS"));
    String query =
        "SELECT " + String.join(", ", names) + ", " + key + " FROM " + variable("SOURCE") + " ORDER BY " + key;

    try (Statement statement =
        mysql.createStatement(ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY)) {
      // Row by row from the server; otherwise the driver holds the whole table in memory.
      statement.setFetchSize(Integer.MIN_VALUE);
      try (ResultSet rows = statement.executeQuery(query)) {
        Getter[] getters = getters(rows.getMetaData(), names.length, List.of(variable("AS_TEXT").split(",")));
        List<Map<String, Object>> batch = new ArrayList<>(batchRows);
        String token = null;
        while (rows.next()) {
          Map<String, Object> row = new HashMap<>();
          for (int column = 0; column < getters.length; column++) {
            row.put(keys[column], getters[column].get(rows, column + 1));
          }
          batch.add(row);
          token = rows.getString(getters.length + 1);
          if (batch.size() == batchRows) {
            insert(channel, batch, token);
            batch = new ArrayList<>(batchRows);
          }
        }
        if (!batch.isEmpty()) insert(channel, batch, token);
      }
    }
  }

  private static void insert(
      SnowflakeStreamingIngestChannel channel, List<Map<String, Object>> batch, String token) {
    InsertValidationResponse response = channel.insertRows(batch, token);
    if (response.hasErrors()) throw response.getInsertErrors().get(0).getException();
  }

  /** @param asText columns whose target is a VARCHAR though they are none, as the notebook's date of birth */
  private static Getter[] getters(ResultSetMetaData columns, int count, List<String> asText) throws SQLException {
    Getter[] getters = new Getter[count];
    for (int column = 0; column < count; column++) {
      boolean text = asText.contains(columns.getColumnName(column + 1));
      getters[column] = text ? ResultSet::getString : getter(columns, column + 1);
    }
    return getters;
  }

  private static Getter getter(ResultSetMetaData columns, int column) throws SQLException {
    // JDBC has one code for DATETIME and TIMESTAMP.
    if (columns.getColumnTypeName(column).equals("TIMESTAMP")) {
      return (rows, place) -> rows.getObject(place, OffsetDateTime.class);
    }
    switch (columns.getColumnType(column)) {
      case Types.BIT:
      case Types.BOOLEAN:
        return (rows, place) -> orNull(rows, rows.getBoolean(place));
      case Types.TINYINT:
      case Types.SMALLINT:
      case Types.INTEGER:
      case Types.BIGINT:
        return (rows, place) -> orNull(rows, rows.getLong(place));
      case Types.DECIMAL:
        return ResultSet::getBigDecimal;
      case Types.REAL:
      case Types.DOUBLE:
        return (rows, place) -> orNull(rows, rows.getDouble(place));
      case Types.DATE:
        return (rows, place) -> rows.getObject(place, LocalDate.class);
      case Types.TIMESTAMP:
        return (rows, place) -> rows.getObject(place, LocalDateTime.class);
      case Types.BINARY:
      case Types.VARBINARY:
      case Types.LONGVARBINARY:
        return ResultSet::getBytes;
      default:
        return ResultSet::getString;
    }
  }

  private static Object orNull(ResultSet rows, Object value) throws SQLException {
    return rows.wasNull() ? null : value;
  }

  private static void say(String event) {
    System.out.println("bench " + event + " " + System.currentTimeMillis());
  }

  private static String variable(String name) {
    String value = System.getenv("BENCH_" + name);
    if (value == null) throw new IllegalStateException("BENCH_" + name + " is not set");
    return value;
  }
}
