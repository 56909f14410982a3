import { type AddressInfo, createServer, type Server } from 'node:net';
import { createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MysqlSettings } from '../../src/config/settings.ts';
import { SnowstreamError } from '../../src/errors.ts';
import { openMysqlSession } from '../../src/source/mysql/session.ts';
import { openTestSource, type TestSource } from './database.ts';

let mysql: TestSource;

beforeAll(async () => {
  mysql = await openTestSource({ ownServer: true });
});

afterAll(async () => {
  await mysql[Symbol.asyncDispose]();
});

async function failure(settings: Partial<MysqlSettings>): Promise<SnowstreamError> {
  try {
    const source = await openMysqlSession({ ...mysql.settings, ...settings });
    await source.close();
  } catch (error) {
    if (error instanceof SnowstreamError) return error;
    throw error;
  }
  throw new Error('it connected');
}

async function listening(onConnection: Parameters<typeof createServer>[1]): Promise<[Server, number]> {
  const server = createServer(onConnection);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return [server, (server.address() as AddressInfo).port];
}

describe('a source that cannot be opened says so in one line', () => {
  test('nobody listens', async () => {
    const [server, port] = await listening(() => {});
    await new Promise((resolve) => server.close(resolve));
    const error = await failure({ port });
    expect(error.code).toBe('MYSQL_UNREACHABLE');
    expect(error.message).toMatch(
      new RegExp(`^MySQL at 127\\.0\\.0\\.1:${port} cannot be reached: .*ECONNREFUSED`),
    );
    expect(error.cause).toBeInstanceOf(Error);
  });

  test('nobody listens at a name with several addresses', async () => {
    const [server, port] = await listening(() => {});
    await new Promise((resolve) => server.close(resolve));
    const error = await failure({ host: 'localhost', port });
    expect(error).toMatchObject({
      code: 'MYSQL_UNREACHABLE',
      message: expect.stringMatching(/ECONNREFUSED/),
    });
  });

  test('a name that does not resolve', async () => {
    const error = await failure({ host: 'mysql.invalid' });
    expect(error).toMatchObject({
      code: 'MYSQL_UNREACHABLE',
      message: expect.stringMatching(/mysql\.invalid/),
    });
  });

  test('somebody else listens, or hangs up', async () => {
    const [server, port] = await listening((socket) => socket.end());
    try {
      expect(await failure({ port })).toMatchObject({ code: 'MYSQL_UNREACHABLE' });
    } finally {
      server.close();
    }
  });

  test('a server with no room for another connection', async () => {
    const reply = Buffer.from('\u0017\u0000\u0000\u0000\u00ff\u0010\u0004Too many connections', 'latin1');
    const [server, port] = await listening((socket) => socket.end(reply));
    try {
      expect(await failure({ port, ssl: 'disabled' })).toMatchObject({
        code: 'MYSQL_UNREACHABLE',
        message: expect.stringMatching(/Too many connections/),
      });
    } finally {
      server.close();
    }
  });

  test('a wrong password, user and database', async () => {
    const denied = await failure({ password: 'wrong-one' });
    expect(denied.code).toBe('MYSQL_DENIED');
    expect(denied.message).toMatch(/^access denied by MySQL .*: Access denied/);
    expect(denied.message).not.toContain('wrong-one');
    expect(denied.message).not.toContain('\n');
    expect(await failure({ user: 'nobody-of-that-name' })).toMatchObject({ code: 'MYSQL_DENIED' });
    expect(await failure({ database: 'no_such_database' })).toMatchObject({
      code: 'MYSQL_DENIED',
      message: expect.stringContaining('no_such_database'),
    });
  });
});

describe('TLS', () => {
  test('preferred and required take a server with it, preferred one without it too', async ({ annotate }) => {
    const [variable] = await mysql.source.query("SHOW VARIABLES LIKE 'have_ssl'");
    // MySQL has left that variable out since every server of it has TLS.
    const hasTls = mysql.isMariaDb ? variable?.[1] === 'YES' : true;
    await annotate(`the server ${hasTls ? 'has' : 'lacks'} TLS`);
    const encrypted = async (ssl: MysqlSettings['ssl']) => {
      await using source = await openMysqlSession({ ...mysql.settings, ssl });
      const [status] = await source.query("SHOW SESSION STATUS LIKE 'Ssl_cipher'");
      return status?.[1] !== '';
    };
    expect(await encrypted('disabled')).toBe(false);
    expect(await encrypted('preferred')).toBe(hasTls);
    if (hasTls) return expect(await encrypted('required')).toBe(true);
    for (const ssl of ['required', 'verify'] as const) {
      expect(await failure({ ssl })).toMatchObject({
        code: 'MYSQL_DENIED',
        message: expect.stringMatching(/secure connection|SSL|TLS/),
      });
    }
  });

  test('verify rejects a certificate that the server made itself', async () => {
    // MariaDB in the tests has no TLS, and says so.
    expect(await failure({ ssl: 'verify' })).toMatchObject({
      code: 'MYSQL_DENIED',
      message: expect.stringMatching(mysql.isMariaDb ? /secure connection/ : /self-signed certificate/),
    });
  });
});

