import { untilAborted } from '../retry-policy.ts';
import type { ChannelRequest, IngestChannel, IngestEngine } from './engine.ts';

/** A client that may close itself. */
export interface ClosingEngine extends IngestEngine {
  isClosed(): boolean;
}

/**
 * A streaming client that is replaced when it is no use any more. After a failover of the account, the SDK up to 4.3.0
 * goes on with the deployment and the encryption keys that it was made with, and each channel that it opens is lost
 * again; from 4.4.0 on it closes itself. A client of its own for the new deployment helps in both cases.
 * https://github.com/snowflakedb/snowflake-ingest-java/releases
 */
export class RenewedClient implements IngestEngine, AsyncDisposable {
  readonly #open: () => Promise<ClosingEngine>;
  readonly #signal: AbortSignal | undefined;
  readonly #makers = new WeakMap<IngestChannel, ClosingEngine>();
  /** Replaced ones: channels of other tables may still be at work in them. */
  readonly #replaced: ClosingEngine[] = [];
  #client: ClosingEngine;
  #renewing: Promise<void> | undefined;

  private constructor(
    client: ClosingEngine,
    open: () => Promise<ClosingEngine>,
    signal: AbortSignal | undefined,
  ) {
    this.#client = client;
    this.#open = open;
    this.#signal = signal;
  }

  /**
   * @param signal ends the wait for a channel that is being opened
   * @throws what `open` throws
   */
  static async open(
    open: () => Promise<ClosingEngine>,
    signal?: AbortSignal | undefined,
  ): Promise<RenewedClient> {
    return new RenewedClient(await open(), open, signal);
  }

  openChannel(request: ChannelRequest): Promise<IngestChannel> {
    return untilAborted(
      this.#signal,
      async () => {
        await this.#usable();
        const client = this.#client;
        const channel = await client.openChannel(request);
        this.#makers.set(channel, client);
        return channel;
      },
      (late) => late.close(),
    );
  }

  async dropChannel(request: Pick<ChannelRequest, 'channel' | 'table'>): Promise<void> {
    await this.#usable();
    await this.#client.dropChannel(request);
  }

  async renew(lost: IngestChannel): Promise<void> {
    // Another channel of the same client may have had it replaced.
    if (this.#makers.get(lost) === this.#client) await this.#replace();
  }

  async close(): Promise<void> {
    await this.#renewing?.catch(() => undefined);
    const open = [this.#client, ...this.#replaced].filter((client) => !client.isClosed());
    // The rows of the replaced ones have gone by another client.
    for (const client of open.slice(1)) await client.close().catch(() => undefined);
    if (open[0] !== undefined) await open[0].close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #usable(): Promise<void> {
    if (this.#client.isClosed()) await this.#replace();
  }

  /** Those that want it at the same time wait for one. */
  #replace(): Promise<void> {
    this.#renewing ??= this.#open()
      .then((client) => {
        this.#replaced.push(this.#client);
        this.#client = client;
      })
      .finally(() => {
        this.#renewing = undefined;
      });
    return this.#renewing;
  }
}
