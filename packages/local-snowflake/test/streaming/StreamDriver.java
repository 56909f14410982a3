import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import net.snowflake.ingest.internal.com.fasterxml.jackson.databind.DeserializationFeature;
import net.snowflake.ingest.internal.com.fasterxml.jackson.databind.JsonNode;
import net.snowflake.ingest.internal.com.fasterxml.jackson.databind.ObjectMapper;
import net.snowflake.ingest.streaming.DropChannelRequest;
import net.snowflake.ingest.streaming.InsertValidationResponse;
import net.snowflake.ingest.streaming.OpenChannelRequest;
import net.snowflake.ingest.streaming.SnowflakeStreamingIngestChannel;
import net.snowflake.ingest.streaming.SnowflakeStreamingIngestClient;
import net.snowflake.ingest.streaming.SnowflakeStreamingIngestClientFactory;

/** Drives the official streaming SDK: one JSON command a line on stdin, one JSON reply a line on stdout. */
public class StreamDriver {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);
  private static final Map<String, SnowflakeStreamingIngestClient> clients = new HashMap<>();
  private static final Map<String, SnowflakeStreamingIngestChannel> channels = new HashMap<>();

  public static void main(String[] args) throws Exception {
    PrintStream replies = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    System.setOut(System.err); // whatever a library prints must not mix with the replies
    BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = commands.readLine(); line != null; line = commands.readLine()) {
      Map<String, Object> reply = new LinkedHashMap<>();
      try {
        reply.put("ok", run(JSON.readTree(line)));
      } catch (Throwable error) {
        Throwable cause = error instanceof java.util.concurrent.ExecutionException ? error.getCause() : error;
        reply.put("error", String.valueOf(cause.getMessage()));
        reply.put("kind", cause.getClass().getSimpleName());
        reply.put(
            "vendorCode",
            cause instanceof net.snowflake.ingest.utils.SFException e ? e.getVendorCode() : null);
      }
      replies.println(JSON.writeValueAsString(reply));
    }
    System.exit(0); // the SDK's telemetry threads would hold the process for half a minute
  }

  private static Object run(JsonNode c) throws Exception {
    switch (c.get("op").asText()) {
      case "client":
        return client(c);
      case "open":
        return open(c);
      case "insert":
        return insert(channel(c), c);
      case "generate":
        return generate(channel(c), c);
      case "committed":
        return channel(c).getLatestCommittedOffsetToken();
      case "cpu":
        // Of the whole process, in milliseconds.
        return ((com.sun.management.OperatingSystemMXBean)
                    java.lang.management.ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime()
            / 1_000_000;
      case "valid":
        return channel(c).isValid();
      case "close":
        channel(c).close(c.path("drop").asBoolean(false)).get(60, TimeUnit.SECONDS);
        return true;
      case "drop":
        clients.get(c.get("client").asText())
            .dropChannel(
                DropChannelRequest.builder(c.get("channel").asText())
                    .setDBName(c.get("database").asText())
                    .setSchemaName(c.get("schema").asText())
                    .setTableName(c.get("table").asText())
                    .build());
        return true;
      case "closeClient":
        clients.remove(c.get("client").asText()).close();
        return true;
      default:
        throw new IllegalArgumentException("unknown command " + c);
    }
  }

  private static Object client(JsonNode c) {
    Properties properties = new Properties();
    c.get("properties").fields().forEachRemaining(e -> properties.put(e.getKey(), e.getValue().asText()));
    SnowflakeStreamingIngestClient client =
        SnowflakeStreamingIngestClientFactory.builder(c.get("client").asText()).setProperties(properties).build();
    clients.put(c.get("client").asText(), client);
    return client.getName();
  }

  private static Object open(JsonNode c) {
    OpenChannelRequest.OpenChannelRequestBuilder builder =
        OpenChannelRequest.builder(c.get("channel").asText())
            .setDBName(c.get("database").asText())
            .setSchemaName(c.get("schema").asText())
            .setTableName(c.get("table").asText())
            .setDefaultTimezone(ZoneId.of("UTC"))
            .setOnErrorOption(OpenChannelRequest.OnErrorOption.valueOf(c.path("onError").asText("ABORT")));
    if (c.hasNonNull("offsetToken")) builder.setOffsetToken(c.get("offsetToken").asText());
    SnowflakeStreamingIngestChannel channel =
        clients.get(c.get("client").asText()).openChannel(builder.build());
    channels.put(c.get("id").asText(), channel);
    return channel.getFullyQualifiedName();
  }

  private static SnowflakeStreamingIngestChannel channel(JsonNode c) {
    return channels.get(c.get("id").asText());
  }

  private static Object insert(SnowflakeStreamingIngestChannel channel, JsonNode c) {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (JsonNode row : c.get("rows")) {
      Map<String, Object> map = new HashMap<>();
      row.fields().forEachRemaining(e -> map.put(e.getKey(), value(e.getValue())));
      rows.add(map);
    }
    return errors(channel.insertRows(rows, c.path("token").asText(null)));
  }

  /** Rows made here, so that load tests do not measure JSON: ID counts up, the rest is derived from it. */
  private static Object generate(SnowflakeStreamingIngestChannel channel, JsonNode c) {
    long first = c.get("first").asLong();
    long end = first + c.get("count").asLong();
    int batch = c.path("batch").asInt(10_000);
    long started = System.nanoTime();
    for (long id = first; id < end; id += batch) {
      List<Map<String, Object>> rows = new ArrayList<>(batch);
      for (long i = id; i < Math.min(end, id + batch); i++) {
        Map<String, Object> row = new HashMap<>();
        row.put("ID", i);
        if (c.path("wide").asBoolean(false)) {
          row.put("EMAIL", "someone" + i + "@example.org");
          row.put("PHONE", "001-" + (i * 7919) % 1_000_000_007L + "x" + i % 97);
          row.put("BORN", LocalDate.ofEpochDay(i % 20_000));
        }
        if (c.has("pad")) {
          byte[] noise = new byte[c.get("pad").asInt()]; // does not compress
          java.util.concurrent.ThreadLocalRandom.current().nextBytes(noise);
          row.put("PAD", noise);
        }
        rows.add(row);
      }
      InsertValidationResponse response =
          channel.insertRows(rows, String.valueOf(Math.min(end, id + batch) - 1));
      if (response.hasErrors()) return errors(response);
    }
    return (System.nanoTime() - started) / 1_000_000;
  }

  private static Object errors(InsertValidationResponse response) {
    List<String> messages = new ArrayList<>();
    response.getInsertErrors().forEach(e -> messages.add(e.getRowIndex() + ": " + e.getMessage()));
    return messages;
  }

  private static Object value(JsonNode node) {
    if (node.isNull()) return null;
    if (node.isBoolean()) return node.booleanValue();
    if (node.isIntegralNumber()) return node.bigIntegerValue();
    if (node.isNumber()) return node.decimalValue();
    if (node.isTextual()) return node.textValue();
    String text = node.get("value").asText();
    switch (node.get("type").asText()) {
      case "double":
        return Double.valueOf(text);
      case "decimal":
        return new BigDecimal(text);
      case "integer":
        return new BigInteger(text);
      case "bytes":
        return HexFormat.of().parseHex(text);
      case "date":
        return LocalDate.parse(text);
      case "time":
        return LocalTime.parse(text);
      case "datetime":
        return LocalDateTime.parse(text);
      case "offset":
        return OffsetDateTime.parse(text);
      default:
        throw new IllegalArgumentException("unknown value " + node);
    }
  }
}
