import java.lang.reflect.Proxy;
import java.util.concurrent.CompletableFuture;
import net.snowflake.ingest.streaming.SnowflakeStreamingIngestChannel;

/** A channel whose committed token is known when a test has it so. */
public final class FutureChannel {
  private FutureChannel() {}

  public static SnowflakeStreamingIngestChannel of(CompletableFuture<String> token) {
    return (SnowflakeStreamingIngestChannel)
        Proxy.newProxyInstance(
            FutureChannel.class.getClassLoader(),
            new Class<?>[] {SnowflakeStreamingIngestChannel.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("toString")) return "future channel";
              if (!method.getName().equals("getLatestCommittedOffsetToken"))
                throw new UnsupportedOperationException(method.getName());
              return token.join();
            });
  }
}
