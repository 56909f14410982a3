import type { TableSettings } from '../config/settings.ts';
import { SnowstreamError } from '../errors.ts';
import { channelPlace } from '../ingest/channel-name.ts';
import type { IngestChannel } from '../ingest/engine.ts';
import { formatOffsetToken, RESTARTING } from '../ingest/offset-token.ts';
import type { RunParts } from '../pipeline.ts';
import { outlineTables } from '../plan/table-outline.ts';
import { loadChannel, planTable, targetName } from '../plan/table-plan.ts';
import type { EmptiedTarget } from '../report/run-report.ts';
import { channelsOf, type StoredChannel } from '../snowflake/channels.ts';
import { displayName, qualifiedName, type TableName } from '../snowflake/identifier.ts';
import { describeTable } from '../source/table.ts';
import { misfitError } from '../types/misfit.ts';
import { newShards } from './shard.ts';

/** Is asked before anything is deleted, and throws when nothing is to be. */
export type ConfirmRestart = (targets: readonly EmptiedTarget[]) => Promise<void>;

/**
 * Empties the targets of a run and has its loads begin at the first row. A target that does not exist yet is passed
 * over.
 *
 * A kill in between must leave nothing that a later run takes for a load's own state. So the channels come first:
 * each is opened with a mark in the place of its token, which shuts out whoever writes by it, and which no run goes
 * on after. When the targets are empty, tokens without a key take the place of the marks, that of the load's first
 * channel last, and channels that the new load does not have are dropped. Those that it has are not: Snowflake may
 * count their openings from 0 again, and then a program that was shut out would be their owner.
 *
 * @param confirm asked when every table was found to fit
 * @throws SnowstreamError what keeps a run of any table from starting, before anything is deleted; CHANNEL_INVALID
 * when Snowflake does not keep the mark; whatever `confirm` throws.
 */
export async function restartLoads(
  run: RunParts,
  confirm?: ConfirmRestart,
): Promise<readonly EmptiedTarget[]> {
  const { source, snowflake, settings } = run;
  const options = { ...settings.targets, resume: settings.resume };
  const outlines = await outlineTables(source, snowflake, settings.tables, options);
  for (const { target, misfits, problems } of outlines) {
    if (misfits.length > 0) throw misfitError(target, misfits);
    for (const { code, message } of problems) throw new SnowstreamError(code, message);
  }
  const restarts: TableRestart[] = [];
  for (const [index, table] of settings.tables.entries())
    if (outlines[index]?.state === 'exists')
      restarts.push(await TableRestart.of({ ...run, table }, restarts));
  const targets = new Map<string, EmptiedTarget>();
  for (const restart of restarts) targets.set(restart.target, await restart.describe());
  if (targets.size > 0) await confirm?.([...targets.values()]);
  for (const restart of restarts) await restart.mark();
  for (const [index, restart] of restarts.entries()) {
    try {
      await restart.empty();
    } catch (error) {
      if (!isDenied(error)) throw error;
      // The likeliest way to fail, and a certain one: nothing happened.
      for (const untouched of restarts.slice(index)) await untouched.restore();
      throw new SnowstreamError(
        'SNOWFLAKE_DENIED',
        `${restart.target} cannot be emptied, and nothing of it was deleted: the role needs the privilege TRUNCATE on it`,
        { cause: error },
      );
    }
  }
  for (const restart of restarts) await restart.begin();
  return [...targets.values()];
}

/** Snowflake's answer to a statement for which the role has no privilege. */
function isDenied(error: unknown): boolean {
  return error instanceof SnowstreamError && error.message.startsWith('Snowflake 003001 ');
}

/** What one table is begun anew with. */
interface RestartedTable extends RunParts {
  readonly table: TableSettings;
}

/** One table's way from its earlier load to a new one. */
class TableRestart {
  readonly #run: RestartedTable;
  /** The channel of the load, after which all its channels are named. */
  readonly #channel: string;
  /** Channels that hold the mark, by their names in capitals. */
  readonly #marked = new Map<string, IngestChannel>();
  /** What they held before. */
  readonly #tokens = new Map<string, string | null>();
  readonly #all: readonly TableRestart[];

  /** @param all those of the run, this one and later ones among them: two may have one target */
  static async of(run: RestartedTable, all: readonly TableRestart[]): Promise<TableRestart> {
    const table = await describeTable(run.source, run.table.database, run.table.source);
    return new TableRestart(run, loadChannel(table, run.table), all);
  }

  private constructor(run: RestartedTable, channel: string, all: readonly TableRestart[]) {
    this.#run = run;
    this.#channel = channel;
    this.#all = all;
  }

