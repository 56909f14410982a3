import type { SqlSettings } from '../config/settings.ts';
import { type AskOptions, askEnds } from '../ends.ts';
import { byTarget, requireOwnTargets } from '../plan/shared-target.ts';
import { readRejects } from '../rejects/rejects-file.ts';
import { requireWarehouse } from '../snowflake/warehouse.ts';
import { checkSharedTables, type TableProof } from './check-table.ts';

/**
 * Proves the tables of the settings by SQL on both sides, as they are now. No JVM starts, no channel is opened, and
 * nothing is changed. A difference is no error but in the proofs.
 *
 * @throws SnowstreamError TABLE_NOT_FOUND and the like when there is nothing to compare; as connecting.
 * @example
 * const proofs = await check(loadSettings({ sqlOnly: true }));
 * for (const { source, proof } of proofs) console.log(source, isProven(proof) ? 'proven' : proof.differences);
 */
export async function check(settings: SqlSettings, options: AskOptions = {}): Promise<TableProof[]> {
  requireOwnTargets(settings);
  const { targets, resume, checksum } = settings;
  const rejects = settings.rejects === undefined ? undefined : readRejects(settings.rejects);
  return await askEnds(settings, options, async ({ source, snowflake }) => {
    requireWarehouse(snowflake, settings.snowflake);
    const proofs: TableProof[] = [];
    for (const sharing of byTarget(settings.tables).values())
      proofs.push(
        ...(await checkSharedTables(source, snowflake, sharing, { ...targets, resume, checksum, rejects })),
      );
    return proofs;
  });
}
