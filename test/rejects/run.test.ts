import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import type { Settings } from '../../src/config/settings.ts';
import { SnowstreamError } from '../../src/errors.ts';
import { StreamingIngestClient } from '../../src/ingest/classic-client.ts';
import { openEngine } from '../../src/ingest/open-engine.ts';
import { RejectsFile, readRejects } from '../../src/rejects/rejects-file.ts';
import { retryRejects } from '../../src/retry-rejects.ts';
import { channelsOf } from '../../src/snowflake/channels.ts';
import type { LoadedEnds } from '../check/loaded.ts';
import { loadedEndsOfFile } from '../check/loaded-of-file.ts';

let loaded: LoadedEnds;
loadedEndsOfFile((ends) => {
  loaded = ends;
});

const MANY = 1_000_000;

/** A table of rows by id, of which the target takes texts up to 5 characters. */
async function tableOf(name: string, texts: Readonly<Record<number, string>>): Promise<void> {
  const rows = Object.entries(texts).map(([id, text]) => `(${id}, '${text}')`);
  await loaded.execute(
    `CREATE TABLE ${name} (id INT PRIMARY KEY, word VARCHAR(40))`,
    ...(rows.length > 0 ? [`INSERT INTO ${name} VALUES ${rows.join()}`] : []),
  );
  await loaded.ends.snowflake.execute(`CREATE TABLE ${name} (id NUMBER(10,0) NOT NULL, word VARCHAR(5))`);
}

/** The target's column is as narrow as the test wants; the rows that do not fit are rejected one by one. */
const policies = (name: string) => {
  const table = loaded.table(name);
  return {
    policies: { ...table.policies, table: { ...table.policies.table, narrowColumns: 'reject' as const } },
  };
};

const load = (name: string, rejects: string, more: Partial<Settings> = {}) =>
  loaded.load(name, { rejects, maxRejects: MANY, batchRows: 3, ...more }, policies(name));
const retry = (name: string, rejects: string, more: Partial<Settings> = {}) =>
  retryRejects(
    { ...loaded.settings, tables: [{ ...loaded.table(name), ...policies(name) }], ...more },
    rejects,
  );
const check = async (name: string, rejects: string) =>
  (await loaded.check(name, true, rejects, policies(name))).differences;
const fileFor = (name: string, ending = '.jsonl') => join(loaded.ends.cwd, `${name}${ending}`);
const keysIn = (path: string) => readRejects(path)?.records.map(({ key }) => key[0]) ?? [];

async function targetOf(name: string): Promise<string[]> {
  const rows = await loaded.ends.snowflake.execute(`SELECT id, word FROM ${name} ORDER BY id, word`);
  return rows.map(({ ID, WORD }) => `${ID} ${WORD}`);
}

/** Words that are too long, by id. */
function wordsFrom(first: number, last: number): Record<number, string> {
  const ids = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  return Object.fromEntries(ids.map((id) => [id, `long word ${id}`]));
}

const upToKey = (first: number, last: number): string[] => Object.keys(wordsFrom(first, last));

const original = StreamingIngestClient.prototype.openChannel;

/** The next records are written down, and nothing that comes behind. */
function crashOnceWritten() {
  const append = RejectsFile.prototype.append;
  return vi.spyOn(RejectsFile.prototype, 'append').mockImplementationOnce(async function (
    this: RejectsFile,
    records,
  ) {
    await append.call(this, records);
    throw new Error('crash');
  });
}

const fix = (name: string) => loaded.execute(`UPDATE ${name} SET word = LEFT(word, 5)`);

