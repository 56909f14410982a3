import { SnowstreamError } from '../errors.ts';
import type { Cell, Rows } from '../types/cell.ts';
import type { Encoder } from '../types/family.ts';
import type { PolicyApplication } from '../types/policy.ts';
import type { InsertQueue } from './insert-queue.ts';
import type { JavaChannel } from './java-classes.ts';

/** A column of a batch: its key in the HashMap and its encoding; its cell is at the same index in the row. */
export interface EncodedColumn {
  /** The key in the HashMap: a Snowflake identifier, quoted where it must be. */
  readonly key: string;
  readonly encoder: Encoder;
}

/** Rows that are inserted into a channel by one call. */
export interface RowBatch {
  /** Cells in the order of `columns`; trailing cells of a row are ignored. */
  readonly rows: Rows;
  readonly columns: readonly EncodedColumn[];
  /** Committed by Snowflake atomically with the rows. */
  readonly offsetToken: string;
  /** Called for every value that a policy replaced, including those of rows that are rejected later. */
  readonly replaced?: (application: PolicyApplication) => void;
}

/** A row that is not in Snowflake, and why. */
export interface RejectedRow {
  /** Position in the batch, from 0. */
  readonly index: number;
  /** The column at fault, where there is one. */
  readonly column?: string;
  readonly message: string;
}

/** Options of a bridge. */
export interface BridgeOptions {
  /** The queue, when other inserts of the same channel use it too. */
  readonly queue?: InsertQueue;
  /**
   * Called with rejected rows before the others of their batch are inserted. Under CONTINUE the SDK's channel must then
   * be opened with SKIP_BATCH: the others are inserted by a second call.
   */
  readonly onRejected?: (rejected: readonly RejectedRow[], batch: RowBatch) => Promise<void>;
}

/**
 * Turns rows into HashMaps in the JVM and inserts them by a channel's `insertRows`: cell by cell, or one batch per call.
 * Both give the SDK equal HashMaps.
 */
export interface RowBridge {
  /**
   * Inserts a batch, after all earlier ones; returns when the SDK has accepted it.
   *
   * @returns the rows that were rejected, by us or by the SDK's validation.
   * @throws SnowstreamError JAVA_EXCEPTION when the channel is not valid any more; JAVA_EXCEPTION or ROWS_REFUSED,
   * under OnErrorOption.ABORT, for the first bad row; JVM_TIMEOUT.
   */
  insertRows(channel: JavaChannel, batch: RowBatch): Promise<readonly RejectedRow[]>;
  /** Releases the bridge's resources; called when the channel is no longer used. */
  end(): void;
}

/**
 * The value of a HashMap for a cell: its text, or null for SQL NULL.
 *
 * @param index the row's position in the batch
 * @throws RangeError with the reason, when the value has no exact form.
 */
export function encodedText(
  { key, encoder }: EncodedColumn,
  cell: Exclude<Cell, null>,
  index: number,
  replaced: RowBatch['replaced'],
): string | null {
  const encoded = encoder.text(cell);
  if (typeof encoded === 'string') return encoded;
  replaced?.({ index, column: key, policy: encoded.policy });
  return encoded.text;
}

/**
 * Translates the indexes of rejected rows, from those of the rows that were sent to those of the batch.
 *
 * @param rowIndexes the index in the batch of each row that was sent
 */
export function inBatch(rejected: readonly RejectedRow[], rowIndexes: readonly number[]): RejectedRow[] {
  return rejected.map((row) => ({ ...row, index: rowIndexes[row.index] ?? row.index }));
}

/**
 * Why a value was rejected, when an error says that.
 *
 * @throws the error itself when it says anything else
 */
export function rejectReason(error: unknown): string {
  if (error instanceof RangeError || error instanceof SnowstreamError) return error.message;
  throw error;
}
