import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.Date;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Time;
import java.sql.Timestamp;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TimeZone;

/**
 * Drives a JDBC driver, whichever version is on the class path: a command a line on stdin (words in base64, the first
 * names the operation, the second the connection), a JSON reply a line on stdout.
 */
public class JdbcDriver {
  private static final Map<String, Connection> connections = new HashMap<>();

  public static void main(String[] args) throws Exception {
    PrintStream replies = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    System.setOut(System.err); // whatever a library prints must not mix with the replies
    TimeZone.setDefault(TimeZone.getTimeZone("UTC"));
    BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = commands.readLine(); line != null; line = commands.readLine()) {
      List<String> words = new ArrayList<>();
      for (String word : line.split(" ")) {
        words.add(new String(Base64.getDecoder().decode(word.substring(1)), StandardCharsets.UTF_8));
      }
      Map<String, Object> reply = new LinkedHashMap<>();
      try {
        reply.put("ok", run(words.get(0), words.get(1), words.subList(2, words.size())));
      } catch (Throwable thrown) {
        Throwable error = thrown instanceof java.lang.reflect.InvocationTargetException ? thrown.getCause() : thrown;
        reply.put("error", String.valueOf(error.getMessage()));
        reply.put("kind", error.getClass().getName());
        if (error instanceof SQLException sql) {
          reply.put("code", sql.getErrorCode());
          reply.put("state", sql.getSQLState());
        }
      }
      StringBuilder json = new StringBuilder();
      write(json, reply);
      replies.println(json);
    }
    System.exit(0); // threads of the driver would hold the process for half a minute
  }

  private static Object run(String operation, String id, List<String> words) throws Exception {
    Connection connection = connections.get(id);
    switch (operation) {
      case "connect":
        return connect(id, words);
      case "close":
        connections.remove(id).close();
        return null;
      case "query":
        try (Statement statement = connection.createStatement()) {
          if (words.size() > 1) call(statement, "setParameter", "MULTI_STATEMENT_COUNT", Integer.valueOf(words.get(1)));
          return results(statement, statement.execute(words.get(0)));
        }
      case "typed":
        try (Statement statement = connection.createStatement()) {
          return typed(statement.executeQuery(words.get(0)));
        }
      case "count":
        try (Statement statement = connection.createStatement()) {
          return count(statement.executeQuery(words.get(0)));
        }
      case "bound":
        try (PreparedStatement statement = connection.prepareStatement(words.get(0))) {
          set(statement, words.subList(1, words.size()));
          return results(statement, statement.execute());
        }
      case "batch":
        try (PreparedStatement statement = connection.prepareStatement(words.get(0))) {
          List<String> row = new ArrayList<>();
          for (String word : words.subList(1, words.size())) {
            if (word.equals("|")) {
              set(statement, row);
              statement.addBatch();
              row.clear();
            } else {
              row.add(word);
            }
          }
          return Arrays.stream(statement.executeBatch()).boxed().toList();
        }
      case "describe":
        try (PreparedStatement statement = connection.prepareStatement(words.get(0))) {
          Map<String, Object> reported = new LinkedHashMap<>();
          ResultSetMetaData columns = statement.getMetaData();
          reported.put("columns", columns == null ? List.of() : columns(columns));
          reported.put("parameters", statement.getParameterMetaData().getParameterCount());
          return reported;
        }
      case "metadata":
        try (ResultSet found = metadata(connection.getMetaData(), words.get(0), words)) {
          return result(found);
        }
      case "autocommit":
        connection.setAutoCommit(Boolean.parseBoolean(words.get(0)));
        return connection.getAutoCommit();
      case "commit":
        connection.commit();
        return null;
      case "rollback":
        connection.rollback();
        return null;
      case "context":
        return Arrays.asList(connection.getCatalog(), connection.getSchema());
      case "zone":
        TimeZone.setDefault(TimeZone.getTimeZone(words.get(0)));
        return null;
      case "valid":
        return connection.isValid(10);
      case "async":
        try (Statement statement = connection.createStatement()) {
          ResultSet later = (ResultSet) call(statement, "executeAsyncQuery", words.get(0));
          return call(later, "getQueryID");
        }
      case "fetch":
        try (ResultSet later = (ResultSet) call(connection, "createResultSet", words.get(0))) {
          return result(later);
        }
      case "status":
        try (ResultSet later = (ResultSet) call(connection, "createResultSet", words.get(0))) {
          return status(later);
        }
      case "cancel":
        return cancel(connection, words.get(0), Long.parseLong(words.get(1)));
      case "timeout":
        try (Statement statement = connection.createStatement()) {
          statement.setQueryTimeout(Integer.parseInt(words.get(1)));
          return results(statement, statement.execute(words.get(0)));
        }
      default:
        throw new IllegalArgumentException(operation);
    }
  }

  private static Object connect(String id, List<String> words) throws Exception {
    Properties properties = new Properties();
    for (int i = 1; i < words.size(); i += 2) {
      Object value = words.get(i + 1);
      if (words.get(i).equals("privateKey")) {
        byte[] der = Base64.getDecoder().decode(words.get(i + 1));
        value = KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(der));
      }
      properties.put(words.get(i), value);
    }
    Connection connection = DriverManager.getConnection(words.get(0), properties);
    connections.put(id, connection);
    Driver driver = DriverManager.getDriver(words.get(0));
    return driver.getMajorVersion() + "." + driver.getMinorVersion();
  }

  private static Object status(ResultSet later) throws Exception {
    try {
      return String.valueOf(call(call(later, "getStatusV2"), "getStatus"));
    } catch (NoSuchMethodException older) {
      Object status = call(later, "getStatus");
      try {
        return String.valueOf(call(status, "getStatus"));
      } catch (NoSuchMethodException plain) {
        return String.valueOf(status);
      }
    }
  }

  private static Object cancel(Connection connection, String sql, long milliseconds) throws Exception {
    try (Statement statement = connection.createStatement()) {
      Thread canceller =
          new Thread(
              () -> {
                try {
                  Thread.sleep(milliseconds);
                  statement.cancel();
                } catch (Exception error) {
                  error.printStackTrace();
                }
              });
      canceller.start();
      try {
        return results(statement, statement.execute(sql));
      } finally {
        canceller.join();
      }
    }
  }

  private static ResultSet metadata(DatabaseMetaData metadata, String method, List<String> words) throws Exception {
    String[] names = words.subList(1, words.size()).stream().map(s -> s.equals("~") ? null : s).toArray(String[]::new);
    switch (method) {
      case "getTables":
        return metadata.getTables(names[0], names[1], names[2], null);
      case "getColumns":
        return metadata.getColumns(names[0], names[1], names[2], names[3]);
      case "getSchemas":
        return metadata.getSchemas();
      case "getCatalogs":
        return metadata.getCatalogs();
      case "getPrimaryKeys":
        return metadata.getPrimaryKeys(names[0], names[1], names[2]);
      case "getFunctions":
        return metadata.getFunctions(names[0], names[1], names[2]);
      default:
        throw new IllegalArgumentException(method);
    }
  }

  /** Pairs of a type and a value; `null` as the type's second half sets NULL. */
  private static void set(PreparedStatement statement, List<String> pairs) throws Exception {
    for (int i = 0; i < pairs.size(); i += 2) {
      int at = i / 2 + 1;
      String value = pairs.get(i + 1);
      switch (pairs.get(i)) {
        case "null" -> statement.setNull(at, Types.VARCHAR);
        case "string" -> statement.setString(at, value);
        case "int" -> statement.setInt(at, Integer.parseInt(value));
        case "long" -> statement.setLong(at, Long.parseLong(value));
        case "decimal" -> statement.setBigDecimal(at, new BigDecimal(value));
        case "double" -> statement.setDouble(at, Double.parseDouble(value));
        case "boolean" -> statement.setBoolean(at, Boolean.parseBoolean(value));
        case "bytes" -> statement.setBytes(at, HexFormat.of().parseHex(value));
        case "date" -> statement.setDate(at, Date.valueOf(value));
        case "time" -> statement.setTime(at, Time.valueOf(value));
        case "timestamp" -> statement.setTimestamp(at, Timestamp.valueOf(value));
        default -> throw new IllegalArgumentException(pairs.get(i));
      }
    }
  }

  private static Object results(Statement statement, boolean first) throws Exception {
    List<Object> all = new ArrayList<>();
    boolean rows = first;
    while (rows || statement.getUpdateCount() != -1) {
      // After an update count in a multi-statement, "more" means statements, not rows.
      try (ResultSet set = rows ? statement.getResultSet() : null) {
        all.add(set == null ? Map.of("updated", statement.getUpdateCount()) : result(set));
      }
      rows = statement.getMoreResults();
    }
    return all;
  }

  private static Map<String, Object> result(ResultSet set) throws Exception {
    Map<String, Object> reported = new LinkedHashMap<>();
    int count = set.getMetaData().getColumnCount();
    reported.put("columns", columns(set.getMetaData()));
    List<Object> rows = new ArrayList<>();
    while (set.next()) {
      List<Object> row = new ArrayList<>();
      for (int i = 1; i <= count; i++) row.add(set.getString(i));
      rows.add(row);
    }
    reported.put("rows", rows);
    return reported;
  }

  /** Every cell through the getter of its type instead of getString. */
  private static Object typed(ResultSet set) throws Exception {
    ResultSetMetaData columns = set.getMetaData();
    List<Object> rows = new ArrayList<>();
    while (set.next()) {
      List<Object> row = new ArrayList<>();
      for (int i = 1; i <= columns.getColumnCount(); i++) {
        Object value =
            switch (columns.getColumnType(i)) {
              case Types.DECIMAL, Types.BIGINT, Types.NUMERIC -> set.getBigDecimal(i);
              case Types.DOUBLE -> set.getDouble(i);
              case Types.BOOLEAN -> set.getBoolean(i);
              case Types.BINARY -> set.getBytes(i);
              case Types.DATE -> set.getDate(i);
              case Types.TIME -> set.getTime(i);
              case Types.TIMESTAMP, Types.TIMESTAMP_WITH_TIMEZONE -> set.getTimestamp(i);
              default -> set.getObject(i);
            };
        row.add(set.wasNull() ? null : text(value));
      }
      rows.add(row);
    }
    return rows;
  }

  private static String text(Object value) {
    if (value instanceof BigDecimal decimal) return decimal.toPlainString();
    if (value instanceof byte[] bytes) return HexFormat.of().formatHex(bytes);
    // Not toString: it prints in this machine's zone and in the Julian calendar before 1582.
    if (value instanceof Timestamp at) return Math.floorDiv(at.getTime(), 1000) + "." + String.format("%09d", at.getNanos());
    if (value instanceof java.util.Date at) return String.valueOf(at.getTime());
    return String.valueOf(value);
  }

  private static Object count(ResultSet set) throws Exception {
    long rows = 0;
    long sum = 0;
    while (set.next()) {
      rows++;
      sum += set.getLong(1);
    }
    return List.of(rows, sum);
  }

  private static List<Object> columns(ResultSetMetaData metadata) throws Exception {
    List<Object> columns = new ArrayList<>();
    for (int i = 1; i <= metadata.getColumnCount(); i++) {
      columns.add(
          Arrays.asList(
              metadata.getColumnName(i),
              metadata.getColumnTypeName(i),
              metadata.getPrecision(i),
              metadata.getScale(i),
              metadata.isNullable(i)));
    }
    return columns;
  }

  /** The drivers' own interfaces moved to another package in version 4. */
  private static Object call(Object target, String name, Object... arguments) throws Exception {
    for (var method : target.getClass().getMethods()) {
      if (method.getName().equals(name) && method.getParameterCount() == arguments.length) {
        method.setAccessible(true);
        return method.invoke(target, arguments);
      }
    }
    throw new NoSuchMethodException(name);
  }

  private static void write(StringBuilder json, Object value) {
    if (value == null || value instanceof Number || value instanceof Boolean) {
      json.append(value);
    } else if (value instanceof Map<?, ?> map) {
      json.append('{');
      map.forEach(
          (key, each) -> {
            if (json.charAt(json.length() - 1) != '{') json.append(',');
            write(json, key);
            json.append(':');
            write(json, each);
          });
      json.append('}');
    } else if (value instanceof List<?> list) {
      json.append('[');
      for (int i = 0; i < list.size(); i++) {
        if (i > 0) json.append(',');
        write(json, list.get(i));
      }
      json.append(']');
    } else {
      json.append('"');
      for (char c : String.valueOf(value).toCharArray()) {
        // Escaped altogether: no character, and no lone surrogate, is changed on its way.
        if (c < ' ' || c > '~' || c == '"' || c == '\\') json.append(String.format("\\u%04x", (int) c));
        else json.append(c);
      }
      json.append('"');
    }
  }
}
