import { createHash } from 'node:crypto';

/**
 * Twelve hex digits that change when their parts change.
 *
 * @param parts anything that JSON can hold, in a fixed order
 */
export function fingerprintOf(...parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 12);
}

/**
 * A fingerprint of the first column, of the first two, and so on to all.
 *
 * @param columns anything that JSON can hold, in the order in which they are loaded
 */
export function columnFingerprints(columns: readonly unknown[]): string[] {
  const fingerprints: string[] = [];
  for (const column of columns) fingerprints.push(fingerprintOf(fingerprints.at(-1) ?? '', column));
  return fingerprints;
}
