import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { check } from '../../src/check/check.ts';
import type { CheckRequest } from '../../src/check/check-request.ts';
import { checkTable } from '../../src/check/check-table.ts';
import { isProven } from '../../src/check/proof.ts';
import { committedOffsetToken } from '../../src/checkpoint/stored-channel.ts';
import { planTable } from '../../src/plan/table-plan.ts';
import { readRejects } from '../../src/rejects/rejects-file.ts';
import { stopJvm } from '../fixtures/jvm.ts';
import { openQueriedSource } from '../source/queried-source.ts';
import { type LoadedEnds, startLoadedEnds, TARGETS } from './loaded.ts';

const PEOPLE = [
  "(10, 'Ann', '1990-01-01', 1.50)",
  "(20, 'bob', NULL, 2.25)",
  "(30, 'Zoë', '2001-12-31', NULL)",
  "(40, 'carl', '1999-09-09', 2.25)",
];

let loaded: LoadedEnds;

beforeAll(async () => {
  loaded = await startLoadedEnds({ ownServer: true });
  await loaded.execute(
    'CREATE TABLE people (id INT PRIMARY KEY, name VARCHAR(10), born DATE, paid DECIMAL(8,2))',
    `INSERT INTO people VALUES ${PEOPLE.join()}`,
  );
  await loaded.load('people');
});

beforeEach(() => loaded.execute('DELETE FROM people', `INSERT INTO people VALUES ${PEOPLE.join()}`));

afterAll(async () => {
  stopJvm();
  await loaded[Symbol.asyncDispose]();
});

const differences = async (...statements: string[]) => {
  await loaded.execute(...statements);
  return (await loaded.check('people')).differences;
};

/** What a load would ask for, without a JVM. */
async function request(name: string, more: Partial<CheckRequest> = {}): Promise<CheckRequest> {
  const { source, snowflake } = loaded.ends;
  const plan = await planTable(source, snowflake, loaded.table(name), TARGETS);
  const offsetTokens = [{ channel: 'CH', expected: 'x', committed: 'x' }];
  return { ...plan, checksum: true, rejectedKeys: [], offsetTokens, ...more };
}

const proofOf = async (name: string, more: Partial<CheckRequest> = {}) =>
  check(loaded.ends.source, loaded.ends.snowflake, await request(name, more));

describe('rows', () => {
  test('all there', async () => {
    const proof = await loaded.check('people');
    expect(proof.differences).toEqual([]);
    expect(isProven(proof)).toBe(true);
  });

  test('one is missing in the target', async () => {
    expect(await differences("INSERT INTO people VALUES (25, 'bob', '1995-01-01', 2.00)")).toEqual([
      'rows: 5 to load in the source, 4 in the target',
      expect.stringMatching(/^checksum of all rows/),
    ]);
  });

  test('one is in the target too many', async () => {
    expect(await differences('DELETE FROM people WHERE id = 20')).toEqual([
      'rows: 3 to load in the source, 4 in the target',
      'nulls of born → BORN: 0 in the source, 1 in the target',
      expect.stringMatching(/^checksum of all rows/),
    ]);
  });

  test('the target is empty, or the source', async () => {
    await loaded.execute('CREATE TABLE nobody (id INT PRIMARY KEY, name VARCHAR(10))');
    await loaded.load('nobody');
    expect((await loaded.check('nobody')).differences).toEqual([]);
    await loaded.execute("INSERT INTO nobody VALUES (1, 'a')");
    const missing = (await loaded.check('nobody')).differences;
    expect(missing).toContain('rows: 1 to load in the source, 0 in the target');
    expect(missing).toContain('min of id → ID: 1 in the source, NULL in the target');
    expect(await differences('DELETE FROM people')).toContain(
      'rows: 0 to load in the source, 4 in the target',
    );
  });

  test('one is there twice while another is missing', async () => {
    // Neither ID, NAME nor PAID has it at an end; the sum of hashes sees what the counts do not.
    const { snowflake } = loaded.ends;
    await loaded.execute(
      'CREATE TABLE doubled AS SELECT * FROM people',
      'ALTER TABLE doubled ADD PRIMARY KEY (id)',
    );
    await loaded.load('doubled');
    await snowflake.execute("UPDATE doubled SET id = 20, name = 'bob', born = NULL WHERE id = 30");
    await loaded.execute("UPDATE doubled SET born = NULL, paid = NULL, name = 'Zoe' WHERE id = 30");
    const proof = await proofOf('doubled');
    expect(proof.differences).toEqual([expect.stringMatching(/^checksum of all rows/)]);
    expect(await proofOf('doubled', { checksum: false }).then(isProven)).toBe(true);
  });

  test('a value of the target that somebody changed', async () => {
    await loaded.execute(
      'CREATE TABLE changed AS SELECT * FROM people',
      'ALTER TABLE changed ADD PRIMARY KEY (id)',
    );
    await loaded.load('changed');
    expect((await loaded.check('changed')).differences).toEqual([]);
    await loaded.ends.snowflake.execute("UPDATE changed SET name = 'Aaron' WHERE id = 10");
    expect((await loaded.check('changed')).differences).toEqual([
      'min of name → NAME: Ann in the source, Aaron in the target',
      expect.stringMatching(/^checksum of all rows/),
    ]);
    await loaded.ends.snowflake.execute('DELETE FROM changed WHERE id = 10');
    expect((await loaded.check('changed')).differences).toContain(
      'rows: 4 to load in the source, 3 in the target',
    );
  });
});

