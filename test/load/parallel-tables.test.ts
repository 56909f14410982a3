import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { checkSharedTables } from '../../src/check/check-table.ts';
import { loadChannel } from '../../src/checkpoint/channel-name.ts';
import type { Settings, TableSettings } from '../../src/config/settings.ts';
import type { RunReport } from '../../src/load/run-report.ts';
import { provenRows } from '../../src/load/run-report.ts';
import { outlineTables } from '../../src/plan/table-outline.ts';
import { readRejects } from '../../src/rejects/rejects-file.ts';
import type { ProgressView } from '../../src/report/progress-view.ts';
import { runText } from '../../src/report/run-text.ts';
import { retryRejects } from '../../src/retry-rejects.ts';
import { channelsOf } from '../../src/snowflake/channels.ts';
import { type LoadedEnds, startLoadedEnds } from '../check/loaded.ts';
import { stopJvm } from '../fixtures/jvm.ts';
import { numbers } from '../fixtures/numbered-rows.ts';
import { printedSeed } from '../fixtures/seed.ts';
import { noSessionsSince, sessionIds } from '../source/database.ts';
import { Random } from '../types/random-numbers.ts';
import type { FollowedOptions as RunOptions } from './completed-run.ts';
import { completedRun as run } from './completed-run.ts';

let loaded: LoadedEnds;
let sessionsBefore: Set<string>;

beforeAll(async () => {
  loaded = await startLoadedEnds();
});

afterAll(async () => {
  stopJvm();
  await loaded[Symbol.asyncDispose]();
});

beforeEach(async () => {
  sessionsBefore = await sessionIds(loaded.ends.source.session);
});
// Whatever became of the run.
afterEach(() => noSessionsSince(loaded.ends.source.session, sessionsBefore));

async function makeTables(names: readonly string[], rows: number): Promise<void> {
  for (const name of names)
    await loaded.execute(
      `CREATE TABLE ${name} (id INT PRIMARY KEY, word VARCHAR(40))`,
      `INSERT INTO ${name}
         SELECT seq, CONCAT('word ', seq DIV 100) FROM ${numbers(rows)}`,
    );
}

/** Targets whose words are shorter than some of the source's, and the policy that lets such rows be refused. */
async function makeNarrow(names: readonly string[], bad: string): Promise<Partial<TableSettings>> {
  for (const name of names) {
    await loaded.execute(`UPDATE ${name} SET word = REPEAT('x', 40) WHERE ${bad}`);
    await loaded.ends.snowflake.execute(`CREATE TABLE ${name} (ID NUMBER(10,0) NOT NULL, WORD VARCHAR(30))`);
  }
  const { policies } = loaded.table('any');
  return { policies: { ...policies, table: { ...policies.table, narrowColumns: 'reject' } } };
}

const load = (
  names: readonly string[],
  more: Partial<Settings> = {},
  options: RunOptions = {},
  table: Partial<TableSettings> = {},
) => {
  const tables = names.map((name) => ({ ...loaded.table(name), ...table }));
  return run({ ...loaded.settings, batchRows: 100, tables, ...more }, options);
};

async function idsIn(name: string): Promise<number[]> {
  const rows = await loaded.ends.snowflake.execute(`SELECT ID FROM ${name} ORDER BY ID`);
  return rows.map(({ ID }) => Number(ID));
}
const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

const short = (name: string): string => name.slice(name.indexOf('.') + 1);

/** Follows which tables are under way. */
class Followed implements ProgressView {
  readonly begun: string[] = [];
  readonly finished: string[] = [];
  readonly stopped: string[] = [];
  readonly steps: string[] = [];
  /** How many tables were under way at once, at the most. */
  most = 0;
  readonly #rows = new Map<string, number>();
  readonly #waiting: { readonly is: () => boolean; readonly go: () => void }[] = [];

  rowsOf(table: string): number {
    return this.#rows.get(table) ?? 0;
  }

  /** Waits for something of the run. */
  until(is: () => boolean): Promise<void> {
    return new Promise((go) => {
      this.#waiting.push({ is, go });
      this.#look();
    });
  }

  begin(table: string): void {
    this.begun.push(short(table));
    this.most = Math.max(this.most, this.begun.length - this.finished.length);
    this.#look();
  }

