import { afterAll, beforeAll, expect, test } from 'vitest';
import { Keyset } from '../../src/source/mysql/keyset.ts';
import { openMysqlSession } from '../../src/source/mysql/session.ts';
import { describeEachTable, describeTable } from '../../src/source/mysql/table.ts';
import { allBatches, openTestSource, type TestSource } from './database.ts';

let mysql: TestSource;
beforeAll(async () => {
  mysql = await openTestSource({ ownServer: true });
});
afterAll(() => mysql[Symbol.asyncDispose]());

const errorOf = async (name: string) => {
  const [described] = await describeEachTable(mysql.source, [{ database: mysql.settings.database, name }]);
  return described;
};

test('a view of a table that is gone, of a column that is gone, and of a view of them: a line each', async () => {
  await mysql.execute(
    'CREATE TABLE gone (id INT PRIMARY KEY)',
    'CREATE TABLE changed (id INT PRIMARY KEY, c INT)',
    'CREATE TABLE kept (id INT PRIMARY KEY)',
    'CREATE VIEW of_gone AS SELECT id FROM gone',
    'CREATE VIEW of_changed AS SELECT id, c FROM changed',
    'CREATE VIEW of_view AS SELECT id FROM of_gone',
    'CREATE VIEW of_kept AS SELECT id FROM kept',
    'DROP TABLE gone',
    'ALTER TABLE changed DROP COLUMN c',
  );
  const { database } = mysql.settings;
  for (const name of ['of_gone', 'of_changed', 'of_view']) {
    const error = await errorOf(name);
    expect(error).toMatchObject({
      code: 'TABLE_NOT_FOUND',
      exitCode: 2,
      message: expect.stringMatching(
        new RegExp(`^view ${database}\\.${name} cannot be read: View '.*' references invalid .*; repair it`),
      ),
    });
  }
  expect(await errorOf('of_kept')).toMatchObject({ kind: 'VIEW' });
  // Beside others only the broken one is an error.
  const names = ['kept', 'of_gone', 'of_kept'].map((name) => ({ database, name }));
  const described = await describeEachTable(mysql.source, names);
  expect(described.map((table) => 'code' in table)).toEqual([false, true, false]);
});

test('a view whose definer is gone', async () => {
  await mysql
    .execute(
      "CREATE USER 'view_maker'@'%' IDENTIFIED BY 'View-maker-1'",
      'CREATE TABLE seen (id INT PRIMARY KEY)',
      "CREATE DEFINER = 'view_maker'@'%' SQL SECURITY DEFINER VIEW of_nobody AS SELECT id FROM seen",
      "DROP USER 'view_maker'@'%'",
    )
    .catch(async () => {
      // MySQL from 8.0.22 on keeps a user that objects are left of, unless that is forced.
      await mysql.execute("DROP USER IF EXISTS 'view_maker'@'%'");
    });
  const error = await errorOf('of_nobody');
  expect(error).toMatchObject({
    code: 'TABLE_NOT_FOUND',
    message: expect.stringMatching(/^view .*\.of_nobody cannot be read: .*(?:definer|references invalid)/),
  });
});

test('a primary key that the server generated and hides is there', async ({ annotate }) => {
  if (mysql.isMariaDb) return void (await annotate('MariaDB makes no such keys'));
  await mysql.execute(
    'SET SESSION sql_generate_invisible_primary_key = 1',
    'CREATE TABLE without_key (v INT)',
    'SET SESSION sql_generate_invisible_primary_key = 0',
    'INSERT INTO without_key VALUES (3), (1), (2)',
    'SET GLOBAL show_gipk_in_create_table_and_information_schema = OFF',
  );
  try {
    await using source = await openMysqlSession(mysql.settings);
    const table = await describeTable(source, mysql.settings.database, 'without_key');
    expect(table.key.map(({ name, invisible }) => [name, invisible])).toEqual([['my_row_id', true]]);
    const request = { table, keyset: new Keyset(table.key), expressions: ['v'], batchRows: 2 };
    const batches = await allBatches(source, request);
    expect(batches.flatMap(({ rows }) => rows.map(([v]) => String(v)))).toEqual(['3', '1', '2']);
  } finally {
    await mysql.execute('SET GLOBAL show_gipk_in_create_table_and_information_schema = ON');
  }
});
