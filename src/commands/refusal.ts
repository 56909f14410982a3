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
 * What there is to say when more rows were rejected than are allowed.
 *
 * @param rejected rows that are not in Snowflake for that reason, whichever run has refused them
 * @returns ROWS_REFUSED, or `undefined` when they are allowed
 */
export function refusalBeyond(
  refused: number,
  { maxRejects, rejects }: Pick<Settings, 'maxRejects' | 'rejects'>,
): SnowstreamError | undefined {
  if (refused <= maxRejects) return undefined;
  const were = refused === 1 ? '1 row was' : `${refused} rows were`;
  // A file alone lets a further run exclude them from its check.
  const where =
    rejects === undefined
      ? 'their keys are in the report above (all of them with --json), and a further run neither reads them again nor can exclude them from its check: fix the rows or the target, or allow them with a larger --max-rejects, then run with --restart; with --rejects FILE from the start a further run goes on after them'
      : `they are in ${rejects}, and snowstream retry-rejects sends them again once the cause is fixed; a further run with a larger --max-rejects goes on after them`;
  return new SnowstreamError(
    'ROWS_REFUSED',
    `${were} refused and --max-rejects allows ${maxRejects}: ${where}`,
  );
}
