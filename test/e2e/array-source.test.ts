import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningEmulator, startEmulator } from 'local-snowflake';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stopJvm } from '../../src/bridge/jvm.ts';
import { check } from '../../src/check/check-tables.ts';
import { isProven } from '../../src/check/proof.ts';
import { defineSettings } from '../../src/config/load.ts';
import type { Settings } from '../../src/config/settings.ts';
import { run } from '../../src/pipeline.ts';
import { openSession, type SnowflakeSession } from '../../src/snowflake/session.ts';
import type { SourceFactory } from '../../src/source/source.ts';
import type { Cell } from '../../src/types/cell.ts';
import { ArraySource, type ArrayTable } from '../source/array-source.ts';
import { column } from '../types/columns.ts';
import { settingsOf } from './local.ts';

// A source without SQL: what runs here runs over the interface alone.

const ROWS = 1000;

const COLUMNS = [
  column('id', 'bigint', { nullable: false, numericPrecision: 19, numericScale: 0 }),
  column('word', 'varchar', { columnType: 'varchar(40)', characterLength: 40, octetLength: 160 }),
  column('price', 'decimal', { columnType: 'decimal(9,2)', numericPrecision: 9, numericScale: 2 }),
  column('weight', 'double'),
  column('bytes', 'varbinary', { columnType: 'varbinary(8)', octetLength: 8 }),
  column('born', 'date'),
  column('seen', 'datetime', { columnType: 'datetime(3)', datetimePrecision: 3 }),
  column('doc', 'json'),
];

const rowOf = (id: number): Cell[] => [
  String(id),
  id % 7 === 0 ? null : `word ${id} é😀`,
  `${id}.${String(id % 100).padStart(2, '0')}`,
  id / 8,
  Buffer.from([id % 256, 0, 255]),
  `20${String(id % 100).padStart(2, '0')}-02-28`,
  `2024-03-31 02:30:${String(id % 60).padStart(2, '0')}.125`,
  `{"id":${id}}`,
];

const people = (rows = ROWS): ArrayTable => ({
  columns: COLUMNS,
  key: ['id'],
  // In no order.
  rows: Array.from({ length: rows }, (_, at) => rowOf(((at * 7) % rows) + 1)),
});

let cwd: string;
let emulator: RunningEmulator;
let snowflake: SnowflakeSession;

beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'snowstream-array-'));
  emulator = await startEmulator({ dataDir: join(cwd, 'snowflake') });
  snowflake = await openSession(settingsOf(emulator));
});

afterAll(async () => {
  stopJvm();
  await snowflake.close();
  await emulator.stop();
  rmSync(cwd, { recursive: true, force: true });
});

/** A run of one table. Nobody connects to the MySQL of the settings. */
function settingsFor(name: string, more: Partial<Settings> = {}): Settings {
  const { privateKeyPath, account, url, user, database, schema, warehouse } = emulator;
  const settings = defineSettings({
    mysql: { host: 'no-mysql.invalid', user: 'nobody', password: '', database: 'arrays' },
    snowflake: { account, url, user, privateKeyPath, database, schema, warehouse },
    tables: [name],
    create: true,
  });
  return {
    ...settings,
    batchRows: 100,
    jvmMemory: '256m',
    javaLogFile: join(cwd, 'java.log'),
    retries: 0,
    ...more,
  };
}

const from =
  (source: ArraySource): SourceFactory =>
  async () =>
    source;

const ids = async (name: string): Promise<number[]> =>
  (await snowflake.execute(`SELECT ID FROM ${name} ORDER BY ID`)).map(({ ID }) => Number(ID));

const upTo = (rows: number): number[] => Array.from({ length: rows }, (_, at) => at + 1);

