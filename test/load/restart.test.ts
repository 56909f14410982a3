import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AbortGate } from '../../src/abort-gate.ts';
import { loadChannel } from '../../src/checkpoint/channel-name.ts';
import { RESTARTING } from '../../src/checkpoint/offset-token.ts';
import type { Settings, TableSettings } from '../../src/config/settings.ts';
import { SnowstreamError } from '../../src/errors.ts';
import type { ChannelRequest, IngestChannel } from '../../src/ingest/engine.ts';
import { openEngine } from '../../src/ingest/open-engine.ts';
import type { RenewedClient } from '../../src/ingest/renewed-client.ts';
import { RejectLimit } from '../../src/load/reject-limit.ts';
import { restartLoads } from '../../src/load/restart.ts';
import { openLoad } from '../../src/load/table-load.ts';
import { planTable } from '../../src/plan/table-plan.ts';
import { silent, TableProgress } from '../../src/progress.ts';
import { readRejects } from '../../src/rejects/rejects-file.ts';
import { runText } from '../../src/report/run-text.ts';
import { retryRejects } from '../../src/retry-rejects.ts';
import { channelsOf } from '../../src/snowflake/channels.ts';
import { SnowflakeError } from '../../src/snowflake/snowflake-error.ts';
import type { LoadedEnds } from '../check/loaded.ts';
import { loadedEndsOfFile } from '../check/loaded-of-file.ts';
import { idsIn as idsOf, numbers, upTo } from '../fixtures/numbered-rows.ts';
import { printedSeed } from '../fixtures/seed.ts';
import type { FollowedOptions as RunOptions } from './completed-run.ts';
import { completedRun as run } from './completed-run.ts';

let loaded: LoadedEnds;
loadedEndsOfFile((ends) => {
  loaded = ends;
});

const made = async (name: string, rows: number, key = 'PRIMARY KEY'): Promise<void> =>
  loaded.execute(
    `CREATE TABLE ${name} (id INT ${key}, word VARCHAR(40), more INT NOT NULL)`,
    `INSERT INTO ${name}
       SELECT seq, CONCAT('word ', seq DIV 100), 7 FROM ${numbers(rows)}`,
  );

const sql = (statement: string) => loaded.ends.snowflake.execute(statement);
const targetOf = (name: string) => {
  const { database, schema } = loaded.ends.emulator;
  return { database, schema, table: name.toUpperCase() };
};
const idsIn = (name: string) => idsOf(loaded.ends.snowflake, name);
const channelsIn = (name: string) => channelsOf(loaded.ends.snowflake, targetOf(name));
/** What stands behind the table in the names of its channels. */
const endsOf = async (name: string) =>
  (await channelsIn(name))
    .map((channel) => channel.name.slice(loadChannel(loaded.ends.mysql.database, name).length - 2))
    .sort();

const load = (
  name: string,
  more: Partial<Settings> = {},
  options: RunOptions = {},
  table: Partial<TableSettings> = {},
) =>
  run(
    { ...loaded.settings, batchRows: 100, tables: [{ ...loaded.table(name), ...table }], ...more },
    options,
  );

const ANEW: RunOptions = { restart: true };

