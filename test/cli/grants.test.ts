import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Ends, startEnds } from '../e2e/local.ts';
import { snowstream } from './snowstream.ts';

const PASSWORD = 'of-the-least-privileged';
let ends: Ends;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  ends = await startEnds();
  await ends.source.query('CREATE TABLE people_100k (id INT PRIMARY KEY, name VARCHAR(20), day DATE)');
  await ends.source.query("INSERT INTO people_100k VALUES (1,'a','2020-01-01'),(2,'b','2020-01-02')");
  await ends.source.query('CREATE TABLE other (id INT PRIMARY KEY)');
  const [create = '', grant = ''] = mysqlStatements();
  const user = `snowstream_${ends.mysql.database.slice(-8)}`;
  // The server of the tests has no certificate, and other names.
  const own = (sql: string) =>
    sql
      .replace(' REQUIRE SSL', '')
      .replace("'…'", `'${PASSWORD}'`)
      .replaceAll("'snowstream'@'%'", `'${user}'@'127.0.0.1'`)
      .replaceAll('shop.', `${ends.mysql.database}.`);
  await ends.source.query(own(create));
  await ends.source.query(own(grant));
  const { MYSQL_URL: _owner, ...snowflake } = ends.env;
  const { host, port, database } = ends.mysql;
  env = {
    ...snowflake,
    ...{ MYSQL_HOST: host, MYSQL_PORT: String(port), MYSQL_DATABASE: database },
    ...{ MYSQL_USER: user, MYSQL_PASSWORD: PASSWORD },
  };
});
afterAll(async () => {
  await ends.source.query(`DROP USER IF EXISTS '${env.MYSQL_USER}'@'127.0.0.1'`);
  await ends[Symbol.asyncDispose]();
});

/** The statements for MySQL on the page. */
function mysqlStatements(): string[] {
  const page = readFileSync(new URL('../../docs/grants.md', import.meta.url), 'utf8');
  const block = /```sql\n(CREATE USER[\s\S]*?)```/.exec(page)?.[1] ?? '';
  return block.split(';\n').filter((statement) => statement !== '');
}

test('the page has the two statements', () => {
  expect(mysqlStatements()).toHaveLength(2);
});

test.each([['plan', '--create'], ['doctor', '--create'], ['run', '--create'], ['check'], ['channels']])(
  'a user with SELECT on the table alone can %s',
  async (command, ...args) => {
    const ended = await snowstream([command, '--table', 'people_100k', ...args], { cwd: ends.cwd, env });
    expect(ended, ended.stderr + ended.stdout).toMatchObject({ code: 0 });
  },
);

test('a run takes as many connections as the page says', async () => {
  const limited = async (most: number, ...args: string[]) => {
    const user = `'${env.MYSQL_USER}'@'127.0.0.1'`;
    await ends.source.query(`ALTER USER ${user} WITH MAX_USER_CONNECTIONS ${most}`);
    const run = ['run', '--create', '--table', 'people_100k', '--retries', '0', ...args];
    return snowstream(run, { cwd: ends.cwd, env });
  };
  try {
    for (const [most, ...args] of [[1], [3, '--snapshot']] as const) {
      const ended = await limited(most, ...args);
      expect(ended, ended.stderr + ended.stdout).toMatchObject({ code: 0 });
    }
    const ended = await limited(2, '--snapshot');
    expect(ended.code, ended.stderr).toBe(5);
    expect(ended.stderr).toContain('a run without --snapshot two fewer; or raise the limit');
  } finally {
    await ends.source.query(`ALTER USER '${env.MYSQL_USER}'@'127.0.0.1' WITH MAX_USER_CONNECTIONS 0`);
  }
});

test('and nothing else: no other table, no write', async () => {
  const ended = await snowstream(['run', '--table', 'other', '--create'], { cwd: ends.cwd, env });
  expect(ended.code).toBe(2);
  expect(ended.stderr).toMatch(/^snowstream: .*other.*/m);
  const connection = await createConnection({
    ...{ host: ends.mysql.host, port: ends.mysql.port, database: ends.mysql.database },
    ...{ user: String(env.MYSQL_USER), password: PASSWORD },
  });
  for (const sql of [
    'DELETE FROM people_100k',
    "INSERT INTO people_100k VALUES (9,'x',NULL)",
    'DROP TABLE people_100k',
  ])
    await expect(connection.query(sql)).rejects.toThrow(/denied/);
  await connection.end();
});

test('SELECT on some columns loads those that are named, and nothing where none are', async () => {
  await ends.source.query('CREATE TABLE partly (id INT PRIMARY KEY, name VARCHAR(9), phone VARCHAR(9))');
  await ends.source.query("INSERT INTO partly VALUES (1, 'a', '1'), (2, 'b', '2')");
  await ends.source.query(`GRANT SELECT (id, name) ON partly TO '${env.MYSQL_USER}'@'127.0.0.1'`);
  const all = await snowstream(['run', '--table', 'partly', '--create'], { cwd: ends.cwd, env });
  expect(all.code).toBe(2);
  expect(all.stderr).toContain('partly has columns that the MySQL user may not read');
  const config = join(ends.cwd, 'partly.json');
  writeFileSync(
    config,
    JSON.stringify({ tables: [{ source: 'partly', columns: { id: 'id', name: 'name' } }] }),
  );
  const some = await snowstream(['run', '--config', config, '--create'], { cwd: ends.cwd, env });
  expect(some, some.stderr + some.stdout).toMatchObject({ code: 0 });
});
