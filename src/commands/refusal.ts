import type { Proof } from '../check/proof.ts';
import type { Settings } from '../config/settings.ts';
import { SnowstreamError } from '../errors.ts';

/**
 * What there is to say when tables that are proven lack more refused rows than are allowed: those that earlier runs
 * have refused among them, as these are not in Snowflake either.
 *
 * @returns ROWS_REFUSED, or `undefined` when they are allowed
 */
export function refusalBeyond(
  proofs: readonly Proof[],
  { maxRejects, rejects }: Pick<Settings, 'maxRejects' | 'rejects'>,
): SnowstreamError | undefined {
  const refused = proofs.reduce((rows, { refusedRows }) => rows + refusedRows, 0);
  if (refused <= maxRejects) return undefined;
  const were = refused === 1 ? '1 row was' : `${refused} rows were`;
  const where =
    rejects === undefined
      ? 'their keys are in the report above (all of them with --json), and --rejects FILE would keep them'
      : `they are in ${rejects}, and snowstream retry-rejects sends them again once the cause is mended`;
  return new SnowstreamError(
    'ROWS_REFUSED',
    `${were} refused and --max-rejects allows ${maxRejects}: ${where}; a further run with a larger --max-rejects goes on behind them`,
  );
}