test('a load of other columns is refused, and begun anew by a restart', async () => {
  await made('narrowed', 500);
  await load('narrowed');
  const columns = {
    columns: [
      ['id', 'ID'],
      ['more', 'MORE'],
    ] as const,
  };
  const other = { columns: columns.columns.map(([source, target]) => ({ source, target })) };
  await sql("INSERT INTO NARROWED VALUES (9999, 'of another program', 1)");
  await expect(load('narrowed', {}, {}, other)).rejects.toMatchObject({
    code: 'OFFSET_TOKEN_INVALID',
    exitCode: 2,
    message: expect.stringMatching(
      /snowstream run --restart empties the target and loads the table from its first row$/,
    ),
  });
  expect(await idsIn('narrowed')).toHaveLength(501);

  const report = await load('narrowed', {}, ANEW, other);
  expect(report.emptied).toEqual([
    { target: `${loaded.ends.emulator.database}.PUBLIC.NARROWED`, rows: 501, otherChannels: [] },
  ]);
  expect(runText(report)).toMatch(/^\w+\.PUBLIC\.NARROWED was emptied: 501 rows deleted$/m);
  expect(report.tables[0]).toMatchObject({
    rowsSent: 500,
    channels: [{ resumedAfter: null }],
    proof: { differences: [] },
  });
  expect(await idsIn('narrowed')).toEqual(upTo(500));

  await loaded.execute("INSERT INTO narrowed VALUES (500, 'new', 1)");
  expect((await load('narrowed', {}, {}, other)).tables[0]).toMatchObject({
    rowsSent: 1,
    proof: { differences: [] },
  });
});

test('the channels are those of the new load: two in the place of three, and one in the place of two', async () => {
  await made('shared', 3000);
  await load('shared', { channels: 3 });
  expect(await endsOf('shared')).toEqual(['_0_1', '_0_2', '_0_3']);

  const two = await load('shared', { channels: 2 }, ANEW);
  expect(two.tables[0]).toMatchObject({ rowsSent: 3000, proof: { differences: [] } });
  expect(await endsOf('shared')).toEqual(['_0_1', '_0_2']);
  expect(await idsIn('shared')).toEqual(upTo(3000));
  expect((await loaded.check('shared')).differences).toEqual([]);

  await load('shared', { snapshot: true }, ANEW);
  expect(await endsOf('shared')).toEqual(['_0']);
  expect(await idsIn('shared')).toEqual(upTo(3000));
});

test('a target that does not exist is made; one whose source is empty is proven', async () => {
  await made('absent', 0);
  expect(await load('absent', {}, ANEW)).toMatchObject({
    emptied: [],
    tables: [{ proof: { differences: [] } }],
  });
  const again = await load('absent', {}, ANEW);
  expect(again).toMatchObject({ emptied: [{ rows: 0 }], tables: [{ proof: { differences: [] } }] });
  expect((await loaded.check('absent')).differences).toEqual([]);
  await loaded.execute("INSERT INTO absent VALUES (0, 'new', 1)");
  expect((await load('absent')).tables[0]).toMatchObject({ rowsSent: 1, proof: { differences: [] } });
});

test('a table without a key can be loaded again', async () => {
  await made('keyless', 250, 'NOT NULL');
  await load('keyless', { resume: false });
  await expect(load('keyless', { resume: false })).rejects.toMatchObject({
    message: expect.stringMatching(/has no key.*run --restart/),
  });
  expect((await load('keyless', { resume: false }, ANEW)).tables[0]?.proof.differences).toEqual([]);
  expect(await idsIn('keyless')).toEqual(upTo(250));
});

const gatesOf = (signal?: AbortSignal) => ({
  ends: new AbortGate(signal),
  channels: new AbortGate(signal),
});

describe('nothing is deleted', () => {
  beforeAll(async () => {
    await made('kept', 300);
    await made('unfit', 10);
    await load('kept');
    await sql('CREATE TABLE UNFIT (ID NUMBER(10,0), WORD VARCHAR(3), MORE NUMBER(10,0))');
  });
  const both = () => ({ tables: [loaded.table('kept'), loaded.table('unfit')] });

  test('when another table of the run does not fit', async () => {
    const before = await channelsIn('kept');
    let asked = false;
    const restart = async () => {
      asked = true;
    };
    await expect(load('kept', both(), { restart })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(/UNFIT is incompatible: column WORD/),
      detail: expect.stringContaining('WORD'),
    });
    expect(asked).toBe(false);
    expect(await idsIn('kept')).toEqual(upTo(300));
    expect(await channelsIn('kept')).toEqual(before);
  });

  test('when the answer is no, which gets all that would be', async () => {
    const engine = await openEngine(loaded.settings);
    await engine.openChannel({ channel: 'OF_OTHERS', table: targetOf('kept'), onError: 'CONTINUE' });
    await engine.close();
    const before = await channelsIn('kept');
    const restart: RunOptions['restart'] = async (targets) => {
      expect(targets).toEqual([
        { target: `${loaded.ends.emulator.database}.PUBLIC.KEPT`, rows: 300, otherChannels: ['OF_OTHERS'] },
      ]);
      throw new Error('no');
    };
    await expect(load('kept', {}, { restart })).rejects.toThrow('no');
    expect(await idsIn('kept')).toEqual(upTo(300));
    expect(await channelsIn('kept')).toEqual(before);
  });
});

