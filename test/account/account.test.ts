import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mysqlForTests } from '../../scripts/mysql-server.mjs';
import { stopJvm } from '../../src/bridge/jvm.ts';
import { check } from '../../src/check/check-tables.ts';
import { loadSettings } from '../../src/config/load.ts';
import type { Settings } from '../../src/config/settings.ts';
import { openEngine } from '../../src/ingest/open-engine.ts';
import type { RunReport } from '../../src/load/run-report.ts';
import { run } from '../../src/pipeline.ts';
import { quoteIdentifier } from '../../src/snowflake/identifier.ts';
import { openSession, type SnowflakeSession } from '../../src/snowflake/session.ts';
import { ERRORS, FORMATS, VALUES } from '../conformance/shared-cases.ts';
import { openWriter } from '../source/writer.ts';
import { openTestTarget, type TestTarget, whyNoAccount } from './target.ts';

// `npm run test:account` runs this file in the account that the SNOWFLAKE_ settings lead to; without it, the local
// Snowflake has to pass the same tests. Everything is in a schema of its own, which is dropped at the end.

const SCHEMA = `SNOWSTREAM_TEST_${randomBytes(4).toString('hex').toUpperCase()}`;
const missing = whyNoAccount();
const name = missing === undefined ? 'Snowflake' : `Snowflake: skipped, ${missing}`;

