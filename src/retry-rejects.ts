import { AbortGate } from './abort-gate.ts';
import { checkSharedTables, type TableProof } from './check/check-table.ts';
import { isProven, type Proof } from './check/proof.ts';
import type { Settings, TableSettings } from './config/settings.ts';
import { SnowstreamError } from './errors.ts';
import { openEngine } from './ingest/open-engine.ts';
import { begunShards } from './plan/shard.ts';
import { byTarget } from './plan/shared-target.ts';
import { planTable, type TablePlan, targetName } from './plan/table-plan.ts';
import { type OnEvent, type Outcome, Progress } from './progress.ts';
import { sameOwner } from './rejects/pending-records.ts';
import type { RejectsOwner } from './rejects/record.ts';
import { ownerOf } from './rejects/reject-log.ts';
import { RejectsFile, readRejects } from './rejects/rejects-file.ts';
import { type RetriedTable, retryTable, type TableRetryReport } from './rejects/retry-table.ts';
import { untilAborted } from './retry-policy.ts';
import { displayName } from './snowflake/identifier.ts';
import { reachSession, type SnowflakeSession } from './snowflake/session.ts';
import { requireWarehouse } from './snowflake/warehouse.ts';
import { openMysqlSource } from './source/mysql/source.ts';
import type { Source } from './source/source.ts';

/** The result of retrying a rejects file. */
export interface RetryReport {
  /**
   * `proven`: every table is proven, and no rejected row is left. `rejected`: every table is proven but for the rows that
   * are still rejected. `differs`: rows differ.
   */
  readonly outcome: Extract<Outcome, 'proven' | 'rejected' | 'differs'>;
  /** Whether the outcome is `proven`. */
  readonly ok: boolean;
  readonly rejects: string;
  readonly tables: readonly (TableRetryReport & { readonly proof: Proof })[];
  /** Rows that are still rejected; the file is removed when there is none. */
  readonly left: number;
}

/** Options of a retry. */
export interface RetryOptions {
  /** Called with everything that the retry reports while it is running. */
  readonly onEvent?: OnEvent;
  /** Ends it after the current batch. */
  readonly signal?: AbortSignal;
}

/**
 * Sends the rows of a rejects file again, exactly once, after their cause was fixed. Then the file has the rows that were
 * rejected again, or is removed, and each table is compared by SQL.
 *
 * @throws SnowstreamError REJECTS_INVALID when there is no such file, CONFIG_INVALID when it has rows of a table
 * that is not among the settings', and the errors of a run.
 * @example
 * const { ok, left } = await retryRejects(loadSettings(), 'rejects.jsonl');
 * if (!ok) console.error(`${left} rows are still rejected`);
 */
export async function retryRejects(
  settings: Settings,
  path: string,
  { onEvent, signal: requested }: RetryOptions = {},
): Promise<RetryReport> {
  using gate = new AbortGate(requested);
  const { signal } = gate;
  const progress = new Progress(onEvent);
  if (readRejects(path) === undefined)
    throw new SnowstreamError('REJECTS_INVALID', `there is no rejects file ${path}`);
  progress.step('connecting to MySQL and Snowflake');
  const policy = { retries: settings.retries, progress, signal };
  await using source = await openMysqlSource(settings, policy);
  await using snowflake = await reachSession(settings.snowflake, policy);
  requireWarehouse(snowflake, settings.snowflake);
  await using file = await RejectsFile.open(path, { step: (line) => progress.step(line), signal });
  const plans = await plansOf(file, source, snowflake, settings);
  const retried = await sendAgain(plans, { source, file, settings, progress, signal });

  progress.step(`replacing ${path}`);
  const left = retried.flatMap(({ table }) => table.remaining);
  await file.replaceBy(new Set(left.map(({ number }) => number)));

  const tables: RetryReport['tables'][number][] = [];
  const rejects = readRejects(path);
  const { targets, checksum } = settings;
  const proofs = new Map<TableSettings, Proof>();
  for (const { wanted, table } of retried) {
    signal.throwIfAborted();
    let proof = proofs.get(wanted);
    if (proof === undefined) {
      progress.step(`checking ${table.report.source} by SQL on both sides`);
      const options = { ...targets, checksum, rejects, resume: false };
      const sharing = byTarget(settings.tables).get(displayName(targetName(wanted))) ?? [];
      const [checked] = await checkSharedTables(source, snowflake, sharing, options);
      ({ proof } = checked as TableProof);
      for (const each of sharing) proofs.set(each, proof);
    }
    tables.push({ ...table.report, proof });
  }
  const isEachProven = tables.every(({ proof }) => isProven(proof));
  const outcome = !isEachProven ? 'differs' : left.length > 0 ? 'rejected' : 'proven';
  return { outcome, ok: outcome === 'proven', rejects: path, tables, left: left.length };
}

interface Planned {
  readonly wanted: TableSettings;
  readonly plan: TablePlan;
}

interface Retried extends Planned {
  readonly table: RetriedTable;
}

async function sendAgain(
  plans: readonly Planned[],
  retry: {
    readonly source: Source;
    readonly file: RejectsFile;
    readonly settings: Settings;
    readonly progress: Progress;
    readonly signal: AbortSignal;
  },
): Promise<Retried[]> {
  const { settings, progress, signal } = retry;
  progress.step('starting the streaming client');
  await using engine = await untilAborted(
    signal,
    () => openEngine(settings, signal),
    (late) => late.close(),
  );
  const retried: Retried[] = [];
  for (const planned of plans) {
    signal.throwIfAborted();
    const { batchRows } = settings;
    const table = await retryTable({ ...retry, engine, plan: planned.plan, batchRows });
    retried.push({ ...planned, table });
  }
  return retried;
}

/** A plan for each channel that the file holds rows of. */
async function plansOf(
  file: RejectsFile,
  source: Source,
  snowflake: SnowflakeSession,
  { tables, targets }: Settings,
): Promise<Planned[]> {
  const owners = ownersIn(file);
  const plans: Planned[] = [];
  for (const wanted of tables) {
    if (!owners.some((owner) => owner.table === sourceOf(wanted))) continue;
    const plan = await planTable(source, snowflake, wanted, {
      ...targets,
      create: 'off',
      evolve: false,
      resume: false,
    });
    for (const shard of await begunShards(snowflake, plan)) {
      if (owners.some((owner) => sameOwner(ownerOf(shard), owner))) plans.push({ wanted, plan: shard });
    }
  }
  const unknown = owners.find((owner) => !plans.some(({ plan }) => sameOwner(ownerOf(plan), owner)));
  if (unknown === undefined) return plans;
  // Without some of its tables the file could not be replaced.
  throw new SnowstreamError(
    'CONFIG_INVALID',
    `${file.path} has rows of ${unknown.table} for ${unknown.target} by channel ${unknown.channel}, and no table of the settings matches: name it with --table, its target and its --channel`,
  );
}

const sourceOf = ({ database, source }: TableSettings): string => `${database}.${source}`;

function ownersIn({ records }: RejectsFile): RejectsOwner[] {
  const owners: RejectsOwner[] = [];
  for (const record of records) if (!owners.some((owner) => sameOwner(owner, record))) owners.push(record);
  return owners;
}