  advance(rows: number, _bytes: number, table: string): void {
    this.#rows.set(short(table), this.rowsOf(short(table)) + rows);
    this.#look();
  }

  finish(table: string): void {
    this.finished.push(short(table));
    this.#look();
  }

  step(line: string): void {
    this.steps.push(line);
  }

  stop(table = ''): void {
    this.stopped.push(short(table));
  }

  #look(): void {
    for (const { is, go } of this.#waiting) if (is()) go();
  }
}

/** Keeps everybody from reading a table until it is given free. */
async function locked(name: string): Promise<AsyncDisposable & { free(): Promise<void> }> {
  const locking = await createConnection(loaded.ends.mysql.url);
  await locking.query(`LOCK TABLES ${name} WRITE`);
  return {
    free: async () => void (await locking.query('UNLOCK TABLES')),
    [Symbol.asyncDispose]: () => locking.end(),
  };
}

describe('several tables at once', () => {
  test('do not wait for each other, are all proven, and are reported in the order of the settings', async () => {
    const names = ['slow', 'quick', 'third', 'fourth'];
    await makeTables(names, 2000);
    await using lock = await locked('slow');
    const progress = new Followed();
    const running = load(names, { parallelTables: 2 }, { progress });
    // One after the other they would wait for the first one for ever.
    await Promise.race([progress.until(() => progress.finished.length === 3), running]);
    expect(progress.finished).toEqual(['quick', 'third', 'fourth']);
    await lock.free();
    const { tables } = await running;
    expect(tables.map(({ source }) => short(source))).toEqual(names);
    for (const { rowsSent, complete, proof } of tables)
      expect({ rowsSent, complete, differences: proof.differences }).toEqual({
        rowsSent: 2000,
        complete: true,
        differences: [],
      });
    for (const name of names) expect(await idsIn(name)).toEqual(upTo(2000));
    expect(progress.steps.filter((line) => line.includes('closing'))).toHaveLength(4);
    const { database } = loaded.ends.mysql;
    for (const name of names)
      expect(progress.steps).toContain(`${database}.${name}: closing channel ${loadChannel(database, name)}`);
  });

  test('are never more than were asked for, and find each their own place again', async () => {
    const names = ['a1', 'a2', 'a3', 'a4', 'a5'];
    await makeTables(names, 1500);
    const progress = new Followed();
    const first = await load(names, { parallelTables: 3, channels: 2 }, { progress });
    expect(progress.most).toBeLessThanOrEqual(3);
    expect(first.tables.map(({ channels }) => channels.length)).toEqual([2, 2, 2, 2, 2]);
    for (const name of names) await loaded.execute(`INSERT INTO ${name} VALUES (1500, 'new')`);
    const alone = new Followed();
    const second = await load(names, {}, { progress: alone });
    expect(alone.most).toBe(1);
    expect(second.tables.map(({ rowsRead }) => rowsRead)).toEqual([1, 1, 1, 1, 1]);
    expect(second.tables.map(({ proof }) => proof.differences)).toEqual([[], [], [], [], []]);
    for (const name of names) expect(await idsIn(name)).toEqual(upTo(1501));
  });

  test('without a key have a session each for what they read in one go', async () => {
    for (const name of ['heap1', 'heap2', 'heap3']) {
      await makeTables([name], 800);
      await loaded.execute(`ALTER TABLE ${name} DROP PRIMARY KEY`);
    }
    const names = ['heap1', 'heap2', 'heap3'];
    const { tables } = await load(names, { parallelTables: 3, resume: false, snapshot: true });
    expect(tables.map(({ proof }) => proof.differences)).toEqual([[], [], []]);
  });

  test('go into one target one after the other when that is meant, and are proven together', async () => {
    for (const half of ['half1', 'half2'])
      await loaded.execute(
        `CREATE TABLE ${half} (id INT PRIMARY KEY, word VARCHAR(40), weight DOUBLE, e ENUM('z','a'), price DECIMAL(9,2))`,
        `INSERT INTO ${half}
           WITH RECURSIVE d AS (SELECT 0 AS n UNION ALL SELECT n + 1 FROM d WHERE n < 99)
           SELECT x.n * 100 + y.n, CONCAT('Wort ', x.n, 'ä'), x.n * 1.5 - 20, IF(y.n > 50, 'z', 'a'), (x.n - 5) / 7
           FROM d x, d y WHERE x.n * 100 + y.n < 1000`,
      );
    await loaded.execute(
      'UPDATE half2 SET id = id + 1000, word = UPPER(word), weight = weight * 7 ORDER BY id DESC',
      'UPDATE half2 SET price = NULL WHERE id < 1100',
    );
    const target = { ...loaded.table('both').target };
    const halves = (more: Partial<Settings> = {}, options: RunOptions = {}) =>
      load(['half1', 'half2'], { parallelTables: 2, ...more }, options, { target });
    await expect(halves()).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(
        /\.half1 and \S+\.half2 would go into one target, .*BOTH: .*--shared-targets/,
      ),
    });
    const progress = new Followed();
    const report = await halves({ sharedTargets: true }, { progress });
    expect(progress.most).toBe(1);
    expect(await idsIn('both')).toEqual(upTo(2000));
    const proven = (count: number) =>
      [0, 1].map(() => ({ differences: [], sourceRows: count, targetRows: count }));
    expect(report.tables.map(({ proof }) => proof)).toMatchObject(proven(2000));
    expect(report.tables[0]?.proof.columns.find(({ aggregate }) => aggregate === 'checksum')).toBeDefined();
    expect(provenRows(report)).toBe(2000);

    await loaded.execute("INSERT INTO half1 VALUES (5000, 'late', 1e300, 'a', 1)");
    expect((await halves({ sharedTargets: true })).tables.map(({ proof }) => proof)).toMatchObject(
      proven(2001),
    );
    const { source, snowflake } = loaded.ends;
    const both = ['half1', 'half2'].map((name) => ({ ...loaded.table(name), target }));
    const options = { ...loaded.settings.targets, resume: true };
    const checked = () => checkSharedTables(source, snowflake, both, options);
    expect((await checked()).map(({ proof }) => proof.differences)).toEqual([[], []]);
    // Each difference is found, of whichever table it is.
    for (const [change, back, differs] of [
      [
        'UPDATE both SET WEIGHT = 2e300 WHERE ID = 5000',
        'UPDATE both SET WEIGHT = 1e300 WHERE ID = 5000',
        'max of weight',
      ],
      [
        'UPDATE both SET PRICE = 1 WHERE ID = 1000',
        'UPDATE both SET PRICE = NULL WHERE ID = 1000',
        'nulls of price',
      ],
      [
        "UPDATE both SET WORD = 'x' WHERE ID = 1500",
        "UPDATE both SET WORD = 'WORT 5Ä' WHERE ID = 1500",
        'checksum',
      ],
    ] as const) {
      await snowflake.execute(change);
      expect((await checked())[1]?.proof.differences.join(), change).toContain(differs);
      await snowflake.execute(back);
    }
    expect((await checked())[0]?.proof.differences).toEqual([]);
    await loaded.execute('DELETE FROM half2 WHERE id = 1500');
    expect((await checked())[0]?.proof.differences[0]).toContain('rows: 2000 to load in the source, 2001');

    await loaded.execute('ALTER TABLE half2 MODIFY price DECIMAL(8,2)');
    await expect(halves({ sharedTargets: true })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(/not with the same columns in the same types/),
    });
  });

  test.each([
    [['People', 'people'], 'DATABASE.PUBLIC.PEOPLE'],
    [['one.t', 'two.t'], 'DATABASE.PUBLIC.T'],
    [['one.t', 'one.t'], 'named twice with the target DATABASE.PUBLIC.T'],
  ])('of %s are named before anything starts', async (names, lines) => {
    const named = lines.replace('DATABASE', loaded.ends.emulator.database);
    const tables = names.map((name) => {
      const [database = '', source = name] = name.includes('.') ? name.split('.') : ['shop'];
      const target = { ...loaded.table('any').target, table: source };
      return { ...loaded.table('any'), database, source, target };
    });
    for (const options of [{}, { restart: true }])
      await expect(run({ ...loaded.settings, tables }, options)).rejects.toMatchObject({
        code: 'CONFIG_INVALID',
        message: expect.stringContaining(named),
      });
    const { source, snowflake } = loaded.ends;
    const outlines = await outlineTables(source, snowflake, tables, loaded.settings.targets);
    for (const { problems } of outlines)
      expect(problems[0]).toEqual({ code: 'CONFIG_INVALID', message: expect.stringContaining(named) });
  });
});

