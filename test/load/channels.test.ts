import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { loadChannel, shardChannel } from '../../src/checkpoint/channel-name.ts';
import { decodeToken } from '../../src/checkpoint/offset-token.ts';
import type { Settings, TableSettings } from '../../src/config/settings.ts';
import { openEngine } from '../../src/ingest/open-engine.ts';
import type { RunReport } from '../../src/load/run-report.ts';
import { outlineTables } from '../../src/plan/table-outline.ts';
import { silent } from '../../src/progress.ts';
import type { LoadedEnds } from '../check/loaded.ts';
import { loadedEndsOfFile } from '../check/loaded-of-file.ts';
import { numbers } from '../fixtures/numbered-rows.ts';
import { completedRun as run } from './completed-run.ts';

let loaded: LoadedEnds;
loadedEndsOfFile(
  (ends) => {
    loaded = ends;
  },
  { ownSnowflake: true },
);

async function makeTable(name: string, rows: number): Promise<void> {
  await loaded.execute(
    `CREATE TABLE ${name} (a VARCHAR(9) NOT NULL, b INT NOT NULL, word VARCHAR(40), PRIMARY KEY (a, b))`,
    `INSERT INTO ${name} SELECT CHAR(65 + seq DIV 1000), seq, CONCAT('word ', seq) FROM ${numbers(rows)}`,
  );
}

async function keysIn(name: string): Promise<string[]> {
  const rows = await loaded.ends.snowflake.execute(`SELECT B FROM ${name.toUpperCase()} ORDER BY B`);
  return rows.map(({ B }) => B ?? '');
}

const upTo = (count: number): string[] => Array.from({ length: count }, (_, index) => String(index));

/** Loads with small batches. */
const load = (name: string, more: Partial<Settings> = {}) => loaded.load(name, { batchRows: 100, ...more });

