import { setTimeout as sleep } from 'node:timers/promises';
import type { TcpProxy } from './proxy.ts';

/** The request that commits rows together with their offset token. */
export const REGISTER = '/v1/streaming/channels/write/blobs';

/** Looks on at the answers to registrations, and knows when rows were committed. */
export class Commits {
  readonly #times: number[] = [];

  constructor(proxy: TcpProxy) {
    proxy.onAnswer((piece, { asked }) => {
      const text = piece.toString('latin1');
      if (!asked.includes(REGISTER) || !text.includes('"status_code"')) return true;
      const codes = [...text.matchAll(/"status_code":\s*(\d+)/g)].map(([, code]) => code);
      if (codes.every((code) => code === '0')) this.#times.push(performance.now());
      return true;
    });
  }

  /** Registrations that were answered with success. */
  get count(): number {
    return this.#times.length;
  }

  /** Seconds from a time (of `performance.now()`) to the next commit, if there was one. */
  after(time: number): number | undefined {
    const next = this.#times.find((at) => at > time);
    return next === undefined ? undefined : (next - time) / 1000;
  }

  /** Comes back when so many more rows' registrations were answered, or the time is over; whether they were. */
  async more(times: number, limit = 120_000): Promise<boolean> {
    const wanted = this.count + times;
    for (const end = performance.now() + limit; this.count < wanted && performance.now() < end; )
      await sleep(20);
    return this.count >= wanted;
  }
}
