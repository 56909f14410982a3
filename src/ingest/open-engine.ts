import { classPath } from '../bridge/jars.ts';
import { ensureJvm } from '../bridge/jvm.ts';
import type { Settings } from '../config/settings.ts';
import { StreamingIngestClient } from './classic-client.ts';
import { RenewedClient } from './renewed-client.ts';

/**
 * Starts the JVM, where it does not run yet, and the streaming client in it.
 *
 * @param signal ends the wait for channels that are being opened
 */
export function openEngine(settings: Settings, signal?: AbortSignal | undefined): Promise<RenewedClient> {
  return RenewedClient.open(() => openClient(settings), signal);
}

async function openClient(settings: Settings): Promise<StreamingIngestClient> {
  const jvm = await ensureJvm({
    classPath: classPath(settings.sdkJar),
    logFile: settings.javaLogFile,
    options: [`-Xmx${settings.jvmMemory}`, '-XX:+UseSerialGC'],
  });
  return StreamingIngestClient.open(jvm, {
    name: settings.clientName,
    connection: settings.snowflake,
    bridge: settings.bridge,
    compression: settings.compression,
    maxClientLag: settings.maxClientLag,
    javaTimeout: settings.javaTimeout,
    closeTimeout: settings.closeTimeout,
  });
}

/** An engine that is being opened while something else is done. */
export class OpeningEngine implements AsyncDisposable {
  readonly #settings: Settings;
  readonly #signal: AbortSignal | undefined;
  readonly #opening: Promise<RenewedClient>;
  #isOpen = false;

  /** @param signal ends the wait for a login at the end */
  constructor(settings: Settings, signal: AbortSignal | undefined) {
    this.#settings = settings;
    this.#signal = signal;
    this.#opening = openEngine(settings, signal);
    // Its error is thrown where the engine is awaited.
    this.#opening.then(
      () => {
        this.#isOpen = true;
      },
      () => undefined,
    );
  }

  /** Waits for the engine; tries once more where it failed, as Snowflake may have come up since. */
  opened(): Promise<RenewedClient> {
    return this.#opening.catch(() => openEngine(this.#settings, this.#signal));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closing = this.#opening.then(
      (engine) => engine.close(),
      () => undefined,
    );
    // Nobody waits for a login that is still in progress: the SDK tries for half a minute while Snowflake cannot be
    // reached, and what ended before it is known already.
    if (this.#isOpen) await closing;
    else closing.catch(() => undefined);
  }
}
