import { createHash, createPrivateKey, createPublicKey, createSign, generateKeyPairSync } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { KeyPairVerifier } from '../src/auth/key-pair-jwt.ts';
import { Client, post, rawLogin, startInTemporaryFolder } from './local.ts';

let emulator: Awaited<ReturnType<typeof startInTemporaryFolder>>;
beforeAll(async () => {
  emulator = await startInTemporaryFolder();
});
afterAll(() => emulator.remove());

/** A token as a client makes it, with whatever claims the test wants. */
function jwt(
  privateKey: string,
  claims: Record<string, unknown>,
  header: unknown = { alg: 'RS256', typ: 'JWT' },
): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part(header)}.${part(claims)}`;
  return `${signed}.${createSign('RSA-SHA256').update(signed).sign(privateKey).toString('base64url')}`;
}

function fingerprint(privateKey: string): string {
  const der = createPublicKey(createPrivateKey(privateKey)).export({ type: 'spki', format: 'der' });
  return `SHA256:${createHash('sha256').update(der).digest('base64')}`;
}

const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from('{"sub":"A.LOCAL_USER"}').toString('base64url')}.`;

const loginWith = (data: Record<string, unknown>) =>
  post(emulator.url, '/session/v1/login-request', { data });

describe('login', () => {
  test('with the key pair that the emulator made', async () => {
    const client = await Client.connect(emulator);
    expect(
      await client.rows('select current_user(), current_role(), current_database(), current_schema()'),
    ).toEqual([['LOCAL_USER', 'SYSADMIN', 'LOCAL_DB', 'PUBLIC']]);
    await client.close();
    expect(statSync(emulator.privateKeyPath).mode & 0o777).toBe(0o600);
  });

  test('with the password', async () => {
    const client = await Client.connect(emulator, { password: emulator.password });
    expect(await client.value('select 1')).toBe('1');
    await client.close();
  });

  test('a wrong password is rejected', async () => {
    await expect(Client.connect(emulator, { password: 'wrong' })).rejects.toMatchObject({ code: '390100' });
  });

  test('another key is rejected', async () => {
    const { privateKey } = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      publicKeyEncoding: { type: 'spki', format: 'pem' },
    });
    await expect(
      Client.connect(emulator, { authenticator: 'SNOWFLAKE_JWT', privateKey }),
    ).rejects.toMatchObject({ code: '390144' });
  });

  test.each([
    ['no user and no password', {}],
    ['an empty password', { LOGIN_NAME: 'LOCAL_USER', PASSWORD: '' }],
    ['a password that is no text', { LOGIN_NAME: 'LOCAL_USER', PASSWORD: { length: 24 } }],
    ['another user', { LOGIN_NAME: 'OTHER', PASSWORD: 'x' }],
    ['no token', { LOGIN_NAME: 'LOCAL_USER', AUTHENTICATOR: 'SNOWFLAKE_JWT' }],
    ['a token that is none', { LOGIN_NAME: 'LOCAL_USER', AUTHENTICATOR: 'SNOWFLAKE_JWT', TOKEN: 'a.b.c' }],
    ['a token without signature', { AUTHENTICATOR: 'SNOWFLAKE_JWT', TOKEN: unsigned }],
    ['an authenticator nobody knows', { LOGIN_NAME: 'LOCAL_USER', AUTHENTICATOR: 'OKTA' }],
  ])('%s is rejected', async (_what, data) => {
    const { status, answer } = await loginWith(data);
    expect(status).toBe(200);
    expect(answer).toMatchObject({ success: false });
  });

  test.each([
    ['none', undefined],
    ['empty', ''],
    ['without quotes', 'Snowflake Token=x'],
    ['None', 'Snowflake Token="None"'],
    ['of another scheme', 'Bearer x'],
    ['with an empty token', 'Snowflake Token=""'],
  ])('a header that is %s opens nothing', async (_what, header) => {
    const headers: Record<string, string> = header === undefined ? {} : { authorization: header };
    const { status, answer } = await post(
      emulator.url,
      '/queries/v1/query-request',
      { sqlText: 'select 1' },
      headers,
    );
    expect(status).toBe(401);
    expect(answer).toMatchObject({ success: false, code: '390104' });
  });

  test('a token that is changed by one letter is none', async () => {
    const { token } = await rawLogin(emulator);
    const changed = token.replace(/.$/, token.endsWith('A') ? 'B' : 'A');
    const { status, answer } = await post(emulator.url, '/session/heartbeat', '', {
      authorization: `Snowflake Token="${changed}"`,
    });
    expect([status, answer.code]).toEqual([401, '390104']);
  });
});

