import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { loadSettings } from '../../src/config/load.ts';
import { isLoopback } from '../../src/config/loopback.ts';
import { workspace } from './workspace.ts';

const mysqlOf = (env: Readonly<Record<string, string>>, files: Readonly<Record<string, string>> = {}) => {
  using at = workspace(files);
  const base = { MYSQL_HOST: 'db.example.org', MYSQL_USER: 'u', MYSQL_DATABASE: 'd', SNOWSTREAM_TABLES: 't' };
  return loadSettings({ env: { ...base, ...env }, cwd: at.cwd, home: at.home, local: true }).mysql;
};

const HERE = [
  ...['localhost', 'LocalHost', 'localhost.', '127.0.0.1', '127.1.2.3', '127.255.255.254'],
  ...['::1', '0:0:0:0:0:0:0:1', '::0001', '::ffff:127.0.0.1', '::ffff:7f00:1'],
];
const ELSEWHERE = [
  ...['db.example.org', 'localhost.example.org', 'localhostx', 'xlocalhost', '127.0.0.1.example.org'],
  ...['126.255.255.255', '128.0.0.1', '10.0.0.7', '0.0.0.0', '::', '::2', 'fe80::1', '::ffff:10.0.0.7'],
];

describe('the encryption that nobody asked for', () => {
  it.each(HERE)('at %s, which is this machine, is what the server has', (host) => {
    expect(isLoopback(host)).toBe(true);
    expect(mysqlOf({ MYSQL_HOST: host }).ssl).toBe('preferred');
  });

  it.each(ELSEWHERE)('at %s is verify, which takes a name', (host) => {
    expect(isLoopback(host)).toBe(false);
    if (/^[\d.:a-f]+$/.test(host))
      expect(() => mysqlOf({ MYSQL_HOST: host })).toThrow(/is an address: name the host, or set MYSQL_SSL/);
    else expect(mysqlOf({ MYSQL_HOST: host }).ssl).toBe('verify');
  });

  it.each(['disabled', 'preferred', 'required', 'verify'] as const)('is not used beside %s', (ssl) => {
    expect(mysqlOf({ MYSQL_SSL: ssl }).ssl).toBe(ssl);
    expect(mysqlOf({ MYSQL_HOST: '', MYSQL_URL: `mysql://db.example.org/d?sslmode=${word(ssl)}` }).ssl).toBe(
      ssl,
    );
    if (ssl !== 'verify') expect(mysqlOf({ MYSQL_SSL: ssl, MYSQL_HOST: '10.0.0.7' }).ssl).toBe(ssl);
  });

  const word = (ssl: string) => (ssl === 'verify' ? 'verify_identity' : ssl);

  it('is that of the host which wins, whatever the weaker sources say', () => {
    const file = { 'snowstream.json': '{"mysql":{"host":"127.0.0.1"}}' };
    expect(mysqlOf({}, file).ssl).toBe('verify');
    expect(mysqlOf({ MYSQL_HOST: '' }, file).ssl).toBe('preferred');
  });
});

describe('a server on another machine that has no TLS', () => {
  it('is an error under --strict, where preferred is asked for', () => {
    const strict = { SNOWSTREAM_STRICT: 'on', MYSQL_SSL: 'preferred' };
    expect(mysqlOf(strict).rejectPlainText).toBe(true);
    expect(mysqlOf({ ...strict, MYSQL_HOST: '127.0.0.1' }).rejectPlainText).toBeUndefined();
    expect(mysqlOf({ MYSQL_SSL: 'preferred' }).rejectPlainText).toBeUndefined();
    expect(mysqlOf({ ...strict, MYSQL_SSL: 'disabled' }).rejectPlainText).toBeUndefined();
  });
});

describe('the RSA key of the server', () => {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const files = {
    'spki.pem': publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    'pkcs1.pem': publicKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
  };

  it.each(Object.keys(files))('comes from %s', (name) => {
    const key = files[name as keyof typeof files];
    expect(mysqlOf({ MYSQL_SERVER_PUBLIC_KEY: name }, files).serverPublicKey).toBe(key);
  });

  it.each(['serverRSAPublicKeyFile', 'serverRsaPublicKeyFile', 'server-public-key-path', 'serverPublicKey'])(
    'is named in a URL by %s',
    (name) => {
      const MYSQL_URL = `mysql://u@db.example.org/d?${name}=spki.pem`;
      expect(mysqlOf({ MYSQL_HOST: '', MYSQL_URL }, files).serverPublicKey).toBe(files['spki.pem']);
    },
  );

  it.each([
    ['allowPublicKeyRetrieval=true', true],
    ['allowPublicKeyRetrieval=TRUE', true],
    ['get-server-public-key=1', true],
    ['allowPublicKeyRetrieval=false', undefined],
  ])('may be sent by the server: %s', (parameter, allowed) => {
    const MYSQL_URL = `mysql://u@db.example.org/d?${parameter}`;
    expect(mysqlOf({ MYSQL_HOST: '', MYSQL_URL }).allowPublicKeyRetrieval).toBe(allowed);
    expect(
      mysqlOf({ MYSQL_ALLOW_PUBLIC_KEY_RETRIEVAL: allowed ? 'on' : 'off' }).allowPublicKeyRetrieval,
    ).toBe(allowed);
  });

  it('of another kind is none', () => {
    const { publicKey: other } = generateKeyPairSync('ed25519');
    const pem = other.export({ type: 'spki', format: 'pem' }).toString();
    expect(() => mysqlOf({ MYSQL_SERVER_PUBLIC_KEY: 'k' }, { k: pem })).toThrow(/has no RSA public key/);
  });
});
