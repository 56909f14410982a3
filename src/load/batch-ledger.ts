import type { PolicyCount, RejectedRecord } from './load-report.ts';
import { policyCounts } from './policy-counts.ts';

/** A batch that a channel took in. */
export interface LedgerEntry {
  readonly offsetToken: string;
  readonly rows: number;
  readonly bytes: number;
  readonly rejected: readonly RejectedRecord[];
  readonly replaced: readonly PolicyCount[];
}

/** What batches add up to. */
interface Sum {
  rows: number;
  bytes: number;
  rejectedRows: number;
}

/**
 * The batches that went into one channel, in their order. Batches that are sent again, because the channel was opened
 * again at an earlier token, count once.
 *
 * Batches up to a committed token are folded into sums: a load of any length keeps those only of which it is not known
 * yet whether they are committed, and its rejected rows, which `--max-rejects` bounds.
 */
export class BatchLedger {
  /** The token that was committed before the first batch. */
  readonly start: string | null;
  readonly #sum: Sum = { rows: 0, bytes: 0, rejectedRows: 0 };
  /** Batches that may still be taken back. */
  #open: LedgerEntry[] = [];
  readonly #foldedRejected: RejectedRecord[] = [];
  #foldedReplaced: readonly PolicyCount[] = [];
  /** {@link finalTokens} of the folded batches. */
  #foldedTokens: readonly [string | null, ...(string | null)[]];
  #rollBacks = 0;

  constructor(start: string | null) {
    this.start = start;
    this.#foldedTokens = [start];
  }

  add(entry: LedgerEntry): void {
    this.#open.push(entry);
    this.#count(entry, 1);
  }

  /** Folds the batches up to a committed token. A token that is not that of a batch here changes nothing. */
  fold(committed: string | null): void {
    const last = this.#indexOf(committed);
    if (last < 0) return;
    const folded = this.#open.splice(0, last + 1);
    for (const { rejected } of folded) this.#foldedRejected.push(...rejected);
    this.#foldedReplaced = policyCounts([
      ...this.#foldedReplaced,
      ...folded.flatMap(({ replaced }) => replaced),
    ]);
    // What is committed already is committed in the end, or a later token.
    this.#foldedTokens = [committed];
  }

  /**
   * Takes back the batches after a committed token.
   *
   * @returns what was taken back.
   */
  rollBackTo(committed: string | null): { readonly rows: number; readonly bytes: number } {
    const undone = this.#open.splice(this.#indexOf(committed) + 1);
    const before = { ...this.#sum };
    for (const entry of undone) this.#count(entry, -1);
    this.fold(committed);
    this.#rollBacks += 1;
    return { rows: before.rows - this.#sum.rows, bytes: before.bytes - this.#sum.bytes };
  }

  /** How often batches were taken back. */
  get rollBacks(): number {
    return this.#rollBacks;
  }

  /** Batches that were not folded. */
  get openBatches(): number {
    return this.#open.length;
  }

  /**
   * The token that has to be committed in the end, then those of later batches of which no row was taken: the SDK
   * commits their tokens too, but only if rows before them wait to be sent.
   */
  get finalTokens(): readonly [string | null, ...(string | null)[]] {
    const taken = this.#open.findLastIndex(({ rows, rejected }) => rejected.length < rows);
    const later = this.#open.slice(taken + 1).map(({ offsetToken }) => offsetToken);
    const last = this.#open[taken];
    return last === undefined ? [...this.#foldedTokens, ...later] : [last.offsetToken, ...later];
  }

  get rows(): number {
    return this.#sum.rows;
  }

  get bytes(): number {
    return this.#sum.bytes;
  }

  /** Rows of folded batches that were not rejected. */
  get committedRows(): number {
    const open = this.#open.reduce((sum, { rows, rejected }) => sum + rows - rejected.length, 0);
    return this.#sum.rows - this.#sum.rejectedRows - open;
  }

  get rejectedRows(): number {
    return this.#sum.rejectedRows;
  }

  get rejected(): readonly RejectedRecord[] {
    return [...this.#foldedRejected, ...this.#open.flatMap(({ rejected }) => rejected)];
  }

  /** The same column and policy may come again. */
  get replaced(): readonly PolicyCount[] {
    return [...this.#foldedReplaced, ...this.#open.flatMap(({ replaced }) => replaced)];
  }

  #indexOf(offsetToken: string | null): number {
    return this.#open.findLastIndex((entry) => entry.offsetToken === offsetToken);
  }

  #count({ rows, bytes, rejected }: LedgerEntry, sign: 1 | -1): void {
    this.#sum.rows += sign * rows;
    this.#sum.bytes += sign * bytes;
    this.#sum.rejectedRows += sign * rejected.length;
  }
}