describe('a run with a rejects file', () => {
  test.each(['.jsonl', '.jsonl.gz'])(
    'writes rejected rows down and takes them into account, %s',
    async (ending) => {
      const name = `written_${ending.length}`;
      const path = fileFor(name, ending);
      await tableOf(name, { 1: 'a', 2: 'too long', 3: 'c', 4: 'd', 5: 'far too long', 6: 'f', 7: 'longer' });
      const { tables, rejects } = await load(name, path);
      expect(rejects).toBe(path);
      expect(tables[0]).toMatchObject({
        rowsRead: 7,
        rowsSent: 4,
        rejectedBefore: 0,
        rejectedByColumn: [{ column: 'WORD', rows: 3 }],
        complete: true,
        proof: { differences: [], sourceRows: 7, targetRows: 4, rejectedRows: 3 },
      });
      expect(readRejects(path)?.records).toMatchObject([
        { number: 1, key: ['2'], column: 'WORD', reason: expect.stringMatching(/./) },
        { number: 2, key: ['5'] },
        { number: 3, key: ['7'] },
      ]);
      // Asked later, the file still knows.
      expect(await check(name, path)).toEqual([]);
      // Without it nobody does.
      expect((await loaded.check(name, true, undefined, policies(name))).differences).toContain(
        'rows: 7 to load in the source, 4 in the target',
      );
    },
  );

  test('goes on from an earlier one: what that one rejected still counts, once', async () => {
    const path = fileFor('went_on');
    await tableOf('went_on', { 1: 'a', 2: 'too long', 3: 'c' });
    await load('went_on', path);
    await loaded.execute("INSERT INTO went_on VALUES (4, 'd'), (5, 'too long too')");
    const { tables } = await load('went_on', path);
    expect(tables[0]).toMatchObject({
      rowsRead: 2,
      rejected: [{ key: ['5'] }],
      rejectedBefore: 1,
      proof: { differences: [], sourceRows: 5, targetRows: 3, rejectedRows: 2 },
    });
    // The source lost a rejected row: it is rejected no more, and nothing differs.
    await loaded.execute('DELETE FROM went_on WHERE id = 2');
    expect(await check('went_on', path)).toEqual([]);
  });

  test.each([
    ['last batch is', 'tail', { 1: 'a', 2: 'b', 3: 'c', 4: 'too long', 5: 'longer' }, ['4', '5']],
    ['last batches are', 'tails', { 1: 'a', 2: 'b', 3: 'longer', ...wordsFrom(4, 11) }, upToKey(3, 11)],
    ['batches are all', 'whole', wordsFrom(1, 7), upToKey(1, 7)],
  ] as const)(
    'whose %s rejected whole is settled, and retry sends what was rejected',
    async (_what, name, words, bad) => {
      const path = fileFor(name);
      await tableOf(name, words);
      const all = Object.keys(words).length;
      const token = async () =>
        (await loaded.load(name, { rejects: path, maxRejects: MANY }, policies(name))).tables[0];
      const first = (await load(name, path)).tables[0];
      expect(first).toMatchObject({ rowsRead: all, proof: { differences: [], rejectedRows: bad.length } });
      expect(first?.channels[0]?.committedOffsetToken).toMatch(new RegExp(`\\.whole\\.~${bad.at(-1)}$`));
      expect(first?.channels[0]).toMatchObject({ closed: true, reopened: 0 });
      expect(await check(name, path)).toEqual([]);
      // A further run reads none of them again, and knows them.
      expect(await token()).toMatchObject({
        rowsRead: 0,
        rejectedBefore: bad.length,
        proof: { differences: [], rejectedRows: bad.length },
      });
      expect(keysIn(path)).toEqual(bad);
      // Rows that come later are read; the rejected ones stay rejected until they are retried.
      await loaded.execute(`INSERT INTO ${name} VALUES (100, 'late')`);
      await fix(name);
      expect(await token()).toMatchObject({ rowsSent: 1, rejectedBefore: bad.length });
      expect(await retry(name, path)).toMatchObject({
        left: 0,
        tables: [{ rowsSent: bad.length, waiting: 0, proof: { differences: [], rejectedRows: 0 } }],
      });
      expect(await targetOf(name)).toHaveLength(all + 1);
      expect(readRejects(path)).toBeUndefined();
      expect(await token()).toMatchObject({ rowsRead: 0, proof: { differences: [] } });
    },
  );

  test('in several channels settles what was rejected in each', async () => {
    const path = fileFor('several');
    await tableOf('several', {
      ...wordsFrom(1, 4),
      5: 'a',
      ...wordsFrom(6, 8),
      9: 'b',
      ...wordsFrom(10, 12),
    });
    const more = { channels: 3, batchRows: 2 };
    expect((await load('several', path, more)).tables[0]).toMatchObject({
      rowsSent: 2,
      proof: { differences: [], rejectedRows: 10 },
    });
    expect((await load('several', path, more)).tables[0]).toMatchObject({
      rowsRead: 0,
      rejectedBefore: 10,
      proof: { differences: [] },
    });
    await fix('several');
    expect((await retry('several', path)).left).toBe(0);
    expect(await targetOf('several')).toHaveLength(12);
  });

  test.each([1, 3])(
    'is complete when the rejected rows behind its last row are deleted, %i channels',
    async (channels) => {
      const name = `deleted_${channels}`;
      const path = fileFor(name);
      await tableOf(name, { 1: 'a', 2: 'b', 3: 'longer', 4: 'd', 5: 'e', 6: 'f', ...wordsFrom(7, 9) });
      await load(name, path, { channels });
      await loaded.execute(`DELETE FROM ${name} WHERE id > 6`);
      expect(await check(name, path)).toEqual([]);
      await loaded.execute(`UPDATE ${name} SET word = 'c' WHERE id = 3`);
      const { left, tables } = await retry(name, path);
      expect([left, tables.reduce((sum, { rowsSent }) => sum + rowsSent, 0)]).toEqual([0, 1]);
      expect(tables[0]?.proof).toMatchObject({ differences: [], sourceRows: 6, targetRows: 6 });
      // Without the file, too.
      const without = async () => (await loaded.check(name, true, undefined, policies(name))).differences;
      expect(await without()).toEqual([]);
      // A row that was loaded is not forgiven, nor one that comes behind the committed key.
      await loaded.execute(`DELETE FROM ${name} WHERE id = 6`);
      expect(await without()).toContain('rows: 5 to load in the source, 6 in the target');
      await loaded.execute(`INSERT INTO ${name} VALUES (10, 'z')`);
      expect(await without()).toContainEqual(
        expect.stringMatching(/^offset token of .*\.~10\b.* expected, .*\.~9\b.* committed$/),
      );
      await loaded.execute(`DELETE FROM ${name}`);
      expect((await without())[0]).toBe('rows: 0 to load in the source, 6 in the target');
    },
  );

  test('without a file reads them no more either', async () => {
    await tableOf('fileless', { 1: 'a', 2: 'b', 3: 'c', 4: 'too long' });
    const fileless = () => loaded.load('fileless', { maxRejects: MANY, batchRows: 3 }, policies('fileless'));
    expect((await fileless()).tables[0]).toMatchObject({ rowsRead: 4, proof: { differences: [] } });
    const again = (await fileless()).tables[0];
    expect(again).toMatchObject({ rowsRead: 0 });
    expect(again?.proof.differences).toContain('rows: 4 to load in the source, 3 in the target');
  });

  test('that was killed before it could settle them reads them again', async () => {
    const path = fileFor('unsettled');
    await tableOf('unsettled', { 1: 'a', 2: 'b', 3: 'c', 4: 'too long' });
    const open = vi.spyOn(StreamingIngestClient.prototype, 'openChannel');
    open.mockImplementation(async function (this: StreamingIngestClient, request) {
      if (request.offsetToken !== undefined) throw new SnowstreamError('JVM_TIMEOUT', 'killed');
      return original.call(this, request);
    });
    await expect(load('unsettled', path)).rejects.toThrow('killed');
    open.mockRestore();
    expect((await load('unsettled', path)).tables[0]).toMatchObject({
      rowsRead: 1,
      rejectedBefore: 0,
      proof: { differences: [], rejectedRows: 1 },
    });
    expect(keysIn(path)).toEqual(['4']);
  });

  test('leaves the token of another program that has gone on meanwhile', async () => {
    const path = fileFor('overtaken');
    await tableOf('overtaken', { 1: 'a', 2: 'b', 3: 'c', 4: 'too long' });
    await using other = await openEngine(loaded.settings);
    const open = vi.spyOn(StreamingIngestClient.prototype, 'openChannel');
    let opened = 0;
    open.mockImplementation(async function (this: StreamingIngestClient, request) {
      const channel = await original.call(this, request);
      if (++opened !== 1) return channel;
      const ask = channel.getLatestCommittedOffsetToken.bind(channel);
      // Once all is committed, another one goes on with the load, before the token can be set.
      channel.getLatestCommittedOffsetToken = async () => {
        const committed = await ask();
        if (channel.isClosed()) await other.openChannel({ ...request, offsetToken: foreign });
        return committed;
      };
      return channel;
    });
    const foreign = '3.load.000000000000.1.000000000000.whole.~9';
    const { tables } = await load('overtaken', path);
    open.mockRestore();
    expect(tables[0]).toMatchObject({ rowsRead: 4, proof: { differences: [] } });
    const { database, schema } = loaded.ends.emulator;
    const table = { database, schema, table: 'OVERTAKEN' };
    expect(await channelsOf(loaded.ends.snowflake, table)).toMatchObject([{ offsetToken: foreign }]);
  });

  test('that ends when the file takes no more loses no row', async () => {
    const path = fileFor('full_disk');
    await tableOf('full_disk', { 1: 'a', 2: 'b', 3: 'c', 4: 'd', 5: 'too long', 6: 'f', 7: 'g' });
    const full = vi.spyOn(RejectsFile.prototype, 'append').mockRejectedValueOnce(new Error('disk full'));
    await expect(load('full_disk', path)).rejects.toThrow('disk full');
    full.mockRestore();
    expect(await targetOf('full_disk')).toEqual(['1 a', '2 b', '3 c']);
    const { tables } = await load('full_disk', path);
    expect(tables[0]).toMatchObject({ rowsRead: 4, proof: { differences: [], rejectedRows: 1 } });
  });
});

