import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { redact, registerSecret } from '../../src/config/secrets.ts';
import { SnowstreamError } from '../../src/errors.ts';
import { createLog, type Logger } from '../../src/log.ts';
import { renderError } from '../../src/rendered-error.ts';
import { printedSeed } from '../fixtures/seed.ts';
import { rsaForms } from './keys.ts';
import { load, workspace } from './workspace.ts';

const HOSTILE = [
  'p@ss/word:with%every=sign?&#',
  '"quotes" and \\back\\slashes',
  'multi\nline\tsecret',
  '<b>tags</b> & "attributes"',
  "it's got an apostrophe",
  'spaces  and+plus',
  '.*+?^$()|[]{}',
  'pässwörd ☃ 𝄞',
  '$& $1 $` replacement',
  '  padded  ',
];

describe('redaction', () => {
  it.each(HOSTILE)('finds a secret in each form that it takes: %j', (secret) => {
    registerSecret(secret);
    const forms = {
      plain: secret,
      json: JSON.stringify({ password: secret }),
      url: `mysql://u:${encodeURIComponent(secret)}@h`,
      form: new URLSearchParams({ password: secret }).toString(),
      html: secret
        .replaceAll('&', '&amp;')
        .replaceAll('<', '&lt;')
        .replaceAll('>', '&gt;')
        .replaceAll('"', '&quot;')
        .replaceAll("'", '&#39;'),
      basic: Buffer.from(secret).toString('base64'),
    };
    for (const [name, form] of Object.entries(forms)) {
      const text = redact(`a ${form} b`);
      expect(text, name).toContain('***');
      expect(text, name).not.toContain(secret.trim());
      expect(text, name).toMatch(/^a .* b$/u);
    }
  });

  it('finds what is encoded together with other text, at every alignment', () => {
    const seed = printedSeed();
    const bytes = (length: number, salt: number) =>
      createHash('sha512').update(`${seed} ${length} ${salt}`).digest().subarray(0, length);
    for (let round = 0; round < 60; round += 1) {
      const secret = bytes(6 + (round % 30), round).toString('latin1');
      registerSecret(secret);
      const before = bytes(round % 7, -round);
      const after = bytes((round >> 3) % 7, round + 1);
      const whole = Buffer.concat([before, Buffer.from(secret), after]);
      for (const encoding of ['base64', 'base64url', 'hex'] as const) {
        const left = redact(`x ${whole.toString(encoding)} y`);
        expect(left, `${round} ${encoding}`).toContain('***');
        // At most the characters that encode neighbours too are left over: not three bytes of the secret.
        for (const piece of left.slice(2, -2).split('***')) {
          const shifted = ['', 'A', 'AA', 'AAA'].map((shift) => Buffer.from(shift + piece, encoding));
          for (let at = 0; at + 3 <= Buffer.from(secret).length; at += 1) {
            const three = Buffer.from(secret).subarray(at, at + 3);
            if (before.includes(three) || after.includes(three)) continue;
            expect(shifted.some((text) => text.includes(three))).toBe(false);
          }
        }
      }
    }
  });

  const JWT = `${Buffer.from('{"alg":"RS256"}').toString('base64url')}.${Buffer.from('{"iss":"A.U"}').toString('base64url')}.c2lnbmF0dXJl_-x`;
  it.each([
    ['a key-pair JWT', JWT],
    ['a JWT in a header', `Authorization: Bearer ${JWT}`],
    ['a JWT without its signature', JWT.slice(0, JWT.lastIndexOf('.'))],
    ['a session token', 'ver:3-hint:1036-ETMsDgAAAZ/abc+x=='],
    ['a session token in a header', 'Snowflake Token="ver:3-hint:1036-ETMsDgAAAZ/abc+x=="'],
    ['a session token in JSON', JSON.stringify({ authorization: 'Snowflake Token="0123456789abcdef"' })],
    ['a Basic header', `basic ${Buffer.from('client:some long secret').toString('base64')}`],
    ['a Bearer header in a URL', 'Bearer%20abcdefghijklmnop.qrst'],
    ['a private key', '-----BEGIN PRIVATE KEY-----\nMIIabc\n-----END PRIVATE KEY-----'],
    ['half a private key', '-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIabcdefgh'],
  ])('finds %s that nobody registered', (_what, text) => {
    const redacted = redact(`the server said: ${text}`);
    expect(redacted).toContain('***');
    expect(redacted).not.toMatch(/eyJ|c2ln|ETMs|0123456|Y2xp|abcdefgh|MII/u);
  });

  it.each([
    'Bearer tokens and Basic logins are not accepted',
    'the file eyJ.txt of version 3 has no hint: none',
    'a public key: -----BEGIN PUBLIC KEY-----',
  ])('leaves plain text alone: %s', (text) => {
    expect(redact(text)).toBe(text);
  });

  it('leaves nothing of a secret that holds another', () => {
    registerSecret('canary');
    registerSecret('canary-and-more');
    expect(redact('x canary-and-more y canary z')).toBe('x *** y *** z');
  });

  it('leaves a text without secrets and very short values alone', () => {
    registerSecret('abc');
    registerSecret('');
    registerSecret(undefined);
    expect(redact('abc is the alphabet')).toBe('abc is the alphabet');
  });
});

