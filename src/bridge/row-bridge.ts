import { SnowstreamError } from '../errors.ts';
import type { Cell, Rows } from '../types/cell.ts';
import type { Encoder } from '../types/family.ts';
import type { PolicyApplication } from '../types/policy.ts';
import type { InsertQueue } from './insert-queue.ts';
import type { JavaChannel } from './java-classes.ts';

/** A column on its way: where its cell stands in the row, what it is called over there, how it travels. */
export interface EncodedColumn {
  /** The key in the HashMap: a Snowflake identifier, quoted where it must be. */
  readonly key: string;
  readonly encoder: Encoder;
}

/** Rows that go to a channel in one call. */
export interface RowBatch {
  /** Cells in the order of `columns`; further cells of a row are left alone. */
  readonly rows: Rows;
  readonly columns: readonly EncodedColumn[];
  /** Committed by Snowflake together with the rows. */
  readonly offsetToken: string;
  /** Told of every value that a policy replaced, those of rows that are rejected in the end too. */
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

/** What else a bridge may be given. */
export interface BridgeOptions {
  /** Where other inserts of the same channel stand in line too. */
  readonly queue?: InsertQueue;
  /**
   * Told of rejected rows before the others of their batch are in the channel. Under CONTINUE the SDK's channel must
   * then be one of SKIP_BATCH: the others go in by a second call.
   */
  readonly onRejected?: (rejected: readonly RejectedRow[], batch: RowBatch) => Promise<void>;
}

/**
 * The way from rows to HashMaps in the JVM to a channel's `insertRows`. Cell by cell is one way, a batch a call
 * another; both give the SDK equal HashMaps.
 */
export interface RowBridge {
  /**
   * Inserts a batch, after those that were asked for before; comes back when the SDK has taken it in.
   *
   * @returns the rows that were rejected, by us or by the SDK's validation.
   * @throws SnowstreamError JAVA_EXCEPTION when the channel is not valid any more; JAVA_EXCEPTION or ROWS_REFUSED,
   * under OnErrorOption.ABORT, for the first bad row; JVM_TIMEOUT.
   */
  insertRows(channel: JavaChannel, batch: RowBatch): Promise<readonly RejectedRow[]>;
  /** Gives up what the bridge holds beside the channel; for when the channel is done with. */
  end(): void;
}

/**
 * What goes into a HashMap for a cell: its text, or null for SQL NULL.
 *
 * @param index the row's position in the batch
 * @throws RangeError with the reason, when the value cannot be carried.
 */
export function encodedText(
  { key, encoder }: EncodedColumn,
  cell: Exclude<Cell, null>,
  index: number,
  replaced: RowBatch['replaced'],
): string | null {
  const carried = encoder.text(cell);
  if (typeof carried === 'string') return carried;
  replaced?.({ index, column: key, policy: carried.policy });
  return carried.text;
}

/**
 * Rejected rows by their place in the batch, from their place among the rows that were sent on.
 *
 * @param rowIndexes the place in the batch of each row that was sent
 */
export function inBatch(rejected: readonly RejectedRow[], rowIndexes: readonly number[]): RejectedRow[] {
  return rejected.map((row) => ({ ...row, index: rowIndexes[row.index] ?? row.index }));
}

/**
 * Why a value could not be carried, when that is what an error says.
 *
 * @throws the error itself when it says anything else
 */
export function rejectReason(error: unknown): string {
  if (error instanceof RangeError || error instanceof SnowstreamError) return error.message;
  throw error;
}
