import { constants, generateKeyPairSync, privateDecrypt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MysqlSettings } from '../../src/config/settings.ts';
import { openMysqlSession } from '../../src/source/mysql/session.ts';
import { type Certificates, makeCertificates } from './certificates.ts';
import { openTestSource, type TestSource } from './database.ts';
import { fakeServer, framed, packetOf, switchTo, type Talk } from './fake-server.ts';

const PASSWORD = 'canary-password-of-the-reader';

/** A way to this machine that is no loopback address: the system takes it for the machine itself. */
const ELSEWHERE = '0.0.0.0';

const keys = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});

const at = (port: number, settings: Partial<MysqlSettings>): MysqlSettings => ({
  host: ELSEWHERE,
  port,
  user: 'reader',
  password: PASSWORD,
  ssl: 'disabled',
  ...settings,
});

/** What the server reads out of a password that was encrypted by its key, xored with a nonce of zeros. */
function decrypted(bytes: Buffer): string {
  const padding = constants.RSA_PKCS1_OAEP_PADDING;
  return privateDecrypt({ key: keys.privateKey, oaepHash: 'sha1', padding }, bytes)
    .toString()
    .replace(/\0$/, '');
}

/** An impostor asks for the password, sends a key of its own where it is asked for one, and reads the password. */
function thief(stolen: string[]): Readonly<Record<string, (talk: Talk) => Promise<void>>> {
  const take = async (talk: Talk, request: Buffer): Promise<void> => {
    if (request.length > 2) return void stolen.push(decrypted(request));
    talk.send(Buffer.concat([Buffer.from([1]), Buffer.from(keys.publicKey)]));
    stolen.push(decrypted(await talk.next()));
  };
  const demandAll = async (talk: Talk): Promise<void> => {
    talk.send(Buffer.from([1, 4]));
    await take(talk, await talk.next());
  };
  return {
    caching_sha2_password: async (talk) => {
      talk.send(switchTo('caching_sha2_password'));
      await talk.next();
      await demandAll(talk);
    },
    sha256_password: async (talk) => {
      talk.send(switchTo('sha256_password'));
      await take(talk, await talk.next());
    },
  };
}

const PLUGINS = ['caching_sha2_password', 'sha256_password'] as const;

describe.each(PLUGINS)('%s without TLS', (plugin) => {
  const served = (stolen: string[]) => {
    const login = thief(stolen)[plugin];
    return fakeServer({ usualPlugin: plugin, ...(login && { login }) });
  };

  test.each(['disabled', 'preferred'] as const)('%s asks no server elsewhere for a key', async (ssl) => {
    const stolen: string[] = [];
    await using server = await served(stolen);
    await expect(openMysqlSession(at(server.port, { ssl }))).rejects.toMatchObject({
      code: 'MYSQL_DENIED',
      exitCode: 2,
      message: expect.stringMatching(
        /: \w+ would encrypt the password by a key that the server sends, .*; set MYSQL_SSL=verify, .*MYSQL_SERVER_PUBLIC_KEY; MYSQL_ALLOW_PUBLIC_KEY_RETRIEVAL=on/,
      ),
    });
    expect(stolen).toEqual([]);
    // One byte is the request for the key.
    expect(server.received.filter(({ length }) => length === 1)).toEqual([]);
  });

  test('a host of this machine is asked, and one elsewhere where that is allowed', async () => {
    const stolen: string[] = [];
    await using server = await served(stolen);
    for (const settings of [
      { host: '127.0.0.1' },
      { host: 'localhost' },
      { allowPublicKeyRetrieval: true },
    ]) {
      await using _source = await openMysqlSession(at(server.port, settings));
    }
    expect(stolen).toEqual([PASSWORD, PASSWORD, PASSWORD]);
  });

  test.each([ELSEWHERE, '127.0.0.1'])('a key of the settings is used, at %s', async (host) => {
    const stolen: string[] = [];
    await using server = await served(stolen);
    const own = { host, serverPublicKey: keys.publicKey };
    await using _source = await openMysqlSession(at(server.port, { ...own, allowPublicKeyRetrieval: true }));
    expect(stolen).toEqual([PASSWORD]);
    expect(server.received.filter(({ length }) => length === 1)).toEqual([]);
  });
});

test.each([
  'mysql_old_password',
  'mysql_clear_password',
  'dialog',
  'client_ed25519',
  'parsec',
  'authentication_ldap_sasl_client',
  'authentication_kerberos_client',
  'authentication_webauthn_client',
  'toString',
  '__proto__',
  '',
])('a demand for %s without TLS gets no password', async (plugin) => {
  for (const ssl of ['disabled', 'preferred'] as const) {
    const login = async (talk: Talk): Promise<void> => {
      talk.send(switchTo(plugin));
      await talk.next();
    };
    await using server = await fakeServer({ login });
    await expect(openMysqlSession(at(server.port, { ssl, cleartextPlugin: true }))).rejects.toMatchObject({
      code: 'MYSQL_DENIED',
    });
    expect(Buffer.concat(server.received).includes(PASSWORD)).toBe(false);
  }
});

