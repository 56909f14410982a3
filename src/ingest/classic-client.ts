import type { JavaChannel, JavaClient, JavaObject } from '../bridge/java-classes.ts';
import type { Jvm } from '../bridge/jvm.ts';
import type { OnError, SnowflakeConnection } from '../config/settings.ts';
import { accessToken } from '../snowflake/access-token.ts';
import { displayIdentifier } from '../snowflake/identifier.ts';
import { type ChannelTimeouts, StreamingIngestChannel } from './classic-channel.ts';
import type { ChannelRequest, IngestEngine } from './engine.ts';
import { rejectedAnswer } from './rejected-answer.ts';

const STREAMING = 'net.snowflake.ingest.streaming';

/** Milliseconds to close in once a call of a channel hung: what it waits for, closing would wait for as well. */
const CLOSE_AFTER_STUCK = 3_000;

/** What a client of the classic SDK is made with. */
export interface StreamingIngestClientSettings {
  /** Shows up in Snowflake's history of clients. */
  readonly name: string;
  readonly connection: SnowflakeConnection & { readonly role?: string };
  /** How rows become HashMaps; one batch per call by default. */
  readonly bridge?: 'batch' | 'cell';
  readonly compression?: 'GZIP' | 'ZSTD';
  /** Milliseconds that the SDK may hold rows back. */
  readonly maxClientLag?: number;
  /** Milliseconds that one Java call may take; 120,000 by default. */
  readonly javaTimeout?: number;
  /** Milliseconds that `close()` of a channel may take; 300,000 by default. */
  readonly closeTimeout?: number;
}

/** {@link ChannelTimeouts} that a call which hung shortens. */
type ClientTimeouts = { -readonly [Name in keyof ChannelTimeouts]: ChannelTimeouts[Name] };

/** The properties of `SnowflakeStreamingIngestClientFactory`, by the SDK's own names. */
export function clientProperties(settings: StreamingIngestClientSettings): Record<string, string> {
  const { connection } = settings;
  const { streaming } = connection;
  return {
    url: connection.url,
    user: connection.user,
    ...(connection.role !== undefined && { role: connection.role }),
    ...(streaming.type === 'JWT'
      ? { authorization_type: 'JWT', private_key: streaming.privateKey.base64 }
      : {
          authorization_type: 'OAuth',
          oauth_client_id: streaming.clientId,
          oauth_client_secret: streaming.clientSecret,
          oauth_refresh_token: streaming.refreshToken,
          ...(streaming.tokenEndpoint !== undefined && { oauth_token_endpoint: streaming.tokenEndpoint }),
        }),
    ...(settings.compression !== undefined && { bdec_parquet_compression_algorithm: settings.compression }),
    ...(settings.maxClientLag !== undefined && { max_client_lag: String(settings.maxClientLag) }),
  };
}

/**
 * Snowflake's own `SnowflakeStreamingIngestClient`, in the JVM of this process.
 *
 * @example
 * await using client = await StreamingIngestClient.open(jvm, { name: 'MY_CLIENT', connection: settings.snowflake });
 * const table = { database: 'SHOP', schema: 'RAW', table: 'PEOPLE' };
 * const channel = await client.openChannel({ channel: 'MY_CHANNEL', table, onError: 'CONTINUE' });
 */
export class StreamingIngestClient implements IngestEngine {
  readonly name: string;
  readonly #jvm: Jvm;
  readonly #client: JavaClient;
  readonly #timeouts: ClientTimeouts;
  readonly #bridge: 'batch' | 'cell';
  readonly #urls: readonly string[];
  #closing: Promise<void> | undefined;

  private constructor(jvm: Jvm, client: JavaClient, settings: StreamingIngestClientSettings) {
    this.name = settings.name;
    this.#jvm = jvm;
    this.#client = client;
    this.#timeouts = timeoutsOf(settings);
    this.#bridge = settings.bridge ?? 'batch';
    this.#urls = urlsOf(settings);
  }

  /**
   * Builds a client, which logs in and asks for its stage.
   *
   * @throws SnowstreamError JAVA_EXCEPTION with the SDK's reason, or JVM_TIMEOUT; SNOWFLAKE_DENIED when
   * a refresh token is rejected; that or SNOWFLAKE_UNREACHABLE for an answer that is rejected: one that would write
   * into a folder of this machine, or one that is far too large.
   */
  static async open(jvm: Jvm, settings: StreamingIngestClientSettings): Promise<StreamingIngestClient> {
    const properties = jvm.create<JavaObject & { setPropertySync(key: string, value: string): void }>(
      'java.util.Properties',
    );
    for (const [key, value] of Object.entries(clientProperties(settings)))
      properties.setPropertySync(key, value);
    const builder = jvm
      .callStatic<{ setPropertiesSync(properties: JavaObject): JavaObject }>(
        `${STREAMING}.SnowflakeStreamingIngestClientFactory`,
        'builder',
        settings.name,
      )
      .setPropertiesSync(properties);
    const wait = { what: 'making the streaming client', timeout: timeoutsOf(settings).call };
    // The SDK follows a redirect with the client's secret when it asks for its first token.
    if (settings.connection.streaming.type === 'OAuth') await accessToken(settings.connection);
    try {
      const client = await jvm.call<JavaClient>(wait, 'build', builder, settings.connection.url);
      return new StreamingIngestClient(jvm, client, settings);
    } catch (error) {
      throw causeOf(jvm, urlsOf(settings), error);
    }
  }

