import { expect, test } from 'vitest';
import { earlierLoadChannel, loadChannel } from '../../src/checkpoint/channel-name.ts';
import { decodeToken } from '../../src/checkpoint/offset-token.ts';
import type { Settings } from '../../src/config/settings.ts';
import { openEngine } from '../../src/ingest/open-engine.ts';
import { channelsOf } from '../../src/snowflake/channels.ts';
import type { LoadedEnds } from '../check/loaded.ts';
import { loadedEndsOfFile } from '../check/loaded-of-file.ts';
import { earlierText } from '../checkpoint/arbitrary-token.ts';
import type { FollowedOptions as RunOptions } from './completed-run.ts';
import { completedRun as run } from './completed-run.ts';

let loaded: LoadedEnds;
loadedEndsOfFile((ends) => {
  loaded = ends;
});

const targetOf = (name: string) => {
  const { database, schema } = loaded.ends.emulator;
  return { database, schema, table: name.toUpperCase() };
};
const channelsIn = async (name: string) =>
  (await channelsOf(loaded.ends.snowflake, targetOf(name))).map((channel) => channel.name).sort();
const load = async (
  name: string,
  more: Partial<Settings> = {},
  options: RunOptions = {},
  channel?: string,
) => {
  const table = { ...loaded.table(name), ...(channel !== undefined && { channel }) };
  const report = await run({ ...loaded.settings, batchRows: 100, tables: [table], ...more }, options);
  return report.tables[0];
};

/** Loads 300 rows as version 2 did: under its channel names, with its tokens. */
async function loadedByVersion2(name: string, channels: number): Promise<string> {
  const earlier = earlierLoadChannel(loaded.ends.mysql.database, name);
  await loaded.execute(
    `CREATE TABLE ${name} (id INT PRIMARY KEY, word VARCHAR(40))`,
    `INSERT INTO ${name}
       WITH RECURSIVE d AS (SELECT 0 AS n UNION ALL SELECT n + 1 FROM d WHERE n < 299) SELECT n, 'word' FROM d`,
  );
  await load(name, { channels }, {}, earlier);
  await using engine = await openEngine(loaded.settings);
  for (const { name: channel, offsetToken } of await channelsOf(loaded.ends.snowflake, targetOf(name))) {
    const token = decodeToken(offsetToken ?? '');
    if (token === undefined) throw new Error(`${channel} has no token of ours`);
    const request = { channel, table: targetOf(name), onError: 'CONTINUE' as const };
    await (await engine.openChannel({ ...request, offsetToken: earlierText(token) })).close();
  }
  return earlier;
}

test.each([1, 3])('a load that version 2 began by %i channels resumes under its names', async (channels) => {
  const name = `order_items_${channels}`;
  const earlier = await loadedByVersion2(name, channels);
  expect(earlier).not.toBe(loadChannel(loaded.ends.mysql.database, name));
  const before = await channelsIn(name);
  expect(before).toHaveLength(channels);
  expect((await loaded.check(name)).differences).toEqual([]);

  await loaded.execute(`INSERT INTO ${name} VALUES (300, 'late')`);
  expect(await load(name)).toMatchObject({ rowsRead: 1, proof: { differences: [], targetRows: 301 } });
  expect(await channelsIn(name)).toEqual(before);
  expect(await load(name)).toMatchObject({ rowsRead: 0, proof: { differences: [] } });

  // A load from the first row is one of this version.
  expect(await load(name, {}, { restart: true })).toMatchObject({
    rowsRead: 301,
    proof: { differences: [] },
  });
  expect(await channelsIn(name)).toEqual([loadChannel(loaded.ends.mysql.database, name)]);
});

test('tables whose names looked alike go into one target by channels of their own', async () => {
  const { database } = loaded.ends.mysql;
  for (const [name, id] of [
    ['eu_people', 1],
    ['EU_PEOPLE', 2],
    ['Eu-people', 3],
  ] as const)
    await loaded.execute(
      `CREATE TABLE \`${name}\` (id INT PRIMARY KEY)`,
      `INSERT INTO \`${name}\` VALUES (${id})`,
    );
  const names = ['eu_people', 'EU_PEOPLE', 'Eu-people'];
  const target = { ...loaded.table('eu_people').target, table: 'ALL_PEOPLE' };
  const tables = names.map((name) => ({ ...loaded.table(name), target }));
  const report = await run({ ...loaded.settings, tables, sharedTargets: true });
  expect(report.tables.map(({ proof }) => proof.differences)).toEqual([[], [], []]);
  expect(await channelsIn('all_people')).toEqual(names.map((name) => loadChannel(database, name)).sort());
});
