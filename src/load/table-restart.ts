import type { TableSettings } from '../config/settings.ts';
import { SnowstreamError } from '../errors.ts';
import { channelPlace } from '../ingest/channel-name.ts';
import type { IngestChannel } from '../ingest/engine.ts';
import { formatOffsetToken, RESTARTING } from '../ingest/offset-token.ts';
import type { RunParts } from '../pipeline.ts';
import { isOtherLoad, type WantedLoad } from '../plan/other-load.ts';
import { tableFingerprints } from '../plan/table-fingerprint.ts';
import { loadChannel, planTable, sourceName, targetName } from '../plan/table-plan.ts';
import type { EmptiedTarget } from '../report/run-report.ts';
import { channelsOf, type StoredChannel } from '../snowflake/channels.ts';
import { displayName, qualifiedName, type TableName } from '../snowflake/identifier.ts';
import { describeTable } from '../source/table.ts';
import { newShards } from './shard.ts';

/** What one table is restarted with. */
export interface RestartedTable extends RunParts {
  readonly table: TableSettings;
}

/** One table's way from its earlier load to a new one: see `restartLoads`. */
export class TableRestart {
  readonly #run: RestartedTable;
  readonly #load: Omit<WantedLoad, 'target'>;
  /** Channels that hold the mark, by their names in capitals. */
  readonly #marked = new Map<string, IngestChannel>();
  /** Channels that were opened, by their names in capitals, and what they held before where that is known. */
  readonly #opened = new Map<string, { readonly name: string; readonly token?: string | null }>();
  readonly #all: readonly TableRestart[];

  /** @param all those of the run, this one and later ones among them: two may have one target */
  static async of(run: RestartedTable, all: readonly TableRestart[]): Promise<TableRestart> {
    const table = await describeTable(run.source, run.table.database, run.table.source);
    const channel = loadChannel(table, run.table);
    const load = { table, channel, fingerprints: tableFingerprints(table, run.table.key) };
    return new TableRestart(run, load, all);
  }

  private constructor(run: RestartedTable, load: Omit<WantedLoad, 'target'>, all: readonly TableRestart[]) {
    this.#run = run;
    this.#load = load;
    this.#all = all;
  }

  /** The channel of the load, after which all its channels are named. */
  get #channel(): string {
    return this.#load.channel;
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

  /** Whether a channel of it was opened, so that it may hold the mark. */
  get isMarked(): boolean {
    return this.#opened.size > 0;
  }

  async mark(): Promise<void> {
    await this.#mark(this.#channel);
    await this.markOthers();
  }

  /**
   * Gives its channels back the tokens that they had before, those among them of which it is not known whether they
   * hold the mark. A channel without a token is dropped.
   *
   * @throws SnowstreamError CHANNEL_INVALID when Snowflake does not keep a token, or the error of the SDK.
   */
  async restore(): Promise<void> {
    for (const { name, token } of this.#opened.values()) {
      const channel = await this.#open(name, token ?? undefined);
      const now = await channel.getLatestCommittedOffsetToken();
      if (token === null || now === null) await channel.close({ drop: true });
      else if (token !== undefined && now !== token)
        throw new SnowstreamError('CHANNEL_INVALID', `Snowflake did not keep the token of channel ${name}`);
    }
  }

  /** Deletes all rows of the target, or fails and deletes none. */
  async truncate(): Promise<void> {
    const { snowflake, progress } = this.#run;
    progress.step(`emptying ${this.target}`);
    await snowflake.execute(`TRUNCATE TABLE ${qualifiedName(this.#name)}`);
  }

  async begin(): Promise<void> {
    const { source, snowflake, settings, table, rejects } = this.#run;
    // What the file holds was refused by the earlier load; its rows are read again.
    const refused = rejects?.records.filter(
      ({ table: source, target, channel }) =>
        target === this.target && (this.#isNamed(channel) || source === sourceName(this.#load)),
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

  /**
   * Marks the channels that a run has made meanwhile, which may have sent rows by them.
   *
   * @returns whether there were any that had no mark
   */
  async markOthers(): Promise<boolean> {
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
    // Opening makes a channel that is not there; whether it has is not known when it fails.
    if (!this.#opened.has(key)) this.#opened.set(key, { name });
    // Only once it is shut out, a run that writes by the channel commits nothing more.
    const shutOut = await this.#open(name);
    const before = await shutOut.getLatestCommittedOffsetToken();
    if (before !== RESTARTING || this.#opened.get(key)?.token === undefined)
      this.#opened.set(key, { name, token: before });
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

  /**
   * A channel of the load, of one of its shards or of rows that are sent again; one with a mark of nobody's; or that of
   * another load of the same table, whose rows are deleted with the others.
   */
  #isOwn({ name, offsetToken, clientSequencer }: StoredChannel): boolean {
    return (
      this.#isNamed(name) ||
      (offsetToken === RESTARTING && !this.#isNeighbours(name)) ||
      isOtherLoad({ name, offsetToken, clientSequencer }, this.#load)
    );
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
