import java.lang.reflect.Field;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** Lets the credentials that a streaming client has for its stage be as old as they are after an hour. */
public final class StaleStage {
  private StaleStage() {}

  public static void make(Object client) throws ReflectiveOperationException {
    Object stage = get(get(client, "storageManager"), "targetStage");
    set(stage, "prevRefresh", Instant.EPOCH);
    set(((AtomicReference<?>) get(stage, "metadataRef")).get(), "timestamp", Optional.of(0L));
  }

  private static Object get(Object of, String name) throws ReflectiveOperationException {
    return field(of, name).get(of);
  }

  private static void set(Object of, String name, Object value) throws ReflectiveOperationException {
    field(of, name).set(of, value);
  }

  private static Field field(Object of, String name) throws NoSuchFieldException {
    Field field = of.getClass().getDeclaredField(name);
    field.setAccessible(true);
    return field;
  }
}