  get target(): string {
    return displayName(this.#name);
  }

  async describe(): Promise<EmptiedTarget> {
    const { snowflake } = this.#run;
    const [row] = await snowflake.execute(`SELECT COUNT(*) AS N FROM ${qualifiedName(this.#name)}`);
    const channels = await channelsOf(snowflake, this.#name);
    const others = channels.filter((channel) => !this.#isOwn(channel) && !this.#isNeighbours(channel.name));
    return { target: this.target, rows: Number(row?.N), otherChannels: others.map(({ name }) => name) };
  }

  async mark(): Promise<void> {
    await this.#mark(this.#channel);
    await this.#markOthers();
  }

  /** Takes the marks away again. */
  async restore(): Promise<void> {
    for (const [name, channel] of this.#marked) {
      const token = this.#tokens.get(name) ?? null;
      if (token === null) await channel.close({ drop: true });
      else await this.#open(channel.name, token);
    }
  }

  async empty(): Promise<void> {
    const { snowflake, progress } = this.#run;
    progress.step(`emptying ${this.target}`);
    // A run that began meanwhile may have made channels that were not there before, and rows by them.
    do await snowflake.execute(`TRUNCATE TABLE ${qualifiedName(this.#name)}`);
    while (await this.#markOthers());
  }

  async begin(): Promise<void> {
    const { source, snowflake, settings, table, rejects } = this.#run;
    // What the file holds was refused by the earlier load; its rows are read again.
    const refused = rejects?.records.filter(
      ({ target, channel }) => target === this.target && this.#isNamed(channel),
    );
    await rejects?.void((refused ?? []).map(({ number }) => number));
    const plan = await planTable(source, snowflake, table, { ...settings.targets, resume: settings.resume });
    const shards = await newShards(source, plan, settings.channels);
    const wanted = new Set(shards.map(({ channel }) => channel.toUpperCase()));
    const first = this.#channel.toUpperCase();
    for (const [name, channel] of this.#marked)
      if (name !== first && !wanted.has(name)) await channel.close({ drop: true });
    // With several shards none of them is the first channel; with one, it is.
    for (const { channel, token } of shards)
      await this.#open(channel, formatOffsetToken({ ...token, key: [] }));
    if (!wanted.has(first)) await this.#marked.get(first)?.close({ drop: true });
  }

  /** @returns whether there were any that had no mark */
  async #markOthers(): Promise<boolean> {
    const stored = await channelsOf(this.#run.snowflake, this.#name);
    const unmarked = stored.filter(
      (channel) =>
        this.#isOwn(channel) &&
        !(channel.offsetToken === RESTARTING && this.#marked.has(channel.name.toUpperCase())),
    );
    for (const { name } of unmarked) await this.#mark(name);
    return unmarked.length > 0;
  }

  async #mark(name: string): Promise<void> {
    const key = name.toUpperCase();
    // Only once it is shut out, a run that writes by the channel commits nothing more.
    const shutOut = await this.#open(name);
    const before = await shutOut.getLatestCommittedOffsetToken();
    if (before !== RESTARTING || !this.#tokens.has(key)) this.#tokens.set(key, before);
    const channel = await this.#open(name, RESTARTING);
    if ((await channel.getLatestCommittedOffsetToken()) !== RESTARTING)
      throw new SnowstreamError(
        'CHANNEL_INVALID',
        `Snowflake did not keep the mark of the restart in channel ${name}, without which a later run could not tell that it came to its end: nothing of ${this.target} was deleted`,
      );
    this.#marked.set(key, channel);
  }

  #open(channel: string, offsetToken?: string): Promise<IngestChannel> {
    const { engine, settings } = this.#run;
    const request = { channel, table: this.#name, onError: settings.onError };
    return engine.openChannel(offsetToken === undefined ? request : { ...request, offsetToken });
  }

  /** A channel of the load, of one of its shards or of rows that are sent again; or one with a mark of nobody's. */
  #isOwn({ name, offsetToken }: StoredChannel): boolean {
    return this.#isNamed(name) || (offsetToken === RESTARTING && !this.#isNeighbours(name));
  }

  /** Whether it is a channel of another load of the run into the same target. */
  #isNeighbours(channel: string): boolean {
    return this.#all.some(
      (other) => other !== this && other.target === this.target && other.#isNamed(channel),
    );
  }

  #isNamed(channel: string): boolean {
    return [channel, channel.replace(/_REJECTS$/i, '')].some(
      (name) => channelPlace(this.#channel, name) !== undefined,
    );
  }

  get #name(): TableName {
    return targetName(this.#run.table);
  }
}
