import type { TableSettings, TargetOptions } from '../config/settings.ts';
import { lastOffsetToken } from '../ingest/offset-token.ts';
import { committedOffsetToken } from '../snowflake/channels.ts';
import { displayName } from '../snowflake/identifier.ts';
import type { SnowflakeSession } from '../snowflake/session.ts';
import { lastKey } from '../source/last-key.ts';
import type { Source } from '../source/source.ts';
import { planTable } from '../table-plan.ts';
import { check } from './check.ts';
import type { Proof } from './proof.ts';

/** A proof and what it is of. */
export interface TableProof {
  readonly source: string;
  readonly target: string;
  readonly proof: Proof;
}

/**
 * Proves a table that was loaded before, by SQL alone: no JVM starts and no channel is opened. The committed
 * offset token must hold the source's last key.
 *
 * @throws SnowstreamError TABLE_NOT_FOUND and the like when there is nothing to compare.
 */
export async function checkTable(
  source: Source,
  snowflake: SnowflakeSession,
  wanted: TableSettings,
  options: TargetOptions,
  checksum = true,
): Promise<TableProof> {
  const plan = await planTable(source, snowflake, wanted, { ...options, create: 'off', evolve: false });
  const last = await lastKey(source, plan.table, plan.keyset);
  const committed = await committedOffsetToken(snowflake, plan.target, plan.channel);
  const proof = await check(source, snowflake, {
    ...plan,
    checksum,
    refusedKeys: [],
    offsetToken: {
      expected: last === undefined ? null : lastOffsetToken(plan.token, last, committed),
      committed,
    },
  });
  return { source: `${plan.table.database}.${plan.table.name}`, target: displayName(plan.target), proof };
}
