import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SETTINGS } from '../../src/config/schema.ts';
import { closedPort } from '../fixtures/closed-port.ts';
import { snowstream } from './snowstream.ts';

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'snowstream-cli-'));
});
afterAll(() => rmSync(cwd, { recursive: true }));

const COMMANDS = ['run', 'plan', 'check', 'retry-rejects', 'local', 'doctor'];
const MYSQL = 'mysql://reader:not-a-real-secret@127.0.0.1:3306/shop';

const SWITCHES = SETTINGS.filter(({ value }) => value.startsWith('on|off')).map(({ flag }) => flag);

/** A login that leads to nobody. */
const LOGIN = {
  MYSQL_URL: 'mysql://reader:not-a-real-secret@127.0.0.1:1/shop',
  SNOWFLAKE_ACCOUNT: 'LOCAL',
  SNOWFLAKE_URL: 'http://127.0.0.1:1',
  SNOWFLAKE_USER: 'U',
  SNOWFLAKE_PRIVATE_KEY: generateKeyPairSync('rsa', { modulusLength: 2048 })
    .privateKey.export({ type: 'pkcs8', format: 'der' })
    .toString('base64'),
  SNOWFLAKE_DATABASE: 'D',
  SNOWFLAKE_SCHEMA: 'S',
};

describe('help and version', () => {
  test('of the program name every command and the exit codes', async () => {
    const { code, stdout } = await snowstream(['--help'], { cwd });
    expect(code).toBe(0);
    for (const command of COMMANDS) expect(stdout).toMatch(new RegExp(`^  ${command} `, 'm'));
    expect(stdout).toContain('Exit codes: 0 all rows there and proven');
  });

  test.each(COMMANDS)('%s has its own', async (command) => {
    const help = await snowstream([command, '--help'], { cwd });
    expect(help).toMatchObject({ code: 0, stderr: '' });
    expect(help.stdout).toContain(`Usage: snowstream ${command} [options]`);
    expect(await snowstream([command, '--version'], { cwd })).toMatchObject({ code: 0, stdout: '0.1.0\n' });
  });
});

describe('flags as people write them', () => {
  test.each([
    ['-v'],
    ['-V'],
    ...['run', 'check', 'channels', 'local'].flatMap((command) => [
      [command, '-v'],
      [command, '-V'],
    ]),
    ['channels', 'drop', '-V'],
  ])('%s %s prints the version', async (...args) => {
    expect(await snowstream(args, { cwd })).toMatchObject({ code: 0, stdout: '0.1.0\n', stderr: '' });
  });

  // A file that is not there is named by the command that was to read it, so it had been taken for the file.
  const wholly = { ...LOGIN, SNOWSTREAM_TABLES: 'people' };
  test.each(SWITCHES)('%s does not take the word behind it', async (flag) => {
    for (const args of [
      [flag, 'no-such-file'],
      ['no-such-file', flag],
      [`${flag}=on`, 'no-such-file'],
      [flag, 'on', 'no-such-file'],
      [flag, 'TRUE', '--', 'no-such-file'],
    ]) {
      const { code, stderr } = await snowstream(['retry-rejects', ...args], { cwd, env: wholly });
      expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('/no-such-file') });
    }
  });

  test('a word that is a value of another flag is no switch', async () => {
    const { stderr } = await snowstream(['plan', '--snowflake-table', '--strict', '--mysql-port', 'x'], {
      cwd,
      env: wholly,
    });
    expect(stderr).toContain('--mysql-port must be a whole number from 1 to 65535, not "x"');
    expect(stderr).not.toContain('1 more');
  });

  test('an empty value counts as none, whichever flag has it', async () => {
    const flags = SETTINGS.filter(({ flagKey }) => flagKey !== 'config').flatMap(({ flag }) => [flag, '']);
    const env = { ...wholly, SNOWSTREAM_RETRIES: '0' };
    const { code, stderr } = await snowstream(['plan', ...flags], { cwd, env });
    // With nothing but the environment, which leads to nobody.
    expect({ code, stderr }).toEqual({ code: 5, stderr: expect.stringContaining('[MYSQL_UNREACHABLE]') });
    const local = await snowstream(['local', '--port=', '--host=', '--stage', 'gcs', '--data', ''], { cwd });
    expect(local.stderr).toContain('invalid --stage gcs');
  });
});

