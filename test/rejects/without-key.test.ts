import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkTable } from '../../src/check/check-table.ts';
import type { Settings } from '../../src/config/settings.ts';
import { readRejects } from '../../src/rejects/rejects-file.ts';
import { runText } from '../../src/report/run-text.ts';
import { retryRejects } from '../../src/retry-rejects.ts';
import { type LoadedEnds, TARGETS } from '../check/loaded.ts';
import { loadedEndsOfFile } from '../check/loaded-of-file.ts';

let loaded: LoadedEnds;
loadedEndsOfFile(async (ends) => {
  loaded = ends;
  await loaded.execute(
    'CREATE TABLE logs (word VARCHAR(40), day DATE)',
    "INSERT INTO logs VALUES ('a', '2020-01-01'), ('a', '2020-01-01'), (NULL, NULL), ('b', '2020-02-02'), ('c', NULL)",
    'CREATE VIEW seen AS SELECT word, COUNT(*) AS times FROM logs GROUP BY word',
    'CREATE TABLE spoilt AS SELECT * FROM logs',
    "SET SESSION sql_mode = 'ALLOW_INVALID_DATES'",
    "UPDATE spoilt SET day = '2024-02-31' WHERE word = 'b'",
    'SET SESSION sql_mode = DEFAULT',
    'CREATE TABLE nothing (word VARCHAR(40))',
  );
});

const load = (name: string, more: Partial<Settings> = {}, channel?: string) =>
  loaded.load(
    name,
    { resume: false, batchRows: 2, maxRejects: 10, ...more },
    channel === undefined ? {} : { channel },
  );

async function differences(name: string, file?: string) {
  const rejects = file === undefined ? undefined : readRejects(file);
  const options = { ...TARGETS, resume: false, rejects };
  const { proof } = await checkTable(loaded.ends.source, loaded.ends.snowflake, loaded.table(name), options);
  return proof.differences;
}

describe('a table without a key', () => {
  test('is rejected with the ways out', async () => {
    await expect(loaded.load('logs')).rejects.toMatchObject({
      code: 'SOURCE_NO_KEY',
      message: expect.stringMatching(/"key" in the config file.*--no-resume/),
    });
  });

  test('is read in one go, rows that are there twice too, and proven', async () => {
    const { tables } = await load('logs');
    expect(tables[0]).toMatchObject({
      rowsRead: 5,
      rowsSent: 5,
      complete: true,
      channels: [{ committedOffsetToken: expect.stringMatching(/^3\.load\..*\.unordered\.~5$/) }],
      proof: { differences: [], sourceRows: 5, targetRows: 5, onlyRows: false },
    });
    expect(await differences('logs')).toEqual([]);
    const rows = await loaded.ends.snowflake.execute('SELECT word FROM logs ORDER BY word NULLS LAST');
    expect(rows.map(({ WORD }) => WORD)).toEqual(['a', 'a', 'b', 'c', null]);
  });

  test('cannot go on from an earlier load', async () => {
    await expect(load('logs')).rejects.toMatchObject({
      code: 'OFFSET_TOKEN_INVALID',
      message: expect.stringMatching(
        /logs has no key, so nothing says where to resume.*snowstream run --restart empties the target/,
      ),
    });
    // By another channel every row would come twice.
    await expect(load('logs', {}, 'ANOTHER')).rejects.toMatchObject({
      code: 'OFFSET_TOKEN_INVALID',
      message: expect.stringMatching(
        /LOGS holds rows of \S+\.logs already, .*channel ANOTHER would load them/,
      ),
    });
    const [row] = await loaded.ends.snowflake.execute('SELECT COUNT(*) AS N FROM logs');
    expect(row?.N).toBe('5');
  });

  test('may be a view, or empty', async () => {
    expect((await load('seen')).tables[0]).toMatchObject({ rowsSent: 4, proof: { differences: [] } });
    expect((await load('nothing')).tables[0]).toMatchObject({ rowsSent: 0, proof: { differences: [] } });
    expect(await differences('nothing')).toEqual([]);
  });

  test('has its rejected rows by their number and values, and rows alone are compared', async () => {
    const rejects = join(loaded.ends.cwd, 'spoilt.jsonl');
    const report = await load('spoilt', { rejects });
    const [table] = report.tables;
    expect(table).toMatchObject({
      rowsSent: 4,
      rejected: [{ key: [], row: expect.any(Number), column: 'DAY' }],
      proof: { differences: [], sourceRows: 5, targetRows: 4, rejectedRows: 1, onlyRows: true, columns: [] },
    });
    const row = table?.rejected[0]?.row;
    expect(runText(report)).toMatch(new RegExp(`^ {4}row ${row}, column DAY: `, 'm'));
    expect(runText(report)).toContain('rows agree; rejected rows without a key cannot be excluded');
    const [, line = ''] = readFileSync(rejects, 'utf8').split('\n');
    expect(JSON.parse(line)).toMatchObject({
      key: [],
      row,
      column: 'DAY',
      values: { WORD: { text: 'b' }, DAY: { text: '2024-02-31' } },
    });
    expect(await differences('spoilt', rejects)).toEqual([]);
    expect(await differences('spoilt')).toContain('rows: 5 to load in the source, 4 in the target');

    const tables = [loaded.table('spoilt')];
    expect(await retryRejects({ ...loaded.settings, tables }, rejects)).toMatchObject({
      left: 1,
      tables: [{ rowsSent: 0, withoutKey: 1, proof: { differences: [], onlyRows: true } }],
    });
    expect(readRejects(rejects)?.records).toHaveLength(1);
  });

  test('whose rejected rows nobody wrote down is compared by its rows too', async () => {
    const { tables } = await loaded.load(
      'spoilt',
      { resume: false, maxRejects: 10 },
      { channel: 'C2', target: { ...loaded.table('spoilt').target, table: 'spoilt_2' } },
    );
    expect(tables[0]?.proof).toMatchObject({ differences: [], rejectedRows: 1, onlyRows: true });
  });
});

test('a table with a key is read by it under --no-resume as well', async () => {
  await loaded.execute(
    'CREATE TABLE keyed (id INT PRIMARY KEY, word VARCHAR(9))',
    "INSERT INTO keyed VALUES (1, 'a'), (2, 'b')",
  );
  expect((await load('keyed')).tables[0]?.channels[0]?.committedOffsetToken).toMatch(
    /^3\.load\..*\.whole\.~2$/,
  );
  await loaded.execute("INSERT INTO keyed VALUES (3, 'c')");
  expect((await load('keyed')).tables[0]).toMatchObject({ rowsRead: 1, proof: { differences: [] } });
});