describe('with --fail-fast, a table that fails', () => {
  test('before a row has moved keeps all from moving', async () => {
    await makeTables(['fits', 'incompatibility'], 300);
    await loaded.ends.snowflake.execute('CREATE TABLE INCOMPATIBILITY (ID NUMBER(10,0), WORD VARCHAR(3))');
    await expect(
      load(['fits', 'incompatibility'], { parallelTables: 2, failFast: true }),
    ).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
    });
    expect(await idsIn('fits')).toEqual([]);
  });

  test('ends the others with what they have committed; no further one begins; the next run completes all', async () => {
    const names = ['lengthy', 'broken', 'never'];
    await makeTables(['lengthy'], 10_000);
    await makeTables(['broken', 'never'], 300);
    const table = await makeNarrow(['broken'], 'id = 150');
    await using lock = await locked('broken');
    const progress = new Followed();
    const more = { parallelTables: 2, batchRows: 5, failFast: true };
    const running = load(names, { ...more, onError: 'ABORT' }, { progress }, table);
    running.catch(() => undefined);
    await progress.until(() => progress.rowsOf('lengthy') > 200);
    await lock.free();
    await expect(running).rejects.toMatchObject({
      code: 'JAVA_EXCEPTION',
      message: expect.stringContaining('WORD'),
    });
    const there = await idsIn('lengthy');
    expect(there).toEqual(upTo(there.length));
    expect(there.length).toBeGreaterThan(200);
    expect(there.length).toBeLessThan(10_000);
    expect(progress.begun.toSorted()).toEqual(['broken', 'lengthy']);
    const { database, schema } = loaded.ends.emulator;
    expect(await channelsOf(loaded.ends.snowflake, { database, schema, table: 'NEVER' })).toEqual([]);

    await loaded.execute("UPDATE broken SET word = 'fixed' WHERE id = 150");
    const { tables } = await load(names, { ...more, onError: 'ABORT' }, {}, table);
    expect(tables.map(({ proof }) => proof.differences)).toEqual([[], [], []]);
    expect(tables[0]?.rowsRead).toBe(10_000 - there.length);
    expect(await idsIn('lengthy')).toEqual(upTo(10_000));
    expect(await idsIn('broken')).toEqual(upTo(300));
  });
});

