import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root } from '../../scripts/setup/places.mjs';
import { type Ends, processesOf, startEnds } from '../e2e/local.ts';
import { snowstream } from './snowstream.ts';

/** Tables whose plan is more than a pipe, or the pair of sockets that Node uses for one, holds without a reader. */
const WIDE = ['wide', 'wider', 'widest', 'vast'];
const HELD = 500_000;

let ends: Ends;
beforeAll(async () => {
  ends = await startEnds();
  await ends.source.query('CREATE TABLE people (id INT PRIMARY KEY, name VARCHAR(20))');
  await ends.source.query("INSERT INTO people VALUES (1,'a'),(2,'b')");
  const columns = Array.from({ length: 900 }, (_, index) => `${'long_'.repeat(10)}${index} INT`);
  const args = ['run', '--table', 'people', '--create'];
  expect(await snowstream(args, { cwd: ends.cwd, env: ends.env })).toMatchObject({ code: 0 });
  for (const table of WIDE)
    await ends.source.query(`CREATE TABLE ${table} (id INT PRIMARY KEY, ${columns.join(', ')})`);
});
afterAll(() => ends[Symbol.asyncDispose]());

function start(args: readonly string[], stdout: 'pipe' | number = 'pipe') {
  return spawn(process.execPath, [join(root, 'dist/cli.js'), ...args], {
    cwd: ends.cwd,
    env: { PATH: process.env.PATH, HOME: ends.cwd, ...ends.env },
    stdio: ['ignore', stdout, 'pipe'],
  });
}

const endOf = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => child.once('exit', resolve));

describe('a reader that is slow', () => {
  test.each([['--json'], ['--log-format', 'json']])('gets all of plan %s', async (...flags) => {
    const hurried = pathToFileURL(join(root, 'test/cli/hurried.mjs')).href;
    const program = ['--import', hurried, join(root, 'dist/cli.js')];
    const tables = WIDE.flatMap((table) => ['--table', table]);
    const child = spawn(process.execPath, [...program, 'plan', ...flags, ...tables, '--create'], {
      cwd: ends.cwd,
      env: { PATH: process.env.PATH, HOME: ends.cwd, ...ends.env },
      stdio: ['ignore', 'pipe', 'inherit', 'pipe'],
    });
    const ended = endOf(child);
    // Nothing is read before the command has ended, or would have if it did not wait.
    await Promise.race([ended, once(child.stdio[3] as Readable, 'data')]);
    let text = '';
    for await (const chunk of child.stdout ?? []) text += chunk;
    expect(await ended).toBe(0);
    expect(text.length).toBeGreaterThan(HELD);
    expect(text.endsWith('\n')).toBe(true);
    if (flags.includes('--json')) expect(JSON.parse(text).tables[0].columns).toHaveLength(901);
    else expect(text).toContain('4 tables: a run could start. Nothing was changed.');
  });
});

const COMMANDS: readonly (readonly [number, ...string[]])[] = [
  [0, '--help'],
  [0, '--version'],
  [0, 'run', '--help'],
  [2, 'run', '--nonsense'],
  [2, 'plan', '--table', 'nowhere'],
  [0, 'plan', '--table', 'wide', '--create'],
  [0, 'run', '--table', 'people', '--create'],
  [0, 'check', '--table', 'people'],
  [0, 'channels', '--table', 'people'],
  [0, 'doctor', '--table', 'people'],
  [2, 'retry-rejects', 'no-such-file', '--table', 'people'],
];