test('a restart that did not come to its end is refused by all but a restart', async () => {
  await made('halfway', 300);
  await load('halfway');
  const [stored] = await channelsIn('halfway');
  const engine = await openEngine(loaded.settings);
  const request = { table: targetOf('halfway'), onError: 'CONTINUE', offsetToken: RESTARTING } as const;
  await engine.openChannel({ ...request, channel: stored?.name ?? '' });
  await engine.close();
  const refused = {
    code: 'OFFSET_TOKEN_INVALID',
    exitCode: 2,
    message: expect.stringMatching(/^a restart of \w+\.PUBLIC\.HALFWAY was begun .*run --restart/),
  };
  await expect(load('halfway')).rejects.toMatchObject(refused);
  await expect(load('halfway', { channels: 3 })).rejects.toMatchObject(refused);
  await expect(load('halfway', {}, {}, { channel: 'OTHER' })).rejects.toMatchObject(refused);
  await expect(loaded.check('halfway')).rejects.toMatchObject(refused);
  expect(await idsIn('halfway')).toEqual(upTo(300));

  // By another channel too: then the one with the mark is dropped.
  const { tables } = await load('halfway', {}, ANEW, { channel: 'OTHER' });
  expect(tables[0]?.proof.differences).toEqual([]);
  expect((await channelsIn('halfway')).map(({ name }) => name)).toEqual(['OTHER']);
  expect(await idsIn('halfway')).toEqual(upTo(300));
});

test('a role that may not empty the target finds the load as it was', async () => {
  await made('guarded', 600);
  await load('guarded', { channels: 3 });
  const before = await channelsIn('guarded');
  const { source, snowflake } = loaded.ends;
  await using engine = await openEngine(loaded.settings);
  // The local Snowflake has no grants; this is how Snowflake answers.
  const denying = Object.create(snowflake, {
    execute: {
      value: async (statement: string) => {
        if (!statement.startsWith('TRUNCATE')) return snowflake.execute(statement);
        throw new SnowflakeError({ code: '003001', state: '42501', message: 'Insufficient privileges' });
      },
    },
  });
  const settings = { ...loaded.settings, tables: [loaded.table('guarded')] };
  const restart = restartLoads({ source, snowflake: denying, engine, settings, progress: silent });
  await expect(restart).rejects.toMatchObject({
    code: 'SNOWFLAKE_DENIED',
    message: expect.stringMatching(/GUARDED cannot be emptied, .* privilege TRUNCATE/),
  });
  const tokens = (channels: typeof before) => channels.map(({ name, offsetToken }) => [name, offsetToken]);
  expect(tokens(await channelsIn('guarded'))).toEqual(tokens(before));
  expect((await load('guarded')).tables[0]).toMatchObject({ rowsRead: 0, proof: { differences: [] } });
});

