import { chmodSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startMySql } from '../../scripts/mysql-server.mjs';
import { loadSettings } from '../../src/config/load.ts';
import { openMysqlSession } from '../../src/source/mysql/session.ts';
import { failure, type Workspace, workspace } from '../config/workspace.ts';
import { type Certificates, makeCertificates } from './certificates.ts';

let certificates: Certificates;
let mysql: Awaited<ReturnType<typeof startMySql>>;
let at: Workspace;
beforeAll(async () => {
  certificates = makeCertificates();
  mysql = await startMySql({ tls: { ca: certificates.ca, ...certificates.server } });
  at = workspace({});
  const source = await open({ MYSQL_SSL: 'required' });
  await source.query("CREATE USER 'by_certificate'@'%' REQUIRE SUBJECT '/CN=client'");
  await source.close();
});
afterAll(async () => {
  at[Symbol.dispose]();
  await mysql.stop();
  certificates[Symbol.dispose]();
});

const variables = (env: Readonly<Record<string, string>>) => ({
  MYSQL_HOST: 'localhost',
  MYSQL_PORT: String(mysql.port),
  MYSQL_USER: mysql.user,
  MYSQL_PASSWORD: mysql.password,
  MYSQL_DATABASE: mysql.database,
  SNOWSTREAM_TABLES: 't',
  ...env,
});

/** Logs in with the settings of an environment. */
async function open(env: Readonly<Record<string, string>>) {
  const settings = loadSettings({ env: variables(env), cwd: at.cwd, home: at.home, local: true });
  return openMysqlSession(settings.mysql);
}

async function cipher(env: Readonly<Record<string, string>>): Promise<unknown> {
  await using source = await open(env);
  const [status] = await source.query("SHOW SESSION STATUS LIKE 'Ssl_cipher'");
  return status?.[1];
}

describe('a server with a certificate of an authority of our own', () => {
  test('verify accepts it by MYSQL_SSL_CA, which implies verify', async () => {
    expect(await cipher({ MYSQL_SSL: 'verify', MYSQL_SSL_CA: certificates.ca })).toMatch(/\w/);
    expect(await cipher({ MYSQL_SSL_CA: certificates.ca })).toMatch(/\w/);
    const { settings } = {
      settings: loadSettings({ env: variables({ MYSQL_SSL_CA: certificates.ca }), ...at, local: true }),
    };
    expect(settings.mysql.ssl).toBe('verify');
  });

  test('and by the parameter of a URL', async () => {
    const { MYSQL_HOST: host, MYSQL_PORT: port, MYSQL_USER: user, MYSQL_PASSWORD: password } = variables({});
    const MYSQL_URL = `mysql://${user}:${password}@${host}:${port}/demo?sslaccept=strict`;
    expect(await cipher({ MYSQL_URL, MYSQL_SSL_CA: certificates.ca })).toMatch(/\w/);
    await expect(cipher({ MYSQL_URL })).rejects.toMatchObject({ code: 'MYSQL_DENIED' });
  });

  const denied = (message: RegExp) => ({
    code: 'MYSQL_DENIED',
    exitCode: 2,
    message: expect.stringMatching(message),
  });

  test('verify rejects it without the authority, and with another', async () => {
    await expect(cipher({ MYSQL_SSL: 'verify' })).rejects.toMatchObject(
      denied(/certificate.*; check MYSQL_SSL_CA/),
    );
    await expect(cipher({ MYSQL_SSL_CA: certificates.otherCa })).rejects.toMatchObject(
      denied(/MYSQL_SSL_CA/),
    );
  });

  test('verify rejects another name than that of the certificate, at the first connection and the next', async () => {
    // A session of TLS that was begun under the right name must not help the wrong one.
    expect(await cipher({ MYSQL_SSL_CA: certificates.ca })).toMatch(/\w/);
    for (const _time of [1, 2])
      await expect(
        cipher({ MYSQL_SSL_CA: certificates.ca, MYSQL_HOST: 'localhost.localdomain' }),
      ).rejects.toMatchObject({
        code: expect.stringMatching(/^MYSQL_(?:DENIED|UNREACHABLE)$/),
        message: expect.stringMatching(/altnames|ENOTFOUND|EAI_AGAIN/),
      });
  });

  test('required takes it unseen', async () => {
    expect(await cipher({ MYSQL_SSL: 'required' })).toMatch(/\w/);
  });

  test('an account that demands a client certificate', async () => {
    const account = {
      MYSQL_USER: 'by_certificate',
      MYSQL_PASSWORD: '',
      MYSQL_SSL_CA: certificates.ca,
      MYSQL_DATABASE: 'demo',
    };
    const { cert, key } = certificates.client;
    await expect(cipher({ ...account })).rejects.toMatchObject(denied(/MYSQL_SSL_CERT and MYSQL_SSL_KEY/));
    // Without a grant on the database the login goes on up to it.
    await expect(cipher({ ...account, MYSQL_SSL_CERT: cert, MYSQL_SSL_KEY: key })).rejects.toMatchObject(
      denied(/to database 'demo'/),
    );
  });
});

describe('files that are no use', () => {
  const line = (env: Readonly<Record<string, string>>) =>
    failure(at, { env: variables(env), local: true }).message;

  test('a key under a passphrase, or of another certificate', () => {
    const { cert, key } = certificates.client;
    const wrong =
      /MYSQL_SSL_KEY in the environment: \S+ has no key in PEM form without a passphrase that belongs/;
    expect(line({ MYSQL_SSL_CERT: cert, MYSQL_SSL_KEY: certificates.lockedKey })).toMatch(wrong);
    expect(line({ MYSQL_SSL_CERT: cert, MYSQL_SSL_KEY: certificates.server.key })).toMatch(wrong);
    expect(line({ MYSQL_SSL_CERT: key, MYSQL_SSL_KEY: key })).toMatch(/MYSQL_SSL_CERT .* has no certificate/);
  });

  test('a key that others can read is warned about', () => {
    const { cert, key } = certificates.client;
    const env = variables({ MYSQL_SSL_CERT: cert, MYSQL_SSL_KEY: key });
    chmodSync(key, 0o644);
    expect(loadSettings({ env, ...at, local: true }).warnings).toEqual([
      `${key} has a secret and can be read by other users: chmod 600 ${key}`,
    ]);
    chmodSync(key, 0o600);
    expect(loadSettings({ env, ...at, local: true }).warnings).toEqual([]);
  });

  test('no certificate in the file of the authorities', () => {
    writeFileSync(`${at.cwd}/empty.pem`, '');
    expect(line({ MYSQL_SSL_CA: 'empty.pem' })).toMatch(/empty\.pem has no certificate in PEM form/);
  });
});