describe.each([
  ['text', []],
  ['JSON', ['--json']],
])('a reader that has gone, of %s', (_form, flags) => {
  const isWorthIt = ([, command]: (typeof COMMANDS)[number]) =>
    flags.length === 0 || command === 'plan' || command === 'check';
  const given = COMMANDS.filter(isWorthIt).map(([code, ...args]) => [code, args.join(' '), args] as const);
  test.each(given)('leaves exit code %i to %s', async (code, _, args) => {
    const child = start([...args, ...flags]);
    child.stdout?.destroy();
    let stderr = '';
    child.stderr?.on('data', (text) => {
      stderr += text;
    });
    expect(await endOf(child), stderr).toBe(code);
    expect(stderr).not.toMatch(/^\s+at |EPIPE/m);
  });

  test('leaves its exit code to a load that is proven, also when it is that of stderr', async () => {
    const child = start(['run', '--restart', '--yes', '--table', 'people', ...flags]);
    child.stderr?.destroy();
    let stdout = '';
    child.stdout?.on('data', (text) => {
      stdout += text;
    });
    expect(await endOf(child)).toBe(0);
    expect(stdout).toContain(flags.length === 0 ? '2 rows proven' : '"targetRows": 2');
  });
});

test('a local Snowflake goes on when nobody reads what it prints', async () => {
  const child = start(['local', '--data', 'unread', '--faults', 'query:delay=1']);
  const ended = endOf(child);
  child.stdout?.destroy();
  child.stderr?.destroy();
  // The process in which it is: it is there until the command is ended.
  await expect.poll(() => processesOf(join(ends.cwd, 'unread')).length, { timeout: 20_000 }).toBe(1);
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
});

test('a disk that is full is an error in one line', async () => {
  const child = start(['doctor', '--table', 'people'], openSync('/dev/full', 'w'));
  let stderr = '';
  child.stderr?.on('data', (text) => {
    stderr += text;
  });
  await new Promise((resolve) => child.once('close', resolve));
  expect(stderr).toMatch(/^snowstream: stdout cannot be written: ENOSPC: .* \[UNEXPECTED\]\n$/);
  expect(child.exitCode).toBe(1);
});

/** What stdout and stderr hold, where they hold JSON and nothing else. */
async function documents(args: readonly string[], env: NodeJS.ProcessEnv = ends.env) {
  const [command = '', ...rest] = args;
  const { code, stdout, stderr } = await snowstream([command, '--json', ...rest], { cwd: ends.cwd, env });
  const lines = stderr.split('\n').slice(0, -1);
  return { code, document: JSON.parse(stdout), lines: lines.map((line) => JSON.parse(line)) };
}

