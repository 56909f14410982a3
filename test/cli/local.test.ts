import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fillPeople } from '../../scripts/demo-data.mjs';
import { mysqlForTests } from '../../scripts/mysql-server.mjs';
import { root } from '../../scripts/setup/places.mjs';
import { processesOf } from '../e2e/local.ts';
import { snowstream } from './snowstream.ts';

process.env.SNOWFLAKE_DISABLE_PLATFORM_DETECTION = 'true';
const { default: snowflake } = await import('snowflake-sdk');
snowflake.configure({ logLevel: 'OFF' });

let cwd: string;
beforeAll(() => {
  // With a blank and a quote, which settings for .env, JDBC and Python each write in their own way.
  cwd = mkdtempSync(join(tmpdir(), "snowstream local's "));
});
afterAll(() => rmSync(cwd, { recursive: true }));

/** The command while it runs. */
class Local implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly ended: Promise<number | null>;
  stdout = '';
  stderr = '';

  constructor(args: readonly string[], folder = cwd) {
    this.#child = spawn(process.execPath, [join(root, 'dist/cli.js'), 'local', ...args], {
      cwd: folder,
      env: { PATH: process.env.PATH, HOME: folder },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child.stdout?.on('data', (text) => {
      this.stdout += text;
    });
    this.#child.stderr?.on('data', (text) => {
      this.stderr += text;
    });
    this.ended = new Promise((resolve) => this.#child.once('close', resolve));
  }

  static start(...args: string[]): Promise<Local> {
    return Local.startIn(cwd, ...args);
  }

  static async startIn(folder: string, ...args: string[]): Promise<Local> {
    const local = new Local(args, folder);
    await expect.poll(() => local.stdout, { timeout: 30_000, message: local.stderr }).toMatch(/\n$/);
    return local;
  }

  async end(signal: NodeJS.Signals = 'SIGINT'): Promise<number | null> {
    this.#child.kill(signal);
    return this.ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end();
  }
}

/** A section of what it prints: the lines below its title. */
function section(stdout: string, title: string): string {
  return new RegExp(`^# ${title}[^\\n]*\\n((?:[^#\\n].*\\n?)+)`, 'm').exec(stdout)?.[1]?.trim() ?? '';
}

describe('what cannot be meant ends with 2 and one line', () => {
  test.each([
    ['--port', '0', 'invalid --port 0: expected a number from 1 to 65535'],
    ['--port', '65536', 'invalid --port 65536: expected a number from 1 to 65535'],
    ['--host', 'example.org', 'invalid --host example.org: expected an IPv4 address'],
    ['--host', '256.0.0.1', 'invalid --host 256.0.0.1: expected an IPv4 address'],
    ['--host', '192.0.2.1', '192.0.2.1 is not an address of this machine'],
    ['--stage', 'gcs', 'invalid --stage gcs: expected local or s3'],
    ['--user', 'a b', 'invalid --user a b: expected letters, digits, _ and $'],
    ['--password', '', '--password is empty'],
    ['--account', 'a.b/c', 'invalid --account a.b/c: expected letters, digits, _ and -'],
    ['--public-key', 'no-such-file.pub', 'there is no file '],
    ['--public-key', '.', 'cannot be read (EISDIR)'],
    ['--data', 'a-file', '--data a-file is a file: it must be a folder'],
    ['--faults', 'register', '--faults register: write ENDPOINT:KIND'],
    ['--faults', 'register:code=4711', '--faults register:code=4711: code 4711 is not a status code'],
    ['--fault-seed', '-1', 'invalid --fault-seed -1'],
  ])('%s %s', async (flag, value, line) => {
    writeFileSync(join(cwd, 'a-file'), '');
    const { code, stdout, stderr } = await snowstream(['local', `${flag}=${value}`], { cwd });
    expect(stderr).toContain(line);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr.split('\n').filter((text) => !/^snowstream: warning: /.test(text))).toHaveLength(2);
  });

  test('a public key that is none, is private, is of another kind, or too short', async () => {
    const pem = {
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    } as const;
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048, ...pem });
    const keys = {
      'not an RSA public key': [
        '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n',
        rsa.privateKey,
        generateKeyPairSync('ec', { namedCurve: 'P-256', ...pem }).publicKey,
      ],
      'is too short': [generateKeyPairSync('rsa', { modulusLength: 1024, ...pem }).publicKey],
    };
    for (const [line, files] of Object.entries(keys)) {
      for (const file of files) {
        writeFileSync(join(cwd, 'key.pub'), String(file));
        const { code, stderr } = await snowstream(['local', '--public-key', 'key.pub'], { cwd });
        expect(stderr).toContain(line);
        expect(code).toBe(2);
      }
    }
  });

  test('a port that somebody has, and data that another one has', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const taken = await snowstream(['local', '--port', String(port)], { cwd });
    server.close();
    expect(taken).toMatchObject({ code: 2, stdout: '' });
    expect(taken.stderr).toContain(`port ${port} on 127.0.0.1 is taken`);

    await using _first = await Local.start('--data', 'locked');
    const second = await snowstream(['local', '--data', 'locked'], { cwd });
    expect(second).toMatchObject({ code: 2, stdout: '' });
    expect(second.stderr).toMatch(/another local Snowflake \(process \d+\) has locked the data in .*locked/);
  });
});