test('a role that may not empty the target finds the load as a run that is still going on has left it', async () => {
  await made('raced', 600);
  await load('raced', { channels: 3 });
  await loaded.execute("INSERT INTO raced VALUES (600, 'late', 7)");
  const last = (await channelsIn('raced')).find(({ name }) => name.endsWith('_3'));
  await using other = await openEngine(loaded.settings);
  const request = { channel: last?.name ?? '', table: targetOf('raced'), onError: 'CONTINUE' } as const;
  const still = await other.openChannel(request);
  const { source, snowflake } = loaded.ends;
  let isConfirmed = false;
  const denying = Object.create(snowflake, {
    execute: {
      value: async (statement: string) => {
        if (statement.startsWith('TRUNCATE'))
          throw new SnowflakeError({ code: '003001', state: '42501', message: 'Insufficient privileges' });
        const answer = await snowflake.execute(statement);
        if (!isConfirmed || !statement.startsWith('SHOW CHANNELS')) return answer;
        isConfirmed = false;
        // The last moment at which it can: by the answer that it just got, the restart takes the channel.
        const columns = ['ID', 'WORD', 'MORE'].map((key) => ({
          key,
          encoder: { java: 'String', text: String },
        }));
        const offsetToken = last?.offsetToken?.replace('.~599.', '.~600.') ?? '';
        await still.insertBatch({ rows: [['600', 'late', '7']], columns, offsetToken } as never);
        await still.close();
        return answer;
      },
    },
  });
  const settings = { ...loaded.settings, tables: [loaded.table('raced')] };
  await using engine = await openEngine(loaded.settings);
  const parts = { source, snowflake: denying, engine, settings, progress: silent };
  const confirm = async () => {
    isConfirmed = true;
  };
  await expect(restartLoads(parts, confirm)).rejects.toMatchObject({ code: 'SNOWFLAKE_DENIED' });
  expect(await idsIn('raced')).toEqual(upTo(601));
  expect((await load('raced')).tables[0]).toMatchObject({ rowsRead: 0, proof: { differences: [] } });
  expect(await idsIn('raced')).toEqual(upTo(601));
});

