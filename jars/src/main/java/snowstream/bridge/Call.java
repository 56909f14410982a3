package snowstream.bridge;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import net.snowflake.ingest.streaming.DropChannelRequest;
import net.snowflake.ingest.streaming.OpenChannelRequest;
import net.snowflake.ingest.streaming.SnowflakeStreamingIngestChannel;
import net.snowflake.ingest.streaming.SnowflakeStreamingIngestClient;
import net.snowflake.ingest.streaming.SnowflakeStreamingIngestClientFactory;

/**
 * A call of the SDK that may take long, on a daemon thread of its own. Node's threads only poll it: one of them that
 * hung in Java would also keep the process from ending, because Node waits for its threads.
 *
 * @param <T> the result of the call
 */
public final class Call<T> {
  /** The results of {@link #await}; src/bridge/java-classes.ts has them, too. */
  private static final String ENDED = "ended";
  private static final String AT_WORK = "at work";
  private static final String FULL = "full";
  private static final String LOST = "lost";

  private final FutureTask<T> task;
  private final Thread thread;
  private final BooleanSupplier isLost;

  private Call(String name, Callable<T> callable) {
    this(name, callable, () -> false);
  }

  /** @param isLost whether nothing is left to wait for */
  private Call(String name, Callable<T> callable, BooleanSupplier isLost) {
    this.isLost = isLost;
    task = new FutureTask<>(callable);
    thread = Daemon.start(name, task);
  }

  /** @param url of the account, as the builder has it */
  public static Call<SnowflakeStreamingIngestClient> build(
      SnowflakeStreamingIngestClientFactory.Builder builder, String url) {
    return new Call<>(
        "build",
        () -> {
          GuardedHttpClient.install(url);
          SnowflakeStreamingIngestClient client = builder.build();
          try {
            GuardedHttpClient.guardTokens(client);
            return client;
          } catch (ReflectiveOperationException unknown) {
            client.close();
            throw unknown;
          }
        });
  }

  public static Call<SnowflakeStreamingIngestChannel> openChannel(
      SnowflakeStreamingIngestClient client, OpenChannelRequest request) {
    return new Call<>("open", () -> client.openChannel(request));
  }

  public static Call<Void> dropChannel(SnowflakeStreamingIngestClient client, DropChannelRequest request) {
    return new Call<>(
        "drop",
        () -> {
          client.dropChannel(request);
          return null;
        });
  }

  /** @return the rejected rows as {@link Rejects} writes them */
  public static Call<String[]> insertRows(
      SnowflakeStreamingIngestChannel channel, List<Map<String, Object>> rows, String offsetToken) {
    return new Call<>("insert", () -> Rejects.of(channel.insertRows(rows, offsetToken)));
  }

  public static Call<String> committedToken(SnowflakeStreamingIngestChannel channel) {
    return new Call<>("token", channel::getLatestCommittedOffsetToken);
  }

  /** Ends when every row of the channel is committed; lost when Snowflake has invalidated it, where the SDK would wait on. */
  public static Call<Void> closeChannel(SnowflakeStreamingIngestChannel channel, boolean drop) {
    return new Call<>("close", () -> channel.close(drop).get(), () -> !channel.isValid());
  }

  public static Call<Void> closeClient(SnowflakeStreamingIngestClient client) {
    return new Call<>(
        "end",
        () -> {
          client.close();
          return null;
        });
  }

  /**
   * Waits for the call to end. Checks heap and channel in the same call, because each call from Node's own thread may
   * wait for the garbage collector.
   *
   * @return {@link #ENDED}, or the state of the call: {@link #AT_WORK}, {@link #FULL} when memory has run out, or
   *     {@link #LOST}
   */
  public String await(int milliseconds) throws InterruptedException {
    try {
      task.get(milliseconds, TimeUnit.MILLISECONDS);
      return ENDED;
    } catch (TimeoutException stillAtWork) {
      return isLost.getAsBoolean() ? LOST : Heap.hasRoomFor(0) ? AT_WORK : FULL;
    } catch (ExecutionException failed) {
      return ENDED;
    }
  }

  /** The result of a call that has ended; throws what the call threw. */
  public T get() throws Throwable {
    try {
      return task.get();
    } catch (ExecutionException failed) {
      throw failed.getCause();
    }
  }

  /** Interrupts a call that took too long; whether it stops is up to the SDK. */
  public void giveUp() {
    thread.interrupt();
  }
}