describe('caching_sha2_password', () => {
  const account = "'sha2_reader'@'%'";
  const settings = { user: 'sha2_reader', password: "pä'ss\\word" };

  test.each(['disabled', 'preferred'] as const)(
    'ssl %s, first by full exchange, then from the cache',
    async (ssl) => {
      const created = mysql.execute(
        `CREATE USER ${account} IDENTIFIED WITH caching_sha2_password BY ${mysql.admin.escape(settings.password)}`,
      );
      // MariaDB before 12.1 lacks the plugin.
      if (mysql.isMariaDb) return expect(created).rejects.toThrow(/syntax|not loaded/);
      await created;
      try {
        await mysql.execute(`GRANT SELECT ON ${mysql.settings.database}.* TO ${account}`);
        // Twice each: a login that is right fills the server's cache, by which the next one is short.
        for (const _time of ['full', 'cached']) {
          await using source = await openMysqlSession({ ...mysql.settings, ...settings, ssl });
          expect(await source.query("SELECT SUBSTRING_INDEX(CURRENT_USER(), '@', 1)")).toEqual([
            ['sha2_reader'],
          ]);
          expect(await failure({ ...settings, password: 'wrong', ssl })).toMatchObject({
            code: 'MYSQL_DENIED',
          });
        }
      } finally {
        await mysql.execute(`DROP USER ${account}`);
      }
    },
  );
});

describe('an open source', () => {
  test('a statement that the server rejects, and the session stays usable', async () => {
    await expect(mysql.source.query('SELECT * FROM no_such_table')).rejects.toMatchObject({
      code: 'MYSQL_QUERY',
      message: expect.stringMatching(/no_such_table/),
    });
    expect(await mysql.source.query("SELECT 'on'")).toEqual([['on']]);
  });

  test('a session that was killed is unreachable, not denied', async () => {
    const source = await openMysqlSession(mysql.settings);
    const [[id]] = (await source.query('SELECT CONNECTION_ID()')) as [[number]];
    const sleeping = source.query('SELECT SLEEP(30)');
    const outcome = expect(sleeping).rejects.toMatchObject({ code: 'MYSQL_UNREACHABLE' });
    const running = () =>
      mysql.source.query('SELECT INFO FROM information_schema.PROCESSLIST WHERE ID = ?', [String(id)]);
    await expect.poll(running, { timeout: 30_000 }).toEqual([['SELECT SLEEP(30)']]);
    await mysql.execute(`KILL CONNECTION ${id}`);
    await outcome;
    await expect(source.query('SELECT 1')).rejects.toMatchObject({ code: 'MYSQL_UNREACHABLE' });
    await source.close();
  });

  test('what a server does to the sessions of its users changes neither values nor what is seen', async () => {
    const [[before]] = (await mysql.source.query('SELECT @@global.init_connect')) as [[string]];
    const { database, ssl: _, ...server } = mysql.settings;
    const writer = await createConnection({ ...server, database });
    try {
      await mysql.execute(
        'CREATE TABLE seen (id INT PRIMARY KEY, v VARCHAR(9) CHARACTER SET utf8mb4) ENGINE=InnoDB',
        "INSERT INTO seen VALUES (1, '🙂'), (2, 'ä')",
        "CREATE USER 'plain_reader'@'%' IDENTIFIED BY 'Plain-reader-1'",
        `GRANT SELECT ON ${database}.* TO 'plain_reader'@'%'`,
        // It is for users without many privileges alone.
        "SET GLOBAL init_connect = 'SET NAMES latin1, autocommit = 0, sql_select_limit = 1; SET SESSION TRANSACTION ISOLATION LEVEL READ UNCOMMITTED'",
      );
      const plain = { user: 'plain_reader', password: 'Plain-reader-1' };
      await using source = await openMysqlSession({ ...mysql.settings, ...plain });
      const rows = () => source.query("SELECT id, v, IF(v = '🙂', 'same', 'other') FROM seen ORDER BY id");
      const both = [
        [1, '🙂', 'same'],
        [2, 'ä', 'other'],
      ];
      expect(await rows()).toEqual(both);
      await writer.query('START TRANSACTION');
      await writer.query("INSERT INTO seen VALUES (3, 'no')");
      expect(await rows()).toEqual(both);
      await writer.query('ROLLBACK');
      await writer.query("INSERT INTO seen VALUES (4, 'yes')");
      expect(await rows()).toEqual([...both, [4, 'yes', 'other']]);
    } finally {
      await writer.end();
      await mysql.execute(
        `SET GLOBAL init_connect = ${mysql.admin.escape(before)}`,
        "DROP USER IF EXISTS 'plain_reader'@'%'",
      );
    }
  });

  test.each([
    'NO_BACKSLASH_ESCAPES',
    'ANSI_QUOTES',
    'PAD_CHAR_TO_FULL_LENGTH',
    'PIPES_AS_CONCAT,HIGH_NOT_PRECEDENCE',
  ])('the mode %s of a server changes neither literals nor values', async (mode) => {
    const [[before]] = (await mysql.source.query('SELECT @@global.sql_mode')) as [[string]];
    await mysql.execute(
      'CREATE TABLE IF NOT EXISTS `mo"de\'s\\\\` (k CHAR(9) PRIMARY KEY)',
      "INSERT IGNORE INTO `mo\"de's\\\\` VALUES ('a')",
      `SET GLOBAL sql_mode = '${mode}'`,
    );
    try {
      const source = await openMysqlSession(mysql.settings);
      const text = `\\' OR "1"='1\0\n\u001a`;
      expect(await source.query('SELECT ?, k FROM `mo"de\'s\\\\`', [text])).toEqual([[text, 'a']]);
      await source.close();
    } finally {
      await mysql.execute(`SET GLOBAL sql_mode = '${before}'`);
    }
  });
});