describe('a table that fails leaves the others alone', () => {
  const BAD = ['missing', 'shape', 'heap', 'alien', 'abort'] as const;
  const codes = {
    missing: 'TABLE_NOT_FOUND',
    shape: 'CONFIG_INVALID',
    heap: 'SOURCE_NO_KEY',
    alien: 'OFFSET_TOKEN_INVALID',
    abort: 'JAVA_EXCEPTION',
  };
  const outcomesIn = ({ outcomes }: RunReport) =>
    outcomes.map(({ source, outcome, error }) => [short(source), error?.code ?? outcome]);
  let table: Partial<TableSettings>;

  beforeAll(async () => {
    await makeTables(['ok1', 'ok2', 'ok3', 'shape', 'heap', 'alien', 'abort', 'spoilt'], 300);
    await loaded.ends.snowflake.execute('CREATE TABLE SHAPE (ID NUMBER(10,0), WORD DATE)');
    await loaded.execute('ALTER TABLE heap DROP PRIMARY KEY');
    await loaded.ends.snowflake.execute('CREATE TABLE ALIEN (ID NUMBER(10,0), WORD VARCHAR(40))');
    await load(['alien'], {}, {}, { columns: [{ source: 'word', target: 'WORD' }] });
    table = await makeNarrow(['abort'], 'id = 150');
    await load(['spoilt']);
    await loaded.ends.snowflake.execute("INSERT INTO SPOILT VALUES (9999, 'of another program')");
  });

  test.each([
    { parallelTables: 1 },
    { parallelTables: 3 },
    { parallelTables: 2, channels: 2 },
    { parallelTables: 1, snapshot: true },
    { parallelTables: 3, snapshot: true },
  ])('wherever it is among them, %o', async (more) => {
    const names = shuffled(['ok1', 'ok2', 'ok3', 'spoilt', ...BAD]);
    const progress = new Followed();
    const report = await load(names, { ...more, onError: 'ABORT' }, { progress }, table);
    expect(outcomesIn(report), names.join()).toEqual(
      names.map((name) => [
        name,
        codes[name as keyof typeof codes] ?? (name === 'spoilt' ? 'differs' : 'proven'),
      ]),
    );
    expect(report.tables.map(({ source }) => short(source))).toEqual(
      names.filter((name) => !(BAD as readonly string[]).includes(name)),
    );
    for (const name of ['ok1', 'ok2', 'ok3']) expect(await idsIn(name)).toEqual(upTo(300));
    expect(progress.stopped).toEqual(['abort']);
    expect(progress.finished.toSorted()).toEqual(['ok1', 'ok2', 'ok3', 'spoilt']);
    const text = runText(report);
    for (const name of BAD)
      expect(text).toMatch(new RegExp(`\\.${name} → .*\n  FAILED  .*\\[${codes[name]}\\]`));
    expect(text.split('\n').at(-1)).toMatch(
      /^NOT PROVEN: .*missing \(failed\).* \(3 of 9 tables, 900 rows proven in all\)\.$/,
    );
  });

  test('a restart deletes nothing when one does not fit, in a snapshot too', async () => {
    for (const snapshot of [false, true])
      await expect(load(['ok1', 'missing', 'ok2'], { snapshot }, { restart: true })).rejects.toMatchObject({
        code: 'TABLE_NOT_FOUND',
      });
    expect(await idsIn('ok1')).toEqual(upTo(300));
  });

  test('alone in its run, it ends it', async () => {
    await expect(load(['missing'])).rejects.toMatchObject({ code: 'TABLE_NOT_FOUND' });
    await expect(load(['missing'], { snapshot: true })).rejects.toMatchObject({ code: 'TABLE_NOT_FOUND' });
    const { outcomes, tables } = await load(['missing', 'heap']);
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['failed', 'failed']);
    expect(tables).toEqual([]);
  });

  test('what is no one table’s fault ends all of them', async () => {
    await makeTables(['long1', 'long2'], 5000);
    const progress = new Followed();
    const running = load(
      ['long1', 'missing', 'long2'],
      { parallelTables: 2, batchRows: 20, snapshot: true },
      { progress },
    );
    running.catch(() => undefined);
    await progress.until(() => progress.rowsOf('long1') > 100);
    // The sessions of the run's snapshot.
    const own = [...(await sessionIds(loaded.ends.source.session))].filter((id) => !sessionsBefore.has(id));
    for (const id of own) await loaded.execute(`KILL ${id}`).catch(() => undefined);
    await expect(running).rejects.toMatchObject({ code: 'SNAPSHOT_LOST' });
    expect((await load(['long1', 'long2'])).tables.map(({ proof }) => proof.differences)).toEqual([[], []]);
  });
});

