import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { settingRemedy } from '../../src/commands/doctor-remedies.ts';
import { inspectSettings } from '../../src/config/load.ts';
import { Grants } from '../../src/snowflake/grants.ts';
import type { SnowflakeSession } from '../../src/snowflake/session.ts';
import { snowstream } from '../cli/snowstream.ts';
import { rsaForms } from '../config/keys.ts';
import { type Ends, startEnds } from './local.ts';

interface Finding {
  readonly subject: string;
  readonly ok: boolean;
  readonly line: string;
  readonly remedy?: string;
}

let ends: Ends;
beforeAll(async () => {
  ends = await startEnds();
  await ends.source.query('CREATE TABLE people (id INT PRIMARY KEY)');
  await ends.source.query('CREATE TABLE lonely (id INT PRIMARY KEY)');
  await ends.source.query('CREATE TABLE orders (id INT PRIMARY KEY, amount DECIMAL(12,4))');
  await ends.snowflake.execute('CREATE TABLE PEOPLE (ID NUMBER(38,0))');
  await ends.snowflake.execute('CREATE TABLE ORDERS (ID NUMBER(38,0), AMOUNT NUMBER(12,2))');
});
afterAll(() => ends[Symbol.asyncDispose]());

async function doctor(env: NodeJS.ProcessEnv): Promise<{ code: number | null; findings: Finding[] }> {
  const { code, stdout } = await snowstream(['doctor', '--json'], { cwd: ends.cwd, env });
  return { code, findings: JSON.parse(stdout).findings };
}

const failing = (findings: readonly Finding[]) =>
  findings.filter(({ ok }) => !ok).map(({ subject }) => subject);