describe('--json prints one document, and lines of JSON on stderr', () => {
  /** A command line as a title, and word by word. */
  const given = (...lines: readonly string[]) => lines.map((line) => [line, line.split(' ')] as const);

  test.each(
    given(
      'run --nonsense',
      'run people',
      'plan --batch-row 5',
      'check --table',
      'channels remove X',
      'channels drop',
      'retry-rejects',
      'local --nonsense',
      'doctor --nonsense',
      'frobnicate',
    ),
  )('of wrong words: %s', async (_, args) => {
    const { code, document, lines } = await documents(args);
    expect(code).toBe(2);
    expect(Object.keys(document)).toEqual(['error']);
    expect(document.error).toMatchObject({ code: 'CONFIG_INVALID', exitCode: 2 });
    expect(lines).toMatchObject([{ level: 50, code: 'CONFIG_INVALID', msg: document.error.message }]);
  });

  test.each(given('run', 'plan', 'check', 'channels', 'channels drop X --yes', 'retry-rejects f'))(
    'of settings that are missing: %s',
    async (_, args) => {
      const { code, document, lines } = await documents(args, {});
      expect(code).toBe(2);
      expect(document.error).toMatchObject({ code: 'CONFIG_MISSING', exitCode: 2 });
      expect(document.error.detail.join('\n')).toContain('MYSQL_USER is not set');
      expect(lines).toMatchObject([{ code: 'CONFIG_MISSING', exitCode: 2 }]);
    },
  );

  test('of other errors: an unknown table, a server that is not there, a flag of local', async () => {
    expect(await documents(['check', '--table', 'nowhere'])).toMatchObject({
      code: 2,
      document: { error: { code: 'TABLE_NOT_FOUND', exitCode: 2 } },
      lines: [{ code: 'TABLE_NOT_FOUND' }],
    });
    const gone = { ...ends.env, MYSQL_URL: 'mysql://reader@127.0.0.1:1/shop', SNOWSTREAM_RETRIES: '1' };
    const unreachable = await documents(['run', '--table', 'people'], gone);
    expect(unreachable).toMatchObject({ code: 5, document: { error: { code: 'MYSQL_UNREACHABLE' } } });
    expect(unreachable.lines.map(({ msg }) => msg)).toContain('connecting to MySQL and Snowflake');
    expect(await documents(['local', '--port', 'high'])).toMatchObject({
      code: 2,
      document: {
        error: { code: 'CONFIG_INVALID', message: expect.stringMatching(/^invalid --port high: /) },
      },
    });
  });

  test('of a result, with the error that it ends with', async () => {
    const run = await documents(['run', '--table', 'people', '--create']);
    expect(run).toMatchObject({ code: 0, document: { tables: [{ proof: { targetRows: 2 } }] } });
    expect(run.document).not.toHaveProperty('error');
    expect(run.lines.every(({ level, msg }) => level === 30 && typeof msg === 'string')).toBe(true);
    expect(run.lines.find(({ msg }) => msg === 'all rows sent')).toMatchObject({
      table: expect.stringMatching(/\.people$/),
    });

    await ends.snowflake.execute('UPDATE PEOPLE SET NAME = ?', ['other']);
    expect(await documents(['check', '--table', 'people'])).toMatchObject({
      code: 3,
      document: { tables: [{}], error: { code: 'ROWS_DIFFER', exitCode: 3 } },
    });
    expect(await documents(['plan', '--table', 'wide'])).toMatchObject({
      code: 2,
      document: { fits: false, tables: [{}], error: { code: 'CONFIG_INVALID', exitCode: 2 } },
    });
    expect(await documents(['doctor', '--table', 'nowhere'])).toMatchObject({
      code: 1,
      document: { findings: expect.any(Array), error: { code: 'NOT_READY', exitCode: 1 } },
    });
  });

  test('of a run with rejected rows', async () => {
    await ends.source.query('CREATE TABLE odd (id INT PRIMARY KEY, t TIME)');
    await ends.source.query("INSERT INTO odd VALUES (1,'10:00'),(2,'25:00:00')");
    const run = await documents(['run', '--table', 'odd', '--create']);
    expect(run).toMatchObject({
      code: 4,
      document: { tables: [{}], error: { code: 'ROWS_REFUSED', exitCode: 4 } },
    });
    expect(run.lines.at(-1)).toMatchObject({ level: 50, code: 'ROWS_REFUSED' });
  });

  test('as text on stderr where that is asked for, by the file of settings too', async () => {
    writeFileSync(join(ends.cwd, 'text.json'), '{ "logFormat": "text" }');
    for (const flags of [
      ['--log-format', 'text'],
      ['--config', 'text.json'],
    ]) {
      const args = ['check', '--json', '--table', 'nowhere', ...flags];
      const { stdout, stderr } = await snowstream(args, { cwd: ends.cwd, env: ends.env });
      expect(JSON.parse(stdout).error.code).toBe('TABLE_NOT_FOUND');
      expect(stderr).toMatch(/^snowstream: table .* \[TABLE_NOT_FOUND\]\n$/);
    }
  });
});

test('without --json all lines on stderr are text, or JSON where that is asked for', async () => {
  const args = ['run', '--table', 'nowhere'];
  const text = await snowstream(args, { cwd: ends.cwd, env: ends.env });
  expect(text.stderr).toMatch(/^connecting to MySQL and Snowflake\n(?:[^{].*\n)*snowstream: .*\n$/);
  const json = await snowstream([...args, '--log-format', 'json'], { cwd: ends.cwd, env: ends.env });
  expect(json.stdout).toBe('');
  for (const line of json.stderr.split('\n').slice(0, -1)) expect(JSON.parse(line)).toHaveProperty('msg');
});