describe('values', () => {
  test.each<[string, string]>([
    ["name = 'Aaa' WHERE id = 10", 'min of name → NAME: Aaa in the source, Ann in the target'],
    ["name = 'zzz' WHERE id = 40", 'max of name → NAME: zzz in the source, carl in the target'],
    [
      "born = '1990-01-02' WHERE id = 10",
      'min of born → BORN: 1990-01-02 in the source, 1990-01-01 in the target',
    ],
    ['paid = 1.51 WHERE id = 10', 'min of paid → PAID: 1.51 in the source, 1.50 in the target'],
    ['paid = NULL WHERE id = 20', 'nulls of paid → PAID: 2 in the source, 1 in the target'],
    ["born = '2000-01-01' WHERE id = 20", 'nulls of born → BORN: 0 in the source, 1 in the target'],
  ])('%s', async (change, difference) => {
    expect(await differences(`UPDATE people SET ${change}`)).toEqual([
      difference,
      expect.stringMatching(/^checksum of all rows/),
    ]);
  });

  test('in the middle, where neither end moves', async () => {
    expect(await differences("UPDATE people SET name = 'bib' WHERE id = 20")).toEqual([
      expect.stringMatching(/^checksum of all rows/),
    ]);
    expect((await loaded.check('people', false)).differences).toEqual([]);
  });

  test('that run into each other: the end of one column is the beginning of the next', async () => {
    await loaded.execute(
      'CREATE TABLE glued (id INT PRIMARY KEY, a VARCHAR(9), b VARCHAR(9))',
      "INSERT INTO glued VALUES (1, 'a', 'z'), (2, 'xy', 'z'), (3, 'z', 'a'), (4, '-', NULL)",
    );
    await loaded.load('glued');
    expect((await loaded.check('glued')).differences).toEqual([]);
    await loaded.execute("UPDATE glued SET a = 'x', b = 'yz' WHERE id = 2");
    expect((await loaded.check('glued')).differences).toEqual([
      expect.stringMatching(/^checksum of all rows/),
    ]);
  });
});

describe('the offset token', () => {
  test('must be that of the last key', async () => {
    expect(await differences("INSERT INTO people VALUES (99, 'bob', '1995-01-01', 2.00)")).toContainEqual(
      expect.stringMatching(
        /^offset token of channel \w+: 3\.load\.[\da-f]{12}\.\d+\.[\da-f]{12}\.whole\.~99 expected, 3\.load\..*\.~40 committed$/,
      ),
    );
  });

  test.each([
    [{ expected: 'a', committed: 'b' }, 'offset token of channel CH: a expected, b committed'],
    [{ expected: 'a', committed: null }, 'offset token of channel CH: a expected, none committed'],
    [{ expected: null, committed: 'b' }, 'offset token of channel CH: none expected, b committed'],
  ])('%o', async (offsetToken, difference) => {
    expect(
      (await proofOf('people', { offsetTokens: [{ channel: 'CH', ...offsetToken }] })).differences,
    ).toEqual([difference]);
  });

  test('is asked for by SQL, of the channel that was named', async () => {
    const { target, channel } = await planTable(
      loaded.ends.source,
      loaded.ends.snowflake,
      loaded.table('people'),
      TARGETS,
    );
    expect(await committedOffsetToken(loaded.ends.snowflake, target, channel)).toMatch(/\.~40$/);
    expect(await committedOffsetToken(loaded.ends.snowflake, target, 'NO_SUCH_CHANNEL')).toBeNull();
  });
});