describe('a file of this machine', () => {
  test('is not sent to a server that asks for it, nor offered', async () => {
    const session = async (socket: Parameters<typeof packetOf>[0]): Promise<void> => {
      await packetOf(socket);
      socket.write(framed(1, Buffer.from(`\xfb${import.meta.filename}`, 'latin1')));
      answers.push((await packetOf(socket)).body);
      socket.destroy();
    };
    const answers: Buffer[] = [];
    await using server = await fakeServer({ session });
    await expect(openMysqlSession(at(server.port, {}))).rejects.toMatchObject({ code: 'MYSQL_UNREACHABLE' });
    expect(answers).toEqual([Buffer.alloc(0)]);
    const LOCAL_FILES = 1 << 7;
    expect((server.received[0]?.readUInt32LE(0) ?? LOCAL_FILES) & LOCAL_FILES).toBe(0);
  });
});

describe('a server on another machine that offers no TLS', () => {
  test('is warned about once under preferred', async () => {
    await using server = await fakeServer({});
    const warnings: string[] = [];
    const note = ({ name, message }: Error) => void (name === 'SnowstreamWarning' && warnings.push(message));
    process.on('warning', note);
    try {
      const settings = at(server.port, { ssl: 'preferred' });
      for (const _time of [1, 2]) {
        await using source = await openMysqlSession(settings);
        expect(source.encryption).toBe('none');
      }
      await expect.poll(() => warnings).toHaveLength(1);
    } finally {
      process.off('warning', note);
    }
    expect(warnings[0]).toMatch(
      /^MySQL at 0\.0\.0\.0:\d+ offers no TLS, or .*; MYSQL_SSL=verify takes no such/,
    );
  });

  test('is an error under --strict, before the user is named', async () => {
    await using server = await fakeServer({});
    await expect(
      openMysqlSession(at(server.port, { ssl: 'preferred', rejectPlainText: true })),
    ).rejects.toMatchObject({
      code: 'MYSQL_DENIED',
      message: expect.stringMatching(/it has no TLS, and --strict .*; switch TLS on at the server/),
    });
    expect(server.received).toEqual([]);
  });
});

describe('with TLS', () => {
  let certificates: Certificates;
  beforeAll(() => {
    certificates = makeCertificates();
  });
  afterAll(() => certificates[Symbol.dispose]());

  test('verify sends nothing but the demand for TLS to a server that it does not trust', async () => {
    await using server = await fakeServer({ tls: certificates.server });
    const ca = readFileSync(certificates.otherCa, 'utf8');
    await expect(
      openMysqlSession(at(server.port, { host: 'localhost', ssl: 'verify', tls: { ca } })),
    ).rejects.toMatchObject({
      code: 'MYSQL_DENIED',
      message: expect.stringMatching(/MYSQL_SSL=required takes any certificate/),
    });
    expect(server.received).toHaveLength(1);
    expect(Buffer.concat(server.received).includes('reader')).toBe(false);
  });
});

describe('a real server', () => {
  let mysql: TestSource;
  beforeAll(async () => {
    mysql = await openTestSource();
  });
  afterAll(() => mysql[Symbol.asyncDispose]());

  test('caching_sha2_password without TLS, by its own key', async ({ skip }) => {
    skip(mysql.isMariaDb, 'MariaDB has neither the plugin nor a key to show');
    const account = "'key_reader'@'%'";
    // What the server keeps of a login would spare the next one the key.
    const made = () =>
      mysql.execute(
        `DROP USER IF EXISTS ${account}`,
        `CREATE USER ${account} IDENTIFIED WITH caching_sha2_password BY '${PASSWORD}'`,
      );
    const [shown] = await mysql.source.query("SHOW STATUS LIKE 'Caching_sha2_password_rsa_public_key'");
    const own = at(mysql.settings.port, { user: 'key_reader' });
    try {
      await made();
      await expect(openMysqlSession(own)).rejects.toMatchObject({ code: 'MYSQL_DENIED' });
      await expect(openMysqlSession({ ...own, serverPublicKey: keys.publicKey })).rejects.toMatchObject({
        code: expect.stringMatching(/^MYSQL_/),
      });
      await using _pinned = await openMysqlSession({ ...own, serverPublicKey: String(shown?.[1]) });
      await made();
      await using _allowed = await openMysqlSession({ ...own, allowPublicKeyRetrieval: true });
      // The server knows the password now, so that a nonce is enough.
      await using _cached = await openMysqlSession(own);
    } finally {
      await mysql.execute(`DROP USER IF EXISTS ${account}`);
    }
  });
});