describe('--max-rejects', () => {
  test('crossed, ends the reading; what was sent is committed, and a further run goes on', async () => {
    await tableOf(
      'crossed',
      Object.fromEntries(Array.from({ length: 30 }, (_, id) => [id, id === 4 ? 'too long' : `w${id}`])),
    );
    const path = fileFor('crossed');
    const first = await load('crossed', path, { maxRejects: 0 });
    expect(first.tables[0]).toMatchObject({
      complete: false,
      rejected: [{ key: ['4'] }],
      channels: [{ closed: true }],
    });
    expect(first.tables[0]?.rowsRead).toBeLessThan(15);
    expect(first.tables[0]?.proof.differences[0]).toMatch(/^not all rows were read/);
    expect(await targetOf('crossed')).toHaveLength(first.tables[0]?.rowsSent ?? -1);
    const second = await load('crossed', path, { maxRejects: 0 });
    expect(second.tables[0]).toMatchObject({
      complete: true,
      rejected: [],
      rejectedBefore: 1,
      proof: { differences: [], sourceRows: 30, targetRows: 29, rejectedRows: 1 },
    });
  });

  test('counts the tables of a run together, and ends before the next one', async () => {
    for (const name of ['one', 'two', 'three']) await tableOf(name, { 1: 'a', 2: 'too long' });
    const tables = ['one', 'two', 'three'].map((name) => ({ ...loaded.table(name), ...policies(name) }));
    const report = await loaded.load('one', { tables, maxRejects: 1 });
    expect(report.tables.map(({ source }) => source.split('.')[1])).toEqual(['one', 'two']);
    expect(report.tables.map(({ complete, proof }) => [complete, proof.differences])).toEqual([
      [true, []],
      [true, []],
    ]);
  });
});

