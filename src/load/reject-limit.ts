/** Loads that are under way, with the rows that were rejected so far. */
interface RejectingLoad {
  readonly rejectedRows: number;
}

/**
 * How many rows of a run may be rejected, whichever of its tables they are of. A load's rejected rows may become fewer
 * again, when its channel is lost and their batch with it, so that they are asked for each time.
 */
export class RejectLimit {
  readonly #allowed: number;
  readonly #underWay = new Set<RejectingLoad>();
  #ended = 0;

  /** @param allowed `--max-rejects` */
  constructor(allowed: number) {
    this.#allowed = allowed;
  }

  /** A load begins. */
  enter(load: RejectingLoad): void {
    this.#underWay.add(load);
  }

  /** A load has ended; its rejected rows still count. */
  leave(load: RejectingLoad): void {
    if (this.#underWay.delete(load)) this.#ended += load.rejectedRows;
  }

  /** Whether more rows were rejected than may be. */
  get isExceeded(): boolean {
    let rejected = this.#ended;
    for (const load of this.#underWay) rejected += load.rejectedRows;
    return rejected > this.#allowed;
  }
}
