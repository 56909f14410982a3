import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { snowstream } from '../cli/snowstream.ts';
import { type Ends, startEnds } from './local.ts';

let ends: Ends;
let env: NodeJS.ProcessEnv;
let refreshToken: string;

beforeAll(async () => {
  ends = await startEnds();
  await ends.source.query('CREATE TABLE people (id INT PRIMARY KEY, name VARCHAR(20))');
  await ends.source.query("INSERT INTO people VALUES (1,'a'),(2,'b'),(3,'c')");
  const client = JSON.parse(readFileSync(join(ends.emulator.dataDir, 'oauth_client.json'), 'utf8'));
  const { SNOWFLAKE_PRIVATE_KEY_PATH: _key, ...rest } = ends.env;
  refreshToken = client.refreshToken;
  env = {
    ...rest,
    SNOWFLAKE_OAUTH_CLIENT_ID: client.clientId,
    SNOWFLAKE_OAUTH_CLIENT_SECRET: client.clientSecret,
    SNOWFLAKE_OAUTH_REFRESH_TOKEN: refreshToken,
  };
});
afterAll(() => ends[Symbol.asyncDispose]());

const run = (more: NodeJS.ProcessEnv = {}) =>
  snowstream(['run', '--table', 'people', '--create'], { cwd: ends.cwd, env: { ...env, ...more } });

test('a refresh token is enough, for the streaming SDK and for SQL, without a key', async () => {
  const ended = await run();
  expect(ended, ended.stderr).toMatchObject({ code: 0 });
  expect(ended.stdout).toContain('3 rows proven');
});

test('a token endpoint may be named', async () => {
  const endpoint = `${ends.emulator.url}/oauth/token-request`;
  const ended = await run({ SNOWFLAKE_OAUTH_TOKEN_ENDPOINT: endpoint });
  expect(ended, ended.stderr).toMatchObject({ code: 0 });
});

test.each([
  ['a refresh token', 'SNOWFLAKE_OAUTH_REFRESH_TOKEN', 'invalid_grant'],
  ['a secret', 'SNOWFLAKE_OAUTH_CLIENT_SECRET', 'invalid_client'],
])('%s that is not known is refused in one line, without showing it', async (_what, name, reason) => {
  const ended = await run({ [name]: 'canary-not-known' });
  expect(ended.code).toBe(2);
  expect(ended.stderr).toMatch(
    new RegExp(`\\nsnowstream: http\\S+ gives no access token: ${reason} \\[SNOWFLAKE_DENIED\\]\\n$`),
  );
  expect(ended.stderr).not.toContain('canary');
});

test('an access token that is not known is refused', async () => {
  const ended = await run({ SNOWFLAKE_TOKEN: 'canary-not-known' });
  expect(ended.code).toBe(2);
  expect(ended.stderr).toContain('[SNOWFLAKE_DENIED]');
  expect(ended.stdout + ended.stderr).not.toContain(refreshToken);
});