describe('retry-rejects', () => {
  test('sends fixed rows, keeps what is rejected again, drops what is gone, and proves the table', async () => {
    const path = fileFor('fixed');
    await tableOf('fixed', {
      1: 'a',
      2: 'too long',
      3: 'longer',
      4: 'd',
      5: 'longest',
      6: 'longish',
      7: 'g',
    });
    await load('fixed', path);
    const { id } = readRejects(path) ?? {};
    await loaded.execute(
      "UPDATE fixed SET word = 'short' WHERE id = 2",
      'DELETE FROM fixed WHERE id = 3',
      "UPDATE fixed SET word = 'ok' WHERE id = 6",
    );
    const report = await retry('fixed', path, { batchRows: 2 });
    expect(report).toMatchObject({
      rejects: path,
      left: 1,
      tables: [
        {
          rowsSent: 2,
          rejectedAgain: [{ key: ['5'], column: 'WORD' }],
          gone: [['3']],
          waiting: 0,
          withoutKey: 0,
          proof: { differences: [], sourceRows: 6, targetRows: 5, rejectedRows: 1 },
        },
      ],
    });
    expect(await targetOf('fixed')).toEqual(['1 a', '2 short', '4 d', '6 ok', '7 g']);
    expect(keysIn(path)).toEqual(['5']);
    expect(readRejects(path)?.id).not.toBe(id);
    // Once more, with nothing fixed, and then with all.
    expect(await retry('fixed', path)).toMatchObject({ left: 1, tables: [{ rowsSent: 0 }] });
    await fix('fixed');
    expect(await retry('fixed', path)).toMatchObject({
      left: 0,
      tables: [{ rowsSent: 1, proof: { differences: [] } }],
    });
    expect(readRejects(path)).toBeUndefined();
    await expect(retry('fixed', path)).rejects.toMatchObject({ code: 'REJECTS_INVALID' });
    expect(await targetOf('fixed')).toHaveLength(6);
  });

  test('leaves rows to the run that has still to read them', async () => {
    const path = fileFor('waiting');
    await tableOf('waiting', { 1: 'a', 2: 'too long', 3: 'c' });
    await load('waiting', path);
    await loaded.execute("INSERT INTO waiting VALUES (4, 'longer'), (5, 'longest')");
    const crash = crashOnceWritten();
    await expect(load('waiting', path)).rejects.toThrow('crash');
    crash.mockRestore();
    expect(keysIn(path)).toEqual(['2', '4', '5']);
    await fix('waiting');
    expect(await retry('waiting', path)).toMatchObject({ left: 2, tables: [{ rowsSent: 1, waiting: 2 }] });
    expect((await load('waiting', path)).tables[0]).toMatchObject({
      rowsSent: 2,
      proof: { differences: [] },
    });
    expect(await targetOf('waiting')).toHaveLength(5);
    expect(readRejects(path)).toBeUndefined();
  });

  test('rejects a file with rows of a table that the settings do not name', async () => {
    const path = fileFor('unnamed');
    await tableOf('unnamed', { 1: 'a', 2: 'too long' });
    await load('unnamed', path);
    const before = readFileSync(path);
    await expect(retry('fixed', path)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(/has rows of \w+\.unnamed for \w+\.PUBLIC\.UNNAMED by channel/),
    });
    expect(readFileSync(path)).toEqual(before);
  });

  test('that ended between the last commit and the writing of the file sends nothing twice', async () => {
    const path = fileFor('unwritten');
    await tableOf('unwritten', { 1: 'a', 2: 'too long', 3: 'longer', 4: 'longest' });
    await load('unwritten', path);
    await loaded.execute("UPDATE unwritten SET word = 'ok' WHERE id IN (2, 4)");
    const crash = vi.spyOn(RejectsFile.prototype, 'replaceBy').mockRejectedValueOnce(new Error('crash'));
    await expect(retry('unwritten', path, { batchRows: 1 })).rejects.toThrow('crash');
    crash.mockRestore();
    // The rows that are there now are rejected no more, for every client.
    expect(await check('unwritten', path)).toEqual([]);
    expect((await load('unwritten', path)).tables[0]).toMatchObject({
      rejectedBefore: 1,
      proof: { differences: [] },
    });
    await fix('unwritten');
    expect(await retry('unwritten', path)).toMatchObject({
      left: 0,
      tables: [{ rowsSent: 1, proof: { differences: [] } }],
    });
    expect(await targetOf('unwritten')).toEqual(['1 a', '2 ok', '3 longe', '4 longe'].with(3, '4 ok'));
  });

  test('that ended after rows were written down again, but not committed, knows them once', async () => {
    const path = fileFor('uncommitted');
    await tableOf('uncommitted', { 1: 'a', 2: 'too long', 3: 'longer', 4: 'x', 5: 'y', 6: 'z' });
    await load('uncommitted', path);
    await loaded.execute("UPDATE uncommitted SET word = 'ok' WHERE id = 3");
    const crash = crashOnceWritten();
    await expect(retry('uncommitted', path)).rejects.toThrow('crash');
    crash.mockRestore();
    expect(keysIn(path)).toEqual(['2', '3', '2']);
    expect(await targetOf('uncommitted')).toHaveLength(4);
    expect(await check('uncommitted', path)).toEqual([]);
    await fix('uncommitted');
    expect(await retry('uncommitted', path)).toMatchObject({
      left: 0,
      tables: [{ rowsSent: 2, proof: { differences: [] } }],
    });
    expect(await targetOf('uncommitted')).toHaveLength(6);
  });
});