const random = new Random(printedSeed());

/** In a chance order, which a failure prints. */
const shuffled = (names: readonly string[]): string[] =>
  names
    .map((name) => [random.bits(), name] as const)
    .sort(([one], [other]) => one - other)
    .map(([, name]) => name);

describe('--max-rejects', () => {
  const BAD = 'id IN (10, 20, 30)';

  test('is of all tables together', async () => {
    const names = ['some1', 'some2', 'some3'];
    await makeTables(names, 300);
    const table = await makeNarrow(names, BAD);
    const { tables } = await load(names, { parallelTables: 3, maxRejects: 9 }, {}, table);
    expect(tables.map(({ rejected }) => rejected.length)).toEqual([3, 3, 3]);
    expect(tables.map(({ proof }) => proof.differences)).toEqual([[], [], []]);
  });

  test('ends all of them when it is used up, and no further one begins', async () => {
    const names = ['much', 'few1', 'few2', 'few3'];
    await makeTables(['much'], 10_000);
    await makeTables(['few1', 'few2', 'few3'], 300);
    const table = await makeNarrow(['few1', 'few2', 'few3'], BAD);
    await using lock = await locked('few1');
    const progress = new Followed();
    const running = load(names, { parallelTables: 2, maxRejects: 2, batchRows: 20 }, { progress }, table);
    await Promise.race([progress.until(() => progress.rowsOf('much') > 200), running]);
    await lock.free();
    const { tables, outcomes } = await running;
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['rejected', 'rejected', 'stopped', 'stopped']);
    expect(tables.map(({ source }) => short(source))).toEqual(['much', 'few1']);
    expect(tables.map(({ complete }) => complete)).toEqual([false, false]);
    for (const { proof } of tables)
      expect(proof.differences[0]).toBe(
        'not all rows were read: more were rejected than --max-rejects allows',
      );
    const there = await idsIn('much');
    expect(there).toEqual(upTo(there.length));
    expect(there.length).toBeGreaterThan(200);
    expect(there.length).toBeLessThan(10_000);
    expect(tables[0]).toMatchObject({ rowsSent: there.length, rejected: [] });

    const after = await load(names, { parallelTables: 2, maxRejects: 6 }, {}, table);
    expect(await idsIn('much')).toEqual(upTo(10_000));
    expect(after.tables.map(({ source }) => short(source))).toEqual(names);
  });

  test('with a file: each row has its line, and all are sent again', async () => {
    const names = ['kept1', 'kept2', 'kept3', 'kept4'];
    await makeTables(names, 1000);
    const table = await makeNarrow(names, 'id % 10 = 3');
    const rejects = join(loaded.ends.cwd, 'at-once.jsonl');
    const more = { parallelTables: 4, maxRejects: 400, rejects };
    const { tables } = await load(names, more, {}, table);
    expect(tables.map(({ rejected }) => rejected.length)).toEqual([100, 100, 100, 100]);
    expect(tables.map(({ proof }) => proof.differences)).toEqual([[], [], [], []]);
    const records = readRejects(rejects)?.records ?? [];
    expect(records.map(({ number }) => number)).toEqual(upTo(401).slice(1));
    for (const name of names) {
      const own = records.filter((record) => short(record.table) === name);
      expect(own.map(({ key }) => Number(key[0]))).toEqual(upTo(1000).filter((id) => id % 10 === 3));
    }
    for (const name of names) await loaded.execute(`UPDATE ${name} SET word = 'fixed' WHERE id % 10 = 3`);
    const settings = { ...loaded.settings, ...more };
    const wanted = names.map((name) => ({ ...loaded.table(name), ...table }));
    const retried = await retryRejects({ ...settings, tables: wanted }, rejects);
    expect(retried.left).toBe(0);
    expect(retried.tables.map(({ proof }) => proof.differences)).toEqual([[], [], [], []]);
    for (const name of names) expect(await idsIn(name)).toEqual(upTo(1000));
  });
});

