import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Field } from './field.ts';
import { record } from './figures.ts';
import { sized } from './size.ts';
import { numbered, type Workload } from './workload.ts';

const PASSPHRASE = 'canary passphrase & more';
const FIXED = {
  SNOWFLAKE_PASSWORD: 'canary-snowflake-"quoted"',
  SNOWFLAKE_TOKEN: 'canary-token-0000',
  SNOWFLAKE_OAUTH_CLIENT_SECRET: 'canary-oauth-secret',
  SNOWFLAKE_OAUTH_REFRESH_TOKEN: 'canary-refresh-token',
};
const key = generateKeyPairSync('rsa', { modulusLength: 2048 });
const encrypted = key.privateKey
  .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: PASSPHRASE })
  .toString();
const plain = key.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

/** What no output may hold, by name. Some are known now, some are made while the program runs. */
const canaries = new Map<string, Set<string>>();
const add = (name: string, value: string) => canaries.set(name, (canaries.get(name) ?? new Set()).add(value));
let field: Field;
let load: Workload;
let outputs = 0;
const keyFolder = mkdtempSync(join(tmpdir(), 'snowstream-canaries-'));

beforeAll(async () => {
  field = await Field.open({ publicKeyPath: publicKeyFile(), stage: 's3' });
  load = await numbered(field.mysql, 'people', 500);
  await field.mysql.admin.query(`CREATE USER canary@'127.0.0.1' IDENTIFIED BY 'canary-mysql-Tr0ub4dor&3'`);
  await field.mysql.admin.query(`GRANT SELECT ON demo.people TO canary@'127.0.0.1'`);
  add('the MySQL password', 'canary-mysql-Tr0ub4dor&3');
  add('the passphrase', PASSPHRASE);
  for (const [name, value] of Object.entries(FIXED)) add(name, value);
  for (const line of bodyOf(encrypted)) add('the encrypted private key', line);
  for (const line of bodyOf(plain)) add('the private key', line);
  // What the program is given while it runs, and what it signs itself.
  field.beforeSnowflake.onRequest((piece) => {
    const text = piece.toString('latin1');
    for (const [, token = ''] of text.matchAll(/(eyJ[\w-]+\.[\w-]+\.[\w-]+)/g)) add('key-pair tokens', token);
    return true;
  });
  field.beforeSnowflake.onAnswer((piece) => {
    const text = piece.toString('latin1');
    for (const [, name = '', value = ''] of text.matchAll(
      /"(token|masterToken|encryption_key|AWS_SECRET_KEY|AWS_TOKEN|AWS_KEY_ID)"\s*:\s*"([^"]{8,})"/g,
    ))
      add(name, value);
    return true;
  });
});
afterAll(async () => {
  await field[Symbol.asyncDispose]();
  rmSync(keyFolder, { recursive: true });
});

function publicKeyFile(): string {
  const path = join(keyFolder, 'public.pem');
  writeFileSync(path, key.publicKey.export({ type: 'spki', format: 'pem' }));
  return path;
}

function bodyOf(pem: string): string[] {
  return pem.split('\n').filter((line) => line.length >= 32 && !line.startsWith('-----'));
}

/** How the settings stand in a run. */
const settings = (level: string): NodeJS.ProcessEnv => ({
  ...FIXED,
  MYSQL_USER: 'canary',
  MYSQL_PASSWORD: 'canary-mysql-Tr0ub4dor&3',
  SNOWFLAKE_AUTHENTICATOR: 'SNOWFLAKE_JWT',
  SNOWFLAKE_PRIVATE_KEY_PATH: undefined,
  SNOWFLAKE_PRIVATE_KEY: encrypted.replaceAll('\n', '\\n'),
  SNOWFLAKE_PRIVATE_KEY_PASSPHRASE: PASSPHRASE,
  SNOWSTREAM_LOG_LEVEL: level,
  SNOWSTREAM_JAVA_TIMEOUT: '6000',
  SNOWSTREAM_RETRIES: '0',
  // All that the SDK would ever write.
  JAVA_TOOL_OPTIONS: '-Dorg.slf4j.simpleLogger.defaultLogLevel=trace -XX:TieredStopAtLevel=1',
});

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

