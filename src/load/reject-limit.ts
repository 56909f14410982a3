/** Loads that are under way, with the rows that were refused so far. */
interface Refusing {
  readonly refusedRows: number;
}

/**
 * How many rows of a run may be refused, whichever of its tables they are of. A load's refused rows may become fewer
 * again, when its channel is lost and their batch with it, so that they are asked for each time.
 */
export class RejectLimit {
  readonly #allowed: number;
  readonly #underWay = new Set<Refusing>();
  #ended = 0;

  /** @param allowed `--max-rejects` */
  constructor(allowed: number) {
    this.#allowed = allowed;
  }

  /** A load begins. */
  enter(load: Refusing): void {
    this.#underWay.add(load);
  }

  /** A load has ended; its refused rows still count. */
  leave(load: Refusing): void {
    if (this.#underWay.delete(load)) this.#ended += load.refusedRows;
  }

  /** Whether more rows were refused than may be. */
  get isExceeded(): boolean {
    let refused = this.#ended;
    for (const load of this.#underWay) refused += load.refusedRows;
    return refused > this.#allowed;
  }
}
