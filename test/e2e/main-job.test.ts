import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fillPeople } from '../../scripts/demo-data.mjs';
import { loadChannel } from '../../src/checkpoint/channel-name.ts';
import type { RunReport } from '../../src/load/run-report.ts';
import { snowstream } from '../cli/snowstream.ts';
import { type Ends, startEnds } from './local.ts';

const ROWS = 3_000;
const MAPPING = ['USER_ID=customer_id', 'EMAIL=email', 'PHONE=phone', 'DATE_OF_BIRTH=date_of_birth'];
const COLUMNS = MAPPING.flatMap((column) => ['--column', column]);

let ends: Ends;
beforeAll(async () => {
  ends = await startEnds();
});
afterAll(() => ends[Symbol.asyncDispose]());

const command = (args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
  snowstream(args, { cwd: ends.cwd, env: { ...ends.env, ...env } });
const people = (target: string, ...more: string[]) =>
  ['--table', `people:${target}`, ...COLUMNS, ...more] as const;

async function count(table: string): Promise<number> {
  const [row] = await ends.snowflake.execute(`SELECT COUNT(*) AS N FROM ${table}`);
  return Number(row?.N);
}

describe('the main job', () => {
  beforeAll(() => fillPeople(ends.mysql.url, { rows: ROWS, table: 'people' }));

  test('streams a table, proves it, makes gold, and ends by itself', async () => {
    const ended = await command(['run', ...people('raw', '--create', '--gold', '--batch-rows', '700')]);
    expect(ended).toMatchObject({ code: 0 });
    expect(ended.stdout).toMatch(/^ {2}Channel valid: +true$/m);
    expect(ended.stdout).toMatch(/^ {2}Channel closed: +true$/m);
    expect(ended.stdout).toMatch(/^ {2}Time to ingest 3,000 records: +[\d.]+ s \([\d,]+ rows\/s\)$/m);
    expect(ended.stdout).toMatch(
      /^ {2}Committed offset token: +3\.load\.[\da-f]{12}\.\d+\.[\da-f]{12}\.whole\.~3000$/m,
    );
    expect(ended.stdout).toMatch(/^ {2}Records in raw: +3,000$/m);
    expect(ended.stdout).toMatch(/^ {2}Checksum of all rows: +\d+ over 4 columns, on both sides$/m);
    expect(ended.stdout).toMatch(
      new RegExp(`^ {2}Records in ${ends.emulator.database}\\.PUBLIC\\.SF_CUSTOMER_GOLD: +3,000$`, 'm'),
    );
    expect(ended.stdout.trimEnd().split('\n').at(-1)).toBe(
      '3,000 rows proven: Snowflake has the same rows as MySQL.',
    );
    // Connections and timers that were left would keep it for a minute.
    expect(ended.linger).toBeLessThan(20_000);
    // HOME of the command is its folder.
    const logs = join(ends.cwd, '.local/state/snowstream');
    const [log = '', ...others] = readdirSync(logs).sort().reverse();
    expect(log).toMatch(/^java-.*\.log$/);
    expect(others.length).toBeLessThan(10);
    expect(statSync(join(logs, log)).mode & 0o777).toBe(0o600);
    expect(statSync(logs).mode & 0o777).toBe(0o700);
  });

  test('carried every value, for every client', async () => {
    const rows = await ends.snowflake.execute(
      `SELECT customer_id, email, phone, TO_VARCHAR(date_of_birth, 'YYYY-MM-DD') AS born FROM raw ORDER BY customer_id`,
    );
    const source = await ends.source.query(
      'SELECT USER_ID, EMAIL, PHONE, DATE_OF_BIRTH FROM people ORDER BY BINARY USER_ID',
    );
    expect(rows.map((row) => [row.CUSTOMER_ID, row.EMAIL, row.PHONE, row.BORN])).toEqual(source);
  });

  test('gold has the national number of each phone number', async () => {
    const [row] = await ends.snowflake.execute(
      `SELECT COUNT(*) AS N, COUNT_IF(phone <> '0000000000') AS valid, MIN(date_of_birth) AS d FROM sf_customer_gold`,
    );
    expect(Number(row?.N)).toBe(ROWS);
    expect(Number(row?.VALID)).toBeGreaterThan(ROWS / 2);
  });

  test('a second run finds nothing left to do', async () => {
    const ended = await command(['run', ...people('raw', '--json')]);
    const report = JSON.parse(ended.stdout) as RunReport;
    expect(ended.code).toBe(0);
    expect(report.tables[0]).toMatchObject({ rowsRead: 0, rowsSent: 0, proof: { targetRows: ROWS } });
    expect(report.tables[0]?.channels[0]?.resumedAfter).toMatch(/\.~3000$/);
  });

  test('goes on after the last committed row when rows were added', async () => {
    await ends.source.query(
      `INSERT INTO people SELECT ROW_INDEX + ${ROWS}, CONCAT('new', SUBSTR(USER_ID, 4)), FIRST_NAME, LAST_NAME, SEX, EMAIL, PHONE,
        DATE_OF_BIRTH, JOB_TITLE FROM people WHERE ROW_INDEX <= 500`,
    );
    const ended = await command(['run', ...people('raw', '--json')]);
    const report = JSON.parse(ended.stdout) as RunReport;
    expect(report.tables[0]).toMatchObject({
      rowsRead: 500,
      rowsSent: 500,
      proof: { targetRows: ROWS + 500 },
    });
    expect(ended.code).toBe(0);
    await ends.source.query(`DELETE FROM people WHERE ROW_INDEX > ${ROWS}`);
    await ends.snowflake.execute("DELETE FROM raw WHERE customer_id LIKE 'new%'");
  });

  test('cell by cell gives the same', async () => {
    const ended = await command([
      'run',
      ...people('raw_by_cell', '--create', '--bridge', 'cell', '--channel', 'C2'),
    ]);
    expect(ended).toMatchObject({ code: 0 });
    const [row] = await ends.snowflake.execute(
      'SELECT COUNT(*) AS N FROM (SELECT * FROM raw EXCEPT SELECT * FROM raw_by_cell)',
    );
    expect(row?.N).toBe('0');
  });

  test('a channel with the token of another mapping is refused, and no row moves', async () => {
    await fillPeople(ends.mysql.url, { rows: 300, table: 'few' });
    const channel = loadChannel(ends.mysql.database, 'people');
    const ended = await command(['run', '--table', 'few:raw', ...COLUMNS, '--channel', channel]);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toMatch(
      /^snowstream: the channel's committed offset token .* belongs to another .*$/m,
    );
    expect(await count('raw')).toBe(ROWS);
  });
});

describe('the check', () => {
  test.each([
    [
      'a changed value that is neither smallest nor largest',
      "UPDATE checked SET email = 'x' || email WHERE customer_id = (SELECT MEDIAN_ID FROM median)",
      /DIFFERS {2}checksum of all rows/,
    ],
    [
      'a row that is missing',
      'DELETE FROM checked WHERE customer_id = (SELECT MEDIAN_ID FROM median)',
      /rows: 300 /,
    ],
    [
      'a row that is there twice',
      'INSERT INTO checked SELECT * FROM checked LIMIT 1',
      /300 .*, 301 in the target/,
    ],
    [
      'a value that became NULL',
      'UPDATE checked SET phone = NULL WHERE customer_id = (SELECT MEDIAN_ID FROM median)',
      /nulls of PHONE → PHONE: 0 in the source, 1 in the target/,
    ],
    [
      'a largest date that is another',
      "UPDATE checked SET date_of_birth = TO_DATE('2999-01-01') WHERE customer_id = (SELECT MEDIAN_ID FROM median)",
      /max of DATE_OF_BIRTH → DATE_OF_BIRTH: \d{4}-\d\d-\d\d in the source, 2999-01-01 in the target/,
    ],
  ])('finds %s and ends with 3', async (_what, statement, line) => {
    await fillPeople(ends.mysql.url, { rows: 300, table: 'few' });
    await ends.source.query('ALTER TABLE few MODIFY PHONE VARCHAR(40) NULL');
    for (const table of ['checked', 'median']) await ends.snowflake.execute(`DROP TABLE IF EXISTS ${table}`);
    const args = ['--table', 'few:checked', ...COLUMNS];
    expect(await command(['run', ...args, '--create'])).toMatchObject({ code: 0 });
    await ends.snowflake.execute('CREATE TABLE median (median_id VARCHAR)');
    await ends.snowflake.execute(
      'INSERT INTO median SELECT customer_id FROM checked ORDER BY customer_id LIMIT 1 OFFSET 150',
    );
    expect(await command(['check', ...args])).toMatchObject({ code: 0 });

    await ends.snowflake.execute(statement);

    const check = await command(['check', ...args]);
    expect(check.stdout).toMatch(line);
    expect(check.stdout).toContain('NOT PROVEN');
    expect(check.code).toBe(3);
    const again = await command(['run', ...args]);
    expect(again.stdout.trimEnd().split('\n').at(-1)).toMatch(/^NOT PROVEN: /);
    expect(again.code).toBe(3);
  });
});

describe('rows that the target does not take', () => {
  beforeAll(async () => {
    await ends.source.query('CREATE TABLE narrow (id INT PRIMARY KEY, word VARCHAR(40), day DATE)');
    await ends.source.query(
      "INSERT INTO narrow VALUES (1,'short','2020-01-01'), (2,'fine','2020-01-02'), (3,'fine','2020-01-03')",
    );
    await ends.source.query("SET SESSION sql_mode = 'ALLOW_INVALID_DATES'");
    await ends.source.query("UPDATE narrow SET day = '2020-02-31' WHERE id = 2");
  });

  test('are named with key, column and reason; the others arrive; 4', async () => {
    const ended = await command(['run', '--table', 'narrow:narrow_a', '--create']);
    expect(ended.stdout).toMatch(/^ {2}Records rejected: +1$/m);
    expect(ended.stdout).toMatch(/^ {4}key 2, column DAY: '2020-02-31' is not a LocalDate: /m);
    expect(ended.stderr).toMatch(
      /^snowstream: 1 row was rejected and --max-rejects allows 0: their keys are in the report .*\[ROWS_REFUSED\]$/m,
    );
    expect(ended.code).toBe(4);
    expect(await count('narrow_a')).toBe(2);
  });

  test('within --max-rejects end with 0, and the rest is proven', async () => {
    const ended = await command([
      'run',
      '--table',
      'narrow:narrow_b',
      '--create',
      '--channel',
      'NB',
      '--max-rejects',
      '1',
    ]);
    expect(ended.code).toBe(0);
    expect(ended.stdout).toContain('2 rows proven');
  });

  test('under ABORT end the run', async () => {
    const args = ['--table', 'narrow:narrow_c', '--create', '--channel', 'NC', '--on-error', 'ABORT'];
    const ended = await command(['run', ...args]);
    expect(ended.code).toBe(4);
    expect(ended.stderr).toMatch(
      /^snowstream: row 1 of a batch was rejected: .*2020-02-31.*\[ROWS_REFUSED\]$/m,
    );
    expect(await count('narrow_c')).toBe(0);
  });

  test('under SKIP_BATCH take their batch along', async () => {
    const args = ['--table', 'narrow:narrow_d', '--create', '--channel', 'ND', '--on-error', 'SKIP_BATCH'];
    const ended = await command(['run', ...args, '--json', '--batch-rows', '2']);
    const report = JSON.parse(ended.stdout) as RunReport;
    expect(report.tables[0]?.rejected.map(({ key }) => key)).toEqual([['1'], ['2']]);
    expect(await count('narrow_d')).toBe(1);
    expect(ended.code).toBe(4);
  });

  test('a target that cannot hold the source is reported before the first row', async () => {
    await ends.snowflake.execute(
      'CREATE TABLE tight (id NUMBER(5,0), word VARCHAR(10), day TIMESTAMP_NTZ, more INT NOT NULL)',
    );
    const ended = await command(['run', '--table', 'narrow:tight', '--channel', 'NE']);
    expect(ended.code).toBe(2);
    for (const line of [
      /^ID +int.*NUMBER\(5,0\)/m,
      /^WORD .*VARCHAR\(10\)/m,
      /^DAY .*TIMESTAMP_NTZ\(9\)/m,
      /^MORE .*NOT NULL/m,
    ])
      expect(ended.stderr).toMatch(line);
    expect(await count('tight')).toBe(0);
  });
});

describe('several tables', () => {
  test('of one setting, an empty one among them, are all carried', async () => {
    await ends.source.query('CREATE TABLE empty_one (a BIGINT UNSIGNED PRIMARY KEY, b JSON, c DOUBLE)');
    const tables = [
      { source: 'few', target: { table: 'many_a' } },
      { source: 'empty_one', target: { table: 'many_b' } },
    ];
    const ended = await command(['run', '--create', '--json'], {
      SNOWSTREAM_TABLES: 'few:many_a,empty_one:many_b',
    });
    const report = JSON.parse(ended.stdout) as RunReport;
    expect(report.tables.map(({ target }) => target)).toEqual(
      tables.map(({ target }) => `${ends.emulator.database}.PUBLIC.${target.table.toUpperCase()}`),
    );
    expect(report.tables.map(({ proof }) => proof.differences)).toEqual([[], []]);
    expect(report.tables[1]?.channels).toMatchObject([{ committedOffsetToken: null }]);
    expect(ended.code).toBe(0);
  });

  test('at once end together on SIGTERM; the next run goes on in each', async () => {
    for (const table of ['big_a', 'big_b']) await fillPeople(ends.mysql.url, { rows: 20_000, table });
    const args = ['run', '--create', '--table', 'big_a', '--table', 'big_b'];
    let signalled = false;
    const ended = await snowstream([...args, '--parallel-tables', '2', '--batch-rows', '2'], {
      cwd: ends.cwd,
      env: ends.env,
      onStderr(text, pid) {
        // The sum of both, which is reported every two seconds.
        if (signalled || !/^2 tables: [\d,]+ rows/m.test(text)) return;
        signalled = true;
        process.kill(pid, 'SIGTERM');
      },
    });
    expect(ended.stderr).toMatch(/^snowstream: stopped by SIGTERM: .*\[TERMINATED\]$/m);
    expect(ended.code).toBe(143);
    const before = [await count('big_a'), await count('big_b')];
    for (const rows of before) {
      expect(rows).toBeGreaterThan(0);
      expect(rows).toBeLessThan(20_000);
    }
    const next = await command([...args, '--json']);
    const report = JSON.parse(next.stdout) as RunReport;
    expect(report.tables.map(({ rowsRead }) => rowsRead)).toEqual(before.map((rows) => 20_000 - rows));
    expect(report.tables.map(({ proof }) => proof.differences)).toEqual([[], []]);
    expect(next.code).toBe(0);
  });
});