describe('several channels', () => {
  test('carry a range of keys each, and a later run finds them again', async () => {
    await makeTable('parts', 4000);
    const first = await load('parts', { channels: 3 });
    const [table] = first.tables;
    expect(table?.proof.differences).toEqual([]);
    expect(table).toMatchObject({ rowsRead: 4000, rowsSent: 4000, complete: true });
    const own = loadChannel(loaded.ends.mysql.database, 'parts');
    expect(table?.channels.map(({ name }) => name)).toEqual(
      [1, 2, 3].map((index) => shardChannel(own, index)),
    );
    expect(table?.channels.every(({ valid, closed }) => valid && closed)).toBe(true);
    const lastKeys = table?.channels.map(({ committedOffsetToken }) =>
      decodeToken(committedOffsetToken ?? ''),
    );
    // Two thirds of 4,000 rows are before the bound of the second range, by (a, b).
    expect(lastKeys?.map((token) => token?.kind === 'load' && token.key)).toEqual([
      ['B', '1332'],
      ['C', '2665'],
      ['D', '3999'],
    ]);
    expect(await keysIn('parts')).toEqual(upTo(4000));
    expect((await loaded.check('parts')).differences).toEqual([]);

    await loaded.execute("INSERT INTO parts VALUES ('E', 4000, 'new'), ('E', 4001, 'new')");
    // However many channels are wanted now.
    const second = await load('parts', { channels: 1 });
    expect(second.tables[0]).toMatchObject({ rowsRead: 2, proof: { differences: [], targetRows: 4002 } });
    expect(second.tables[0]?.channels).toHaveLength(3);
    expect(await keysIn('parts')).toEqual(upTo(4002));
  });

  test('a table with fewer rows than channels has one', async () => {
    await makeTable('small', 2);
    const { tables } = await load('small', { channels: 4 });
    expect(tables[0]).toMatchObject({ rowsSent: 2, proof: { differences: [] } });
    expect(tables[0]?.channels).toHaveLength(1);
  });

  test.each([
    ['type', 'BIGINT NOT NULL', 'INT NOT NULL'],
    ['order', 'VARCHAR(9) COLLATE utf8mb4_general_ci', 'VARCHAR(9) COLLATE utf8mb4_bin'],
  ])(
    'a load of a key of another %s is refused, however many channels are wanted',
    async (what, before, after) => {
      for (const [name, channels] of [
        [`one_${what}`, 1],
        [`three_${what}`, 3],
      ] as const) {
        await loaded.execute(
          `CREATE TABLE ${name} (k ${before} PRIMARY KEY, b INT)`,
          `INSERT INTO ${name} SELECT 100 + seq, seq FROM ${numbers(300)}`,
        );
        await load(name, { channels });
        await loaded.execute(`ALTER TABLE ${name} MODIFY k ${after}`);
        for (const wanted of [1, 3])
          await expect(load(name, { channels: wanted })).rejects.toMatchObject({
            code: 'OFFSET_TOKEN_INVALID',
            message: expect.stringMatching(/belongs to another table or key: snowstream run --restart/),
          });
        expect(await keysIn(name)).toEqual(upTo(300));
      }
    },
  );

  test('a load that one channel has begun is ended by one', async () => {
    await makeTable('begun', 500);
    await load('begun');
    await loaded.execute("INSERT INTO begun VALUES ('Z', 500, 'new')");
    const { tables } = await load('begun', { channels: 4 });
    expect(tables[0]).toMatchObject({ rowsRead: 1, proof: { differences: [] } });
    expect(tables[0]?.channels).toHaveLength(1);
  });

  test('rejected rows of all of them are known, written down and sent again', async () => {
    await makeTable('faulty', 3000);
    await loaded.execute("UPDATE faulty SET word = REPEAT('x', 40) WHERE b IN (10, 1500, 2999)");
    await loaded.ends.snowflake.execute(
      'CREATE TABLE FAULTY (A VARCHAR(9) NOT NULL, B NUMBER(10,0) NOT NULL, WORD VARCHAR(30))',
    );
    const policies = { ...loaded.table('faulty').policies };
    const report = await loaded.load(
      'faulty',
      { batchRows: 100, channels: 3, maxRejects: 5 },
      { policies: { ...policies, table: { ...policies.table, narrowColumns: 'reject' } } },
    );
    expect(report.tables[0]?.rejected.map(({ key }) => key)).toEqual([
      ['A', '10'],
      ['B', '1500'],
      ['C', '2999'],
    ]);
    expect(report.tables[0]?.proof.differences).toEqual([]);
  });
});

/** What is to go wrong in the local Snowflake: see docs/local-snowflake.md. */
async function fault(fault: Readonly<Record<string, unknown>>): Promise<void> {
  const { url, dataDir } = loaded.ends.emulator;
  const token = readFileSync(join(dataDir, 'admin_token'), 'utf8').trim();
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const response = await fetch(`${url}/admin/faults`, {
    method: 'POST',
    headers,
    body: JSON.stringify(fault),
  });
  if (!response.ok) throw new Error(await response.text());
}

async function noFaults(): Promise<void> {
  const { url, dataDir } = loaded.ends.emulator;
  const token = readFileSync(join(dataDir, 'admin_token'), 'utf8').trim();
  await fetch(`${url}/admin/faults`, { method: 'DELETE', headers: { authorization: `Bearer ${token}` } });
}

const reopened = ({ tables }: RunReport) => tables[0]?.channels.map((channel) => channel.reopened);

