import type { PolicyApplication } from '../types/policy.ts';
import type { PolicyCount } from './load-report.ts';

/** Adds counts up by column and policy. */
export function policyCounts(counts: readonly PolicyCount[]): PolicyCount[] {
  const sums = new Map<string, PolicyCount>();
  for (const { column, policy, values } of counts) {
    const name = JSON.stringify([column, policy]);
    sums.set(name, { column, policy, values: values + (sums.get(name)?.values ?? 0) });
  }
  return [...sums.values()];
}

/**
 * Counts what policies replaced in a batch.
 *
 * @param rejected rows that did not get through: nothing of theirs was replaced in Snowflake
 */
export function countReplaced(
  applications: readonly PolicyApplication[],
  rejected: ReadonlySet<number>,
): PolicyCount[] {
  const loaded = applications.filter(({ index }) => !rejected.has(index));
  return policyCounts(loaded.map(({ column, policy }) => ({ column, policy, values: 1 })));
}
