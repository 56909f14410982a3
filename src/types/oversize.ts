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

/** The same in MySQL: a value, or NULL where its bytes are too many. */
export const nullBeyondBytes = (value: string, bytes: string, limit: number): string =>
  `IF(OCTET_LENGTH(${bytes}) > ${limit}, NULL, ${value})`;
