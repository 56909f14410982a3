package snowstream.bridge;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Field;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import net.snowflake.ingest.internal.com.fasterxml.jackson.core.JsonFactory;
import net.snowflake.ingest.internal.com.fasterxml.jackson.core.JsonParser;
import net.snowflake.ingest.internal.com.fasterxml.jackson.core.JsonProcessingException;
import net.snowflake.ingest.internal.com.fasterxml.jackson.core.JsonToken;
import net.snowflake.ingest.internal.org.apache.http.HttpEntity;
import net.snowflake.ingest.internal.org.apache.http.HttpHost;
import net.snowflake.ingest.internal.org.apache.http.HttpRequest;
import net.snowflake.ingest.internal.org.apache.http.client.config.RequestConfig;
import net.snowflake.ingest.internal.org.apache.http.client.methods.CloseableHttpResponse;
import net.snowflake.ingest.internal.org.apache.http.client.methods.Configurable;
import net.snowflake.ingest.internal.org.apache.http.client.methods.HttpRequestBase;
import net.snowflake.ingest.internal.org.apache.http.conn.ClientConnectionManager;
import net.snowflake.ingest.internal.org.apache.http.entity.ByteArrayEntity;
import net.snowflake.ingest.internal.org.apache.http.impl.client.CloseableHttpClient;
import net.snowflake.ingest.internal.org.apache.http.params.HttpParams;
import net.snowflake.ingest.internal.org.apache.http.protocol.HttpContext;
import net.snowflake.ingest.internal.org.apache.http.util.EntityUtils;
import net.snowflake.ingest.utils.HttpUtil;
import net.snowflake.ingest.utils.SnowflakeURL;

/**
 * The HTTP client of the SDK, with the checks that the SDK lacks. It sees every answer of the streaming API, including
 * those by which the SDK renews the credentials of its stage while rows are streaming:
 *
 * <ul>
 *   <li>A stage of the type LOCAL_FS makes the SDK write blobs into any folder of this machine that the answer names
 *       (InternalStage of https://github.com/snowflakedb/snowflake-ingest-java). Only a Snowflake at an http address on
 *       the loopback may ask for that.
 *   <li>An answer is decompressed up to {@link #MAX_ANSWER} bytes: a small gzip body may hold a very large text.
 *   <li>No redirect is followed. The SDK would send its token to the new address after a 303.
 * </ul>
 */
public final class GuardedHttpClient extends CloseableHttpClient {
  /** Bytes of an answer, decompressed. The largest is the status of all channels of a client, 1 KiB for each. */
  private static final int MAX_ANSWER = 16 << 20;

  /** The results of {@link #rejected}; src/ingest/rejected-answer.ts has them, too. */
  private static final String LOCAL_STAGE = "local stage";
  private static final String TOO_LARGE = "too large";

  /** The reason of the last rejected answer, by the {@link #key} of its host. */
  private static final Map<String, String> REJECTED = new ConcurrentHashMap<>();

  private final CloseableHttpClient client;

  private GuardedHttpClient(CloseableHttpClient client) {
    this.client = client;
  }

  /**
   * Puts the guard in front of the one HTTP client that all streaming clients of the JVM share, and forgets what this
   * address answered before.
   *
   * @throws ReflectiveOperationException when the SDK keeps its HTTP client elsewhere: no client is made then
   */
  static void install(String url) throws ReflectiveOperationException {
    SnowflakeURL address = new SnowflakeURL(url);
    REJECTED.remove(key(address.getScheme(), address.getUrlWithoutPort(), address.getPort()));
    synchronized (GuardedHttpClient.class) {
      CloseableHttpClient shared = HttpUtil.getHttpClient(address.getAccount());
      if (shared instanceof GuardedHttpClient) return;
      Field field = HttpUtil.class.getDeclaredField("httpClient");
      field.setAccessible(true);
      field.set(null, new GuardedHttpClient(shared));
      if (!(HttpUtil.getHttpClient(address.getAccount()) instanceof GuardedHttpClient))
        throw new NoSuchFieldException("httpClient of HttpUtil is not the HTTP client that is used");
    }
  }