describe.skipIf(missing !== undefined)(name, () => {
  let target: TestTarget;
  let mysql: Awaited<ReturnType<typeof mysqlForTests>>;
  let writer: Awaited<ReturnType<typeof openWriter>>;
  let session: SnowflakeSession;
  let settings: Settings;

  beforeAll(async () => {
    target = await openTestTarget();
    mysql = await mysqlForTests();
    writer = await openWriter({ uri: mysql.url });
    settings = settingsOf(['people']);
    session = await openSession(settings.snowflake);
    await session.execute(`CREATE SCHEMA ${quoteIdentifier(SCHEMA)}`);
    await session.execute(`USE SCHEMA ${quoteIdentifier(SCHEMA)}`);
  });

  afterAll(async () => {
    stopJvm();
    await session?.execute(`DROP SCHEMA IF EXISTS ${quoteIdentifier(SCHEMA)} CASCADE`);
    await session?.close();
    await writer?.end();
    await mysql?.drop();
    await target?.[Symbol.asyncDispose]();
  });

  function settingsOf(tables: readonly string[], flags: Readonly<Record<string, unknown>> = {}): Settings {
    const env = { ...target.env, MYSQL_URL: mysql.url, SNOWFLAKE_SCHEMA: SCHEMA };
    return loadSettings({ flags: { table: [...tables], create: 'on', ...flags }, env, cwd: target.cwd });
  }

  async function mustBeProven(report: RunReport, rows: number): Promise<void> {
    expect(report.error).toBeUndefined();
    expect(report.tables.map(({ proof }) => proof.differences)).toEqual([[]]);
    expect(report).toMatchObject({ outcome: 'proven', ok: true, tables: [{ proof: { targetRows: rows } }] });
  }

  describe('SQL', () => {
    beforeAll(async () => {
      await session.execute('CREATE TABLE t (a INT NOT NULL, s VARCHAR(3))');
    });

    test.each(ERRORS)('%s → %s', async (sql, sqlCode, sqlState) => {
      await expect(session.execute(sql)).rejects.toMatchObject({ sqlCode, sqlState });
    });

    test.each(VALUES)('%s', async (sql, text) => {
      const own = await openSession(settings.snowflake);
      try {
        await own.execute(FORMATS);
        expect(await own.execute(`SELECT ${sql} AS V`)).toEqual([{ V: text }]);
      } finally {
        await own.close();
      }
    });
  });

  describe('a load', () => {
    beforeAll(async () => {
      for (const statement of [
        `CREATE TABLE people (id BIGINT UNSIGNED PRIMARY KEY, name VARCHAR(80), born DATE, seen DATETIME(6),
           at TIME(3), balance DECIMAL(38,10), score DOUBLE, raw VARBINARY(40), doc JSON, active TINYINT(1))`,
        `INSERT INTO people WITH RECURSIVE n AS (SELECT 1 AS id UNION ALL SELECT id + 1 FROM n WHERE id < 900)
           SELECT id, CONCAT('żółć 😀 ', id), '2000-02-29', '2024-01-01 12:00:00.123456', '23:59:59.999',
             id * 1.5, id / 3, UNHEX(LPAD(HEX(id), 8, '0')), JSON_OBJECT('id', id), id % 2 FROM n`,
        "INSERT INTO people (id, name) VALUES (18446744073709551615, ''), (18446744073709551614, NULL)",
      ])
        await writer.query(statement);
    });

    test('is proven, and so are the rows that a second run finds', async () => {
      await mustBeProven(await run(settings), 902);
      await writer.query("INSERT INTO people (id, name) VALUES (5000, 'new')");
      const late = await run(settings);
      // Its key is before the committed one, which is what a run in key order cannot see.
      expect(late).toMatchObject({ outcome: 'differs', ok: false, tables: [{ rowsSent: 0 }] });
      await mustBeProven(await run(settings, { restart: true }), 903);
      const [proof] = await check(settings);
      expect(proof?.proof.differences).toEqual([]);
    });

    test('by several channels is proven, and resumes in each', async () => {
      await writer.query('CREATE TABLE shards (id INT PRIMARY KEY, word VARCHAR(20))');
      const insert = (from: number, to: number) =>
        writer.query(
          `INSERT INTO shards WITH RECURSIVE n AS (SELECT ${from} AS id UNION ALL SELECT id + 1 FROM n WHERE id < ${to})
             SELECT id, CONCAT('word ', id) FROM n`,
        );
      await insert(1, 900);
      const several = settingsOf(['shards'], { channels: '3' });
      await mustBeProven(await run(several), 900);
      await insert(901, 950);
      const again = await run(several);
      await mustBeProven(again, 950);
      expect(again.tables[0]?.rowsSent).toBe(50);
    });

    test('rejects a row that the target cannot hold, and loads the others', async () => {
      await writer.query('CREATE TABLE wordy (id INT PRIMARY KEY, word VARCHAR(40))');
      await writer.query("INSERT INTO wordy VALUES (1, 'short'), (2, REPEAT('long', 9)), (3, 'short')");
      await session.execute('CREATE TABLE wordy (id NUMBER(10,0), word VARCHAR(10))');
      const report = await run(settingsOf(['wordy'], { narrowColumns: 'reject', maxRejects: '1' }));
      expect(report).toMatchObject({
        outcome: 'proven',
        tables: [{ rowsSent: 2, rejected: [{ key: ['2'] }] }],
      });
    });

    test('whose channel another client opens is fenced', async () => {
      await writer.query('CREATE TABLE fenced (id INT PRIMARY KEY, word VARCHAR(20))');
      await writer.query("INSERT INTO fenced SELECT id, 'word' FROM shards");
      const fenced = settingsOf(['fenced'], { batchRows: '20' });
      const { database, schema } = fenced.snowflake;
      const engine = await openEngine(fenced);
      let opening: Promise<unknown> | undefined;
      let channel = '';
      const report = await run(fenced, {
        onEvent: (event) => {
          if (event.type === 'channel-opened') channel = event.channel;
          if (event.type === 'rows-sent')
            opening ??= engine.openChannel({
              channel,
              table: { database, schema, table: 'FENCED' },
              onError: 'CONTINUE',
            });
        },
      });
      await opening;
      await engine.close();
      expect(report).toMatchObject({ outcome: 'failed', error: { code: 'CHANNEL_TAKEN' } });
      await mustBeProven(await run(fenced), 950);
    });
  });
});