describe('rows that were rejected', () => {
  test('are left out on the side of the source, and counted', async () => {
    await loaded.execute(
      "INSERT INTO people VALUES (25, 'never came', NULL, 0), (50, 'nor', '1800-01-01', NULL)",
    );
    const proof = await proofOf('people', { rejectedKeys: [['25'], ['50']] });
    expect(proof.differences).toEqual([]);
    expect(proof).toMatchObject({ sourceRows: 6, targetRows: 4, rejectedRows: 2 });
    expect((await proofOf('people', { rejectedKeys: [['25']] })).differences).toContain(
      'rows: 5 to load in the source, 4 in the target',
    );
  });

  test('are in the report of a load, by key, column and reason', async () => {
    await loaded.execute(
      'CREATE TABLE bad (a VARCHAR(9) COLLATE utf8mb4_bin, b INT, day DATE, PRIMARY KEY (a, b))',
      "SET SESSION sql_mode = 'ALLOW_INVALID_DATES'",
      "INSERT INTO bad VALUES ('x', 1, '2024-01-01'), ('it''s', 2, '2024-02-30'), ('x', 3, '2024-02-31'), ('y', 1, NULL)",
      'SET SESSION sql_mode = DEFAULT',
    );
    const report = await loaded.load('bad');
    expect(report.tables[0]).toMatchObject({
      rowsRead: 4,
      rowsSent: 2,
      rejected: [
        { key: ["it's", '2'], column: 'DAY' },
        { key: ['x', '3'], column: 'DAY' },
      ],
      proof: { differences: [], sourceRows: 4, targetRows: 2, rejectedRows: 2 },
    });
    // Asked later, nobody knows any more which rows were rejected: the check says that they are missing.
    expect((await loaded.check('bad')).differences).toContain(
      'rows: 4 to load in the source, 2 in the target',
    );
  });
});

describe('columns', () => {
  test('only those of the mapping, under their new names', async () => {
    await loaded.load(
      'people',
      {},
      {
        columns: [
          { source: 'NAME', target: '"full ""Name"""' },
          { source: 'id', target: 'customer_id' },
        ],
        target: { ...loaded.table('people').target, table: '"Some people"' },
      },
    );
    const wanted = loaded.table('people');
    const plan = await planTable(
      loaded.ends.source,
      loaded.ends.snowflake,
      {
        ...wanted,
        columns: [{ source: 'name', target: '"full ""Name"""' }],
        target: { ...wanted.target, table: '"Some people"' },
      },
      TARGETS,
    ).catch((error) => error);
    // The other column is NOT NULL, so a mapping without it is no way to write that table.
    expect(plan).toMatchObject({
      code: 'CONFIG_INVALID',
      detail: expect.stringMatching(/CUSTOMER_ID.*NOT NULL/),
    });
  });

  test('a key of the mapping that may be NULL is rejected, as its rows would never be read', async () => {
    const wanted = { ...loaded.table('people'), key: ['name'] };
    await expect(planTable(loaded.ends.source, loaded.ends.snowflake, wanted, TARGETS)).rejects.toMatchObject(
      {
        code: 'SOURCE_NO_KEY',
        message: expect.stringMatching(/name.*NULL/),
      },
    );
  });

  test('a key of the mapping that two rows share is rejected, as one of them could be lost', async () => {
    const { source, snowflake } = loaded.ends;
    await source.query('CREATE TABLE shared (a INT NOT NULL, b INT NOT NULL, c INT NOT NULL)');
    await source.query('INSERT INTO shared VALUES (1, 1, 1), (1, 2, 2), (2, 2, 3)');
    const wanted = { ...loaded.table('people'), source: 'shared' };
    const target = { ...wanted.target, table: 'shared' };
    const plan = (key: string[]) =>
      planTable(
        source,
        snowflake,
        { ...wanted, target, columns: [{ source: 'c', target: 'c' }], key },
        { ...TARGETS, create: 'on' },
      );
    await expect(plan(['a'])).rejects.toMatchObject({
      code: 'SOURCE_NO_KEY',
      message: expect.stringMatching(/shared has rows that share one key \(a\)/),
    });
    expect((await plan(['a', 'b'])).keyset?.columns.map(({ name }) => name)).toEqual(['a', 'b']);
  });
});

