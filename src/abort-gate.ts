/**
 * A signal that can be held back: work that must not be left half done runs behind the gate, and whatever ends with
 * the signal ends after it.
 */
export class AbortGate implements Disposable {
  readonly #requested: AbortSignal | undefined;
  readonly #controller = new AbortController();
  readonly #pass = (): void => {
    if (this.#held === 0) this.#controller.abort(this.#requested?.reason);
  };
  #held = 0;

  /** @param requested the signal of the caller */
  constructor(requested: AbortSignal | undefined) {
    this.#requested = requested;
    requested?.addEventListener('abort', this.#pass);
    if (requested?.aborted) this.#pass();
  }

  /** Aborted with the caller's signal, unless work is behind the gate: then when that has ended. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The caller's signal, for work behind the gate that looks between its steps whether it may end. */
  get requested(): AbortSignal | undefined {
    return this.#requested;
  }

  /** Does something that the signal does not end. */
  async hold<T>(work: () => Promise<T>): Promise<T> {
    this.#held += 1;
    try {
      return await work();
    } finally {
      this.#held -= 1;
      if (this.#requested?.aborted) this.#pass();
    }
  }

  [Symbol.dispose](): void {
    this.#requested?.removeEventListener('abort', this.#pass);
  }
}
