import { beforeAll, describe, expect, test } from 'vitest';
import { loadChannel } from '../../src/checkpoint/channel-name.ts';
import type { Settings } from '../../src/config/settings.ts';
import { SnowstreamError } from '../../src/errors.ts';
import { openEngine } from '../../src/ingest/open-engine.ts';
import { run } from '../../src/pipeline.ts';
import type { OnEvent, RunEvent } from '../../src/progress.ts';
import type { LoadedEnds } from '../check/loaded.ts';
import { loadedEndsOfFile } from '../check/loaded-of-file.ts';
import { idsIn as idsOf, numbers } from '../fixtures/numbered-rows.ts';

let loaded: LoadedEnds;
loadedEndsOfFile((ends) => {
  loaded = ends;
});

const settingsOf = (names: readonly string[], more: Partial<Settings> = {}): Settings => ({
  ...loaded.settings,
  batchRows: 50,
  tables: names.map(loaded.table),
  ...more,
});

async function makeTable(name: string, rows: number): Promise<void> {
  await loaded.execute(
    `CREATE TABLE ${name} (id INT PRIMARY KEY, word VARCHAR(40))`,
    `INSERT INTO ${name} SELECT seq, CONCAT('word ', seq) FROM ${numbers(rows)}`,
  );
}

const idsIn = (name: string) => idsOf(loaded.ends.snowflake, name);

describe('a run that is proven', () => {
  const events: RunEvent[] = [];

  beforeAll(async () => {
    await makeTable('whole', 240);
  });

  test('says so, and how far its channel has come', async () => {
    const report = await run(settingsOf(['whole']), { onEvent: (event) => events.push(event) });
    expect(report).toMatchObject({ outcome: 'proven', ok: true });
    expect(report.error).toBeUndefined();
    const channel = loadChannel(loaded.ends.mysql.database, 'whole');
    expect(report.outcomes).toEqual([
      {
        source: `${loaded.ends.mysql.database}.whole`,
        target: expect.stringMatching(/\.WHOLE$/),
        ...{ outcome: 'proven', ok: true, rowsCommitted: 240 },
        channels: [
          {
            ...{ channel, rowsCommitted: 240, committedKey: ['239'] },
            committedOffsetToken: report.tables[0]?.channels[0]?.committedOffsetToken,
          },
        ],
      },
    ]);
  });

  test('reports its events in their order', () => {
    const table = `${loaded.ends.mysql.database}.whole`;
    const typed = events.filter(({ type }) => type !== 'step' && type !== 'rows-committed');
    expect(typed.map(({ type }) => type)).toEqual([
      'channel-opened',
      'table-started',
      ...Array<string>(5).fill('rows-sent'),
      'table-loaded',
      'table-finished',
    ]);
    expect(typed.every((event) => 'table' in event && event.table === table)).toBe(true);
    expect(typed.at(-1)).toMatchObject({ outcome: 'proven' });
    const sent = typed.flatMap((event) => (event.type === 'rows-sent' ? event.rows : []));
    expect(sent).toEqual([50, 50, 50, 50, 40]);
    const committed = events.filter((event) => event.type === 'rows-committed');
    expect(committed.at(-1)).toMatchObject({ table, rows: 240 });
    const steps = events.flatMap((event) => (event.type === 'step' ? event.message : []));
    expect(steps[0]).toBe('connecting to MySQL and Snowflake');
  });
});

describe('a run that fails', () => {
  test('in its one table, has in its report what was committed until then, and the next run resumes there', async () => {
    await makeTable('taken', 900);
    const { database, schema } = loaded.ends.emulator;
    const engine = await openEngine(loaded.settings);
    let taking: Promise<unknown> | undefined;
    const onEvent: OnEvent = ({ type }) => {
      if (type === 'rows-sent')
        taking ??= engine.openChannel({
          channel: loadChannel(loaded.ends.mysql.database, 'taken'),
          table: { database, schema, table: 'TAKEN' },
          onError: 'CONTINUE',
        });
    };
    const report = await run(settingsOf(['taken'], { batchRows: 20 }), { onEvent });
    await taking;
    await engine.close();
    expect(report).toMatchObject({
      ...{ outcome: 'failed', ok: false, tables: [] },
      error: { code: 'CHANNEL_TAKEN', exitCode: 1 },
    });
    const [table] = report.outcomes;
    expect(table).toMatchObject({ outcome: 'failed', ok: false, error: { code: 'CHANNEL_TAKEN' } });
    // At least so many: what was sent before the channel was taken may have been committed without our knowledge.
    expect(table?.rowsCommitted).toBeLessThanOrEqual((await idsIn('taken')).length);
    expect(report.error?.cause).toBeInstanceOf(SnowstreamError);
    expect(JSON.stringify(report)).not.toContain('"cause"');

    expect(await run(settingsOf(['taken']))).toMatchObject({ outcome: 'proven', ok: true });
    expect((await idsIn('taken')).length).toBe(900);
  });

  test('in one of several tables, names it and is not ok, but has no error of the whole', async () => {
    await makeTable('fine', 10);
    const events: RunEvent[] = [];
    const report = await run(settingsOf(['fine', 'missing']), { onEvent: (event) => events.push(event) });
    expect(report).toMatchObject({ outcome: 'failed', ok: false });
    expect(report.error).toBeUndefined();
    expect(report.outcomes).toMatchObject([
      { outcome: 'proven', ok: true, rowsCommitted: 10 },
      { outcome: 'failed', ok: false, rowsCommitted: 0, channels: [], error: { code: 'TABLE_NOT_FOUND' } },
    ]);
    const finished = events.filter((event) => event.type === 'table-finished');
    expect(finished).toMatchObject([{ outcome: 'failed', code: 'TABLE_NOT_FOUND' }, { outcome: 'proven' }]);
  });

  test('by more rejected rows than allowed, is rejected', async () => {
    await loaded.execute(
      'CREATE TABLE wordy (id INT PRIMARY KEY, word VARCHAR(40))',
      "INSERT INTO wordy VALUES (1, 'short'), (2, REPEAT('long', 9)), (3, 'short')",
    );
    await loaded.ends.snowflake.execute('CREATE TABLE wordy (id NUMBER(10), word VARCHAR(10))');
    const { policies, ...table } = loaded.table('wordy');
    const tables = [
      { ...table, policies: { ...policies, table: { ...policies.table, narrowColumns: 'reject' } } },
    ] as Settings['tables'];
    const report = await run(settingsOf([], { tables, failFast: true }));
    expect(report).toMatchObject({ outcome: 'rejected', ok: false, tables: [{ rowsSent: 2 }] });
  });

  test('before it could connect, throws: there is nothing to report', async () => {
    const mysql = { ...loaded.settings.mysql, port: 1 };
    await expect(run(settingsOf(['whole'], { mysql }))).rejects.toMatchObject({ code: 'MYSQL_UNREACHABLE' });
  });
});

test('a committed key in a report is that of its token', async () => {
  await makeTable('keyed', 120);
  const report = await run(settingsOf(['keyed'], { channels: 2 }));
  const [table] = report.outcomes;
  expect(table?.channels.map(({ committedKey }) => committedKey)).toEqual([['59'], ['119']]);
  for (const { committedOffsetToken } of table?.channels ?? []) expect(committedOffsetToken).toMatch(/^\S+$/);
});