describe('sessions', () => {
  test('the master token renews the session; the old token is worth nothing then', async () => {
    const { token, masterToken } = await rawLogin(emulator);
    const renewal = await post(
      emulator.url,
      '/session/token-request',
      { oldSessionToken: token, requestType: 'RENEW' },
      { authorization: `Snowflake Token="${masterToken}"` },
    );
    const renewed = renewal.answer.data.sessionToken as string;
    const run = (using: string) =>
      post(
        emulator.url,
        '/queries/v1/query-request',
        { sqlText: 'select 1' },
        { authorization: `Snowflake Token="${using}"` },
      );
    expect((await run(renewed)).answer.success).toBe(true);
    expect((await run(token)).answer).toMatchObject({ success: false, code: '390112' });
    const again = await post(
      emulator.url,
      '/session/token-request',
      {},
      { authorization: `Snowflake Token="${token}"` },
    );
    expect(again.answer.success).toBe(false);
  });

  test('heartbeat and logout', async () => {
    const { token } = await rawLogin(emulator);
    const headers = { authorization: `Snowflake Token="${token}"` };
    expect((await post(emulator.url, '/session/heartbeat', '', headers)).answer.success).toBe(true);
    expect((await post(emulator.url, '/session?delete=true', '', headers)).answer.success).toBe(true);
    const gone = await post(emulator.url, '/session/heartbeat', '', headers);
    expect([gone.status, gone.answer.code]).toEqual([200, '390111']);
  });

  test('a master token: of a session that is gone, of a session token, of no token', async () => {
    const { token, masterToken } = await rawLogin(emulator);
    const renew = async (using: string) => {
      const headers = { authorization: `Snowflake Token="${using}"` };
      return (await post(emulator.url, '/session/token-request', {}, headers)).answer.code;
    };
    expect([await renew(token), await renew('ver:1-m-x')]).toEqual(['390115', '390115']);
    await post(emulator.url, '/session?delete=true', '', { authorization: `Snowflake Token="${token}"` });
    expect(await renew(masterToken)).toBe('390113');
  });

  test('the status of a query that nobody knows has no data; its result is an error', async () => {
    const { token } = await rawLogin(emulator);
    const get = async (path: string) => {
      const headers = { authorization: `Snowflake Token="${token}"` };
      return (await fetch(`${emulator.url}${path}`, { headers })).json();
    };
    const unknown = '01b7e3a2-0000-0000-0000-000000000000';
    for (const slash of ['/', '//']) {
      const answer = await get(`/monitoring/queries${slash}${unknown}`);
      expect(answer).toMatchObject({ success: true, data: { queries: [] } });
    }
    expect(await get(`/queries/${unknown}/result`)).toMatchObject({ success: false, code: '000709' });
  });

  test('a request that is sent twice inserts once; bodies may be gzip', async () => {
    const { token } = await rawLogin(emulator);
    const headers = { authorization: `Snowflake Token="${token}"`, 'content-encoding': 'gzip' };
    const run = (sqlText: string, requestId: string) =>
      post(
        emulator.url,
        `/queries/v1/query-request?requestId=${requestId}`,
        new Uint8Array(gzipSync(JSON.stringify({ sqlText }))),
        headers,
      );
    await run('create or replace table once (a int)', 'r1');
    const first = await run('insert into once values (1)', 'r2');
    const second = await run('insert into once values (1)', 'r2');
    expect(second.answer.data.queryId).toBe(first.answer.data.queryId);
    const count = await run('select count(*) from once', 'r3');
    expect(count.answer.data.rowset).toEqual([['1']]);
  });

  test('a body that is no JSON is an error, not a crash', async () => {
    const { answer } = await post(emulator.url, '/session/v1/login-request', '{');
    expect(answer.success).toBe(false);
    expect(((await (await fetch(`${emulator.url}/health`)).json()) as { status: string }).status).toBe('ok');
  });
});