  /** Opens a channel, which fences every other program that has it. */
  async openChannel(request: ChannelRequest): Promise<StreamingIngestChannel> {
    // A channel that is opened in place of one that was lost by such an answer would be lost in the same way.
    for (const url of this.#urls) {
      const rejected = rejectedAnswer(this.#jvm, url);
      if (rejected !== undefined) throw rejected;
    }
    const { OpenChannelRequest, OnErrorOption } = names;
    const builder = this.#jvm
      .callStatic<OpenChannelRequestBuilder>(OpenChannelRequest, 'builder', request.channel)
      .setDBNameSync(displayIdentifier(request.table.database))
      .setSchemaNameSync(displayIdentifier(request.table.schema))
      .setTableNameSync(displayIdentifier(request.table.table))
      .setOnErrorOptionSync(this.#jvm.constant(OnErrorOption, sdkOption(request)))
      // The SDK's own default is America/Los_Angeles.
      .setDefaultTimezoneSync(this.#jvm.callStatic('java.time.ZoneId', 'of', 'UTC'));
    if (request.offsetToken !== undefined) builder.setOffsetTokenSync(request.offsetToken);
    const channel = await this.#jvm.call<JavaChannel>(
      { what: `opening channel ${request.channel}`, timeout: this.#timeouts.call },
      'openChannel',
      this.#client,
      builder.buildSync(),
    );
    return new StreamingIngestChannel(this.#jvm, channel, this.#bridge, {
      request,
      timeouts: this.#timeouts,
      causeOf: (error) => causeOf(this.#jvm, this.#urls, error),
      stuck: () => {
        if (this.#timeouts.close <= CLOSE_AFTER_STUCK) return;
        this.#timeouts.close = CLOSE_AFTER_STUCK;
        this.#timeouts.closeSetting = null;
      },
    });
  }

  /** Drops a channel with its offset token; rows that are committed stay. */
  async dropChannel(request: Pick<ChannelRequest, 'channel' | 'table'>): Promise<void> {
    const builder = this.#jvm
      .callStatic<DropChannelRequestBuilder>(names.DropChannelRequest, 'builder', request.channel)
      .setDBNameSync(displayIdentifier(request.table.database))
      .setSchemaNameSync(displayIdentifier(request.table.schema))
      .setTableNameSync(displayIdentifier(request.table.table));
    await this.#jvm.call(
      { what: `dropping channel ${request.channel}`, timeout: this.#timeouts.call },
      'dropChannel',
      this.#client,
      builder.buildSync(),
    );
  }

  /** Whether the client was closed, by `close` or by itself. */
  isClosed(): boolean {
    return this.#client.isClosedSync();
  }

  /** Ends the client; rows of channels that were not closed before are lost. */
  close(): Promise<void> {
    this.#closing ??= this.#jvm.call(
      {
        what: 'closing the streaming client',
        timeout: this.#timeouts.close,
        setting: this.#timeouts.closeSetting,
      },
      'closeClient',
      this.#client,
    );
    return this.#closing;
  }

  /** Closes the client. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** Where the SDK sends requests: the account, and who gives it OAuth tokens. */
function urlsOf({ connection }: StreamingIngestClientSettings): string[] {
  const { url, streaming } = connection;
  const endpoint = streaming.type === 'OAuth' ? streaming.tokenEndpoint : undefined;
  return endpoint === undefined ? [url] : [url, endpoint];
}

/** The answer that was rejected, when there is one, or the error itself. */
function causeOf(jvm: Jvm, urls: readonly string[], error: unknown): unknown {
  return urls.map((url) => rejectedAnswer(jvm, url, error)).find((each) => each !== undefined) ?? error;
}

const names = {
  OpenChannelRequest: `${STREAMING}.OpenChannelRequest`,
  OnErrorOption: `${STREAMING}.OpenChannelRequest$OnErrorOption`,
  DropChannelRequest: `${STREAMING}.DropChannelRequest`,
} as const;

interface OpenChannelRequestBuilder {
  setDBNameSync(name: string): this;
  setSchemaNameSync(name: string): this;
  setTableNameSync(name: string): this;
  setOnErrorOptionSync(option: JavaObject): this;
  setDefaultTimezoneSync(zone: JavaObject): this;
  setOffsetTokenSync(token: string): this;
  buildSync(): JavaObject;
}

interface DropChannelRequestBuilder {
  setDBNameSync(name: string): this;
  setSchemaNameSync(name: string): this;
  setTableNameSync(name: string): this;
  buildSync(): JavaObject;
}

/** No row of a batch may be inserted before its rejected rows are recorded. */
function sdkOption({ onError, onRejected }: ChannelRequest): OnError {
  return onError === 'CONTINUE' && onRejected !== undefined ? 'SKIP_BATCH' : onError;
}

function timeoutsOf(settings: StreamingIngestClientSettings): ClientTimeouts {
  return {
    call: settings.javaTimeout ?? 120_000,
    close: settings.closeTimeout ?? 300_000,
    closeSetting: '--close-timeout',
  };
}
