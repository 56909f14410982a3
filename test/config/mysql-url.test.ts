import { describe, expect, it } from 'vitest';
import { inspectSettings } from '../../src/config/load.ts';
import { parseMysqlUrl } from '../../src/config/mysql-url.ts';
import { redact } from '../../src/config/secrets.ts';
import { SnowstreamError } from '../../src/errors.ts';
import { renderError } from '../../src/rendered-error.ts';
import { printedSeed } from '../fixtures/seed.ts';
import { randomOf } from './random.ts';
import { workspace } from './workspace.ts';

describe('what other clients write for TLS', () => {
  it.each([
    ['requireSSL=true', 'required'],
    ['useSSL=true', 'required'],
    ['useSSL=true&requireSSL=true', 'required'],
    ['useSSL=true&requireSSL=false', 'required'],
    ['useSSL=true&verifyServerCertificate=true', 'verify'],
    ['useSSL=true&verifyServerCertificate=false', 'required'],
    ['useSSL=false', 'disabled'],
    ['requireSSL=false', undefined],
    ['sslMode=REQUIRED', 'required'],
    ['sslMode=verify-full', 'verify'],
    ['sslMode=trust', 'required'],
    ['ssl-mode=VERIFY_CA', 'verify'],
    ['ssl_mode=verify_identity', 'verify'],
    ['sslmode=require', 'required'],
    ['sslmode=disable', 'disabled'],
    ['sslmode=prefer', 'preferred'],
    ['sslaccept=strict', 'verify'],
    ['sslaccept=accept_invalid_certs', 'required'],
    ['ssl={"rejectUnauthorized":true}', 'verify'],
    ['ssl=%7B%22rejectUnauthorized%22%3Atrue%7D', 'verify'],
    ['ssl={"rejectUnauthorized":false}', 'required'],
    ['ssl={}', 'verify'],
    ['ssl=true', 'required'],
    ['ssl=0', 'disabled'],
    ['tls=true', 'verify'],
    ['tls=skip-verify', 'required'],
    ['tls=preferred', 'preferred'],
    ['tls=false', 'disabled'],
    ['sslmode=require&sslaccept=strict', 'verify'],
    ['charset=utf8mb4', undefined],
    ['encrypt=true', 'required'],
    ['useEncryption=1', 'required'],
    ['require_secure_transport=ON', 'required'],
    ['encrypt=false', 'disabled'],
  ])('%s', (parameters, mode) => {
    const url = parseMysqlUrl(`mysql://u:p@h/db?${parameters}`);
    expect(url).not.toHaveProperty('problem');
    expect('ssl' in url ? url.ssl : undefined).toBe(mode);
  });

  it.each([
    'ssl="Amazon RDS"',
    'ssl={"ca":"file"}',
    'ssl={"rejectUnauthorized":"no"}',
    'ssl={',
    'sslMode=',
    'sslmode=maybe',
    'tls=custom',
    'sslcert=server-ca.pem',
    'sslidentity=client.p12',
    'ssl-ca=ca.pem',
    'sslrootcert=ca.pem',
    'serverSslCert=ca.pem',
    'trustCertificateKeyStoreUrl=file:store',
    'enabledTLSProtocols=TLSv1.3',
    'useSSL=perhaps',
    'encrypt=strict',
    'encryption=on',
    'secure=true',
    'trustServerCertificate=true',
    'useSSL=false&requireSSL=true',
  ])('%s is not passed over', (parameters) => {
    expect(parseMysqlUrl(`mysql://u:p@h/db?${parameters}`)).toMatchObject({
      problem: expect.stringMatching(/TLS/),
    });
  });
});

it('a URL that is rejected is one problem: its host, user and database are not missing besides', () => {
  using at = workspace({});
  const env = { MYSQL_URL: 'mysql://u:p@h/db?encrypt=strict', SNOWSTREAM_TABLES: 'people' };
  const { problems } = inspectSettings({ env, cwd: at.cwd, home: at.home });
  expect(problems.filter((problem) => /MYSQL_/.test(problem))).toEqual([
    expect.stringMatching(/^MYSQL_URL in the environment has an unknown TLS parameter/),
  ]);
});

/** What people have in passwords, those that end a part of a URL more often. */
const CHARACTERS = [...'aZ09-._~!$&\'()*+,;=:@/?#[]%"<>\\^`{|} äж🙂\t\n', ...'@/?#:%'];

describe('any password, written into a URL', () => {
  const seed = printedSeed();

  it('arrives as it is or is rejected, and shows nowhere', () => {
    const random = randomOf(seed);
    const counts = { taken: 0, rejected: 0 };
    for (let round = 0; round < 600; round += 1) {
      const length = 6 + Math.floor(random() * 10);
      const password = Array.from(
        { length },
        () => CHARACTERS[Math.floor(random() * CHARACTERS.length)],
      ).join('');
      const isEscaped = random() < 0.3;
      const scheme = random() < 0.2 ? 'jdbc:mysql' : 'mysql';
      const tail = ['', '/shop', '/shop?sslMode=REQUIRED', ':3307/shop'][Math.floor(random() * 4)];
      const url = `${scheme}://reader:${isEscaped ? encodeURIComponent(password) : password}@db.example.org${tail}`;
      const parsed = parseMysqlUrl(url);
      // Each one adds secrets to look for, which takes longer and longer.
      if (round % 10 === 0) expectUnseen(url, password);
      if ('problem' in parsed) {
        counts.rejected += 1;
        expect(isEscaped, url).toBe(false);
        continue;
      }
      counts.taken += 1;
      expect(parsed.host, url).toBe('db.example.org');
      expect(parsed.user, url).toBe('reader');
      // What looks like an escape in a password that was not escaped cannot be distinguished from one.
      if (isEscaped || !/%[\da-f]{2}/i.test(password)) expect(parsed.password, url).toBe(password);
    }
    expect(Math.min(counts.taken, counts.rejected)).toBeGreaterThan(100);
  });
});

/** Neither the settings' problems and warnings nor an error that holds the URL shows the password. */
function expectUnseen(url: string, password: string): void {
  using at = workspace({});
  const { problems, warnings } = inspectSettings({ env: { MYSQL_URL: url }, cwd: at.cwd, home: at.home });
  if ('problem' in parseMysqlUrl(url))
    expect(problems, url).toContainEqual(expect.stringMatching(/^MYSQL_URL in the environment /));
  const { message } = renderError(new SnowstreamError('CONFIG_INVALID', `${url} ${password}`));
  for (const text of [...problems, ...warnings, message])
    expect(redact(text), url).not.toContain(password.trim());
}