describe('a channel that is lost', () => {
  beforeEach(noFaults);
  afterAll(noFaults);

  test.each([
    // The server says that the rows are not the next ones: the SDK gives the channel up.
    ['code', [1], { kind: 'code', code: 21, level: 'channel' }],
    // The rows are committed, and the answer never comes: the SDK asks again by itself.
    ['lost', [0], { kind: 'lost' }],
    // It begins to come, and the SDK does not ask again. The rows are committed: when the channel's close sees that
    // before the SDK gives the channel up, it is not opened again.
    ['cut', [0, 1], { kind: 'cut' }],
    // The SDK lets the rows go and says nothing.
    ['silent', [1], { kind: 'code', code: 46, level: 'channel' }],
  ])('goes on at what is committed: %s', async (name, times, kind) => {
    await makeTable(`again_${name}`, 3000);
    await fault({ endpoint: 'register', ...kind, count: 1 });
    const report = await load(`again_${name}`);
    expect(times).toContain(reopened(report)?.[0]);
    expect(report.tables[0]).toMatchObject({ rowsRead: 3000, rowsSent: 3000, proof: { differences: [] } });
    expect(await keysIn(`again_${name}`)).toEqual(upTo(3000));
  });

  test('again and again without anything committed ends the run', async () => {
    await makeTable('never', 300);
    await fault({ endpoint: 'register', kind: 'code', code: 21, level: 'channel' });
    await expect(load('never')).rejects.toMatchObject({
      code: 'CHANNEL_INVALID',
      message: expect.stringMatching(/was lost 6 times in a row/),
    });
    await noFaults();
    expect((await load('never')).tables[0]).toMatchObject({ rowsSent: 300, proof: { differences: [] } });
  });

  test('ends by a signal with its reason, while it waits to be opened again', async () => {
    await makeTable('waiting', 300);
    await fault({ endpoint: 'register', kind: 'code', code: 21, level: 'channel' });
    const ending = new AbortController();
    let losses = 0;
    const progress = {
      ...silent,
      step(line: string) {
        // The rows are lost again at once; the pause after that is 800 ms at the least.
        if (line.includes('was lost') && ++losses === 3)
          setTimeout(() => ending.abort(new Error('enough')), 700);
      },
    };
    const settings = { ...loaded.settings, batchRows: 100, tables: [loaded.table('waiting')] };
    await expect(run(settings, { progress, signal: ending.signal })).rejects.toThrow('enough');
  });

  test('to another program is not taken back', async () => {
    await makeTable('contested', 3000);
    const engine = await openEngine(loaded.settings);
    const { database, schema } = loaded.ends.emulator;
    let taken: Promise<unknown> | undefined;
    const progress = {
      ...silent,
      advance() {
        taken ??= engine.openChannel({
          channel: loadChannel(loaded.ends.mysql.database, 'contested'),
          table: { database, schema, table: 'CONTESTED' },
          onError: 'CONTINUE',
        });
      },
    };
    const settings = { ...loaded.settings, batchRows: 50, tables: [loaded.table('contested')] };
    await expect(run(settings, { progress })).rejects.toMatchObject({
      code: 'CHANNEL_TAKEN',
      message: expect.stringContaining('another program has opened channel'),
    });
    await taken;
    await engine.close();
    expect((await load('contested')).tables[0]?.proof.differences).toEqual([]);
    expect(await keysIn('contested')).toEqual(upTo(3000));
  });
});

test('a channel that another program drops is not made anew, which would send its rows twice', async () => {
  await makeTable('dropped', 3000);
  const engine = await openEngine(loaded.settings);
  const { database, schema } = loaded.ends.emulator;
  let dropped: Promise<unknown> | undefined;
  let batches = 0;
  const progress = {
    ...silent,
    advance() {
      batches += 1;
      if (batches < 20) return;
      dropped ??= engine.dropChannel({
        channel: loadChannel(loaded.ends.mysql.database, 'dropped'),
        table: { database, schema, table: 'DROPPED' },
      });
    },
  };
  const settings = { ...loaded.settings, batchRows: 50, tables: [loaded.table('dropped')] };
  await expect(run(settings, { progress })).rejects.toMatchObject({
    code: 'CHANNEL_TAKEN',
    message: expect.stringMatching(/^channel \S+ is not there any more: it was dropped/),
  });
  await dropped;
  await engine.close();
});

