import { isSameChannel } from '../checkpoint/channel-name.ts';
import { keyAt, positionAt } from '../checkpoint/position.ts';
import { loadSettings } from '../config/load.ts';
import type { SqlSettings, TableSettings } from '../config/settings.ts';
import { askEnds, askSnowflake } from '../ends.ts';
import { SnowstreamError } from '../errors.ts';
import { openEngine } from '../ingest/open-engine.ts';
import { begunShards, type ShardPlan } from '../plan/shard.ts';
import { byTarget } from '../plan/shared-target.ts';
import { planTable, targetName } from '../plan/table-plan.ts';
import { grouped } from '../report/thousands.ts';
import { channelsOf, type StoredChannel } from '../snowflake/channels.ts';
import { displayName } from '../snowflake/identifier.ts';
import type { SnowflakeSession } from '../snowflake/session.ts';
import type { Source } from '../source/source.ts';
import { textTable } from '../text-table.ts';
import type { CommandOutput, Result } from './command-output.ts';
import { interruptible } from './interruptible.ts';

/** A channel of a table of the settings. */
export interface ListedChannel extends StoredChannel {
  /** `DATABASE.SCHEMA.TABLE` in Snowflake. */
  readonly target: string;
  /** Rows of the source that the channel has not committed; absent when its token does not say. */
  readonly rowsBehind?: number;
  /** Why the number of rows is unknown. */
  readonly note?: string;
}

/** `snowstream channels list`: the channels of the tables, by SQL. */
export async function listChannelsCommand(
  flags: Readonly<Record<string, unknown>>,
  output: CommandOutput,
): Promise<Result> {
  const settings = loadSettings({ flags, sqlOnly: true });
  const reporting = output.open(settings);
  const channels = await interruptible(reporting, (options) =>
    askEnds(settings, options, async ({ source, snowflake }) => {
      const found: ListedChannel[] = [];
      for (const sharing of byTarget(settings.tables).values())
        found.push(...(await listed(source, snowflake, settings, sharing)));
      return found;
    }),
  );
  return { document: { channels }, lines: lines(channels) };
}

/** @param tables those of one target: each channel is one table's */
async function listed(
  source: Source,
  snowflake: SnowflakeSession,
  settings: SqlSettings,
  tables: readonly TableSettings[],
): Promise<ListedChannel[]> {
  const [first] = tables;
  if (first === undefined) return [];
  const name = targetName(first);
  const target = displayName(name);
  const stored = await channelsOf(snowflake, name);
  if (stored.length === 0) return [];
  const plans: (ShardPlan | SnowstreamError)[] = [];
  for (const table of tables) plans.push(...(await planned(source, snowflake, settings, table)));
  return Promise.all(
    stored.map(async (channel) => ({ ...channel, target, ...(await behind(source, plans, channel)) })),
  );
}

/** The plans of a table's channels, or why there are none: the channels are there all the same. */
async function planned(
  source: Source,
  snowflake: SnowflakeSession,
  settings: SqlSettings,
  table: TableSettings,
): Promise<readonly (ShardPlan | SnowstreamError)[]> {
  try {
    const options = { ...settings.targets, create: 'off', evolve: false, sqlOnly: true } as const;
    return await begunShards(snowflake, await planTable(source, snowflake, table, options));
  } catch (error) {
    if (error instanceof SnowstreamError) return [error];
    throw error;
  }
}

async function behind(
  source: Source,
  plans: readonly (ShardPlan | SnowstreamError)[],
  { name, offsetToken }: StoredChannel,
): Promise<Pick<ListedChannel, 'rowsBehind' | 'note'>> {
  const made = plans.filter((each): each is ShardPlan => !(each instanceof SnowstreamError));
  const plan = made.find(({ channel }) => isSameChannel(channel, name));
  if (plan === undefined) {
    // It may be a channel of the table that has no plan.
    const fault = plans.find((each) => each instanceof SnowstreamError);
    return {
      note: fault?.message ?? `not a channel of a run: ${made.map(({ channel }) => channel).join(', ')}`,
    };
  }
  if (plan.keyset === undefined) return { note: 'the table has no key to resume after' };
  try {
    const after = keyAt(positionAt(offsetToken, plan.identity)) ?? plan.range.after;
    const range = { after, upTo: plan.range.upTo };
    return { rowsBehind: await source.open(plan).count(range) };
  } catch (error) {
    if (error instanceof SnowstreamError && error.code === 'OFFSET_TOKEN_INVALID')
      return { note: error.message };
    throw error;
  }
}

/** `snowstream channels drop NAME`: takes the SDK, and `--yes`. */
export async function dropChannelCommand(
  wanted: string,
  flags: Readonly<Record<string, unknown>>,
  { yes }: { readonly yes?: true },
  output: CommandOutput,
): Promise<Result> {
  const settings = loadSettings({ flags });
  const reporting = output.open(settings);
  const found = await interruptible(reporting, (options) =>
    askSnowflake(settings, options, async (snowflake) => {
      const named: { readonly table: TableSettings; readonly channel: string }[] = [];
      for (const table of settings.tables)
        for (const { name } of await channelsOf(snowflake, targetName(table)))
          if (isSameChannel(name, wanted)) named.push({ table, channel: name });
      return named;
    }),
  );
  const [only, second] = found;
  if (only === undefined) throw invalid(`no table of the settings has a channel ${wanted}`);
  const target = displayName(targetName(only.table));
  if (second !== undefined) throw invalid(`several tables have a channel ${wanted}: choose one with --table`);
  if (!yes)
    throw invalid(
      `dropping channel ${wanted} of ${target} deletes its offset token, so the next run sends every row again: empty the table, then add --yes`,
    );
  await using engine = await openEngine(settings);
  await engine.dropChannel({ channel: only.channel, table: targetName(only.table) });
  return {
    document: { dropped: { name: only.channel, target } },
    lines: [`channel ${only.channel} of ${target} is dropped`],
  };
}

function invalid(message: string): SnowstreamError {
  return new SnowstreamError('CONFIG_INVALID', message);
}

function lines(channels: readonly ListedChannel[]): string[] {
  if (channels.length === 0) return ['no table of the settings has a channel'];
  const rows = channels.map(({ target, name, offsetToken, rowsBehind, note }) => [
    target,
    name,
    offsetToken ?? 'nothing committed',
    rowsBehind === undefined ? `? (${note})` : grouped(rowsBehind),
  ]);
  return textTable([['table', 'channel', 'committed offset token', 'rows behind'], ...rows]);
}
