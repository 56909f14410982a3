import { type Connection, createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MysqlSettings } from '../../src/config/settings.ts';
import { SnowstreamError } from '../../src/errors.ts';
import { openMysqlSession } from '../../src/source/mysql/session.ts';
import { type Certificates, makeCertificates } from './certificates.ts';
import { openTestSource, type TestSource } from './database.ts';
import { fakeServer } from './fake-server.ts';
import { errorPacket } from './rejecting-proxy.ts';

const LOGIN = { user: 'login_reader', password: 'Login-reader-1' };
const ACCOUNT = "'login_reader'@'%'";

let mysql: TestSource;
let certificates: Certificates;
beforeAll(async () => {
  mysql = await openTestSource({ ownServer: true });
  certificates = makeCertificates();
});
afterAll(async () => {
  await mysql.execute(`DROP USER IF EXISTS ${ACCOUNT}, 'login_reader'@'10.9.8.7'`);
  await mysql[Symbol.asyncDispose]();
  certificates[Symbol.dispose]();
});

async function failure(settings: Partial<MysqlSettings> = {}): Promise<SnowstreamError> {
  const { database: _, ...at } = mysql.settings;
  try {
    await using source = await openMysqlSession({ ...at, ssl: 'disabled', ...LOGIN, ...settings });
    await source.query('SELECT 1');
  } catch (error) {
    if (error instanceof SnowstreamError) return error;
    throw error;
  }
  throw new Error('it logged in');
}

async function account(options = '', at = ACCOUNT): Promise<void> {
  await mysql.execute(
    `DROP USER IF EXISTS ${ACCOUNT}, 'login_reader'@'10.9.8.7'`,
    `CREATE USER ${at} IDENTIFIED BY '${LOGIN.password}' ${options}`,
  );
}

/** A line of what failed, why, and what to do. */
function expectDenied(error: SnowstreamError, reason: RegExp, remedy: RegExp): void {
  expect(error).toMatchObject({ code: 'MYSQL_DENIED', exitCode: 2 });
  const [, why = '', what = ''] =
    /^access denied by MySQL at [\w.]+:\d+: (.*?); (.*)$/.exec(error.message) ?? [];
  expect(why).toMatch(reason);
  expect(what).toMatch(remedy);
  expect(error.message).not.toContain(LOGIN.password);
}

describe('a login that the server rejects is exit code 2 with what to do', () => {
  test('the account is locked', async () => {
    await account('ACCOUNT LOCK');
    expectDenied(await failure(), /locked/, /ACCOUNT UNLOCK/);
  });

  test('its password has expired', async () => {
    await account('PASSWORD EXPIRE');
    expectDenied(await failure(), /expired|must reset|must change|must SET/i, /ALTER USER/);
  });

  test('it is for another host', async () => {
    await account('', "'login_reader'@'10.9.8.7'");
    expectDenied(await failure(), /Access denied for user/, /that the account allows this host/);
  });

  test('it is for TLS', async () => {
    await account('REQUIRE SSL');
    expectDenied(await failure(), /Access denied for user/, /MYSQL_SSL=required/);
  });

  test('all are for TLS', async () => {
    await account();
    await mysql.execute('SET GLOBAL require_secure_transport = ON');
    try {
      expectDenied(await failure(), /insecure transport/, /MYSQL_SSL to required or verify/);
    } finally {
      await mysql.execute('SET GLOBAL require_secure_transport = OFF');
    }
  });

  test('too many wrong passwords', async () => {
    if (mysql.isMariaDb) await mysql.execute('SET GLOBAL max_password_errors = 1');
    try {
      await account(mysql.isMariaDb ? '' : 'FAILED_LOGIN_ATTEMPTS 1 PASSWORD_LOCK_TIME 1');
      await failure({ password: 'wrong' });
      expectDenied(await failure(), /blocked/, mysql.isMariaDb ? /FLUSH PRIVILEGES/ : /ACCOUNT UNLOCK/);
    } finally {
      if (mysql.isMariaDb)
        await mysql.execute('SET GLOBAL max_password_errors = DEFAULT', 'FLUSH PRIVILEGES');
    }
  });

  test('no password, no such database, no grant on it', async () => {
    await account();
    expectDenied(await failure({ password: '' }), /using password: NO/, /MYSQL_PASSWORD/);
    expectDenied(await failure({ database: 'mysql' }), /to database 'mysql'/, /GRANT SELECT/);
    const { user, password } = mysql.settings;
    expectDenied(
      await failure({ user, password, database: 'no_such' }),
      /Unknown database/,
      /MYSQL_DATABASE/,
    );
  });

  // What these servers cannot be brought to: see the table of numbers in each server's documentation.
  test.each([
    [1129, "Host '10.0.0.1' is blocked because of many connection errors", /FLUSH HOSTS/],
    [1130, "Host '10.0.0.1' is not allowed to connect to this MySQL server", /CREATE USER/],
  ])('%i instead of a greeting', async (errno, message, remedy) => {
    // Before the handshake there is no SQL state.
    const greeting = withoutState(errno, message);
    await using server = await fakeServer({ greeting });
    expectDenied(await failure({ port: server.port }), /Host/, remedy);
  });

  test.each([
    [1251, '08004', 'Client does not support authentication protocol', /caching_sha2_password/],
    [
      1275,
      'HY000',
      "Server is running in --secure-auth mode, but 'u'@'h' has a password in the old format",
      /caching_sha2/,
    ],
    [1524, 'HY000', "Plugin 'x' is not loaded", /load the plugin/],
    [1698, '28000', "Access denied for user 'u'@'h'", /logs in by password/],
  ])('%i', async (errno, state, message, remedy) => {
    await using server = await fakeServer({ answer: errorPacket(errno, state, message) });
    expectDenied(await failure({ port: server.port }), /./, remedy);
  });

  test('a plugin that the client has not', async () => {
    await using server = await fakeServer({ plugin: 'client_ed25519' });
    expectDenied(
      await failure({ port: server.port }),
      /unknown plugin client_ed25519/,
      /caching_sha2_password/,
    );
  });
});

