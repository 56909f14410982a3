import { setMaxListeners } from 'node:events';

/**
 * A signal that can be held back: what must not be left half done runs while the gate is held, and whatever ends with
 * the signal ends after it.
 *
 * @example
 * using held = gate.hold();
 * await truncateAndBegin();
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
    // Each statement that runs and each connection listens.
    setMaxListeners(0, this.#controller.signal);
    requested?.addEventListener('abort', this.#pass);
    if (requested?.aborted) this.#pass();
  }

  /** Aborted with the caller's signal, unless the gate is held: then when it is released. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The caller's signal, for work that looks between its steps whether it may end. */
  get requested(): AbortSignal | undefined {
    return this.#requested;
  }

  /** Holds the signal back until what is returned is disposed. */
  hold(): Disposable {
    this.#held += 1;
    return {
      [Symbol.dispose]: () => {
        this.#held -= 1;
        if (this.#requested?.aborted) this.#pass();
      },
    };
  }

  [Symbol.dispose](): void {
    this.#requested?.removeEventListener('abort', this.#pass);
  }
}
