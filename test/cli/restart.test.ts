import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root } from '../../scripts/setup/places.mjs';
import { type Ends, startEnds } from '../e2e/local.ts';
import { snowstream } from './snowstream.ts';

let ends: Ends;
beforeAll(async () => {
  ends = await startEnds();
  await ends.source.query('CREATE TABLE people (id INT PRIMARY KEY, name VARCHAR(20))');
  await ends.source.query("INSERT INTO people VALUES (1,'a'),(2,'b'),(3,'c')");
  expect(await command('run', '--table', 'people', '--create')).toMatchObject({ code: 0 });
  // Another program's.
  await ends.snowflake.execute("INSERT INTO PEOPLE VALUES (9, 'z')");
});
afterAll(() => ends[Symbol.asyncDispose]());

const command = (...args: string[]) =>
  // A JVM that starts says so on stderr.
  snowstream(args, { cwd: ends.cwd, env: { ...ends.env, JAVA_TOOL_OPTIONS: '-Dsnowstream.test=1' } });
const idsIn = async () =>
  (await ends.snowflake.execute('SELECT ID FROM PEOPLE ORDER BY ID')).map(({ ID }) => ID);

describe('without a terminal', () => {
  test('a restart needs --yes, and is refused before anything starts', async () => {
    const ended = await command('run', '--table', 'people', '--restart');
    expect(ended.code).toBe(2);
    expect(ended.stderr).toMatch(
      /^snowstream: --restart deletes every row .*add --yes.*nothing was deleted.*\n$/,
    );
    expect(await idsIn()).toEqual(['1', '2', '3', '9']);
  });

  test('--yes confirms nothing else', async () => {
    const ended = await command('run', '--table', 'people', '--yes');
    expect(ended).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^snowstream: --yes confirms --restart.*\n$/),
    });
  });

  test('it is no setting', async () => {
    const env = { ...ends.env, SNOWSTREAM_RESTART: 'on' };
    const ended = await snowstream(['run', '--table', 'people'], { cwd: ends.cwd, env });
    expect(ended).toMatchObject({ code: 2, stderr: expect.stringContaining('SNOWSTREAM_RESTART') });
    expect(await idsIn()).toEqual(['1', '2', '3', '9']);
  });
});

/** Runs the command at a terminal; `answer` is typed when it asks, or a key pressed. */
function atTerminal(
  args: readonly string[],
  answer: string,
): Promise<{ code: number | null; shown: string }> {
  const line = [process.execPath, join(root, 'dist/cli.js'), ...args].map((part) => `'${part}'`).join(' ');
  const child = spawn('script', ['--quiet', '--return', '--command', line, '/dev/null'], {
    cwd: ends.cwd,
    env: { PATH: process.env.PATH, HOME: ends.cwd, ...ends.env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let shown = '';
  let asked = false;
  child.stdout.on('data', (text) => {
    shown += text;
    if (asked || !shown.includes('Type yes')) return;
    asked = true;
    child.stdin.write(answer);
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, shown: shown.replaceAll('\r', '') }));
  });
}

describe('at a terminal', () => {
  const CTRL_C = '\u0003';
  const CTRL_D = '\u0004';

  test.each([
    ['no', 'no\n', 2, 'was not confirmed with yes, and nothing was deleted'],
    ['nothing', CTRL_D, 2, 'was not confirmed'],
    ['Ctrl-C', CTRL_C, 130, 'stopped by SIGINT'],
  ])('%s keeps every row', async (_what, answer, code, says) => {
    const ended = await atTerminal(['run', '--table', 'people', '--restart'], answer);
    expect(ended, ended.shown).toMatchObject({ code });
    expect(ended.shown).toContain(`  ${ends.emulator.database}.PUBLIC.PEOPLE: all 4 rows\n`);
    expect(ended.shown).toContain(says);
    expect(await idsIn()).toEqual(['1', '2', '3', '9']);
    expect(await command('channels', '--table', 'people')).toMatchObject({
      stdout: expect.stringContaining('.whole.~3 '),
    });
  });

  test('yes deletes them and loads anew', async () => {
    const ended = await atTerminal(['run', '--table', 'people', '--restart'], 'yes\n');
    expect(ended, ended.shown).toMatchObject({ code: 0 });
    expect(ended.shown).toContain(`${ends.emulator.database}.PUBLIC.PEOPLE was emptied: 4 rows deleted`);
    expect(ended.shown).toContain('3 rows proven');
    expect(await idsIn()).toEqual(['1', '2', '3']);
  });
});

test('a load of another mapping is refused with the way out, which --yes takes', async () => {
  const other = ['run', '--table', 'people', '--column', 'id=id'];
  const refused = await command(...other);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toMatch(
    /^snowstream: the channel's committed offset token .*run --restart empties the target/m,
  );

  const ended = await command(...other, '--restart', '--yes', '--json');
  expect(ended, ended.stderr).toMatchObject({ code: 0 });
  expect(JSON.parse(ended.stdout)).toMatchObject({
    emptied: [{ target: `${ends.emulator.database}.PUBLIC.PEOPLE`, rows: 3, otherChannels: [] }],
    tables: [{ rowsSent: 3, proof: { differences: [] } }],
  });
  expect(await idsIn()).toEqual(['1', '2', '3']);
});