describe('a table of an array', () => {
  test.each(['batch', 'cell'] as const)('is loaded and proven, by %s', async (bridge) => {
    const name = `by_${bridge}`;
    const source = new ArraySource({ [name]: people() });
    const report = await run(settingsFor(name, { bridge }), { source: from(source) });
    expect(report.error).toBeUndefined();
    expect(report).toMatchObject({ outcome: 'proven', ok: true });
    const [table] = report.tables;
    expect(table).toMatchObject({ rowsRead: ROWS, rowsSent: ROWS, rejected: [] });
    expect(table?.proof.columns.map(({ aggregate }) => aggregate)).toContain('checksum');
    expect(await ids(name)).toEqual(upTo(ROWS));
    const [proof] = await check(settingsFor(name), { source: from(source) });
    expect(proof?.proof).toMatchObject({ differences: [], sourceRows: ROWS, targetRows: ROWS });
  });

  test('is loaded by several channels', async () => {
    const source = new ArraySource({ shared: people() });
    const report = await run(settingsFor('shared', { channels: 3 }), { source: from(source) });
    expect(report).toMatchObject({ outcome: 'proven', tables: [{ channels: { length: 3 } }] });
    expect(source.reads).toHaveLength(3);
    expect(await ids('shared')).toEqual(upTo(ROWS));
  });

  test('goes on after a stop behind the committed key, and no row comes twice', async () => {
    const source = new ArraySource({ stopped: people() });
    const stop = new AbortController();
    source.beforeBatch = (number) => {
      if (number === 4) stop.abort(new Error('stopped by the test'));
    };
    const first = await run(settingsFor('stopped'), { source: from(source), signal: stop.signal });
    expect(first.outcome).toBe('stopped');
    const before = await ids('stopped');
    expect(before.length).toBeGreaterThan(0);
    expect(before.length).toBeLessThan(ROWS);
    expect(before).toEqual(upTo(before.length));

    source.beforeBatch = () => {};
    const second = await run(settingsFor('stopped'), { source: from(source) });
    expect(second).toMatchObject({ outcome: 'proven', tables: [{ rowsRead: ROWS - before.length }] });
    expect(source.reads.at(-1)?.range.after).toEqual([String(before.length)]);
    expect(await ids('stopped')).toEqual(upTo(ROWS));
  });

  test('a value that somebody changed in the target is found, with its key', async () => {
    const source = new ArraySource({ changed: people() });
    expect((await run(settingsFor('changed'), { source: from(source) })).outcome).toBe('proven');
    await snowflake.execute("UPDATE CHANGED SET WORD = 'another' WHERE ID = 500");
    await snowflake.execute('DELETE FROM CHANGED WHERE ID = 501');
    const [table] = await check(settingsFor('changed'), { source: from(source) });
    expect(table && isProven(table.proof)).toBe(false);
    expect(table?.proof.rows).toMatchObject({
      different: { rows: 1, first: [['500']] },
      missing: { rows: 1, first: [['501']] },
      unexpected: { rows: 0 },
    });
    expect((await run(settingsFor('changed'), { source: from(source) })).outcome).toBe('differs');
  });

  test('a row that cannot be encoded is rejected, and excluded from the comparison', async () => {
    const table = people(10);
    table.rows[3] = (table.rows[3] as Cell[]).with(5, '2020-02-31');
    const source = new ArraySource({ odd: table });
    const rejects = join(cwd, 'odd.jsonl');
    const report = await run(settingsFor('odd', { rejects, maxRejects: 1 }), { source: from(source) });
    expect(report).toMatchObject({
      outcome: 'proven',
      tables: [{ rejected: [{ key: [table.rows[3]?.[0]], column: 'BORN' }], proof: { differences: [] } }],
    });
    const [proof] = await check(settingsFor('odd', { rejects }), { source: from(source) });
    expect(proof?.proof).toMatchObject({ differences: [], sourceRows: 10, targetRows: 9, rejectedRows: 1 });
  });

  test('without a key it is read in one go', async () => {
    const source = new ArraySource({ keyless: { ...people(250), key: [] } });
    const report = await run(settingsFor('keyless', { resume: false }), { source: from(source) });
    expect(report).toMatchObject({ outcome: 'proven', tables: [{ rowsRead: 250 }] });
  });

  test('that is not there is named', async () => {
    const report = await run(settingsFor('nothing'), { source: from(new ArraySource({})) });
    expect(report).toMatchObject({ outcome: 'failed', error: { code: 'TABLE_NOT_FOUND' } });
  });

  test('has no snapshot, and says so', async () => {
    const source = new ArraySource({ still: people(10) });
    const report = await run(settingsFor('still', { snapshot: true }), { source: from(source) });
    expect(report).toMatchObject({ outcome: 'failed', error: { code: 'SNAPSHOT_IMPOSSIBLE' } });
  });
});