  /**
   * Guards the HTTP client by which a streaming client renews its OAuth token, which is one of its own. The first token
   * comes before there is anything to guard: src/ingest/classic-client.ts asks for one by itself first.
   *
   * @throws ReflectiveOperationException when the SDK keeps it elsewhere: the client is not to be used then
   */
  static void guardTokens(Object streamingClient) throws ReflectiveOperationException {
    Object requests = value(streamingClient, "requestBuilder");
    Object tokens = value(requests, "securityManager");
    if (!tokens.getClass().getSimpleName().equals("OAuthManager")) return;
    Object oauth = value(tokens, "oAuthClient");
    field(oauth, "httpClient").set(oauth, new GuardedHttpClient((CloseableHttpClient) value(oauth, "httpClient")));
  }

  private static Object value(Object of, String name) throws ReflectiveOperationException {
    return field(of, name).get(of);
  }

  private static Field field(Object of, String name) throws ReflectiveOperationException {
    Field field = of.getClass().getDeclaredField(name);
    field.setAccessible(true);
    return field;
  }

  /**
   * Why an answer was rejected since the last client for its address was made; null when none was.
   *
   * @param key scheme, host and port, as in `https://host:443`
   */
  public static String rejected(String key) {
    return REJECTED.get(key);
  }

  @Override
  protected CloseableHttpResponse doExecute(HttpHost target, HttpRequest request, HttpContext context)
      throws IOException {
    if (request instanceof HttpRequestBase) {
      HttpRequestBase configured = (HttpRequestBase) request;
      RequestConfig config = configured.getConfig();
      if (config == null && client instanceof Configurable) config = ((Configurable) client).getConfig();
      RequestConfig.Builder builder = config == null ? RequestConfig.custom() : RequestConfig.copy(config);
      configured.setConfig(builder.setRedirectsEnabled(false).build());
    }
    CloseableHttpResponse response = client.execute(target, request, context);
    try {
      HttpEntity entity = response.getEntity();
      if (entity != null) response.setEntity(checked(target, entity));
      return response;
    } catch (IOException | RuntimeException rejected) {
      // The response is not read to its end.
      response.close();
      throw rejected;
    }
  }

  private static HttpEntity checked(HttpHost target, HttpEntity entity) throws IOException {
    byte[] bytes;
    try (InputStream content = entity.getContent()) {
      bytes = content.readNBytes(MAX_ANSWER + 1);
      if (bytes.length > MAX_ANSWER)
        throw rejection(target, TOO_LARGE, "an answer has more than " + MAX_ANSWER + " bytes");
    }
    ByteArrayEntity kept = new ByteArrayEntity(bytes);
    kept.setContentType(entity.getContentType());
    if (!isLoopback(target) && namesLocalStage(EntityUtils.toString(kept)))
      throw rejection(target, LOCAL_STAGE, "an answer names a stage in a folder of this machine");
    return kept;
  }

  /** Records the reason before the SDK sees the error, because the SDK's own error says less. */
  private static IOException rejection(HttpHost target, String why, String message) {
    REJECTED.put(key(target.getSchemeName(), target.getHostName(), target.getPort()), why);
    return new IOException(target.toURI() + ": " + message);
  }

  /** At any depth, with or without quotes: which of two fields with one name the SDK uses is up to its parser. */
  private static boolean namesLocalStage(String text) {
    try (JsonParser parser = new JsonFactory().createParser(text)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token.isScalarValue()
            && "locationType".equalsIgnoreCase(parser.getCurrentName())
            && parser.getText().toUpperCase(Locale.ROOT).contains("LOCAL_FS")) return true;
      }
    } catch (JsonProcessingException unreadable) {
      // The SDK uses the same parser, which stops at the same position.
    } catch (IOException impossible) {
      throw new IllegalStateException(impossible);
    }
    return false;
  }

  /** As the settings have it: http is for addresses in 127.0.0.0/8 only. */
  private static boolean isLoopback(HttpHost host) {
    return "http".equalsIgnoreCase(host.getSchemeName()) && host.getHostName().matches("127(\\.\\d{1,3}){3}");
  }

  private static String key(String scheme, String host, int port) {
    int given = port > 0 ? port : "http".equalsIgnoreCase(scheme) ? 80 : 443;
    return scheme.toLowerCase(Locale.ROOT) + "://" + host.toLowerCase(Locale.ROOT) + ":" + given;
  }

  @Override
  public void close() throws IOException {
    client.close();
  }

  @Override
  @Deprecated
  public HttpParams getParams() {
    return client.getParams();
  }

  @Override
  @Deprecated
  public ClientConnectionManager getConnectionManager() {
    return client.getConnectionManager();
  }
}