/** Ways for a run to go; each prints something else. */
const WAYS: readonly {
  readonly what: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly args?: readonly string[];
  readonly fault?: Readonly<Record<string, string | number>>;
  /** Only at full size: each takes seconds. */
  readonly isFull?: true;
}[] = [
  { what: 'a load that is proven, as JSON', args: ['--json'] },
  { what: 'the wrong MySQL password', env: { MYSQL_PASSWORD: 'canary-mysql-Tr0ub4dor&3-wrong' } },
  {
    what: 'a URL with the password',
    env: {
      MYSQL_HOST: undefined,
      MYSQL_PORT: undefined,
      MYSQL_USER: undefined,
      MYSQL_PASSWORD: undefined,
      MYSQL_URL: 'mysql://canary:canary-mysql-Tr0ub4dor%263@127.0.0.1:1/demo',
    },
  },
  { what: 'another passphrase', env: { SNOWFLAKE_PRIVATE_KEY_PASSPHRASE: `${PASSPHRASE}!` } },
  { what: 'a key that Snowflake does not know', fault: { endpoint: 'login', kind: 'http', status: 403 } },
  { what: 'a Java exception', fault: { endpoint: 'open', kind: 'http', status: 403 } },
  {
    what: 'a client that cannot be made',
    isFull: true,
    fault: { endpoint: 'configure', kind: 'http', status: 403 },
  },
  { what: 'an SQL error', fault: { endpoint: 'query', kind: 'code', code: 2043, after: 3 } },
  {
    what: 'an OAuth login that fails',
    isFull: true,
    env: { SNOWFLAKE_AUTHENTICATOR: 'OAUTH', SNOWFLAKE_OAUTH_CLIENT_ID: 'app' },
  },
  { what: 'a password login that fails', env: { SNOWFLAKE_AUTHENTICATOR: 'PASSWORD' } },
];

const CHOSEN = sized(
  WAYS.filter(({ isFull }) => !isFull).map((way) => ({ way, level: 'trace' })),
  WAYS.flatMap((way) => LEVELS.map((level) => ({ way, level }))),
);

test.each(CHOSEN)(
  'row 17: no secret in any output of $way.what at level $level',
  { timeout: 60_000 },
  async ({ way, level }) => {
    const fault = way.fault && (await field.snowflake.fault(way.fault));
    const env = { ...settings(level), ...way.env };
    const args = [
      'run',
      '--table',
      `people:${load.target}`,
      '--create',
      '--channel',
      `c${outputs}`,
      ...(way.args ?? []),
    ];
    const { stdout, stderr } = await field.command(args, env).ended;
    await fault?.remove();
    const written = [stdout, stderr, ...filesOfTheProgram()];
    outputs += written.length;
    expect(written.join('').length).toBeGreaterThan(0);
    const found = [...canaries].filter(([, values]) =>
      [...values].some((value) => written.some((text) => formsOf(value).some((form) => text.includes(form)))),
    );
    expect(found.map(([name]) => name)).toEqual([]);
  },
);

test('row 17: the canaries were there', () => {
  expect([...canaries.keys()]).toEqual(
    expect.arrayContaining(['key-pair tokens', 'token', 'masterToken', 'encryption_key', 'AWS_SECRET_KEY']),
  );
  expect(canaries.size).toBeGreaterThanOrEqual(12);
  record({
    row: 17,
    fault: 'secrets in outputs',
    injected: canaries.size,
    note: `${canaries.size} canaries, ${CHOSEN.length} runs, ${outputs} outputs searched, 0 found`,
  });
});

/** What the program wrote into its folder: Java's log, and whatever else. It is taken away for the next run. */
function filesOfTheProgram(): string[] {
  const ends = new Set(['mysql', 'snowflake']);
  const own = readdirSync(field.cwd).filter((name) => !ends.has(name));
  const texts = own.flatMap((name) => textsIn(join(field.cwd, name)));
  for (const name of own) rmSync(join(field.cwd, name), { recursive: true });
  return texts;
}

function textsIn(path: string): string[] {
  if (!statSync(path).isDirectory()) return [readFileSync(path, 'latin1')];
  return readdirSync(path).flatMap((name) => textsIn(join(path, name)));
}

function formsOf(value: string): string[] {
  return [
    value,
    JSON.stringify(value).slice(1, -1),
    encodeURIComponent(value),
    Buffer.from(value).toString('base64'),
  ];
}