test('a run that is ended goes on after the last committed row', async () => {
  await makeTable('ended', 3000);
  const ending = new AbortController();
  const progress = { ...silent, advance: () => ending.abort(new Error('enough')) };
  const settings = { ...loaded.settings, batchRows: 100, tables: [loaded.table('ended')] };
  await expect(run(settings, { progress, signal: ending.signal })).rejects.toThrow('enough');
  const before = (await keysIn('ended')).length;
  expect(before).toBeGreaterThan(0);
  expect(before).toBeLessThan(3000);
  const report = await load('ended');
  expect(report.tables[0]).toMatchObject({ rowsRead: 3000 - before, proof: { differences: [] } });
  expect(await keysIn('ended')).toEqual(upTo(3000));
});

test('a last batch that is refused whole expects the token that Snowflake can have', async () => {
  await makeTable('tail', 300);
  await loaded.execute("UPDATE tail SET word = REPEAT('x', 40) WHERE b >= 200");
  await loaded.ends.snowflake.execute('CREATE TABLE TAIL (A VARCHAR(9), B NUMBER(10,0), WORD VARCHAR(30))');
  const { policies } = loaded.table('tail');
  const report = await loaded.load(
    'tail',
    { batchRows: 100, maxRejects: 100 },
    { policies: { ...policies, table: { ...policies.table, narrowColumns: 'reject' } } },
  );
  expect(report.tables[0]).toMatchObject({
    rowsSent: 200,
    rejected: { length: 100 },
    proof: { differences: [] },
  });
});

describe('a table that another channel has loaded', () => {
  const refused = (how: string) => ({
    code: 'OFFSET_TOKEN_INVALID',
    exitCode: 2,
    message: expect.stringMatching(
      new RegExp(
        `^LOCAL_DB\\.PUBLIC\\.\\w+ holds rows of \\w+\\.\\w+ already, .* a second time: ${how}.*; snowstream run --restart`,
      ),
    ),
  });
  const outline = async (name: string, table: Partial<TableSettings>) => {
    const { source, snowflake } = loaded.ends;
    const options = { ...loaded.settings.targets, resume: true };
    const [outlined] = await outlineTables(source, snowflake, [{ ...loaded.table(name), ...table }], options);
    return outlined?.problems.map(({ code }) => code);
  };

  test.each([
    ['by rule, in one channel', {}, {}, { channel: 'OTHER' }, 'without --channel '],
    ['by rule, in three channels', { channels: 3 }, {}, { channel: 'OTHER' }, 'without --channel '],
    ['by its own, in one channel', {}, { channel: 'MINE' }, {}, '--channel MINE resumes'],
    [
      'by its own, in three channels',
      { channels: 3 },
      { channel: 'MINE' },
      { channel: 'OTHER' },
      '--channel MINE resumes',
    ],
    ['by rule, by another key', {}, { key: ['b'] }, { channel: 'OTHER' }, 'without --channel '],
    ['by its own, by the primary key', {}, { channel: 'MINE' }, { key: ['b'] }, '--channel MINE resumes'],
  ] as const)('%s is not loaded a second time', async (_what, settings, first, second, how) => {
    const name = `twice_${nameless++}`;
    await makeTable(name, 300);
    const table = (given: object) => ({ ...given }) as Partial<TableSettings>;
    await loaded.load(name, { batchRows: 100, ...settings }, table(first));
    for (const channels of [1, 3]) {
      const again = loaded.load(name, { batchRows: 100, channels }, table(second));
      await expect(again).rejects.toMatchObject(refused(how));
    }
    expect(await outline(name, table(first))).toEqual([]);
    expect(await outline(name, table(second))).toEqual(['OFFSET_TOKEN_INVALID']);
    expect(await keysIn(name)).toEqual(upTo(300));
    // A restart takes the channels of the load before, so that a later run does not meet its tokens.
    const settingsAnew = { ...loaded.settings, tables: [{ ...loaded.table(name), ...table(second) }] };
    const { emptied } = await run(settingsAnew, { restart: true });
    expect(emptied?.[0]).toMatchObject({ rows: 300, otherChannels: [] });
    expect((await loaded.load(name, {}, table(second))).tables[0]).toMatchObject({
      rowsRead: 0,
      proof: { differences: [] },
    });
    expect(await keysIn(name)).toEqual(upTo(300));
  });
});

let nameless = 1;
