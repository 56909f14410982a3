import type { RejectedRow, RowBatch } from '../bridge/row-bridge.ts';
import type { OnError } from '../config/settings.ts';
import type { TableName } from '../snowflake/identifier.ts';

/** Which channel, on which table. */
export interface ChannelRequest {
  readonly channel: string;
  /** By stored names. */
  readonly table: TableName;
  readonly onError: OnError;
  /** Takes the place of the committed token, at the moment when the channel is opened. */
  readonly offsetToken?: string;
  /**
   * Called with rejected rows before the SDK has the token of their batch, so that their records survive whatever
   * happens next. Under CONTINUE the SDK's own channel is then one of SKIP_BATCH, and the other rows of such a batch
   * go in by a second call. Under ABORT it is not called: the run ends before the row, not behind it.
   */
  readonly onRejected?: (rejected: readonly RejectedRow[], batch: RowBatch) => Promise<void>;
}

/**
 * A way into Snowflake. The pipeline knows this interface alone. The classic SDK implements it today; the
 * high-performance SDK (a client for each pipe, `appendRows` with a start and an end token, validation on the
 * server) fits as another: the token before a batch is the end token of the batch before, and rows that the
 * server rejects later join `rejected`.
 */
export interface IngestEngine {
  /** Opens a channel, which fences every other program that has it. */
  openChannel(request: ChannelRequest): Promise<IngestChannel>;
  /** Drops a channel with its offset token; rows that are committed stay. */
  dropChannel(request: Pick<ChannelRequest, 'channel' | 'table'>): Promise<void>;
  /** Makes another client in place of the one whose channel was lost again and again. */
  renew?(lost: IngestChannel): Promise<void>;
  /** Ends the engine; rows of channels that were not closed before are lost. */
  close(): Promise<void>;
}

/** Rejected rows that a channel keeps with their reasons: the last ones. */
export const KEPT_REJECTS = 1000;

/** An open channel: rows go in by batches, and each batch's token is committed with its rows. */
export interface IngestChannel {
  readonly name: string;
  /** Rows that are not in Snowflake: the last 1,000 of all batches so far. */
  readonly rejected: readonly ChannelReject[];
  /** How many there are in all. */
  readonly rejectedRows: number;
  /** Rows that the engine took in so far. */
  readonly acceptedRows: number;
  /** Inserts the rows of a batch; returns those that were rejected. */
  insertBatch(batch: RowBatch): Promise<readonly RejectedRow[]>;
  /** The token of the last batch that Snowflake has committed, or null for a new channel. */
  getLatestCommittedOffsetToken(): Promise<string | null>;
  /** Whether rows can still be inserted: not after the channel was lost or fenced. */
  isValid(): boolean;
  /** Whether `close` has returned, so that every row is committed. */
  isClosed(): boolean;
  /**
   * Comes back when every row that was taken in is committed.
   *
   * @param options `drop` also drops the channel with its offset token, unless somebody else has opened it since
   */
  close(options?: { readonly drop?: boolean }): Promise<void>;
}

/** A rejected row and the batch that it was part of. */
export interface ChannelReject extends RejectedRow {
  readonly offsetToken: string;
}