test('a signal ends all of them; the next run goes on in each', async () => {
  const names = ['end1', 'end2', 'end3'];
  await makeTables(names, 5000);
  const ending = new AbortController();
  const progress = new Followed();
  const running = load(names, { parallelTables: 2, batchRows: 20 }, { progress, signal: ending.signal });
  running.catch(() => undefined);
  await progress.until(() => progress.rowsOf('end1') > 0 && progress.rowsOf('end2') > 0);
  ending.abort(new Error('enough'));
  await expect(running).rejects.toThrow('enough');
  expect(progress.begun.toSorted()).toEqual(['end1', 'end2']);
  const before = [(await idsIn('end1')).length, (await idsIn('end2')).length];
  for (const rows of before) {
    expect(rows).toBeGreaterThan(0);
    expect(rows).toBeLessThan(5000);
  }
  const { tables } = await load(names, { parallelTables: 3 });
  expect(tables.map(({ rowsRead }) => rowsRead)).toEqual([...before.map((rows) => 5000 - rows), 5000]);
  for (const name of names) expect(await idsIn(name)).toEqual(upTo(5000));
  expect(tables.map(({ proof }) => proof.differences)).toEqual([[], [], []]);
});

test('a restart begins all of them anew', async () => {
  const names = ['anew1', 'anew2', 'anew3'];
  await makeTables(names, 900);
  await load(names, { parallelTables: 3 });
  await loaded.ends.snowflake.execute("INSERT INTO anew2 VALUES (9999, 'of another program')");
  const report = await load(names, { parallelTables: 3, channels: 2 }, { restart: true });
  expect(report.emptied?.map(({ rows }) => rows)).toEqual([900, 901, 900]);
  expect(report.tables.map(({ rowsSent }) => rowsSent)).toEqual([900, 900, 900]);
  expect(report.tables.map(({ proof }) => proof.differences)).toEqual([[], [], []]);
  for (const name of names) expect(await idsIn(name)).toEqual(upTo(900));
});