describe('too many connections: tried again, with the settings that take fewer', () => {
  const FEWER =
    /cannot be reached: .*; a lower --parallel-tables or --channels takes fewer connections, and a run without --snapshot two fewer; .*MAX_USER_CONNECTIONS/;

  test('of the account', async () => {
    await account('WITH MAX_USER_CONNECTIONS 1');
    const { host, port } = mysql.settings;
    const first = await createConnection({ host, port, ...LOGIN });
    try {
      expect(await failure()).toMatchObject({
        code: 'MYSQL_UNREACHABLE',
        message: expect.stringMatching(FEWER),
      });
    } finally {
      await first.end();
    }
  });

  test('of the account within the hour, and of its statements', async () => {
    await account('WITH MAX_QUERIES_PER_HOUR 3');
    expect(await failure()).toMatchObject({
      code: 'MYSQL_UNREACHABLE',
      message: expect.stringMatching(FEWER),
    });
  });

  test('of the server: there once another one leaves', async () => {
    await account();
    const { host, port } = mysql.settings;
    const [[before]] = (await mysql.source.query('SELECT @@GLOBAL.max_connections')) as [[string]];
    await mysql.execute('SET GLOBAL max_connections = 10');
    const held: Connection[] = [];
    try {
      for (let full = false; !full; )
        await createConnection({ host, port, ...LOGIN }).then(
          (connection) => held.push(connection),
          () => {
            full = true;
          },
        );
      expect(await failure()).toMatchObject({
        code: 'MYSQL_UNREACHABLE',
        message: expect.stringMatching(FEWER),
      });
    } finally {
      for (const connection of held) await connection.end();
      await mysql.execute(`SET GLOBAL max_connections = ${before}`);
    }
  });

  test.each([
    [1203, '42000', "User u already has more than 'max_user_connections' active connections"],
    [9001, 'HY000', 'Max connect timeout reached while reaching hostgroup 0 after 10000ms'],
  ])('%i', async (errno, state, message) => {
    await using server = await fakeServer({ answer: errorPacket(errno, state, message) });
    expect(await failure({ port: server.port })).toMatchObject({
      code: 'MYSQL_UNREACHABLE',
      message: expect.stringMatching(FEWER),
    });
  });

  test('a server that is offline for a while is unreachable', async () => {
    await using server = await fakeServer({
      answer: errorPacket(3032, 'HY000', 'The server is currently in offline mode'),
    });
    expect(await failure({ port: server.port })).toMatchObject({ code: 'MYSQL_UNREACHABLE' });
  });
});

describe('mysql_clear_password', () => {
  const plugin = 'mysql_clear_password';

  test('is not answered unless that is asked for', async () => {
    await using server = await fakeServer({ plugin, tls: certificates.server });
    const error = await failure({ port: server.port, ssl: 'required' });
    expectDenied(error, /mysql_clear_password/, /MYSQL_CLEARTEXT_PLUGIN=on/);
    expect(server.passwords).toEqual([]);
  });

  test('is answered over TLS', async () => {
    await using server = await fakeServer({ plugin, tls: certificates.server });
    const at = { ...mysql.settings, ...LOGIN, host: '127.0.0.1', port: server.port };
    await using _source = await openMysqlSession({ ...at, ssl: 'required', cleartextPlugin: true });
    expect(server.passwords).toEqual([{ password: LOGIN.password, encrypted: true }]);
  });

  test.each(['preferred', 'disabled'] as const)('is never answered without TLS: %s', async (ssl) => {
    await using server = await fakeServer({ plugin });
    const error = await failure({ port: server.port, ssl, cleartextPlugin: true });
    expect(error.code).toBe('MYSQL_DENIED');
    expect(server.passwords).toEqual([]);
  });
});

/** An error packet as it comes before the handshake. */
function withoutState(errno: number, message: string): Buffer {
  const body = Buffer.concat([Buffer.from([0xff, errno & 0xff, errno >> 8]), Buffer.from(message)]);
  return Buffer.concat([Buffer.from([body.length & 0xff, body.length >> 8, 0, 0]), body]);
}
