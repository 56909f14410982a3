import type { Settings } from '../config/settings.ts';
import { SnowstreamError } from '../errors.ts';

/** What a command ends with when rows differ, or could not be compared. */
export function differing(tables: readonly string[]): SnowstreamError {
  return new SnowstreamError(
    'ROWS_DIFFER',
    `not proven: ${tables.join(', ')}; the differences are in the report`,
  );
}

/**
 * The error when more rows were rejected than are allowed.
 *
 * @param rejected rows that are not in Snowflake for that reason, whichever run rejected them
 * @returns ROWS_REFUSED, or `undefined` when they are allowed
 */
export function beyondMaxRejects(
  rejected: number,
  { maxRejects, rejects }: Pick<Settings, 'maxRejects' | 'rejects'>,
): SnowstreamError | undefined {
  if (rejected <= maxRejects) return undefined;
  const were = rejected === 1 ? '1 row was' : `${rejected} rows were`;
  // Only a file lets a further run exclude them from its check.
  const where =
    rejects === undefined
      ? 'their keys are in the report above (all of them with --json), and a further run neither reads them again nor can exclude them from its check: fix the rows or the target, or allow them with a larger --max-rejects, then run with --restart; with --rejects FILE from the start a further run resumes after them'
      : `they are in ${rejects}, and snowstream retry-rejects sends them again once the cause is fixed; a further run with a larger --max-rejects resumes after them`;
  return new SnowstreamError(
    'ROWS_REFUSED',
    `${were} rejected and --max-rejects allows ${maxRejects}: ${where}`,
  );
}