test('what one channel wrote down before it had committed anything, three channels read again', async () => {
  const path = fileFor('divided');
  const texts = Array.from({ length: 30 }, (_, id) => [id, id === 1 ? 'too long' : 'w']);
  await tableOf('divided', Object.fromEntries(texts));
  const crash = crashOnceWritten();
  await expect(load('divided', path)).rejects.toThrow('crash');
  crash.mockRestore();
  expect(keysIn(path)).toEqual(['1']);
  expect(await targetOf('divided')).toEqual([]);
  const { tables } = await load('divided', path, { channels: 3 });
  expect(tables[0]).toMatchObject({
    rowsRead: 30,
    rejectedBefore: 0,
    proof: { differences: [], rejectedRows: 1 },
  });
  expect(keysIn(path)).toEqual(['1']);
  await fix('divided');
  expect(await retry('divided', path)).toMatchObject({
    left: 0,
    tables: [{ rowsSent: 1, proof: { differences: [] } }],
  });
});

test('a row that was written down before it was committed is read again, though its key is spelt otherwise now', async () => {
  const path = fileFor('spelt');
  await loaded.execute(
    'CREATE TABLE spelt (name VARCHAR(9) COLLATE utf8mb4_general_ci PRIMARY KEY, word VARCHAR(40))',
    "INSERT INTO spelt VALUES ('Ann', 'a')",
  );
  await loaded.ends.snowflake.execute('CREATE TABLE spelt (name VARCHAR(9) NOT NULL, word VARCHAR(5))');
  await load('spelt', path);
  await loaded.execute("INSERT INTO spelt VALUES ('Bob', 'too long'), ('Cleo', 'too long')");
  const crash = crashOnceWritten();
  await expect(load('spelt', path)).rejects.toThrow('crash');
  crash.mockRestore();
  expect(keysIn(path)).toEqual(['Bob', 'Cleo']);
  await loaded.execute("UPDATE spelt SET name = 'BOB', word = 'b' WHERE name = 'bob'");
  expect((await load('spelt', path)).tables[0]).toMatchObject({
    rejectedBefore: 0,
    proof: { differences: [], rejectedRows: 1 },
  });
  expect(keysIn(path)).toEqual(['Cleo']);
  await fix('spelt');
  expect(await retry('spelt', path)).toMatchObject({ left: 0, tables: [{ proof: { differences: [] } }] });
  const rows = await loaded.ends.snowflake.execute('SELECT name FROM spelt ORDER BY name');
  expect(rows.map(({ NAME }) => NAME)).toEqual(['Ann', 'BOB', 'Cleo']);
});
