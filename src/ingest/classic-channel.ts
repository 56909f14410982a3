import { BatchBridge } from '../bridge/batch.ts';
import { rejectedRowsOf } from '../bridge/insert-errors.ts';
import { InsertQueue } from '../bridge/insert-queue.ts';
import type { JavaChannel, JavaHashMap, JavaList } from '../bridge/java-classes.ts';
import type { RowValue } from '../bridge/java-value.ts';
import type { Jvm } from '../bridge/jvm.ts';
import type { BridgeOptions, RejectedRow, RowBatch, RowBridge } from '../bridge/row-bridge.ts';
import { RowMapBridge, toHashMap } from '../bridge/row-map.ts';
import { SnowstreamError } from '../errors.ts';
import { type ChannelReject, type ChannelRequest, type IngestChannel, KEPT_REJECTS } from './engine.ts';
import { fencedError } from './fenced-channel.ts';

/** A row by column names; names are Snowflake identifiers, so `email` is EMAIL and `"email"` is email. */
export type Row = Readonly<Record<string, RowValue>> | JavaHashMap;

/** What the SDK's `InsertValidationResponse` says, by value. */
export interface InsertResponse {
  readonly rejected: readonly RejectedRow[];
  /** Whether rows were rejected, as the SDK's own method says. */
  hasErrors(): boolean;
}

/** Milliseconds that calls may take. */
export interface ChannelTimeouts {
  readonly call: number;
  readonly close: number;
  /** What raises `close`: null once a call hung, since when it is a short one of our own. */
  readonly closeSetting: '--close-timeout' | null;
}

interface Opened {
  readonly request: ChannelRequest;
  readonly timeouts: ChannelTimeouts;
  /** Called when a call timed out; from then on the timeout of close is shorter. */
  readonly stuck: () => void;
  /** What an error of the SDK comes from: an answer of Snowflake's that was rejected, or the error itself. */
  readonly causeOf: (error: unknown) => unknown;
}

/**
 * Snowflake's own `SnowflakeStreamingIngestChannel`.
 *
 * @example
 * await channel.insertRow({ customer_id: 'a1' }, '1');
 * await channel.close();
 * console.log(await channel.getLatestCommittedOffsetToken());
 */
export class StreamingIngestChannel implements IngestChannel {
  readonly name: string;
  readonly #jvm: Jvm;
  readonly #channel: JavaChannel;
  readonly #bridge: RowBridge;
  readonly #queue: InsertQueue;
  readonly #opened: Opened;
  #rejected: ChannelReject[] = [];
  #rejectedRows = 0;
  #acceptedRows = 0;

