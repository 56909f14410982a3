import type { PolicyApplication, PolicyName } from '../types/policy.ts';
import type { PolicyCount } from './run-report.ts';

/** Counts what policies replaced, by column. */
export class PolicyTally {
  readonly #counts = new Map<string, { column: string; policy: PolicyName; values: number }>();

  /** @param refused rows of the batch that did not get through: nothing of theirs was replaced in Snowflake */
  add(applications: readonly PolicyApplication[], refused: ReadonlySet<number>): void {
    for (const { index, column, policy } of applications) {
      if (refused.has(index)) continue;
      const name = JSON.stringify([column, policy]);
      const count = this.#counts.get(name) ?? { column, policy, values: 0 };
      count.values += 1;
      this.#counts.set(name, count);
    }
  }

  get counts(): readonly PolicyCount[] {
    return [...this.#counts.values()];
  }
}
