import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadChannel } from '../../src/checkpoint/channel-name.ts';
import { type Ends, startEnds } from '../e2e/local.ts';
import { snowstream } from './snowstream.ts';

let ends: Ends;
let channel: string;
beforeAll(async () => {
  ends = await startEnds();
  await ends.source.query('CREATE TABLE people (id INT PRIMARY KEY, name VARCHAR(20))');
  await ends.source.query("INSERT INTO people VALUES (1,'a'),(2,'b'),(3,'c')");
  channel = loadChannel(ends.mysql.database, 'people');
});
afterAll(() => ends[Symbol.asyncDispose]());

test('list and drop have help of their own, and the settings may stand before or behind them', async () => {
  const help = async (...args: string[]) => (await command('channels', ...args, '--help')).stdout;
  expect(await help()).toMatch(/^ {2}list [\s\S]*^ {2}drop /m);
  expect(await help('drop')).toContain('Usage: snowstream channels drop [options] <NAME>');
  expect(await help('drop')).toMatch(/Global Options:\n[\s\S]*--mysql-url/);
  for (const args of [
    ['drop', 'NOWHERE', '--table', 'nobody'],
    ['--table', 'nobody', 'drop', 'NOWHERE'],
  ]) {
    const { stderr } = await command('channels', ...args, '--yes');
    expect(stderr).toContain('NOBODY');
  }
});

const command = (...args: string[]) =>
  // A JVM that starts says so on stderr.
  snowstream(args, { cwd: ends.cwd, env: { ...ends.env, JAVA_TOOL_OPTIONS: '-Dsnowstream.test=1' } });
const JVM_STARTED = 'Picked up JAVA_TOOL_OPTIONS';
const list = async () => {
  const ended = await command('channels', '--table', 'people', '--json');
  expect(ended, ended.stderr).toMatchObject({ code: 0 });
  expect(ended.stderr).not.toContain(JVM_STARTED);
  return JSON.parse(ended.stdout).channels;
};

test('a table that does not exist in Snowflake is said in one line', async () => {
  const ended = await command('channels', '--table', 'people');
  expect(ended.code).not.toBe(0);
  expect(ended.stderr).toMatch(/^snowstream: .*PEOPLE.*\n$/);
});

test('lists channels with their committed tokens and the rows behind, without a JVM', async () => {
  expect(await command('run', '--table', 'people', '--create')).toMatchObject({ code: 0 });
  const target = `${ends.emulator.database}.PUBLIC.PEOPLE`;
  const offsetToken = expect.stringMatching(/^3\.load\.[0-9a-f]{12}\.2\.[0-9a-f]{12}\.whole\.~3$/);
  expect(await list()).toEqual([
    { name: channel, offsetToken, clientSequencer: expect.stringMatching(/^\d+$/), target, rowsBehind: 0 },
  ]);

  await ends.source.query("INSERT INTO people VALUES (4,'d'),(5,'e')");
  expect(await list()).toEqual([
    { name: channel, offsetToken, clientSequencer: expect.stringMatching(/^\d+$/), target, rowsBehind: 2 },
  ]);

  const text = await command('channels', 'list', '--table', 'people');
  expect(text.stdout).toMatch(new RegExp(`^${target} +${channel} +3\\.load\\.\\S+ +2$`, 'm'));
});

test('says of a channel that a run would not use that its token does not tell', async () => {
  const ended = await command('channels', '--table', 'people', '--channel', 'OTHER', '--json');
  const [only] = JSON.parse(ended.stdout).channels;
  expect(only).toMatchObject({
    name: channel,
    note: expect.stringMatching(
      / holds rows of \S+\.people already, .* channel OTHER would load them a second time: /,
    ),
  });
  expect(only).not.toHaveProperty('rowsBehind');
});

test('lists each channel of a shared target once, with the rows that its own table is behind', async () => {
  const names = ['share1', 'share2', 'share3'];
  for (const [index, name] of names.entries()) {
    await ends.source.query(`CREATE TABLE ${name} (id INT PRIMARY KEY)`);
    await ends.source.query(`INSERT INTO ${name} VALUES (${index}1), (${index}2)`);
  }
  const all = names.flatMap((name) => ['--table', `${name}:ALL_SHARES`]);
  const shared = async (...args: string[]) => command(...args, ...all, '--shared-targets');
  expect(await shared('run', '--create')).toMatchObject({ code: 0 });
  await ends.source.query('INSERT INTO share2 VALUES (99)');
  const rowsOf = async (...args: string[]) => {
    const { channels } = JSON.parse((await shared('channels', ...args, '--json')).stdout);
    return channels.map(({ name, rowsBehind, note }: Record<string, unknown>) => [
      /SHARE\d/.exec(String(name))?.[0],
      rowsBehind ?? note,
    ]);
  };
  const behind = [
    ['SHARE1', 0],
    ['SHARE2', 1],
    ['SHARE3', 0],
  ];
  expect(await rowsOf()).toEqual(behind);
  // A table that is gone keeps no other from being reported.
  await ends.source.query('DROP TABLE share3');
  expect(await rowsOf()).toEqual([
    ...behind.slice(0, 2),
    ['SHARE3', expect.stringContaining('share3 does not exist in MySQL')],
  ]);
});

test('drops a channel, once that is confirmed', async () => {
  const asked = await command('channels', 'drop', channel, '--table', 'people');
  expect(asked.code).toBe(2);
  expect(asked.stderr).toMatch(/^snowstream: dropping channel .* deletes its offset token.*--yes.*\n$/);
  expect(asked.stderr).not.toContain(JVM_STARTED);
  expect(await list()).toHaveLength(1);

  const dropped = await command('channels', 'drop', channel.toLowerCase(), '--table', 'people', '--yes');
  expect(dropped).toMatchObject({
    code: 0,
    stdout: `channel ${channel} of ${ends.emulator.database}.PUBLIC.PEOPLE is dropped\n`,
  });
  expect(await list()).toEqual([]);
});

test.each([
  [['drop', 'NOWHERE', '--yes'], /no table of the settings has a channel NOWHERE/],
  [['drop'], /^snowstream: missing required argument 'NAME'\n$/],
  [['remove', 'X'], /^snowstream: unknown command 'remove': write channels list, or channels drop NAME\n$/],
  [['drop', 'X', 'Y', '--yes'], /^snowstream: too many arguments for 'drop'\. .*\n$/],
])('channels %j is refused in one line', async (args, line) => {
  const ended = await command('channels', ...args, '--table', 'people');
  expect(ended.code).toBe(2);
  expect(ended.stderr).toMatch(line);
  expect(ended.stderr.split('\n')).toHaveLength(2);
});