  constructor(jvm: Jvm, channel: JavaChannel, bridge: 'batch' | 'cell', opened: Opened) {
    const { request, timeouts } = opened;
    const Bridge = bridge === 'cell' ? RowMapBridge : BatchBridge;
    this.name = request.channel;
    this.#jvm = jvm;
    this.#channel = channel;
    this.#queue = new InsertQueue(request.onError);
    this.#bridge = new Bridge(jvm, timeouts.call, request.onError, {
      queue: this.#queue,
      ...onRejectedOf(request),
    });
    this.#opened = opened;
  }

  get rejected(): readonly ChannelReject[] {
    return this.#rejected.slice(-KEPT_REJECTS);
  }

  get rejectedRows(): number {
    return this.#rejectedRows;
  }

  get acceptedRows(): number {
    return this.#acceptedRows;
  }

  /**
   * Inserts one row.
   *
   * @throws SnowstreamError JAVA_EXCEPTION when the channel is not valid any more, or, under ABORT, for a bad row;
   * VALUE_NOT_CARRIED for a value without an exact Java form.
   * @example
   * const response = await channel.insertRow({ customer_id: 'a1', email: 'a@example.com' }, '1');
   * if (response.hasErrors()) console.error(response.rejected[0]?.message);
   */
  async insertRow(row: Row, offsetToken: string | null): Promise<InsertResponse> {
    return this.#insertMaps([this.#mapOf(row)], offsetToken);
  }

  /** Inserts rows in one call; like {@link insertRow} for the rest. */
  async insertRows(rows: Iterable<Row>, offsetToken: string | null): Promise<InsertResponse> {
    return this.#insertMaps(
      Array.from(rows, (row) => this.#mapOf(row)),
      offsetToken,
    );
  }

  /** Inserts the rows of a batch, as MySQL sent them or cell by cell; returns those that were rejected. */
  async insertBatch(batch: RowBatch): Promise<readonly RejectedRow[]> {
    const rejected = await this.#inTime(this.#bridge.insertRows(this.#channel, batch));
    return this.#count(batch.rows.length, rejected, batch.offsetToken);
  }

  /** @throws SnowstreamError CHANNEL_TAKEN when the channel was opened again since, by whichever client; JAVA_EXCEPTION. */
  async getLatestCommittedOffsetToken(): Promise<string | null> {
    const what = `asking channel ${this.name} for its committed offset token`;
    const wait = { what, timeout: this.#opened.timeouts.call };
    try {
      return await this.#inTime(this.#jvm.call(wait, 'committedToken', this.#channel));
    } catch (error) {
      throw error instanceof SnowstreamError && FENCED.test(error.message)
        ? fencedError(this.name, error)
        : error;
    }
  }

  /** Whether rows can still be inserted: not after the channel was lost or fenced. */
  isValid(): boolean {
    return this.#channel.isValidSync();
  }

  /** Whether `close` has returned, so that every row is committed. */
  isClosed(): boolean {
    return this.#channel.isClosedSync();
  }

  /** `DATABASE.SCHEMA.TABLE.CHANNEL`, as the SDK writes it. */
  getFullyQualifiedName(): string {
    return this.#channel.getFullyQualifiedNameSync();
  }

  /**
   * Flushes and waits until every row is committed.
   *
   * @param options `drop` also drops the channel with its offset token, unless somebody else has opened it since
   * @throws SnowstreamError CHANNEL_INVALID when Snowflake has given the channel up, which the SDK would wait for
   * without an end; JVM_TIMEOUT when it takes longer than the close time-out; JAVA_EXCEPTION.
   */
  async close(options: { readonly drop?: boolean } = {}): Promise<void> {
    const lost = () => new SnowstreamError('CHANNEL_INVALID', `channel ${this.name} is not valid any more`);
    const { close: timeout, closeSetting: setting } = this.#opened.timeouts;
    const wait = { what: `closing channel ${this.name}`, timeout, setting, lost };
    try {
      if (!this.isValid()) throw this.#opened.causeOf(lost());
      await this.#inTime(this.#jvm.call(wait, 'closeChannel', this.#channel, options.drop ?? false));
    } finally {
      this.#bridge.end();
    }
  }

  /** Closes the channel, unless it is closed. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.isClosed() ? Promise.resolve() : this.close();
  }

  async #inTime<T>(call: Promise<T>): Promise<T> {
    try {
      return await call;
    } catch (error) {
      if (error instanceof SnowstreamError && error.code === 'JVM_TIMEOUT') this.#opened.stuck();
      throw this.#opened.causeOf(error);
    }
  }

  #mapOf(row: Row): JavaHashMap {
    return isHashMap(row) ? row : toHashMap(this.#jvm, row);
  }

  async #insertMaps(maps: readonly JavaHashMap[], offsetToken: string | null): Promise<InsertResponse> {
    const list = this.#jvm.create<JavaList<JavaHashMap>>('java.util.ArrayList');
    for (const map of maps) list.addSync(map);
    const inserted = await this.#queue.run(async () => {
      const { call: timeout } = this.#opened.timeouts;
      const wait = { what: 'insertRows', timeout };
      return rejectedRowsOf(await this.#jvm.call(wait, 'insertRows', this.#channel, list, offsetToken));
    });
    const rejected = this.#count(maps.length, inserted, offsetToken ?? '');
    return { rejected, hasErrors: () => rejected.length > 0 };
  }

  /** Under SKIP_BATCH one bad row keeps its whole batch out, so the others are rejected with it. */
  #count(rows: number, rejected: readonly RejectedRow[], offsetToken: string): readonly RejectedRow[] {
    const all =
      this.#opened.request.onError === 'SKIP_BATCH' && rejected.length > 0
        ? withNeighbours(rows, rejected)
        : rejected;
    for (const row of all) this.#rejected.push({ ...row, offsetToken });
    if (this.#rejected.length > 2 * KEPT_REJECTS) this.#rejected = this.#rejected.slice(-KEPT_REJECTS);
    this.#rejectedRows += all.length;
    this.#acceptedRows += rows - all.length;
    return all;
  }
}

/** What the SDK makes of the answer that another client has opened the channel since. */
const FENCED = /invalid with status code 20\b/;

function isHashMap(row: Row): row is JavaHashMap {
  return 'putSync' in row && typeof row.putSync === 'function';
}

function onRejectedOf({ onError, onRejected }: ChannelRequest): Pick<BridgeOptions, 'onRejected'> {
  if (onRejected === undefined || onError === 'ABORT') return {};
  if (onError === 'CONTINUE') return { onRejected };
  return { onRejected: (rejected, batch) => onRejected(withNeighbours(batch.rows.length, rejected), batch) };
}

function withNeighbours(rows: number, rejected: readonly RejectedRow[]): RejectedRow[] {
  const bad = new Map(rejected.map((row) => [row.index, row]));
  const culprit = rejected[0]?.index ?? 0;
  return Array.from(
    { length: rows },
    (_, index) => bad.get(index) ?? { index, message: `skipped with its batch because of row ${culprit}` },
  );
}