describe('the JWT check', () => {
  const privateKey = () => readFileSync(emulator.privateKeyPath, 'utf8');
  const now = 1_700_000_000;
  const verifier = () => {
    const publicKey = createPublicKey(privateKey()).export({ type: 'spki', format: 'pem' }).toString();
    return new KeyPairVerifier('LOCAL_USER', publicKey, () => now * 1000);
  };
  const claims = (changes: Record<string, unknown> = {}) => ({
    iss: `ACC.LOCAL_USER.${fingerprint(privateKey())}`,
    sub: 'ACC.LOCAL_USER',
    iat: now,
    exp: now + 120,
    ...changes,
  });

  test.each([
    ['seconds', {}],
    ['milliseconds, as Node writes them', { iat: now * 1000, exp: (now + 120) * 1000 }],
    ['one of nearly an hour', { iat: now - 3500, exp: now + 100 }],
    ['one that says longer, in its first hour', { iat: now - 3500, exp: now + 86_400 }],
    ['one without the time of issue', { iat: undefined }],
    ['one that began', { nbf: now + 30 }],
    ['another account', { sub: '127.LOCAL_USER', account: 1 }],
  ])('takes %s', (_what, changes) => {
    const changed = claims(changes);
    const iss = `${changed.sub}.${fingerprint(privateKey())}`;
    expect(verifier().verify(jwt(privateKey(), { ...changed, iss }))).toEqual({
      ok: true,
      user: 'LOCAL_USER',
    });
  });

  test.each([
    ['expired', { exp: now - 61 }],
    ['expired, in milliseconds', { exp: (now - 61) * 1000 }],
    ['without expiry', { exp: undefined }],
    ['of the future', { iat: now + 120 }],
    ['that has not begun', { nbf: now + 120 }],
    ['that has not begun, in milliseconds', { nbf: (now + 120) * 1000 }],
    ['whose beginning is no time', { nbf: 'soon' }],
    ['older than an hour', { iat: now - 3700 }],
    ['older than an hour, in milliseconds', { iat: (now - 3700) * 1000, exp: (now + 120) * 1000 }],
    ['for longer than an hour, without the time of issue', { iat: undefined, exp: now + 3700 }],
    ['whose expiry is endless', { exp: 'Infinity' }],
    ['of another user', { sub: 'ACC.OTHER' }],
    ['with a fingerprint of as many characters', { iss: `ACC.LOCAL_USER.SHA256:${'ü'.repeat(44)}` }],
    ['with another fingerprint', { iss: 'ACC.LOCAL_USER.SHA256:AAAA' }],
    ['without issuer', { iss: undefined }],
    ['whose issuer is another user', { iss: 'ACC.OTHER.SHA256:x' }],
  ])('rejects one %s', (_what, changes) => {
    expect(verifier().verify(jwt(privateKey(), claims(changes)))).toMatchObject({ ok: false });
  });

  test('rejects a changed token and other algorithms', () => {
    const token = jwt(privateKey(), claims());
    const [head, , signature] = token.split('.');
    const forged = Buffer.from(JSON.stringify(claims({ exp: now + 9999 }))).toString('base64url');
    expect(verifier().verify(`${head}.${forged}.${signature}`)).toMatchObject({ ok: false });
    expect(verifier().verify(jwt(privateKey(), claims(), { alg: 'HS256' }))).toMatchObject({ ok: false });
  });
});