describe('many rejected rows', () => {
  const KEYS = 10_000;

  test.each([
    ['one number', 'id INT PRIMARY KEY, word VARCHAR(9)', (id: number) => [String(id)]],
    [
      'a text and a number',
      'id INT, word VARCHAR(9) COLLATE utf8mb4_unicode_ci, PRIMARY KEY (word, id)',
      (id: number) => [`w${id % 7}`, String(id)],
    ],
  ])('%s as the key: 10,000 are left out of 20,000', async (name, columns, keyOf) => {
    const table = `many_${name.length}`;
    const values = Array.from({ length: 2 * KEYS }, (_, id) => `(${id}, 'w${id % 7}')`);
    await loaded.execute(
      `CREATE TABLE ${table} (${columns})`,
      `INSERT INTO ${table} VALUES ${values.slice(0, KEYS).join()}`,
    );
    await loaded.load(table);
    await loaded.execute(`INSERT INTO ${table} VALUES ${values.slice(KEYS).join()}`);
    const rejectedKeys = Array.from({ length: KEYS }, (_, id) => keyOf(KEYS + id));
    const proof = await proofOf(table, { rejectedKeys });
    expect(proof).toMatchObject({
      differences: [],
      sourceRows: 2 * KEYS,
      targetRows: KEYS,
      rejectedRows: KEYS,
    });
    const short = await proofOf(table, { rejectedKeys: rejectedKeys.slice(1) });
    expect(short.differences).toContain(`rows: ${KEYS + 1} to load in the source, ${KEYS} in the target`);
  });

  test.each([
    [
      'an enum and a number',
      "e ENUM('a','b'), n INT, at TIME, PRIMARY KEY (e, n)",
      "('a', 1, '10:00'), ('b', 2, '25:00:00'), ('b', 3, '26:00:00')",
    ],
    [
      'a text in latin1 and a number',
      'k VARCHAR(20) CHARACTER SET latin1, n INT, at TIME, PRIMARY KEY (k, n)',
      "('a', 1, '10:00'), ('ä', 2, '25:00:00'), ('ö', 3, '26:00:00')",
    ],
  ])('%s as the key, and 1 MB a statement', async (name, columns, rows) => {
    const table = `packet_${name.length}`;
    const rejects = join(loaded.ends.cwd, `${table}.jsonl`);
    await loaded.execute(`CREATE TABLE ${table} (${columns})`, `INSERT INTO ${table} VALUES ${rows}`);
    const [packet] = await loaded.ends.source.query('SELECT @@global.max_allowed_packet');
    await loaded.execute('SET GLOBAL max_allowed_packet = 1048576');
    try {
      const { tables } = await loaded.load(table, { rejects, maxRejects: 2 });
      expect(tables[0]?.proof).toMatchObject({ differences: [], sourceRows: 3, rejectedRows: 2 });
      await using source = await openQueriedSource(loaded.settings.mysql);
      const options = { ...TARGETS, rejects: readRejects(rejects) };
      const { proof } = await checkTable(source, loaded.ends.snowflake, loaded.table(table), options);
      expect(proof).toMatchObject({ differences: [], sourceRows: 3, rejectedRows: 2 });
    } finally {
      await loaded.execute(`SET GLOBAL max_allowed_packet = ${String(packet?.[0])}`);
    }
  });
});
