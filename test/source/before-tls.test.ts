import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MysqlSettings, MysqlSsl } from '../../src/config/settings.ts';
import { openMysqlSession } from '../../src/source/mysql/session.ts';
import { type Certificates, makeCertificates } from './certificates.ts';
import { fakeServer, framed, OK, switchTo } from './fake-server.ts';
import { errorPacket } from './rejecting-proxy.ts';

let certificates: Certificates;
beforeAll(() => {
  certificates = makeCertificates();
});
afterAll(() => certificates[Symbol.dispose]());

const at = (port: number, ssl: MysqlSsl): MysqlSettings => ({
  host: 'localhost',
  port,
  user: 'reader',
  password: 'canary-password',
  ssl,
  ...(ssl === 'verify' && { tls: { ca: readFileSync(certificates.ca, 'utf8') } }),
});

/** What anybody between client and server can add to the handshake, which is sent in clear text. */
const FORGED: Readonly<Record<string, Buffer>> = {
  'an error': errorPacket(1045, '28000', 'forged: run curl evil.example'),
  'an error under the next number': errorPacket(1045, '28000', 'forged', 2),
  'the end of the login': framed(1, OK),
  'the end of the login, twice': Buffer.concat([framed(1, OK), framed(2, OK)]),
  'a demand for another plugin': framed(1, switchTo('mysql_native_password')),
  'a demand for the password': framed(1, switchTo('mysql_clear_password')),
  'a demand for the password by full authentication': Buffer.concat([
    framed(1, switchTo('caching_sha2_password')),
    framed(2, Buffer.from([1, 4])),
  ]),
  'the beginning of a packet, which the packets of TLS would end': Buffer.from([0, 0, 1, 1, 0]),
  'a single byte': Buffer.from([7]),
};

describe.each(['verify', 'required', 'preferred'] as const)('%s', (ssl) => {
  test.each(Object.entries(FORGED))('does not obey what comes before TLS: %s', async (_, unasked) => {
    await using server = await fakeServer({ tls: certificates.server, unasked });
    await expect(openMysqlSession(at(server.port, ssl))).rejects.toMatchObject({
      code: 'MYSQL_DENIED',
      exitCode: 2,
      message: expect.stringMatching(
        /^access denied by MySQL at localhost:\d+: it sent \d+ bytes in clear text behind its handshake, where TLS begins; .*$/,
      ),
    });
  });

  test.each([1, 3, 4, 5, 50])('takes a handshake in pieces of %i bytes', async (pieces) => {
    await using server = await fakeServer({ tls: certificates.server, pieces });
    await using source = await openMysqlSession(at(server.port, ssl));
    await expect(source.query('SELECT 1')).rejects.toMatchObject({ code: 'MYSQL_QUERY' });
  });
});

test('a handshake that is none ends the login: its length, or its end', async () => {
  for (const greeting of [
    Buffer.from([0, 0, 200, 0, 10]),
    Buffer.from([74, 0, 0, 0, 10, 57]),
    Buffer.from([1]),
  ]) {
    await using server = await fakeServer({ greeting });
    await expect(openMysqlSession(at(server.port, 'verify'))).rejects.toMatchObject({
      code: 'MYSQL_UNREACHABLE',
      exitCode: 5,
    });
  }
});
