/**
 * The Java classes that this program touches, as node-java shows them: each method twice, `…Sync` for a
 * synchronous call and `…P` for a promise. Types only: objects are made in `jvm.ts`, the only file that imports `java`.
 */

/** Any object that lives in the JVM. */
export interface JavaObject {
  /** What Java prints for it. */
  toStringSync(): string;
}

/** `java.util.HashMap`. */
export interface JavaHashMap extends JavaObject {
  /** Puts a value under a key, and returns the one before it. */
  putSync(key: string, value: JavaValue): unknown;
}

/** `java.util.List`. */
export interface JavaList<T> extends JavaObject {
  addSync(element: T): boolean;
}

/** `java.lang.Throwable`. */
export interface JavaThrowable extends JavaObject {
  getMessageSync(): string | null;
  getCauseSync(): JavaThrowable | null;
}

/** `snowstream.bridge.Call`: a call of the SDK on a Java thread of its own. */
export interface JavaCall<T> extends JavaObject {
  /**
   * The state of the call when it ends, or after so many milliseconds: `full` is still running although memory ran
   * out, and `lost` has nothing left to wait for.
   */
  awaitP(milliseconds: number): Promise<'ended' | 'at work' | 'full' | 'lost'>;
  getSync(): T;
  giveUpSync(): void;
}

/** A Java long: a Number object whose exact text is `longValue`. */
export interface JavaLong {
  readonly longValue: string;
}

/** What `HashMap.put` takes unchanged; see `java-value.ts`. */
export type JavaValue = string | boolean | number | null | JavaObject | JavaLong;

/** `net.snowflake.ingest.streaming.SnowflakeStreamingIngestChannel`. */
export interface JavaChannel extends JavaObject {
  getFullyQualifiedNameSync(): string;
  isValidSync(): boolean;
  isClosedSync(): boolean;
}

/** `net.snowflake.ingest.streaming.SnowflakeStreamingIngestClient`. */
export interface JavaClient extends JavaObject {
  isClosedSync(): boolean;
}
