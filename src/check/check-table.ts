import { keyAt, type LoadIdentity, ownPosition, positionAt, tokenAt } from '../checkpoint/position.ts';
import { committedOffsetToken } from '../checkpoint/stored-channel.ts';
import type { TableSettings } from '../config/settings.ts';
import { begunShards, type ShardPlan } from '../plan/shard.ts';
import { mustBeOfOneShape } from '../plan/shared-target.ts';
import { type PlanOptions, planTable } from '../plan/table-plan.ts';
import type { Outcome } from '../progress.ts';
import { keysOf, pendingRecords } from '../rejects/pending-records.ts';
import type { ReadRecord } from '../rejects/record.ts';
import { doneOf, ownerOf } from '../rejects/reject-log.ts';
import type { RejectsContent } from '../rejects/rejects-content.ts';
import { displayName } from '../snowflake/identifier.ts';
import type { SnowflakeSession } from '../snowflake/session.ts';
import type { PlannedTable, Source } from '../source/source.ts';
import { check } from './check.ts';
import type { CheckedToken, CheckRequest } from './check-request.ts';
import { isProven, type Proof } from './proof.ts';

/** A proof and what it is of. */
export interface TableProof {
  readonly source: string;
  readonly target: string;
  readonly outcome: Extract<Outcome, 'proven' | 'differs'>;
  /** Whether the outcome is `proven`. */
  readonly ok: boolean;
  readonly proof: Proof;
}

/** How a table is to be compared. */
export interface TableCheckOptions extends PlanOptions {
  /** Whether every value is hashed too; true by default. */
  readonly checksum?: boolean;
  /** The rows that were rejected. */
  readonly rejects?: RejectsContent | undefined;
}

/**
 * Proves a table that was loaded before, by SQL alone: no JVM starts and no channel is opened. No row of the source
 * may be behind the committed offset token; rows of the rejects file are excluded by their keys.
 *
 * @throws SnowstreamError TABLE_NOT_FOUND and the like when there is nothing to compare.
 */
export async function checkTable(
  source: Source,
  snowflake: SnowflakeSession,
  wanted: TableSettings,
  { checksum = true, rejects, ...options }: TableCheckOptions,
): Promise<TableProof> {
  const [proof] = await checkSharedTables(source, snowflake, [wanted], { checksum, rejects, ...options });
  return proof as TableProof;
}

/**
 * The same for several tables that have gone into one target: they are compared together.
 *
 * @returns the one proof for each table
 * @throws SnowstreamError as {@link checkTable}; CONFIG_INVALID when they are of different columns.
 */
export async function checkSharedTables(
  source: Source,
  snowflake: SnowflakeSession,
  tables: readonly TableSettings[],
  options: TableCheckOptions,
): Promise<TableProof[]> {
  const requests: CheckRequest[] = [];
  for (const wanted of tables) requests.push(await checkRequestOf(source, snowflake, wanted, options));
  const [first, ...sharing] = requests;
  if (first === undefined) return [];
  mustBeOfOneShape(requests);
  const proof = await check(source, snowflake, first, sharing);
  const ok = isProven(proof);
  return requests.map(({ table, target }) => ({
    source: `${table.database}.${table.name}`,
    target: displayName(target),
    ...{ outcome: ok ? 'proven' : 'differs', ok },
    proof,
  }));
}

async function checkRequestOf(
  source: Source,
  snowflake: SnowflakeSession,
  wanted: TableSettings,
  { checksum = true, rejects, ...options }: TableCheckOptions,
): Promise<CheckRequest> {
  const plan = await planTable(source, snowflake, wanted, {
    ...options,
    create: 'off',
    evolve: false,
    sqlOnly: true,
  });
  const rejected: ReadRecord[] = [];
  const offsetTokens: CheckedToken[] = [];
  for (const shard of await begunShards(snowflake, plan)) {
    const own = rejects === undefined ? [] : await rejectedRows(rejects, snowflake, shard);
    rejected.push(...own);
    offsetTokens.push({ channel: shard.channel, ...(await endToken(source, snowflake, shard, own)) });
  }
  return {
    ...plan,
    checksum,
    rejectedKeys: plan.keyset ? keysOf(rejected) : [],
    rejectedWithoutKey: plan.keyset ? 0 : rejected.length,
    offsetTokens,
  };
}

async function rejectedRows(rejects: RejectsContent, snowflake: SnowflakeSession, plan: ShardPlan) {
  return pendingRecords(rejects.records, ownerOf(plan), await doneOf(rejects, snowflake, plan));
}

/**
 * The committed token, and that of a load of every row but the rejected ones. The row of the committed
 * key may be gone from the source, or its batch may have ended with rejected rows: the load is complete where no row is
 * left behind that key. Whether a row that is gone was loaded is for the comparison of rows to find.
 */
async function endToken(
  source: Source,
  snowflake: SnowflakeSession,
  plan: ShardPlan,
  rejected: readonly ReadRecord[],
): Promise<{ readonly expected: string | null; readonly committed: string | null }> {
  const { keyset, target, channel, identity, range } = plan;
  const committed = await committedOffsetToken(snowflake, target, channel);
  if (keyset === undefined)
    return { expected: await countToken(source, plan, identity, committed, rejected), committed };
  const keys = source.open({ ...plan, columns: [] });
  const last = await keys.lastKey(range, keysOf(rejected));
  const position = ownPosition(committed, identity);
  if (last === undefined) return { expected: position === undefined ? null : committed, committed };
  const key = keyAt(position);
  if (key !== undefined && (await keys.rowsByKey([last], key)).length === 0)
    return { expected: committed, committed };
  // The load may have ended before its newest columns came.
  const columns = position?.kind === 'after' ? position.columns : identity.columns.length;
  return { expected: tokenAt(identity, last, columns), committed };
}

/** The token of a table without a key counts its rows; its last batch may have been rejected whole. */
async function countToken(
  source: Source,
  planned: PlannedTable,
  identity: LoadIdentity,
  committed: string | null,
  rejected: readonly ReadRecord[],
): Promise<string | null> {
  const rows = await source.open(planned).count();
  const read = Number(keyAt(positionAt(committed, identity))?.[0] ?? 0);
  const rejectedLater = rejected.filter((record) => (record.row ?? 0) > read).length;
  if (read + rejectedLater === rows) return committed;
  return tokenAt(identity, [String(rows)]);
}
