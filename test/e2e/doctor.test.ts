import { chmodSync, copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { snowstream } from '../cli/snowstream.ts';
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
      ['Node.js', 'JDK', 'addon', 'jars', 'Java log', 'settings', 'MySQL', 'Snowflake', 'clock'].map(
        (name) => `✓ ${name}`,
      ),
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
    const { generateKeyPairSync } = await import('node:crypto');
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
});
