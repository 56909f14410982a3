import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Ends, startEnds } from '../e2e/local.ts';
import { snowstream } from './snowstream.ts';

let ends: Ends;
/** The environment without any login. */
let bare: NodeJS.ProcessEnv;
let accessToken: string;

beforeAll(async () => {
  ends = await startEnds({ ownSnowflake: true });
  await ends.source.query('CREATE TABLE people (id INT PRIMARY KEY, name VARCHAR(20))');
  await ends.source.query("INSERT INTO people VALUES (1,'a'),(2,'b'),(3,'c')");
  const loaded = await snowstream(['run', '--table', 'people', '--create'], { cwd: ends.cwd, env: ends.env });
  expect(loaded, loaded.stderr).toMatchObject({ code: 0 });
  const { SNOWFLAKE_PRIVATE_KEY_PATH: _key, ...rest } = ends.env;
  bare = { ...rest, SNOWSTREAM_TABLES: 'people' };
  const client = JSON.parse(readFileSync(join(ends.emulator.dataDir, 'oauth_client.json'), 'utf8'));
  const answer = await fetch(`${ends.emulator.url}/oauth/token-request`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${client.clientId}:${client.clientSecret}`)}` },
    body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: client.refreshToken }),
  });
  accessToken = ((await answer.json()) as { access_token: string }).access_token;
}, 60_000);
afterAll(() => ends[Symbol.asyncDispose]());

const LOGINS: Readonly<Record<string, () => NodeJS.ProcessEnv>> = {
  'a password': () => ({ SNOWFLAKE_PASSWORD: ends.emulator.password }),
  'an access token': () => ({ SNOWFLAKE_TOKEN: accessToken }),
};

const SQL_ONLY: Readonly<Record<string, string>> = {
  check: '3 rows proven',
  plan: 'a run could start',
  channels: 'rows behind',
  doctor: 'complete for check, plan and channels; run and retry-rejects also need a key pair or OAuth',
};
const STREAMING = [['run'], ['retry-rejects', 'rejects.jsonl'], ['channels', 'drop', 'C', '--yes']];

describe.each(Object.keys(LOGINS))('%s alone', (name) => {
  const login = () => LOGINS[name]?.() ?? {};

  test.each(Object.keys(SQL_ONLY))('is enough for %s', async (command) => {
    const ended = await snowstream([command], { cwd: ends.cwd, env: { ...bare, ...login() } });
    expect(ended, ended.stdout + ended.stderr).toMatchObject({ code: 0 });
    expect(ended.stdout).toContain(SQL_ONLY[command]);
  });

  test.each(STREAMING)('is not enough for %s, which says what is missing', async (...command) => {
    const ended = await snowstream(command, { cwd: ends.cwd, env: { ...bare, ...login() } });
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toMatch(
      /SNOWFLAKE_(PRIVATE_KEY_PATH|OAUTH_CLIENT_ID) is not set: .*\[CONFIG_MISSING\]\n/,
    );
  });
});

test('a wrong password is refused by Snowflake, and doctor says so', async () => {
  const env = { ...bare, SNOWFLAKE_PASSWORD: 'canary-not-known' };
  const planned = await snowstream(['plan'], { cwd: ends.cwd, env });
  expect(planned.code).toBe(2);
  expect(planned.stderr).toMatch(/Incorrect username or password.*\[SNOWFLAKE_DENIED\]\n$/);
  const doctor = await snowstream(['doctor'], { cwd: ends.cwd, env });
  expect(doctor.code).toBe(1);
  expect(doctor.stdout).toMatch(/✗ Snowflake .*Incorrect username or password/);
  expect(planned.stderr + doctor.stdout + doctor.stderr).not.toContain('canary');
});

describe('without a warehouse', () => {
  const COMMANDS: readonly (readonly string[])[] = [
    ['run'],
    ['check'],
    ['plan'],
    ['retry-rejects', 'warehouse.jsonl'],
  ];
  beforeAll(() => writeFileSync(join(ends.cwd, 'warehouse.jsonl'), '{"rejects":1,"id":"a"}\n'));
  const ended = (command: readonly string[], more: NodeJS.ProcessEnv) =>
    snowstream(command, {
      cwd: ends.cwd,
      env: { ...ends.env, SNOWSTREAM_TABLES: 'people:of_nobody', ...more },
    });

  test.each(COMMANDS)('that exists, %s ends before it does anything', async (...command) => {
    const create = { SNOWSTREAM_CREATE: 'on' };
    for (const [given, name] of [
      ['nowh', 'NOWH'],
      ['"no wh"', '"no wh"'],
    ] as const) {
      const { code, stdout, stderr } = await ended(command, { ...create, SNOWFLAKE_WAREHOUSE: given });
      expect({ code, stdout }, stderr).toEqual({ code: 2, stdout: '' });
      expect(stderr).toContain(
        `no warehouse for SQL: ${name} does not exist, or role ${ends.emulator.role} may not use it; correct SNOWFLAKE_WAREHOUSE, or GRANT USAGE ON WAREHOUSE ${name} TO ROLE ${ends.emulator.role} [CONFIG_INVALID]\n`,
      );
    }
    expect(await ends.snowflake.execute("SHOW TABLES LIKE 'OF_NOBODY'")).toEqual([]);
  });

  test('of their own, users are asked to set one; channels needs none', async () => {
    const { warehouse, user, role } = ends.emulator;
    const unset = { SNOWFLAKE_WAREHOUSE: undefined };
    const own = await ended(['plan'], { ...unset, SNOWSTREAM_CREATE: 'on' });
    expect(own, own.stderr).toMatchObject({ code: 0 });
    await ends.snowflake.execute(`DROP WAREHOUSE ${warehouse}`);
    try {
      const { code, stderr } = await ended(['check'], unset);
      expect(code).toBe(2);
      expect(stderr).toContain(
        `no warehouse for SQL: none is set, and user ${user} has no default one that role ${role} may use; set SNOWFLAKE_WAREHOUSE [CONFIG_INVALID]\n`,
      );
      const listed = await ended(['channels'], { ...unset, SNOWSTREAM_TABLES: 'people' });
      expect(listed, listed.stderr).toMatchObject({ code: 0 });
    } finally {
      await ends.snowflake.execute(`CREATE WAREHOUSE ${warehouse}`);
    }
  });
});
