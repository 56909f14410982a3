import type { PolicyCount, RefusedRecord } from '../report/run-report.ts';

/** A batch that a channel took in. */
export interface LedgerEntry {
  readonly offsetToken: string;
  readonly rows: number;
  readonly bytes: number;
  readonly refused: readonly RefusedRecord[];
  readonly replaced: readonly PolicyCount[];
}

/**
 * The batches that went into one channel, in their order. What is told of a load is added up from them, so that
 * batches which are sent again, because the channel was opened anew at an earlier token, count once.
 */
export class BatchLedger {
  /** The token that was committed before the first batch. */
  readonly start: string | null;
  #entries: LedgerEntry[] = [];
  #rollBacks = 0;

  constructor(start: string | null) {
    this.start = start;
  }

  add(entry: LedgerEntry): void {
    this.#entries.push(entry);
  }

  /**
   * Takes back the batches after a committed token.
   *
   * @returns what was taken back.
   */
  rollBackTo(committed: string | null): { readonly rows: number; readonly bytes: number } {
    const last = this.#entries.findLastIndex(({ offsetToken }) => offsetToken === committed);
    const undone = this.#entries.splice(last + 1);
    this.#rollBacks += 1;
    return { rows: sum(undone, 'rows'), bytes: sum(undone, 'bytes') };
  }

  /** How often batches were taken back. */
  get rollBacks(): number {
    return this.#rollBacks;
  }

  /**
   * The token that has to be committed in the end, then those of later batches of which no row was taken: the SDK
   * hands their tokens on too, but only if rows before them wait to be sent.
   */
  get finalTokens(): readonly [string | null, ...(string | null)[]] {
    const taken = this.#entries.findLastIndex(({ rows, refused }) => refused.length < rows);
    const later = this.#entries.slice(taken + 1).map(({ offsetToken }) => offsetToken);
    return [this.#entries[taken]?.offsetToken ?? this.start, ...later];
  }

  get rows(): number {
    return sum(this.#entries, 'rows');
  }

  get bytes(): number {
    return sum(this.#entries, 'bytes');
  }

  get refusedRows(): number {
    return this.#entries.reduce((total, { refused }) => total + refused.length, 0);
  }

  get refused(): readonly RefusedRecord[] {
    return this.#entries.flatMap(({ refused }) => refused);
  }

  /** Of one batch after the other; the same column and policy may come again. */
  get replaced(): readonly PolicyCount[] {
    return this.#entries.flatMap(({ replaced }) => replaced);
  }
}

const sum = (entries: readonly LedgerEntry[], what: 'rows' | 'bytes'): number =>
  entries.reduce((total, entry) => total + entry[what], 0);