describe('what it says', () => {
  test('a first start without any flag makes a key pair and prints how to connect', async () => {
    await using local = await Local.start();
    expect(local.stdout).toMatch(
      /^A local Snowflake listens at http:\/\/127\.0\.0\.1:\d+\. Ctrl-C stops it; .*\nLook at it in a browser: http:\S+\/\n/,
    );
    expect(local.stderr).toBe('');
    const key = join(cwd, '.snowstream/snowflake/rsa_key.p8');
    expect(statSync(key).mode & 0o777).toBe(0o600);
    expect(section(local.stdout, 'JDBC')).toContain(
      `private_key_file=${encodeURIComponent(key).replaceAll('%2F', '/')}`,
    );
    const url = /http:\S+(?=\/\n)/.exec(local.stdout)?.[0];
    expect(await (await fetch(`${url}/health`)).json()).toMatchObject({ status: 'ok' });
    expect(await (await fetch(`${url}/`)).text()).toContain('<h1>Local Snowflake</h1>');
    expect(await local.end('SIGTERM')).toBe(0);
  });

  test('flags are taken up: user, account, password, public key, faults, and JSON for machines', async () => {
    const { publicKey } = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    });
    writeFileSync(join(cwd, 'given.pub'), publicKey);
    const flags = [
      '--user',
      'loader',
      '--account',
      'ORG-SHOP',
      '--password',
      'of the test',
      '--public-key',
      'given.pub',
    ];
    const faults = ['--faults', 'login:http=503:count=1', '--faults', 'query:delay=1', '--fault-seed', '7'];
    await using local = await Local.start('--data', 'flags', ...flags, ...faults, '--json');
    const reported = JSON.parse(local.stdout);
    expect(reported).toMatchObject({
      user: 'LOADER',
      account: 'ORG-SHOP',
      password: 'of the test',
      privateKeyPath: '',
      faultSeed: 7,
    });
    expect(JSON.parse(local.stderr)).toMatchObject({
      level: 40,
      msg: '--password is visible in the process list while this runs',
    });
    const login = () =>
      fetch(`${reported.url}/session/v1/login-request`, {
        method: 'POST',
        body: JSON.stringify({ data: { LOGIN_NAME: 'loader', PASSWORD: 'of the test' } }),
      });
    expect((await login()).status).toBe(503);
    expect(await (await login()).json()).toMatchObject({ success: true });
  });

  test('an address that others can reach is said on stderr', async () => {
    await using local = await Local.start('--data', 'wide', '--host', '0.0.0.0');
    expect(local.stderr).toMatch(
      /^snowstream: warning: --host 0\.0\.0\.0 makes the local Snowflake reachable for other machines/,
    );
    expect(local.stdout).toMatch(/listens at http:\/\/127\.0\.0\.1:\d+\. /);
  });
});

