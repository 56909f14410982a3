import java.lang.reflect.Proxy;
import java.util.concurrent.CompletableFuture;
import net.snowflake.ingest.streaming.SnowflakeStreamingIngestChannel;

/** A channel whose committed token is known when a test has it so, and whose close never ends. */
public final class FutureChannel {
  private FutureChannel() {}

  /** @param invalid the channel is valid until this has ended */
  public static SnowflakeStreamingIngestChannel losing(CompletableFuture<?> invalid) {
    return of(new CompletableFuture<>(), invalid);
  }

  public static SnowflakeStreamingIngestChannel of(CompletableFuture<String> token) {
    return of(token, new CompletableFuture<>());
  }

  private static SnowflakeStreamingIngestChannel of(CompletableFuture<String> token, CompletableFuture<?> invalid) {
    return (SnowflakeStreamingIngestChannel)
        Proxy.newProxyInstance(
            FutureChannel.class.getClassLoader(),
            new Class<?>[] {SnowflakeStreamingIngestChannel.class},
            (proxy, method, arguments) -> {
              switch (method.getName()) {
                case "toString":
                  return "future channel";
                case "getLatestCommittedOffsetToken":
                  return token.join();
                case "isValid":
                  return !invalid.isDone();
                case "close":
                  return new CompletableFuture<Void>();
                default:
                  throw new UnsupportedOperationException(method.getName());
              }
            });
  }
}
