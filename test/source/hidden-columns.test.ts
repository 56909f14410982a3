import { afterAll, beforeAll, expect, test } from 'vitest';
import { requireAllColumns } from '../../src/source/mysql/hidden-columns.ts';
import { type MysqlSession, openMysqlSession } from '../../src/source/mysql/session.ts';
import { describeTable } from '../../src/source/mysql/table.ts';
import { openTestSource, type TestSource } from './database.ts';

const PASSWORD = 'of-some-columns';
let mysql: TestSource;
let reader: MysqlSession;
let user: string;

beforeAll(async () => {
  mysql = await openTestSource();
  const name = `part_${mysql.settings.database.slice(-8)}`;
  user = `'${name}'@'127.0.0.1'`;
  await mysql.execute(
    `CREATE USER ${user} IDENTIFIED BY '${PASSWORD}'`,
    'CREATE TABLE parts (id INT PRIMARY KEY, name VARCHAR(9), b INT, phone VARCHAR(9))',
    'CREATE TABLE pairs (a INT, b INT, c INT, PRIMARY KEY (a, b))',
    `CREATE TABLE unseen (id INT PRIMARY KEY, h INT INVISIBLE, c INT)`,
    'CREATE VIEW shown AS SELECT id, name, phone FROM parts',
  );
  const { database: _not_yet, ...server } = mysql.settings;
  reader = await openMysqlSession({ ...server, user: name, password: PASSWORD });
});

afterAll(async () => {
  await reader.close();
  await mysql.execute(`DROP USER ${user}`);
  await mysql[Symbol.asyncDispose]();
});

async function withColumns(table: string, columns: string, invisible = false): Promise<string[]> {
  await mysql.execute(`GRANT SELECT (${columns}) ON ${table} TO ${user}`);
  try {
    const described = await describeTable(reader, mysql.settings.database, table);
    await requireAllColumns(reader, described, { invisible });
    return described.columns.map(({ name }) => name);
  } finally {
    await mysql.execute(`REVOKE SELECT (${columns}) ON ${table} FROM ${user}`);
  }
}

const HIDDEN = {
  code: 'MYSQL_DENIED',
  message: expect.stringMatching(
    /^\w+\.\w+ has columns that the MySQL user may not read, .*: GRANT SELECT on the whole table, or name the columns/,
  ),
};

test.each([
  ['parts', 'id, name', 'the last ones'],
  ['parts', 'id, phone', 'those in the middle'],
  ['parts', 'name, b, phone', 'the first'],
  ['pairs', 'a, c', 'one of the key'],
  ['shown', 'id, name', 'one of a view'],
  ['unseen', 'id', 'the last, behind an invisible one'],
])('grants on %s (%s): %s are hidden', async (table, columns) => {
  await expect(withColumns(table, columns)).rejects.toMatchObject(HIDDEN);
});

test('grants on every column hide none', async () => {
  expect(await withColumns('parts', 'id, name, b, phone')).toEqual(['id', 'name', 'b', 'phone']);
  expect(await withColumns('shown', 'id, name, phone')).toEqual(['id', 'name', 'phone']);
});

test('an invisible column that is hidden is missed where invisible columns are loaded', async () => {
  // MariaDB demands the privilege on invisible columns for a SELECT * that does not show them.
  if (mysql.isMariaDb) await expect(withColumns('unseen', 'id, c')).rejects.toMatchObject(HIDDEN);
  else expect(await withColumns('unseen', 'id, c')).toEqual(['id', 'c']);
  await expect(withColumns('unseen', 'id, c', true)).rejects.toMatchObject(HIDDEN);
  expect(await withColumns('unseen', 'id, h, c', true)).toEqual(['id', 'h', 'c']);
});

test('a key of which a column is hidden is none', async () => {
  await mysql.execute(`GRANT SELECT (a, c) ON pairs TO ${user}`);
  expect((await describeTable(reader, mysql.settings.database, 'pairs')).key).toEqual([]);
});

test('a grant on the table', async () => {
  await mysql.execute(`GRANT SELECT ON parts TO ${user}`);
  const described = await describeTable(reader, mysql.settings.database, 'parts');
  await requireAllColumns(reader, described, { invisible: true });
  expect(described.columns).toHaveLength(4);
});

test('grants on columns by a role', async () => {
  const role = `'half_${mysql.settings.database.slice(-8)}'`;
  const name = user.slice(1, user.indexOf("'", 1));
  const own = `'${name}_r'@'127.0.0.1'`;
  await mysql.execute(
    `CREATE ROLE ${role}`,
    `CREATE USER ${own} IDENTIFIED BY '${PASSWORD}'`,
    `GRANT SELECT (id, name) ON parts TO ${role}`,
    `GRANT SELECT ON pairs TO ${own}`,
    `GRANT ${role} TO ${own}`,
    mysql.isMariaDb ? `SET DEFAULT ROLE ${role} FOR ${own}` : `SET DEFAULT ROLE ${role} TO ${own}`,
  );
  const { database, ...server } = mysql.settings;
  try {
    await using limited = await openMysqlSession({ ...server, user: `${name}_r`, password: PASSWORD });
    const described = await describeTable(limited, database, 'parts');
    await expect(requireAllColumns(limited, described, { invisible: false })).rejects.toMatchObject(HIDDEN);
  } finally {
    await mysql.execute(`DROP USER ${own}`, `DROP ROLE ${role}`);
  }
});

test('a table that somebody has locked is described without waiting', async () => {
  const { database, ...server } = mysql.settings;
  await using other = await openMysqlSession(server);
  await other.query(`LOCK TABLES ${database}.pairs WRITE`);
  const described = await describeTable(mysql.source, database, 'pairs');
  await requireAllColumns(mysql.source, described, { invisible: false });
  expect(described.columns).toHaveLength(3);
});
