import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { parsePrivateKey } from '../../src/config/private-key.ts';
import type { StreamingAuthorization } from '../../src/config/settings.ts';
import { clientProperties } from '../../src/ingest/classic-client.ts';

const pem = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
  type: 'pkcs8',
  format: 'pem',
});
const privateKey = parsePrivateKey(pem.toString(), undefined, 'key');
const settings = (streaming: StreamingAuthorization, role?: string) => ({
  name: 'CLIENT',
  connection: {
    account: 'ORG-ACCOUNT',
    url: 'https://org-account.snowflakecomputing.com:443',
    user: 'STREAMER',
    streaming,
    sql: { authenticator: 'SNOWFLAKE_JWT' as const, privateKey },
    ...(role !== undefined && { role }),
  },
});

test('key pair: the key on one line without markers', () => {
  const properties = clientProperties(settings({ type: 'JWT', privateKey }, 'LOADER'));
  expect(properties).toEqual({
    url: 'https://org-account.snowflakecomputing.com:443',
    user: 'STREAMER',
    role: 'LOADER',
    authorization_type: 'JWT',
    private_key: privateKey.base64,
  });
  expect(properties.private_key).toMatch(/^[A-Za-z0-9+/]+=*$/);
});

test('OAuth: the names that the SDK has for it, and no key', () => {
  const oauth = { type: 'OAuth' as const, clientId: 'id', clientSecret: 'secret', refreshToken: 'token' };
  const base = {
    url: 'https://org-account.snowflakecomputing.com:443',
    user: 'STREAMER',
    authorization_type: 'OAuth',
    oauth_client_id: 'id',
    oauth_client_secret: 'secret',
    oauth_refresh_token: 'token',
  };
  expect(clientProperties(settings(oauth))).toEqual(base);
  expect(clientProperties(settings({ ...oauth, tokenEndpoint: 'https://idp/token' }))).toEqual({
    ...base,
    oauth_token_endpoint: 'https://idp/token',
  });
});

test('compression and lag, in the forms that the SDK reads', () => {
  expect(
    clientProperties({ ...settings({ type: 'JWT', privateKey }), compression: 'GZIP', maxClientLag: 1500 }),
  ).toMatchObject({ bdec_parquet_compression_algorithm: 'GZIP', max_client_lag: '1500' });
});