describe('canaries in every setting that is secret', () => {
  const key = rsaForms(2048, 'canary-passphrase-01');
  const variables = {
    MYSQL_URL: 'mysql://reader:canary%2Furl%2F02@127.0.0.1:3306/shop',
    SNOWFLAKE_ACCOUNT: 'acct',
    SNOWFLAKE_USER: 'LOADER',
    SNOWFLAKE_DATABASE: 'DB',
    SNOWFLAKE_SCHEMA: 'S',
    SNOWFLAKE_PRIVATE_KEY: key.encryptedBase64,
    SNOWFLAKE_PRIVATE_KEY_PASSPHRASE: key.passphrase,
    SNOWFLAKE_PASSWORD: 'canary-password-03',
    SNOWFLAKE_TOKEN: 'canary-token-04',
    SNOWFLAKE_OAUTH_CLIENT_ID: 'client',
    SNOWFLAKE_OAUTH_CLIENT_SECRET: 'canary-client-05',
    SNOWFLAKE_OAUTH_REFRESH_TOKEN: 'canary-refresh-06',
    SNOWSTREAM_TABLES: 'people',
  };

  const collect = (format: 'json' | 'text'): readonly [Logger, string[]] => {
    const lines: string[] = [];
    const write = (line: string) => {
      lines.push(line);
    };
    return [createLog({ level: 'trace', format, write }), lines];
  };

  it.each(['json', 'text'] as const)('come out of no log level, field or error: %s', (format) => {
    using at = workspace({});
    const settings = load(at, { env: variables });
    const [log, lines] = collect(format);
    const error = new SnowstreamError('SNOWFLAKE_SQL', `refused ${variables.SNOWFLAKE_PASSWORD}`, {
      cause: new Error(`with ${variables.SNOWFLAKE_TOKEN} and ${settings.mysql.password}`),
    });
    for (const level of ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const) {
      log[level]({ settings, deep: [{ er: [settings.mysql.password] }] }, JSON.stringify(settings));
      log[level](error);
      log[level](
        { error, url: variables.MYSQL_URL, [variables.SNOWFLAKE_TOKEN]: 1 },
        'failed with %s',
        settings.mysql.password,
      );
      log.child({ token: variables.SNOWFLAKE_OAUTH_REFRESH_TOKEN })[level]('child');
    }
    expect(lines).toHaveLength(24);
    const text = lines.join('');
    expect(text).toContain('***');
    expect(text).not.toMatch(/canary/u);
    expect(text).not.toContain(key.base64.slice(-40));
    expect(text).not.toContain(key.pem.split('\n')[3]);
    expect(text).not.toContain(key.encryptedBase64.slice(100, 140));
    for (const line of lines) {
      expect(line.indexOf('\n')).toBe(line.length - 1);
      if (format === 'json') expect(() => JSON.parse(line)).not.toThrow();
    }
  });

  it('come out of no rendered error, whatever was thrown', () => {
    using at = workspace({});
    load(at, { env: variables });
    for (const thrown of [
      new Error(`connect with ${variables.SNOWFLAKE_PASSWORD}\n at once`),
      new SnowstreamError('JAVA_EXCEPTION', `key ${key.pem}`, {
        detail: `trace ${variables.SNOWFLAKE_TOKEN}`,
      }),
      `a string with ${variables.SNOWFLAKE_TOKEN}`,
      new AggregateError([new Error(`canary/url/02 refused`)], ''),
    ]) {
      const rendered = renderError(thrown);
      expect(rendered.message).toContain('***');
      expect(rendered.message).not.toMatch(/\n/u);
      expect(JSON.stringify(rendered)).not.toMatch(/canary/u);
    }
  });

  it('leave the lines JSON even when a password looks like JSON', () => {
    registerSecret('10000');
    registerSecret('true');
    const [log, lines] = collect('json');
    log.info({ rows: 10_000, done: true, note: 'it is true' }, 'sent');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ rows: '***', note: 'it is ***', msg: 'sent' });
  });
});

describe('the log', () => {
  it('is short lines on a terminal and JSON lines elsewhere', () => {
    const lines: string[] = [];
    const write = (line: string) => {
      lines.push(line);
    };
    for (const isTerminal of [true, false]) {
      const log = createLog({ level: 'info', format: 'auto', write, isTerminal });
      log.debug('not at this level');
      log.warn({ table: 'people', index: 7, column: 'two words' }, 'row\nrefused\u001b[2J');
    }
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(
      /^\d\d:\d\d:\d\d warn {2}row\\u000arefused\\u001b\[2J table=people index=7 column="two words"\n$/u,
    );
    expect(JSON.parse(lines[1] ?? '')).toMatchObject({ level: 40, table: 'people', index: 7 });
  });

  it('is on stderr, whole, even when the process is killed after its last line', async () => {
    const folder = compiled(['src/log.ts']);
    const script = `
      import { createLog } from '${pathToFileURL(join(folder, 'log.js')).href}';
      const log = createLog({ level: 'info', format: 'auto' });
      for (let i = 0; i < 3000; i += 1) log.info({ i, filler: 'x'.repeat(100) }, 'line');
      process.kill(process.pid, 'SIGKILL');
    `;
    const ended = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
      maxBuffer: 10_000_000,
    }).catch((error: { signal: string; stdout: string; stderr: string }) => error);
    rmSync(folder, { recursive: true });
    expect(ended).toMatchObject({ signal: 'SIGKILL', stdout: '' });
    expect(ended.stderr.trim().split('\n')).toHaveLength(3000);
  });
});

// A process of its own cannot read TypeScript. The output lies in the project, so that packages are found.
function compiled(files: readonly string[]): string {
  mkdirSync('.local', { recursive: true });
  const folder = mkdtempSync(join('.local', 'log-test-'));
  const flags =
    '--ignoreConfig --module nodenext --target es2023 --skipLibCheck --rewriteRelativeImportExtensions --rootDir src';
  const tsc = join('node_modules', 'typescript', 'bin', 'tsc');
  execFileSync(process.execPath, [tsc, ...flags.split(' '), '--types', 'node', '--outDir', folder, ...files]);
  return resolve(folder);
}