describe('a restart that fails gives back what it has taken', () => {
  const NAMES = ['fails1', 'fails2', 'fails3'];
  /** The third goes into the target of the second. */
  const wanted = () => {
    const [one, two, three] = NAMES.map((name) => loaded.table(name)) as [
      TableSettings,
      TableSettings,
      TableSettings,
    ];
    return [one, two, { ...three, target: two.target }];
  };
  const tokens = async () => {
    const all = await Promise.all(['fails1', 'fails2'].map(channelsIn));
    return all.flatMap((channels) => channels.map(({ name, offsetToken }) => [name, offsetToken]).sort());
  };
  const rowsThere = async () => [(await idsIn('fails1')).length, (await idsIn('fails2')).length];

  let engine: RenewedClient;
  beforeAll(async () => {
    engine = await openEngine(loaded.settings);
    for (const name of NAMES) await made(name, 300);
    await load('fails1', { channels: 2 });
    await load('fails2', { tables: wanted().slice(1), sharedTargets: true });
  });
  afterAll(() => engine.close());

  /** A call that the restart makes, and what becomes of it. */
  type Fate = (what: string, call: () => Promise<unknown>) => Promise<unknown>;

  /** Restarts, where every call of the engine and every statement goes through the given hands. */
  async function restartThrough(fate: Fate, signal?: AbortSignal): Promise<unknown> {
    const { source, snowflake } = loaded.ends;
    const channelThrough = (channel: IngestChannel): IngestChannel =>
      Object.create(channel, {
        name: { value: channel.name },
        getLatestCommittedOffsetToken: {
          value: () => fate('token', () => channel.getLatestCommittedOffsetToken()),
        },
        close: { value: (options: object) => fate('close', () => channel.close(options)) },
      });
    const through = {
      openChannel: async (request: ChannelRequest) =>
        channelThrough((await fate('open', () => engine.openChannel(request))) as IngestChannel),
      dropChannel: (request: ChannelRequest) => engine.dropChannel(request),
      close: () => engine.close(),
    };
    const session = Object.create(snowflake, {
      execute: {
        value: (statement: string) => fate(statement.split(' ')[0] ?? '', () => snowflake.execute(statement)),
      },
    });
    const settings = { ...loaded.settings, sharedTargets: true, tables: wanted() };
    const parts = { source, snowflake: session, engine: through, settings, progress: silent };
    return await restartLoads(parts, async () => undefined, gatesOf(signal)).then(
      () => 'restarted',
      (error: unknown) => error,
    );
  }

  test('at whichever call before the first TRUNCATE, its answer lost or not', async () => {
    const before = await tokens();
    const calls: string[] = [];
    let last = 0;
    // The first statement that deletes is not let through, so that nothing but the marks has happened.
    const counting: Fate = async (what, call) => {
      if (what === 'TRUNCATE') {
        last = calls.length;
        throw new SnowflakeError({ code: '002003', state: '42S02', message: 'gone' });
      }
      calls.push(what);
      return call();
    };
    expect(await restartThrough(counting)).toMatchObject({ message: 'Snowflake 002003 (42S02): gone' });
    expect(await tokens()).toEqual(before);
    // Before the first opening, the columns and rows of the targets are asked for.
    const first = calls.indexOf('open');
    expect(calls.slice(first, last).filter((what) => what === 'open').length).toBe(10);
    // Half of the calls are carried out and their answers lost, the other half in the next run of the test.
    const parity = printedSeed() % 2;
    for (let at = first; at < last; at += 1) {
      let made = 0;
      let isBehind = false;
      const failing: Fate = async (what, call) => {
        isBehind ||= what === 'TRUNCATE';
        if (what === 'TRUNCATE') return counting(what, call);
        if (made++ !== at || isBehind) return call();
        if (at % 2 === parity) await call();
        throw new SnowstreamError('JVM_TIMEOUT', `call ${at} did not come back`);
      };
      expect(await restartThrough(failing)).toMatchObject({ message: `call ${at} did not come back` });
      expect(isBehind).toBe(false);
      expect(await tokens(), `call ${at}, a ${calls[at]}, parity ${parity}`).toEqual(before);
    }
    expect(await rowsThere()).toEqual([300, 600]);
  });

  test('by a signal between two marks', async () => {
    const before = await tokens();
    for (const at of [1, 3, 7]) {
      const ending = new AbortController();
      let opened = 0;
      const error = await restartThrough(async (what, call) => {
        if (what === 'open' && ++opened === at) ending.abort(new Error(`enough at ${at}`));
        expect(what).not.toBe('TRUNCATE');
        return call();
      }, ending.signal);
      expect(error).toMatchObject({ message: `enough at ${at}` });
      expect(await tokens()).toEqual(before);
    }
    expect(await rowsThere()).toEqual([300, 600]);
  });

  test('says so where it cannot, and a further restart begins again', async () => {
    let marks = 0;
    const error = await restartThrough(async (what, call) => {
      if (what === 'TRUNCATE')
        throw new SnowflakeError({ code: '000630', state: '57014', message: 'too slow' });
      if (what === 'open' && ++marks > 9) throw new SnowstreamError('JVM_MEMORY', 'the heap is full');
      return call();
    });
    expect(error).toMatchObject({
      code: 'JVM_MEMORY',
      message: expect.stringMatching(
        /^the heap is full; .* nothing of \w+\.PUBLIC\.FAILS1, \w+\.PUBLIC\.FAILS2 was deleted, but .* --restart begins it again$/,
      ),
    });
    expect(await rowsThere()).toEqual([300, 600]);
    await load('fails1', { channels: 2 }, ANEW);
    await load('fails2', { tables: wanted().slice(1), sharedTargets: true }, ANEW);
    expect(await rowsThere()).toEqual([300, 600]);
  });

  test.each([
    ['that Snowflake has rejected', { code: '000630', state: '57014', message: 'statement timeout' }, true],
    ['of which nobody knows', { code: '401001', message: 'Network error' }, false],
  ])('for the targets that were not reached, at a TRUNCATE %s', async (_what, answer, isCertain) => {
    const before = await tokens();
    let truncated = 0;
    const error = await restartThrough(async (what, call) => {
      if (what === 'TRUNCATE' && ++truncated === 2) throw new SnowflakeError(answer);
      return call();
    });
    const names = isCertain ? 'FAILS1' : 'FAILS1, \\w+\\.PUBLIC\\.FAILS2';
    expect(error).toMatchObject({
      message: expect.stringMatching(
        new RegExp(`; .* rows of \\w+\\.PUBLIC\\.${names} were deleted: .*--restart begins it again$`),
      ),
    });
    expect(await rowsThere()).toEqual([0, 600]);
    const after = await tokens();
    const own = (token: (string | null)[]) => /FAILS[23]_\w*0$/.test(token[0] ?? '');
    if (isCertain) expect(after.filter(own)).toEqual(before.filter(own));
    else expect(after.filter(own).map(([, token]) => token)).toEqual([RESTARTING, RESTARTING]);
    await load('fails1', { channels: 2 }, ANEW);
    await load('fails2', { tables: wanted().slice(1), sharedTargets: true }, ANEW);
    expect(await rowsThere()).toEqual([300, 600]);
  });
});

