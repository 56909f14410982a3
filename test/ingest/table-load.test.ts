import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Jvm, stopJvm } from '../../src/bridge/jvm.ts';
import type { Settings } from '../../src/config/settings.ts';
import type { StreamingIngestClient } from '../../src/ingest/classic-client.ts';
import { fingerprintOf, formatOffsetToken } from '../../src/ingest/offset-token.ts';
import type { TableRun } from '../../src/pipeline.ts';
import { silent } from '../../src/report/progress.ts';
import { Keyset } from '../../src/source/keyset.ts';
import { TableLoad } from '../../src/table-load.ts';
import type { TablePlan } from '../../src/table-plan.ts';
import { type StreamingEmulator, startStreaming } from '../emulator/streaming/emulator.ts';
import { fittedColumns, openTestSource, type TestSource } from '../source/database.ts';
import { openClient, startJvm, tableName } from './streaming.ts';

let emulator: StreamingEmulator;
let mysql: TestSource;
let jvm: Jvm;
let client: StreamingIngestClient;

beforeAll(async () => {
  emulator = await startStreaming();
  mysql = await openTestSource();
  jvm = await startJvm();
  client = await openClient(jvm, emulator);
});

afterAll(async () => {
  await client.close();
  stopJvm();
  await mysql[Symbol.asyncDispose]();
  await emulator[Symbol.asyncDispose]();
});

/** A table of both sides with a key and a text, which in the target may have five characters. */
async function planOf(name: string, ...texts: string[]): Promise<TablePlan> {
  await mysql.execute(
    `CREATE TABLE ${name} (id INT PRIMARY KEY, name VARCHAR(20), born DATE)`,
    `INSERT INTO ${name} VALUES ${texts.map((text, id) => `(${id}, '${text}', '2000-01-01')`).join()}`,
  );
  await emulator.createTable(name.toUpperCase(), { ID: 'NUMBER(10,0)!', NAME: 'VARCHAR(5)', BORN: 'DATE' });
  const table = await mysql.describe(name);
  return {
    table,
    keyset: new Keyset(table.key),
    target: tableName(name.toUpperCase()),
    columns: fittedColumns(table),
    channel: 'CH',
    token: { shard: '0', table: fingerprintOf(name), columns: ['0'] },
  };
}

async function openLoad(plan: TablePlan, batchRows = 2): Promise<TableLoad> {
  const settings: Pick<Settings, 'batchRows' | 'checksum'> = { batchRows, checksum: true };
  const run = { source: mysql.source, settings, progress: silent } as unknown as TableRun;
  const channel = await client.openChannel({
    channel: plan.channel,
    table: plan.target,
    onError: 'CONTINUE',
  });
  return new TableLoad(run, plan, channel, await channel.getLatestCommittedOffsetToken());
}

/** Loads what is left of a table. */
async function load(plan: TablePlan, batches = Number.POSITIVE_INFINITY): Promise<TableLoad> {
  const opened = await openLoad(plan);
  let done = 0;
  for await (const batch of opened.batches()) {
    await opened.insert(batch);
    if (++done === batches) break;
  }
  await opened.settled();
  await opened.channel.close();
  return opened;
}

const tokenOf = (plan: TablePlan, ...key: string[]) => formatOffsetToken({ ...plan.token, key });

describe('a load', () => {
  test('carries each row once, and leaves the last key behind', async () => {
    const plan = await planOf('whole', 'a', 'b', 'c', 'd', 'e');
    const done = await load(plan);
    const committed = await done.channel.getLatestCommittedOffsetToken();
    expect(committed).toBe(tokenOf(plan, '4'));
    expect(done.report).toMatchObject({ rowsRead: 5, rowsSent: 5, resumedAfter: null, refused: [] });
    expect(done.checkRequest(committed).offsetToken).toEqual({ expected: committed, committed });
  });

  test('goes on after the last committed row, and a finished one has nothing to do', async () => {
    const plan = await planOf('resumed', 'a', 'b', 'c', 'd', 'e');
    await load(plan, 1);
    const second = await load(plan);
    expect(second.report).toMatchObject({ rowsRead: 3, resumedAfter: tokenOf(plan, '1') });
    const third = await load(plan);
    expect(third.report).toMatchObject({ rowsRead: 0, resumedAfter: tokenOf(plan, '4') });
    const committed = await third.channel.getLatestCommittedOffsetToken();
    expect(third.checkRequest(committed).offsetToken).toEqual({ expected: committed, committed });
    const table = emulator.context.catalog.table('DB1', 'PUBLIC', 'RESUMED');
    expect(table && (await emulator.rows(table, 'ID'))).toEqual([['0'], ['1'], ['2'], ['3'], ['4']]);
  });

  test('knows refused rows by their key', async () => {
    const plan = await planOf('refusing', 'a', 'too long', 'c', 'far too long');
    const done = await load(plan);
    expect(done.report).toMatchObject({
      rowsRead: 4,
      rowsSent: 2,
      refused: [
        { key: ['1'], column: 'NAME', message: expect.stringMatching(/too long/) },
        { key: ['3'], column: 'NAME' },
      ],
    });
    expect(done.checkRequest(null).refusedKeys).toEqual([['1'], ['3']]);
  });

  test('whose last batch is refused whole expects the token that Snowflake can have', async () => {
    const plan = await planOf('tail', 'a', 'b', 'too long', 'too long');
    const done = await load(plan);
    const committed = await done.channel.getLatestCommittedOffsetToken();
    // The SDK hands on the token of a batch even when it took none of its rows, if rows before it wait to be sent.
    expect([tokenOf(plan, '1'), tokenOf(plan, '3')]).toContain(committed);
    expect(done.checkRequest(committed).offsetToken).toEqual({ expected: committed, committed });
    // Any other token is still a difference.
    expect(done.checkRequest(tokenOf(plan, '0')).offsetToken.expected).not.toBe(tokenOf(plan, '0'));
    expect(done.checkRequest(null).offsetToken.expected).toBe(tokenOf(plan, '1'));
  });

  test('of which no row is taken expects no token', async () => {
    const plan = await planOf('nothing', 'too long', 'too long');
    const done = await load(plan);
    const committed = await done.channel.getLatestCommittedOffsetToken();
    expect(done.checkRequest(committed).offsetToken).toEqual({ expected: committed, committed });
  });

  test("refuses another program's token", async () => {
    const plan = await planOf('taken', 'a');
    const channel = await client.openChannel({ channel: 'CH', table: plan.target, onError: 'CONTINUE' });
    await channel.insertRow({ ID: 7 }, '0');
    await channel.close();
    const opened = await openLoad(plan);
    expect(() => opened.batches()).toThrow(expect.objectContaining({ code: 'OFFSET_TOKEN_INVALID' }));
    await opened.abandon();
  });
});