describe('what cannot be meant', () => {
  test.each([
    ['an unknown command', ['frobnicate'], "snowstream: unknown command 'frobnicate'\n"],
    ['an unknown flag', ['run', '--nonsense'], "snowstream: unknown option '--nonsense'\n"],
    ['a flag that is nearly one', ['run', '--batch-row', '5'], 'Did you mean --batch-rows?'],
    [
      'a misspelt flag with a secret',
      ['run', '--mysql-pasword=not-a-real-secret'],
      "snowstream: unknown option '--mysql-pasword'\n",
    ],
    [
      'a flag of a secret with one hyphen',
      ['run', '-mysql-password=not-a-real-secret'],
      "snowstream: unknown option '-mysql-password'\n",
    ],
    ['a port that is none', ['local', '--port', 'high'], 'snowstream: invalid --port high'],
    [
      'a missing setting',
      ['run', '--local', '--table', 'people'],
      'snowstream: MYSQL_HOST is not set: put it or MYSQL_URL in .env',
    ],
    [
      'a wrong setting',
      ['run', '--local', '--mysql-url', MYSQL, '--table', 'people', '--batch-rows', 'many'],
      'snowstream: --batch-rows must be a whole number from 1 to 1000000',
    ],
  ])('%s ends with 2 and one line', async (_name, args, line) => {
    const { code, stdout, stderr } = await snowstream(args, { cwd });
    expect(stderr).toContain(line);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).not.toContain('not-a-real-secret');
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  test('an unreadable private key names its setting, before any JVM starts', async () => {
    writeFileSync(join(cwd, 'key.p8'), 'no key\n');
    const env = {
      MYSQL_URL: MYSQL,
      SNOWFLAKE_ACCOUNT: 'org-account',
      SNOWFLAKE_USER: 'U',
      SNOWFLAKE_DATABASE: 'D',
      SNOWFLAKE_SCHEMA: 'S',
      SNOWFLAKE_PRIVATE_KEY_PATH: 'key.p8',
      SNOWSTREAM_TABLES: 'people',
      // A JVM would say on stderr that it picked this up.
      JAVA_TOOL_OPTIONS: '-Dcanary=1',
    };
    const { code, stderr } = await snowstream(['run'], { cwd, env });
    expect(code).toBe(2);
    expect(stderr).toContain('SNOWFLAKE_PRIVATE_KEY_PATH');
    expect(stderr).not.toContain('JAVA_TOOL_OPTIONS');
  });
});

test('doctor shows as text what could turn a line around', async () => {
  const { code, stdout } = await snowstream(['doctor'], { cwd, env: { SNOWSTREAM_GOLD: 'on\u202eno' } });
  expect(code).toBe(1);
  expect(stdout).toContain('"on\\u202eno"');
  expect(stdout).not.toContain('\u202e');
});

describe('nobody there', () => {
  test('MySQL: tried again as often as asked, then 5', async () => {
    const port = await closedPort();
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const env = {
      MYSQL_URL: `mysql://reader:not-a-real-secret@127.0.0.1:${port}/shop`,
      SNOWFLAKE_URL: `http://127.0.0.1:${port}`,
      SNOWFLAKE_ACCOUNT: 'LOCAL',
      SNOWFLAKE_USER: 'U',
      SNOWFLAKE_PRIVATE_KEY: privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64'),
      SNOWFLAKE_DATABASE: 'D',
      SNOWFLAKE_SCHEMA: 'S',
      SNOWSTREAM_TABLES: 'people',
    };
    const run = await snowstream(['run', '--retries', '1'], { cwd, env });
    expect(run.stderr).toMatch(/^MySQL at 127\.0\.0\.1:\d+ cannot be reached: .*: retrying in 0\.5 s$/m);
    expect(run.stderr).toMatch(
      /^snowstream: MySQL at 127\.0\.0\.1:\d+ cannot be reached: .*\[MYSQL_UNREACHABLE\]$/m,
    );
    expect(run.code).toBe(5);
    expect((await snowstream(['check', '--retries', '0'], { cwd, env })).code).toBe(5);
  });
});