describe('what it prints works', () => {
  test('the lines for .env with run and check; they name no password', async () => {
    await using local = await Local.start('--data', 'printed');
    const mysql = await mysqlForTests();
    try {
      await fillPeople(mysql.url, { rows: 300, table: 'people' });
      const lines = section(local.stdout, '\\.env');
      expect(lines).not.toMatch(/PASSWORD/);
      writeFileSync(join(cwd, '.env'), `${lines}\nMYSQL_URL=${mysql.url}\nSNOWSTREAM_TABLES=people\n`);
      const run = await snowstream(['run', '--create'], { cwd });
      expect(run.stderr).not.toContain('snowstream:');
      expect(run).toMatchObject({ code: 0, stdout: expect.stringContaining('300 rows proven') });
      expect(await snowstream(['check'], { cwd })).toMatchObject({ code: 0 });
    } finally {
      await mysql.drop();
      rmSync(join(cwd, '.env'), { force: true });
    }
  });

  // The commands of the README, in their order and in one folder.
  test.each([
    ['the names that there are without settings', {}, 'SNOWPIPE_STREAMING.DEV.PEOPLE'],
    [
      'those of the settings',
      { SNOWFLAKE_DATABASE: 'shop', SNOWFLAKE_SCHEMA: '"Raw 1"' },
      'SHOP."Raw 1".PEOPLE',
    ],
  ])('run --local, then local, then check: %s', async (_name, names, target) => {
    const mysql = await mysqlForTests();
    const folder = mkdtempSync(join(cwd, 'readme-'));
    const own = Object.entries({ ...names, MYSQL_URL: mysql.url, SNOWSTREAM_TABLES: 'people' });
    const settings = own.map(([name, value]) => `${name}='${value}'\n`).join('');
    try {
      await fillPeople(mysql.url, { rows: 200, table: 'people' });
      writeFileSync(join(folder, '.env'), settings);
      const run = await snowstream(['run', '--local'], { cwd: folder });
      expect(run, run.stderr).toMatchObject({ code: 0, stdout: expect.stringContaining(` → ${target}\n`) });
      await using local = await Local.startIn(folder);
      const lines = section(local.stdout, '\\.env');
      writeFileSync(join(folder, '.env'), `${settings.replaceAll(/^SNOWFLAKE_.*\n/gm, '')}${lines}\n`);
      const check = await snowstream(['check'], { cwd: folder });
      expect(check, check.stderr).toMatchObject({ code: 0, stdout: expect.stringContaining('200 rows') });
    } finally {
      await mysql.drop();
    }
  });

  test('the line for Node.js', async () => {
    await using local = await Local.start('--data', 'printed');
    const line = section(local.stdout, 'Node\\.js');
    const connection = new Function('snowflake', `return ${line}`)(snowflake) as ReturnType<
      typeof snowflake.createConnection
    >;
    await new Promise<void>((resolve, reject) => {
      connection.connect((error) => (error ? reject(error) : resolve()));
    });
    const rows = await new Promise((resolve, reject) => {
      connection.execute({
        sqlText: 'select current_user() as WHO, current_schema() as WHAT',
        complete: (error, _statement, found) => (error ? reject(error) : resolve(found)),
      });
    });
    expect(rows).toEqual([{ WHO: 'LOCAL_USER', WHAT: 'DEV' }]);
  });
});

test('ends with 5 and one line when the Snowflake has ended by itself', async () => {
  await using local = await Local.start('--data', 'killed', '--json');
  process.kill(JSON.parse(local.stdout).pid, 'SIGKILL');
  expect(await local.ended).toBe(5);
  expect(JSON.parse(local.stderr)).toMatchObject({
    code: 'SNOWFLAKE_UNREACHABLE',
    msg: 'the local Snowflake has ended by itself',
  });
  // Its settings remain the one document.
  expect(JSON.parse(local.stdout)).toHaveProperty('url');
});

describe('started by npx', () => {
  const RUNNER = { npm_lifecycle_script: "'vitest' run" };
  /** npx starts what lies in node_modules/.bin. */
  const bin = (): void => {
    const folder = join(cwd, 'node_modules/.bin');
    mkdirSync(folder, { recursive: true });
    const program = JSON.stringify(pathToFileURL(join(root, 'dist/cli.js')).href);
    writeFileSync(join(folder, 'snowstream'), `#!/usr/bin/env node\nimport(${program});\n`, { mode: 0o755 });
  };
  const npx = (
    args: readonly string[],
  ): { process: ChildProcess; output: () => string; closed: Promise<unknown> } => {
    const child = spawn('npx', ['--no', '--offline', 'snowstream', ...args], {
      cwd,
      env: { PATH: process.env.PATH, HOME: cwd, npm_config_update_notifier: 'false' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (text) => {
        output += text;
      });
    // Its pipes close once nobody has them any more: the program's end, not that of npx.
    return { process: child, output: () => output, closed: new Promise((end) => child.once('close', end)) };
  };

  test('it ends when npx gets SIGTERM, its Snowflake too', async () => {
    bin();
    const data = join(cwd, 'npx');
    const started = npx(['local', '--data', data, '--json']);
    await expect.poll(started.output, { timeout: 60_000 }).toMatch(/\}\n$/);
    expect(processesOf(data).length).toBeGreaterThan(1);
    started.process.kill('SIGTERM');
    await started.closed;
    expect(processesOf(data)).toEqual([]);
  });

  test('it goes on when another parent than npx ends', async () => {
    const data = join(cwd, 'orphan');
    const command = `"$0" "$1" local --data "$2" --json & echo $!`;
    const shell = spawn('sh', ['-c', command, process.execPath, join(root, 'dist/cli.js'), data], {
      cwd,
      // As below a test runner that npx started.
      env: { PATH: process.env.PATH, HOME: cwd, npm_command: 'exec', npm_lifecycle_event: 'npx', ...RUNNER },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let output = '';
    shell.stdout.on('data', (text) => {
      output += text;
    });
    const closed = new Promise((end) => shell.once('close', end));
    await expect.poll(() => output, { timeout: 60_000 }).toMatch(/\}\n$/);
    expect(shell.exitCode).toBe(0);
    const program = Number(output.split('\n')[0]);
    // Twice the time that npx would have been missed in.
    const until = performance.now() + 1_000;
    await expect.poll(() => performance.now()).toBeGreaterThan(until);
    expect(processesOf(data)).toHaveLength(2);
    process.kill(program, 'SIGTERM');
    await closed;
  });
});
