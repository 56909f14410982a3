import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import net.snowflake.ingest.streaming.SnowflakeStreamingIngestChannel;

/** A channel whose insert waits for a thread that has run out of memory, as the SDK's can: without an end. */
public final class HungryChannel {
  private static final int PIECE = 1 << 20;

  private HungryChannel() {}

  public static SnowflakeStreamingIngestChannel create() {
    return (SnowflakeStreamingIngestChannel)
        Proxy.newProxyInstance(
            HungryChannel.class.getClassLoader(),
            new Class<?>[] {SnowflakeStreamingIngestChannel.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("toString")) return "hungry channel";
              CompletableFuture<Object> never = new CompletableFuture<>();
              Thread eater = new Thread(HungryChannel::eat);
              eater.setDaemon(true);
              eater.start();
              return never.get();
            });
  }

  private static void eat() {
    List<byte[]> pieces = new ArrayList<>();
    try {
      while (true) pieces.add(new byte[PIECE]);
    } catch (OutOfMemoryError full) {
      // A thread of the SDK's may end like this, and says nothing.
    }
  }
}