describe('the doctor', () => {
  test('ticks everything where everything is there', async () => {
    const env = { ...ends.env, SNOWSTREAM_TABLES: 'people' };
    const { code, stdout } = await snowstream(['doctor'], { cwd: ends.cwd, env });
    const lines = stdout.trimEnd().split('\n');
    expect(lines.map((line) => line.slice(0, 12).trimEnd())).toEqual(
      [
        ...['Node.js', 'JDK', 'addon', 'jars', 'Java log', 'settings', 'MySQL', 'Snowflake'],
        ...['warehouse', 'schema', 'target', 'privileges', 'clock'],
      ].map((name) => `✓ ${name}`),
    );
    expect(stdout).toContain(`${ends.emulator.url} as LOCAL_USER, role SYSADMIN`);
    expect(code).toBe(0);
  });

  test('names the folder of the log of Java, or the file that cannot be written', async () => {
    const env = { ...ends.env, SNOWSTREAM_TABLES: 'people' };
    const named = (findings: readonly Finding[]) => findings.find(({ subject }) => subject === 'Java log');
    expect(named((await doctor(env)).findings)).toMatchObject({
      ok: true,
      // HOME of the command is its folder.
      line: `goes into ${join(ends.cwd, '.local/state/snowstream')}`,
    });
    writeFileSync(join(ends.cwd, 'a-file'), '');
    const wrong = await doctor({ ...env, SNOWSTREAM_JAVA_LOG_FILE: 'a-file/java.log' });
    expect(named(wrong.findings)).toMatchObject({
      ok: false,
      line: `${join(ends.cwd, 'a-file/java.log')} cannot be written`,
      remedy: 'name a file with --java-log-file',
    });
  });

  test('names a table that is not there, and the grant that may be missing', async () => {
    const { code, findings } = await doctor({ ...ends.env, SNOWSTREAM_TABLES: 'nobody' });
    expect(failing(findings)).toEqual(['MySQL']);
    expect(findings.find(({ subject }) => subject === 'MySQL')).toMatchObject({
      line: expect.stringContaining('.nobody does not exist in MySQL, or its user has no SELECT on it'),
      remedy: expect.stringContaining('GRANT SELECT'),
    });
    expect(code).toBe(1);
  });

  test('tells a key that Snowflake does not know from one that cannot be read', async () => {
    const stranger = join(ends.cwd, 'stranger.p8');
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    writeFileSync(stranger, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
    const unknown = await doctor({
      ...ends.env,
      SNOWSTREAM_TABLES: 'people',
      SNOWFLAKE_PRIVATE_KEY_PATH: stranger,
    });
    expect(failing(unknown.findings)).toEqual(['Snowflake']);
    expect(unknown.findings.find(({ ok }) => !ok)?.remedy).toContain('RSA_PUBLIC_KEY');

    const unreadable = await doctor({
      ...ends.env,
      SNOWSTREAM_TABLES: 'people',
      SNOWFLAKE_PRIVATE_KEY_PATH: 'none.p8',
    });
    expect(failing(unreadable.findings)).toEqual(['settings']);
    expect(unreadable.findings.find(({ ok }) => !ok)?.line).toContain('none.p8');
  });

  test('warns of a key file that others can read', async () => {
    const open = join(ends.cwd, 'open.p8');
    copyFileSync(ends.emulator.privateKeyPath, open);
    chmodSync(open, 0o644);
    const { findings } = await doctor({
      ...ends.env,
      SNOWSTREAM_TABLES: 'people',
      SNOWFLAKE_PRIVATE_KEY_PATH: open,
    });
    expect(findings.find(({ subject }) => subject === 'settings')?.line).toContain('chmod 600');
  });

  test('goes on where nobody answers', async () => {
    const env = { ...ends.env, SNOWSTREAM_TABLES: 'people', SNOWFLAKE_URL: 'http://127.0.0.1:1' };
    const { code, findings } = await doctor(env);
    expect(failing(findings)).toEqual(['Snowflake', 'clock']);
    expect(code).toBe(1);
  });

  test('lists all that is missing, one a line, where nothing is configured', async () => {
    const { code, stdout } = await snowstream(['doctor'], { cwd: ends.cwd, env: {} });
    expect(code).toBe(1);
    const lines = stdout.split('\n').filter((line) => line.startsWith('✗'));
    expect(lines.slice(0, -1).map((line) => line.split(/ +/)[2])).toEqual([
      ...['MYSQL_HOST', 'MYSQL_USER', 'SNOWFLAKE_DATABASE', 'SNOWFLAKE_SCHEMA', 'SNOWFLAKE_ACCOUNT'],
      ...['SNOWFLAKE_USER', 'SNOWFLAKE_PRIVATE_KEY_PATH', 'SNOWSTREAM_TABLES'],
    ]);
    expect(lines.at(-1)).toContain(`looked in: flags, the environment, ${ends.cwd}/.env (no such file)`);
    expect(stdout).not.toContain('table(s)');
  });

  test('says of MySQL without a table that none is named', async () => {
    const { findings } = await doctor(ends.env);
    expect(failing(findings)).toEqual(['settings']);
    expect(findings.find(({ subject }) => subject === 'MySQL')?.line).toMatch(/, no table is named yet$/);
    expect(findings.find(({ subject }) => subject === 'schema')).toMatchObject({ ok: true });
  });

  test.each([
    [
      { SNOWFLAKE_DATABASE: 'nowhere' },
      'database',
      'NOWHERE does not exist',
      'GRANT USAGE ON DATABASE NOWHERE TO ROLE',
    ],
    [
      { SNOWFLAKE_SCHEMA: 'nowhere' },
      'schema',
      'DATABASE.NOWHERE does not exist',
      'GRANT USAGE ON SCHEMA DATABASE.NOWHERE',
    ],
    [
      { SNOWSTREAM_TABLES: 'people,lonely' },
      'target',
      'LONELY does not exist in Snowflake',
      'snowstream plan',
    ],
    [{ SNOWSTREAM_TABLES: 'people,orders' }, 'target', 'ORDERS is incompatible', 'snowstream plan'],
  ])('tries the target: %j', async (env, subject, line, remedy) => {
    const { code, findings } = await doctor({ ...ends.env, SNOWSTREAM_TABLES: 'people', ...env });
    expect(failing(findings)).toEqual([subject]);
    const own = (text: string) => text.replace('DATABASE.', `${ends.emulator.database}.`);
    expect(findings.find(({ ok }) => !ok)).toMatchObject({
      line: expect.stringContaining(own(line)),
      remedy: expect.stringContaining(own(remedy)),
    });
    expect(code).toBe(1);
  });

  test('what a run would make is in order', async () => {
    const env = { ...ends.env, SNOWFLAKE_SCHEMA: 'nowhere', SNOWSTREAM_CREATE: 'schema' };
    const { code, findings } = await doctor({ ...env, SNOWSTREAM_TABLES: 'people' });
    expect(code).toBe(0);
    expect(findings.find(({ subject }) => subject === 'schema')?.line).toBe(
      `${ends.emulator.database}.NOWHERE is not there: a run makes it`,
    );
  });

  test('tries the target also where MySQL cannot be reached', async () => {
    const { findings } = await doctor({
      ...ends.env,
      MYSQL_URL: 'mysql://reader@127.0.0.1:1/shop',
      SNOWSTREAM_TABLES: 'people,nobody',
    });
    expect(failing(findings)).toEqual(['MySQL', 'target']);
    expect(findings.find(({ subject }) => subject === 'target')?.line).toBe('1 of 2 target tables there');
    expect(findings.find(({ subject }) => subject === 'Snowflake')).toMatchObject({ ok: true });
  });

  const key = rsaForms();
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  test.each([
    ['encrypted', key.encrypted, 'openssl pkcs8 -topk8 -nocrypt -in fault.p8 -out rsa_key.p8'],
    ['public', key.publicPem, 'openssl genrsa 2048'],
    ['of 1024 bits', rsaForms(1024).pem, 'openssl genrsa 2048'],
    ['EC', ec.export({ type: 'pkcs8', format: 'pem' }).toString(), 'openssl genrsa 2048'],
    ['damaged', key.pem.replace(/\n.{64}\n/u, '\n'), 'openssl pkey -in fault.p8 -noout'],
    ['something else', 'hello', 'openssl pkey -in fault.p8 -noout'],
    [
      'of OpenSSH',
      '-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n',
      'ssh-keygen -p -m PKCS8 -f fault.p8',
    ],
  ])('has a remedy of its own for a key that is %s', (_name, text, remedy) => {
    writeFileSync(join(ends.cwd, 'fault.p8'), text, { mode: 0o600 });
    const env = { SNOWFLAKE_PRIVATE_KEY_PATH: 'fault.p8' };
    const { problems } = inspectSettings({ env, cwd: ends.cwd, home: ends.cwd });
    const problem = problems.find((line) => line.includes('fault.p8')) ?? '';
    expect(settingRemedy(problem)).toContain(remedy);
  });

  test('tells which privileges a role lacks by SHOW GRANTS, with those of its own roles', async () => {
    // The local Snowflake has no grants, so what Snowflake lists is given here.
    const listed: Record<string, readonly [string, string, string][]> = {
      LOADER: [
        ['USAGE', 'ROLE', 'WRITER'],
        ['USAGE', 'SCHEMA', 'SHOP.RAW'],
      ],
      WRITER: [['INSERT', 'TABLE', 'SHOP.RAW."Odd Name"']],
      PUBLIC: [['OWNERSHIP', 'TABLE', 'SHOP.RAW.PEOPLE']],
    };
    const execute = async (sql: string) =>
      (listed[/"(.*)"/.exec(sql)?.[1] ?? ''] ?? []).map(([privilege, kind, name]) => ({
        privilege,
        granted_on: kind,
        name,
      }));
    const grants = await Grants.of({ execute } as unknown as SnowflakeSession, 'LOADER');
    expect(grants.has('INSERT', 'TABLE', ['SHOP', 'RAW', 'Odd Name'])).toBe(true);
    expect(grants.has('SELECT', 'TABLE', ['SHOP', 'RAW', 'Odd Name'])).toBe(false);
    expect(grants.has('SELECT', 'TABLE', ['SHOP', 'RAW', 'PEOPLE'])).toBe(true);
    expect(grants.has('CREATE TABLE', 'SCHEMA', ['SHOP', 'RAW'])).toBe(false);
    expect(grants.isEmpty).toBe(false);
  });
});