test('a run that begins while a restart has begun ends before its first row', async () => {
  await made('crossed', 600);
  const { source, snowflake } = loaded.ends;
  const settings = { ...loaded.settings, channels: 3, tables: [] };
  const wanted = loaded.table('crossed');
  const plan = await planTable(source, snowflake, wanted, { ...settings.targets, resume: true });
  await using engine = await openEngine(settings);
  let isMarked = false;
  const late = Object.create(snowflake, {
    execute: {
      value: async (statement: string) => {
        const answer = await snowflake.execute(statement);
        if (!isMarked && statement.startsWith('SHOW CHANNELS')) {
          isMarked = true;
          const mark = { onError: 'CONTINUE', offsetToken: RESTARTING } as const;
          await engine.openChannel({ ...mark, channel: plan.channel, table: plan.target });
        }
        return answer;
      },
    },
  });
  const opening = openLoad({
    ...{ source, snowflake: late, engine, settings, plan },
    limit: new RejectLimit(0),
    progress: new TableProgress(silent, 'crossed', true),
  });
  await expect(opening).rejects.toMatchObject({
    code: 'OFFSET_TOKEN_INVALID',
    message: expect.stringMatching(/^a restart of \w+\.PUBLIC\.CROSSED was begun /),
  });
  expect((await load('crossed', { channels: 3 }, ANEW)).tables[0]?.proof.differences).toEqual([]);
  expect(await idsIn('crossed')).toEqual(upTo(600));
});

test('a run that is still going on is shut out, and leaves no row', async () => {
  await made('contested', 6000);
  await sql('CREATE TABLE CONTESTED (ID NUMBER(10,0), WORD VARCHAR(40), MORE NUMBER(10,0))');
  let running: Promise<unknown> | undefined;
  const restart = () =>
    new Promise<void>((begun) => {
      const progress = { ...silent, advance: () => begun() };
      const going = load('contested', { batchRows: 50, channels: 3 }, { progress });
      running = expect(going).rejects.toMatchObject({ code: 'CHANNEL_TAKEN' });
    });
  const { tables } = await load('contested', { channels: 2 }, { restart });
  expect(tables[0]).toMatchObject({ rowsSent: 6000, proof: { differences: [] } });
  await running;
  expect(await idsIn('contested')).toEqual(upTo(6000));
  expect((await loaded.check('contested')).differences).toEqual([]);
});

