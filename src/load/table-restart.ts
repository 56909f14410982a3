import { isMark, type LoadNames } from '../checkpoint/load-state.ts';
import { RESTARTING } from '../checkpoint/offset-token.ts';
import { tokenAt } from '../checkpoint/position.ts';
import { RestartState } from '../checkpoint/restart-state.ts';
import type { TableSettings } from '../config/settings.ts';
import { SnowstreamError } from '../errors.ts';
import type { IngestChannel } from '../ingest/engine.ts';
import { newShards } from '../plan/shard.ts';
import { loadNames, planTable, sourceName, targetName } from '../plan/table-plan.ts';
import { channelsOf } from '../snowflake/channels.ts';
import { displayName, qualifiedName, type TableName } from '../snowflake/identifier.ts';
import { describedTable } from '../source/source.ts';
import type { SourceTable } from '../source/table.ts';
import type { EmptiedTarget } from './load-report.ts';
import type { RunParts } from './table-run.ts';

/** What one table is restarted with. */
export interface RestartedTable extends RunParts {
  readonly table: TableSettings;
}

/** The restart of one table's load: see `restartLoads`. */
export class TableRestart {
  readonly #run: RestartedTable;
  readonly #table: SourceTable;
  readonly #state: RestartState;
  /** Channels that hold the mark, by their names in capitals. */
  readonly #marked = new Map<string, IngestChannel>();

  /** @param all those of the run, this one and later ones among them: two may have one target */
  static async of(run: RestartedTable, all: readonly TableRestart[]): Promise<TableRestart> {
    const table = await describedTable(run.source, {
      database: run.table.database,
      name: run.table.source,
    });
    return new TableRestart(run, table, await loadNames(table, run.table, [], () => []), all);
  }

  private constructor(
    run: RestartedTable,
    table: SourceTable,
    load: LoadNames,
    all: readonly TableRestart[],
  ) {
    this.#run = run;
    this.#table = table;
    const inTarget = () => all.filter(({ target }) => target === this.target);
    this.#state = new RestartState(load, () => inTarget().map((other) => other.#state));
  }

  get target(): string {
    return displayName(this.#name);
  }

  async describe(): Promise<EmptiedTarget> {
    const { snowflake } = this.#run;
    const [row] = await snowflake.execute(`SELECT COUNT(*) AS N FROM ${qualifiedName(this.#name)}`);
    const channels = await channelsOf(snowflake, this.#name);
    const others = channels.filter(
      (channel) => !this.#state.isOwn(channel) && !this.#state.isNeighbours(channel.name),
    );
    return { target: this.target, rows: Number(row?.N), otherChannels: others.map(({ name }) => name) };
  }

  /** Whether a channel of it was opened, so that it may hold the mark. */
  get isMarked(): boolean {
    return this.#state.isBegun;
  }

  async mark(): Promise<void> {
    await this.#mark(this.#state.channel);
    await this.markOthers();
  }

  /**
   * Gives its channels back the tokens that they had before, those among them of which it is not known whether they
   * hold the mark. A channel without a token is dropped.
   *
   * @throws SnowstreamError CHANNEL_INVALID when Snowflake does not keep a token, or the error of the SDK.
   */
  async restore(): Promise<void> {
    for (const { channel: name, token } of this.#state.restorations) {
      const channel = await this.#open(name, token ?? undefined);
      const now = await channel.getLatestCommittedOffsetToken();
      if (token === null || now === null) await channel.close({ drop: true });
      else if (token !== undefined && now !== token)
        throw new SnowstreamError('CHANNEL_INVALID', `Snowflake did not keep the token of channel ${name}`);
    }
  }

  /**
   * Deletes all rows of the target, or fails and deletes none.
   *
   * @param signal cancels it while it waits, as for the lock of another transaction
   */
  async truncate(signal?: AbortSignal | undefined): Promise<void> {
    const { snowflake, progress } = this.#run;
    progress.step(`emptying ${this.target}`);
    await snowflake.execute(`TRUNCATE TABLE ${qualifiedName(this.#name)}`, [], signal);
  }

  async begin(): Promise<void> {
    const { source, snowflake, settings, table, rejects } = this.#run;
    // What the file holds was rejected by the earlier load; its rows are read again.
    const rejected = rejects?.records.filter(
      ({ table: name, target, channel }) =>
        target === this.target &&
        (this.#state.isNamed(channel) || name === sourceName({ table: this.#table })),
    );
    await rejects?.void((rejected ?? []).map(({ number }) => number));
    const plan = await planTable(source, snowflake, table, { ...settings.targets, resume: settings.resume });
    const shards = await newShards(source, plan, settings.channels);
    const { drop, dropLast } = this.#state.end(shards.map(({ channel }) => channel));
    await this.#drop(drop);
    for (const { channel, identity } of shards) await this.#open(channel, tokenAt(identity, []));
    await this.#drop(dropLast);
  }

  /**
   * Marks the channels that a run has made meanwhile, which may have sent rows by them.
   *
   * @returns whether there were any that had no mark
   */
  async markOthers(): Promise<boolean> {
    const unmarked = this.#state.unmarked(await channelsOf(this.#run.snowflake, this.#name));
    for (const name of unmarked) await this.#mark(name);
    return unmarked.length > 0;
  }

  async #mark(name: string): Promise<void> {
    this.#state.opening(name);
    // Only once it is fenced, a run that writes by the channel commits nothing more.
    const fencing = await this.#open(name);
    this.#state.fenced(name, await fencing.getLatestCommittedOffsetToken());
    const channel = await this.#open(name, RESTARTING);
    if (!isMark(await channel.getLatestCommittedOffsetToken()))
      throw new SnowstreamError(
        'CHANNEL_INVALID',
        `Snowflake did not keep the mark of the restart in channel ${name}, without which a later run could not know whether it was completed: nothing of ${this.target} was deleted`,
      );
    this.#state.marked(name);
    this.#marked.set(name.toUpperCase(), channel);
  }

  async #drop(names: readonly string[]): Promise<void> {
    for (const name of names) await this.#marked.get(name.toUpperCase())?.close({ drop: true });
  }

  #open(channel: string, offsetToken?: string): Promise<IngestChannel> {
    const { engine, settings } = this.#run;
    const request = { channel, table: this.#name, onError: settings.onError };
    return engine.openChannel(offsetToken === undefined ? request : { ...request, offsetToken });
  }

  get #name(): TableName {
    return targetName(this.#run.table);
  }
}
