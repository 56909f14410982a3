import { randomInt } from 'node:crypto';
import type { Endpoint } from './endpoint.ts';
import { seededRandom } from './random.ts';
import type { FaultRule } from './rule.ts';
import { type FaultTarget, isMeant } from './target.ts';

/** Faults act on a request as a whole or, within its answer, on single channels. */
export type FaultLevel = 'request' | 'channel';

/** A rule and what became of it so far. */
export interface FaultState {
  readonly id: number;
  readonly rule: FaultRule;
  /** Requests (or channels, or chunks) that the rule was compared with. */
  readonly seen: number;
  /** Those that a fault was injected into. */
  readonly injected: number;
}

interface ActiveFault {
  readonly id: number;
  readonly rule: FaultRule;
  readonly random: () => number;
  seen: number;
  injected: number;
}

/** Seeds are whole numbers below this. */
export const SEED_LIMIT = 2 ** 32;

/** The faults to inject: rules, their counters and the random decisions. */
export class Faults {
  /** The same seed and the same rules in the same order make the same decisions; print it. */
  readonly seed: number;
  readonly #active = new Map<number, ActiveFault>();
  #nextId = 1;

  constructor(seed: number = randomInt(SEED_LIMIT)) {
    this.seed = seed;
  }

  /** Adds a rule; rules act in the order in which they came. */
  add(rule: FaultRule): FaultState {
    const id = this.#nextId++;
    // A generator for each rule: what one decides does not depend on how requests of others fall in between.
    const fault = { id, rule, random: seededRandom(this.seed + id), seen: 0, injected: 0 };
    this.#active.set(id, fault);
    return state(fault);
  }

  /** Removes a rule; false when there is none with that id. */
  remove(id: number): boolean {
    return this.#active.delete(id);
  }

  /** Removes all rules. */
  clear(): void {
    this.#active.clear();
  }

  /** Replaces all rules, as if these were the first that came. */
  restart(rules: readonly FaultRule[]): void {
    this.clear();
    this.#nextId = 1;
    for (const rule of rules) this.add(rule);
  }

  /** All rules, those that have run out too. */
  list(): FaultState[] {
    return [...this.#active.values()].map(state);
  }

  /** Whether a rule for the endpoint looks at tables or channels, so that the body has to be read. */
  needsTargets(endpoint: Endpoint): boolean {
    return this.#for(endpoint, 'request').some(
      ({ rule }) => rule.table !== undefined || rule.channel !== undefined,
    );
  }

  /**
   * What happens to this request, chunk or channel: any number of delays, and last at most one rule of
   * another kind, since after that nothing is left to harm.
   */
  draw(endpoint: Endpoint, level: FaultLevel, targets: readonly FaultTarget[]): FaultRule[] {
    const drawn: FaultRule[] = [];
    for (const fault of this.#for(endpoint, level)) {
      const { rule } = fault;
      const limited = rule.table !== undefined || rule.channel !== undefined;
      if (limited && !targets.some((target) => isMeant(rule, target))) continue;
      if (!applies(fault)) continue;
      drawn.push(rule);
      if (rule.kind !== 'delay') break;
    }
    return drawn;
  }

  #for(endpoint: Endpoint, level: FaultLevel): ActiveFault[] {
    return [...this.#active.values()].filter(({ rule }) => {
      const acts = rule.kind === 'code' ? (rule.level ?? 'request') : 'request';
      return acts === level && (rule.endpoint === endpoint || rule.endpoint === 'any');
    });
  }
}

function applies(fault: ActiveFault): boolean {
  const { count = Number.POSITIVE_INFINITY, after = 0, probability = 1 } = fault.rule;
  fault.seen++;
  if (fault.seen <= after || fault.injected >= count) return false;
  if (probability < 1 && fault.random() >= probability) return false;
  fault.injected++;
  return true;
}

function state({ id, rule, seen, injected }: ActiveFault): FaultState {
  return { id, rule, seen, injected };
}