test('two tables may have one target', async () => {
  await made('north', 200);
  await made('south', 300);
  const { target } = loaded.table('north');
  const tables = [loaded.table('north'), { ...loaded.table('south'), target }];
  await load('north', { tables, sharedTargets: true });
  const { emptied } = await load('north', { tables, sharedTargets: true }, ANEW);
  expect(emptied).toEqual([
    { target: `${loaded.ends.emulator.database}.PUBLIC.NORTH`, rows: 500, otherChannels: [] },
  ]);
  expect(await idsIn('north')).toHaveLength(500);
});

test('what a rejects file holds of the earlier load stands no more', async () => {
  await made('spoilt', 600);
  await loaded.execute("UPDATE spoilt SET word = REPEAT('x', 40) WHERE id IN (5, 550)");
  await sql('CREATE TABLE SPOILT (ID NUMBER(10,0), WORD VARCHAR(30), MORE NUMBER(10,0))');
  const { policies } = loaded.table('spoilt');
  const table = { policies: { ...policies, table: { ...policies.table, narrowColumns: 'reject' } } } as const;
  const rejects = join(loaded.ends.cwd, 'spoilt.jsonl');
  await load('spoilt', { channels: 3, maxRejects: 5, rejects }, {}, table);
  // One is fixed and sent again, the other is not.
  await loaded.execute("UPDATE spoilt SET word = 'fixed' WHERE id = 5");
  const settings = { ...loaded.settings, tables: [{ ...loaded.table('spoilt'), ...table }] };
  expect(await retryRejects(settings, rejects)).toMatchObject({ left: 1 });
  expect(await endsOf('spoilt')).toEqual(['_0_1', '_0_1_REJECTS', '_0_2', '_0_3', '_0_3_REJECTS']);

  const anew = await load('spoilt', { channels: 2, maxRejects: 5, rejects }, ANEW, table);
  expect(anew.tables[0]).toMatchObject({ rowsSent: 599, rejectedBefore: 0, proof: { differences: [] } });
  expect(await endsOf('spoilt')).toEqual(['_0_1', '_0_2']);
  expect(readRejects(rejects)?.records.map(({ key }) => key)).toEqual([['550']]);

  await loaded.execute("UPDATE spoilt SET word = 'fixed' WHERE id = 550");
  expect(await retryRejects(settings, rejects)).toMatchObject({
    left: 0,
    tables: [{ rowsSent: 1, proof: { differences: [] } }],
  });
  expect(await idsIn('spoilt')).toEqual(upTo(600));
});

test('TRUNCATE while rows are flushed takes whole batches, the earlier ones, and leaves the channel as it is', async () => {
  await sql('CREATE TABLE FLUSHED (BATCH NUMBER(10,0), PLACE NUMBER(10,0))');
  const engine = await openEngine({ ...loaded.settings, maxClientLag: 1000 });
  const channel = await engine.openChannel({ channel: 'CH', table: targetOf('flushed'), onError: 'ABORT' });
  const columns = ['BATCH', 'PLACE'].map((key) => ({
    key,
    encoder: { java: 'Long' as const, text: String },
  }));
  const BATCHES = 40;
  for (let batch = 1; batch <= BATCHES; batch += 1) {
    const rows = Array.from({ length: 50 }, (_, place) => [String(batch), String(place)]);
    await channel.insertBatch({ rows, columns, offsetToken: String(batch) });
    if (batch % 8 === 0) await sql('TRUNCATE TABLE FLUSHED');
    await sleep(100);
  }
  expect(channel.isValid()).toBe(true);
  await channel.close();
  await engine.close();
  expect(await channelsIn('flushed')).toMatchObject([{ offsetToken: String(BATCHES) }]);
  const left = await sql('SELECT BATCH, COUNT(*) AS N FROM FLUSHED GROUP BY BATCH ORDER BY BATCH');
  expect(left.length).toBeLessThan(BATCHES);
  expect(left.map(({ BATCH, N }) => [Number(BATCH), N])).toEqual(
    left.map((_, index) => [BATCHES - left.length + 1 + index, '50']),
  );
});
