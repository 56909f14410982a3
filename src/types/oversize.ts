import { replaceOrReject } from './family.ts';
import type { Policies, Replacement } from './policy.ts';

/**
 * Lets a value pass that is not longer than the streaming API takes.
 *
 * @throws RangeError when it is longer and the policy has its row rejected.
 */
export function fitsBytes(bytes: number, limit: number, { oversized }: Policies): Replacement | undefined {
  if (bytes <= limit) return undefined;
  return replaceOrReject(
    'oversized',
    oversized,
    () => `the value has ${bytes} bytes, and Snowflake's streaming API takes ${limit}`,
  );
}
