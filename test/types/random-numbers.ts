/** Random numbers that a seed decides: mulberry32, which is enough for test data and the same everywhere. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** 32 random bits. */
  bits(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }

  /** A whole number between two bounds, which are included. */
  int(from: number, to: number): number {
    return from + Math.floor((this.bits() / 2 ** 32) * (to - from + 1));
  }

  /** The same for numbers of any size. */
  big(from: bigint, to: bigint): bigint {
    const range = to - from + 1n;
    let bits = 0n;
    for (let size = 0n; 1n << size < range << 64n; size += 32n) bits = (bits << 32n) | BigInt(this.bits());
    return from + (bits % range);
  }

  chance(oneIn: number): boolean {
    return this.int(1, oneIn) === 1;
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.int(0, choices.length - 1)] as T;
  }

  bytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.int(0, 255)));
  }

  times<T>(most: number, make: () => T): T[] {
    return Array.from({ length: this.int(0, most) }, make);
  }
}
